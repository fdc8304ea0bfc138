"""A small force under a small policy (`packs/trial`), and an act with which every way through the door can be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.directory import get_directory, set_directory
from remit.acts.models import Proposal
from remit.ledger.verifying import verify
from remit.people.models import Person
from remit.policy.packs import Pack

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


class SmallDirectory:
    """Posts of the trial policy are held by the people listed here; `may` says who holds any role at all."""

    def __init__(self) -> None:
        self.posts: dict[str, list[Person]] = {}
        self.may: set[int] = set()

    def packs_in_use(self, force: str) -> list[str]:
        return ["trial"]

    def settings_of(self, force: str) -> dict[str, Any]:
        return {}

    def permits(self, person: Person, permission: str, force: str, subject: str = "", over: Iterable[str] = ()) -> bool:
        return person.pk in self.may

    def refusal_words(self, permission: str) -> str:
        return "You may not do this here. It takes the role of Author."

    def read_once(self) -> AbstractContextManager[None]:
        return nullcontext()

    def facts_of(self, person: Person, cast_as: str, account: Any, now: datetime) -> dict[str, Any]:
        return {f"{cast_as}.trained": bool(person.shoulder_number) and person in self.posts.get("trained", [])}

    def person_named(self, force: str, words: str) -> Person | None:
        number = words.rpartition(":")[2]
        return Person.objects.filter(**{"pk" if ":" in words else "shoulder_number": number}).first()

    def holders(
        self, force: str, pack: Pack, who_key: str, cast: Mapping[str, Any], today: date | None = None
    ) -> list[Person]:
        if part := {"author": "author", "answerer": "actor"}.get(who_key):
            return [cast[part]] if cast.get(part) else []
        if who_key == "decision-maker":
            return [cast["decision_maker"]] if cast.get("decision_maker") else []
        found = self.posts.get(who_key, [])
        return found or [person for other in pack.who[who_key].otherwise for person in self.posts.get(other, [])]


#: What the registers of the trial would say, and what was done: reset for each test.
WORLD: dict[str, Any] = {}
DONE: list[str] = []


@dataclass
class Publish(Act):
    """Publishes by writing its text into DONE; what it says decides which rules of the trial policy bite."""

    name: ClassVar[str] = "tests.publish"
    label: ClassVar[str] = "Publish on trial"
    moment: ClassVar[str] = "post.publish"
    permission: ClassVar[str] = "post.publish"

    text: str = "quiet"
    images: list[str] = field(default_factory=list)
    link: str = ""
    subject: str = "tests.post:1"
    force: str = "trialshire"

    def check(self) -> None:
        if not self.text:
            raise ActRefused("The text is missing.", "Write something.")

    def facts(self, actor: Any, now: datetime) -> dict[str, Any]:
        content = {"post.text": self.text, "post.images": self.images, "post.link": self.link}
        return {"account.silenced": False, "concern.political": "party" in self.text, **content, **WORLD}

    def frozen_facts(self, actor: Any, now: datetime) -> dict[str, Any]:
        return {"actor.on_duty": True}

    def personal(self) -> dict[str, Any]:
        return {"text": self.text}

    def apply(self, record: Proposal, now: datetime) -> None:
        record.closing_note = "being done"
        record.save()
        if "explode" in self.text:
            raise RuntimeError("the network room fell over")
        DONE.append(self.text)


@dataclass
class Close(Publish):
    """Closes its subject, so it waits for what must be done first."""

    name: ClassVar[str] = "tests.close"
    label: ClassVar[str] = "Close on trial"
    moment: ClassVar[str] = "account.close"
    closes: ClassVar[bool] = True


@dataclass
class ReportLost(Publish):
    name: ClassVar[str] = "tests.report"
    label: ClassVar[str] = "Report on trial"
    moment: ClassVar[str] = "device.lost"
    kind: ClassVar[Kind] = Kind.REPORT


@dataclass
class Rename(Publish):
    name: ClassVar[str] = "tests.rename"
    label: ClassVar[str] = "Rename on trial"
    moment: ClassVar[str] = ""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def directory(settings: Any) -> Iterator[SmallDirectory]:
    settings.REMIT_PACKS = [Path(__file__).parent / "packs"]
    WORLD.clear()
    DONE.clear()
    before, small = get_directory(), SmallDirectory()
    set_directory(small)
    yield small
    set_directory(before)


@pytest.fixture
def make_person(directory: SmallDirectory) -> Callable[..., Person]:
    """Makes somebody who holds the given posts; they may attempt the act unless `may` is False."""
    from remit.people.models import Force

    def make(number: int, *posts: str, may: bool = True) -> Person:
        force, _ = Force.objects.get_or_create(slug="trialshire", defaults={"name": "Trialshire", "packs": ["trial"]})
        person = Person(
            username=f"trial-{number}",
            pseudonym=f"p-{number}",
            force=force,
            display_name=f"PC {number}",
            shoulder_number=str(number),
            category="officer",
        )
        person.set_unusable_password()
        person.save()
        for post in posts:
            directory.posts.setdefault(post, []).append(person)
        if may:
            directory.may.add(person.pk)
        return person

    return make


@pytest.fixture
def author(db: None, make_person: Callable[..., Person]) -> Iterator[Person]:
    """Whatever a test does with an author, the evidence of it must verify."""
    yield make_person(1)
    assert verify().holds


@pytest.fixture
def supervisor(db: None, make_person: Callable[..., Person]) -> Person:
    return make_person(2, "supervisor", may=False)


@pytest.fixture
def communications(db: None, make_person: Callable[..., Person]) -> Person:
    return make_person(3, "communications", may=False)


@pytest.fixture
def inspector(db: None, make_person: Callable[..., Person]) -> Person:
    return make_person(4, "inspector", may=False)
