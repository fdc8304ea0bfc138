"""The kill run: real workers end by SIGKILL at named points, again and again, and then the books are checked.

    python -m tests.operations.killing --kills 100 --seed 1 --workers 1

Needs the environment of `tests.databases.environment` with an empty, migrated database. Each kill ends a process of its
own, in the middle of the worker's own rounds, on four kinds of network. What a person is asked for is done by acts, as
they would. Prints one JSON object; exits with 1 unless nothing was lost, doubled or sent without a record.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

#: Every named point of the worker, and two inside the network: it has done what it was asked, and has not said so yet.
POINTS = (
    "claimed",
    "decided",
    "intent written",
    "about to call",
    "taken by the network",
    "answered",
    "remote id kept",
    "recorded",
    "removal: intent written",
    "removed by the network",
    "removal: answered",
    "removal: recorded",
    "recovering",
    "recovered",
    "looking",
    "looked",
    "found",
)
#: Those of finding out what became of a call.
AFTERWARDS = ("recovering", "recovered", "looking", "looked", "found")
KINDS: dict[str, dict[str, Any]] = {
    "idempotent": {"idempotent": True},
    "readable": {"idempotent": False},
    "lagging": {"idempotent": False, "lag": timedelta(minutes=3)},
    "blind": {"idempotent": False, "readable": False},
}


@dataclass
class Run:
    """One run: the world it happens in, and what has happened so far."""

    world: Any
    clock: Any
    random: random.Random
    workers: int
    kills: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    posts: int = 0

    def go(self, kills: int) -> None:
        """Kill so many workers, each with fresh work to do; then let everything come to rest."""
        while self.kills.total() < kills:
            fewest = min(self.tried[point] for point in POINTS)
            point = self.random.choice([point for point in POINTS if self.tried[point] == fewest])
            self.tried[point] += 1
            self._make_work(removal=point.startswith("remov"))
            nth = self.random.randint(1, 2)
            if point in AFTERWARDS:  # which takes a worker that was killed in its call
                self.kills["taken by the network"] += self._killed_at("taken by the network", nth)
                self.clock.forward(minutes=6)
                nth = 1
            self.kills[point] += self._killed_at(point, nth)
            self.clock.forward(seconds=self.random.choice([1, 40, 150]))
        self._come_to_rest()

    def _make_work(self, *, removal: bool) -> None:
        """One more post of one to three parts; or another one taken down."""
        from remit.acts import door
        from remit.acts.act import ActRefused
        from remit.posts.acts import PublishPost, TakeDown
        from remit.posts.content import digest
        from remit.posts.models import Publication, Target
        from tests.posts.conftest import ANSWERS

        out = list(Publication.objects.filter(action="publish", state="sent", removals=None).order_by("pk"))
        if removal and out:
            try:
                act = TakeDown(self.random.choice(out).pk, "Wrong place.")
                door.propose(act, self.world.author, self.clock())
            except ActRefused:
                pass  # a part of its thread is being taken down already
            return
        self.posts += 1
        post = self.world.draft(f"Road {self.posts} closed.")
        Target.objects.filter(post=post).update(account=self.random.choice(self.world.accounts))
        parts = [
            {"text": f"Road {self.posts} closed, part {number}.", "pictures": []}
            for number in range(1, self.random.choice([1, 1, 2, 3]) + 1)
        ]
        act = PublishPost(post.targets.get().pk, parts, digest(parts), device=self.world.device.pk)
        door.propose(act, self.world.author, self.clock(), answers=ANSWERS)

    def _killed_at(self, point: str, nth: int) -> bool:
        """Let the workers go round, one of them until `point` is reached for the nth time; whether it came to that."""
        children = [self._child(point, nth), *(self._child("", 0) for _ in range(self.workers - 1))]
        ends = [os.waitpid(child, 0)[1] for child in children]
        if any(os.WIFEXITED(end) and os.WEXITSTATUS(end) for end in ends):
            raise SystemExit("A worker failed; see above.")
        return os.WIFSIGNALED(ends[0]) and os.WTERMSIG(ends[0]) == signal.SIGKILL

    def _child(self, point: str, nth: int) -> int:
        from django.db import connections

        from remit import serving
        from remit.acts import worker as sweeping
        from remit.posts import claims

        connections.close_all()
        now = self.clock() if self.kills.total() % 10 else None  # every worker would sweep as it begins
        sweeping._due_at, sweeping._open_at, sweeping._records_on = now, now, now and now.date()
        child = os.fork()
        if child:
            return child
        passed = Counter[str]()

        def reached(here: str) -> None:
            passed[here] += 1
            if here == point and passed[here] == nth:
                os.kill(os.getpid(), signal.SIGKILL)

        claims.reached = reached
        try:
            worker = serving.Worker()
            while worker.go_round(self.clock):
                pass
            os._exit(1 if any(worker._failures.values()) else 0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _rounds(self, times: int) -> None:
        for _ in range(times):
            self._killed_at("", 0)
            self.clock.forward(minutes=6)

    def _come_to_rest(self) -> None:
        """Undisturbed rounds, and what people are asked for, until nothing is left to do."""
        from remit.acts import door
        from remit.platforms.practice.models import PracticePost
        from remit.posts.acts import ReleasePost, SettlePost, SettleRemoval
        from remit.posts.models import Publication

        for _ in range(12):
            self._rounds(4)
            author, now = self.world.author, self.clock()
            for row in Publication.objects.filter(state="unknown").order_by("pk"):
                removal = row.action == "delete"
                key = row.of.key if removal else row.key
                there = PracticePost.objects.filter(key=key, removed_at=None).first()
                url = f"/practice/{there.profile_id}/{there.number}/" if there else ""
                seen = SettleRemoval(row.pk, there is None) if removal else SettlePost(row.pk, there is not None, url)
                door.propose(seen, author, now)
            for row in Publication.objects.filter(action="publish", state__in=["failed", "missed"]).order_by("pk"):
                door.propose(ReleasePost(row.pk), author, now)
            if not Publication.objects.exclude(state__in=["sent", "gone", "withdrawn"]).exists():
                return

    def books(self) -> dict[str, Any]:
        """What is on the networks against what was approved, and against the ledger."""
        from remit import ledger
        from remit.ledger.models import Entry
        from remit.platforms.practice.models import PracticePost
        from remit.posts.models import Publication, PublicationAttempt

        posts = list(PracticePost.objects.select_related("after"))
        there = Counter(post.key for post in posts)
        rows = list(Publication.objects.filter(action="publish").select_related("of").order_by("pk"))
        removals = {row.of_id: row for row in Publication.objects.filter(action="delete")}
        numbers = {post.key: post for post in posts}
        lost, wrong = [], []
        for row in rows:
            shown = numbers.get(row.key)
            if shown is None and row.state == "withdrawn":
                continue  # its thread was taken down before its turn came
            if shown is None:
                lost.append(f"{row.pk}: {row.state}, not on the network")
                continue
            if (shown.removed_at is not None) != (row.pk in removals):
                wrong.append(f"{row.pk}: removed {shown.removed_at}, wanted {row.pk in removals}")
            if row.state != ("gone" if row.pk in removals else "sent") or row.remote_id != shown.number:
                wrong.append(f"{row.pk}: {row.state}, {row.remote_id} for {shown.number}")
            before = next((r for r in rows if r.target_id == row.target_id and r.part == row.part - 1), None)
            if (shown.after.key if shown.after else None) != (before.key if before else None):
                wrong.append(f"{row.pk}: part {row.part} answers the wrong part")
        settled = set(Entry.objects.filter(action__in=["posts.sent", "posts.settle"]).values_list("object", flat=True))
        attempted = set(PublicationAttempt.objects.values_list("publication__key", flat=True))
        sent = Counter(Entry.objects.filter(action="posts.sent").values_list("object", flat=True))
        return {
            "kills": self.kills.total(),
            "points": dict(sorted(self.kills.items())),
            "posts": self.posts,
            "publications": len(rows),
            "removals": len(removals),
            "lost": lost,
            "doubled": [str(key) for key, times in there.items() if times > 1],
            "without a record": [str(key) for key in there if key not in attempted]
            + [
                f"{row.pk} is in no entry"
                for row in rows
                if row.state != "withdrawn" and f"posts.publication:{row.pk}" not in settled
            ],
            "recorded twice": [subject for subject, times in sent.items() if times > 1],
            "wrong": wrong,
            "ledger holds": ledger.verify().holds,
        }


def set_up(clock: Any, networks: ExitStack) -> Any:
    """The small force of the publishing tests, with an account on each kind of network."""
    from django.conf import settings

    from remit.platforms import registry
    from remit.platforms.practice.network import PracticeNetwork
    from remit.posts import claims
    from tests.posts.conftest import OWN, PACKS, World

    class Network(PracticeNetwork):
        """A network that can be interrupted when it has done what it was asked."""

        def publish(self, *asked: Any) -> Any:
            answer = super().publish(*asked)
            claims.reached("taken by the network")
            return answer

        def delete(self, *asked: Any) -> None:
            super().delete(*asked)
            claims.reached("removed by the network")

    vocabulary = Path(settings.REMIT_VAR) / "vocabulary"
    for name in ("facts", "controls"):
        shutil.copytree(PACKS / name, vocabulary / name)
    for file in PACKS.glob("*.yaml"):
        shutil.copy(file, vocabulary)
    settings.REMIT_PACKS = [vocabulary, OWN]
    world = World(clock)
    spare = world.accounts
    world.accounts = []
    for kind, character in KINDS.items():
        networks.enter_context(registry.instead(kind, Network(clock=clock, name=kind, **character)))
        account = world.account(f"harbour-{kind}", "x")
        account.platform = kind
        account.save()
        world.authorise(world.author, account)
        world.accounts.append(account)
    type(spare[0]).objects.filter(pk__in=[account.pk for account in spare]).update(state="closed")
    return world


def main(out: Callable[[str], Any] = sys.stdout.write) -> None:
    """Make a run as the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=1)
    given = asked.parse_args()

    import django

    django.setup()
    logging.getLogger("remit.ledger").setLevel(logging.ERROR)  # it has no key to sign with, which each worker would say
    from tests.posts.conftest import Clock

    clock, began = Clock(), time.monotonic()
    with ExitStack() as networks:
        run = Run(set_up(clock, networks), clock, random.Random(given.seed), given.workers)
        run.go(given.kills)
    books = {**run.books(), "seed": given.seed, "workers": given.workers, "seconds": round(time.monotonic() - began)}
    out(json.dumps(books, indent=2) + "\n")
    faults = ("lost", "doubled", "without a record", "recorded twice", "wrong")
    raise SystemExit(1 if any(books[name] for name in faults) or not books["ledger holds"] else 0)


if __name__ == "__main__":
    main()
