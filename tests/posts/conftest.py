"""One small force with its own short policy, two accounts on the practice network, and the people whom it takes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from remit.accounts.models import Account
from remit.acts import door
from remit.acts.models import Grant, Proposal
from remit.people.models import Device, Force, Person, RoleHeld, Team
from remit.platforms import registry
from remit.platforms.practice.network import PracticeNetwork
from remit.posts.acts import submit
from remit.posts.acts.drafting import SaveDraft, StartDraft
from remit.posts.drafts import Draft
from remit.posts.models import Post

PACKS = Path(__file__).parents[2] / "packs"
OWN = Path(__file__).parent / "packs"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: What the policy of Harbour asks of every post.
ANSWERS = {"post.purpose": "information", "actor.duty_state": "on_duty"}


class Clock:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class World:
    """The force, its people and accounts, and the steps that tests take."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.force = Force.objects.create(slug="harbour", name="Harbour Police", packs=["harbour"])
        self.communications = Team.objects.create(
            force=self.force, key="corporate-communications", name="Corporate Communications"
        )
        self.accounts = [self.account("harbour-main", "x"), self.account("harbour-news", "facebook")]
        self.author = self.person("PC 4417", ["author"])
        self.other = self.person("PC 5520", ["author"])
        self.adviser = self.person("Media officer 8120", ["corporate-communications"], self.communications)
        for person in (self.author, self.other):
            for account in self.accounts:
                self.authorise(person, account)
        self.device = Device.objects.create(
            force=self.force, person=self.author, name="Issued phone", owner="force", kind="phone"
        )

    def account(self, handle: str, network: str) -> Account:
        return Account.objects.create(
            force=self.force,
            platform="practice",
            network=network,
            handle=handle,
            name=handle.replace("-", " ").title(),
            kind="main",
            created_on=date(2024, 1, 1),
        )

    def person(self, name: str, roles: list[str], team: Team | None = None) -> Person:
        slug = name.lower().replace(" ", "-")
        person = Person(
            username=slug,
            pseudonym=f"p-{slug}",
            force=self.force,
            display_name=name,
            shoulder_number=name.rpartition(" ")[2],
            category="officer",
        )
        person.set_unusable_password()
        person.save()
        if team:
            person.teams.add(team)
        for role in roles:
            RoleHeld.objects.create(person=person, role=role, force=self.force, since=date(2025, 1, 1))
        return person

    def authorise(self, person: Person, account: Account) -> Grant:
        return Grant.objects.create(
            force=self.force.pk,
            kind="authorisation",
            person=person,
            over=f"accounts.account:{account.pk}",
            since=date(2025, 1, 1),
        )

    def draft(self, text: str = "Road closed at the bridge.", accounts: int = 1, **more: Any) -> Post:
        draft = Draft(text=text, accounts={a.pk: "" for a in self.accounts[:accounts]}, **more)
        made = door.propose(StartDraft(self.force.pk, draft), self.author, self.clock())
        return Post.objects.get(pk=made.subject.rpartition(":")[2])

    def save(self, post: Post, by: Person | None = None, **changes: Any) -> Post:
        draft = Draft(**{**vars(Draft.of(post)), **changes})
        door.propose(SaveDraft(post.pk, post.revision, draft), by or self.author, self.clock())
        return Post.objects.get(pk=post.pk)

    def submit(self, post: Post, by: Person | None = None, **more: Any) -> list[Proposal]:
        more = {"answers": ANSWERS, "device": self.device.pk, **more}
        post = Post.objects.get(pk=post.pk)
        return submit(post, by or self.author, self.clock(), revision=post.revision, **more)


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vocabulary")
    for name in ("facts", "controls"):
        shutil.copytree(PACKS / name, folder / name)
    for file in PACKS.glob("*.yaml"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(autouse=True)
def _harbour(vocabulary: Path, settings: Any) -> None:
    settings.REMIT_PACKS = [vocabulary, OWN]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(db: None, clock: Clock) -> World:
    return World(clock)


@pytest.fixture
def real_time(world: World) -> None:
    """Pages take the time from the server's clock, so what tests make beforehand does too."""
    world.clock.now = timezone.now()


@pytest.fixture
def network(clock: Clock) -> Iterator[Callable[..., PracticeNetwork]]:
    """Puts a practice network of some character in place: `network(readable=False, faults=[LOST])`."""
    places = []

    def put(**character: Any) -> PracticeNetwork:
        place = PracticeNetwork(clock=clock, **character)
        places.append(registry.instead("practice", place))
        places[-1].__enter__()
        return place

    put()
    yield put
    for place in reversed(places):
        place.__exit__(None, None, None)


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "blue").save(out, "JPEG")
    return out.getvalue()
