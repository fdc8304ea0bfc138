"""How long pages take over HTTP, and how large they are: 20 people at work at once, 500 accounts, 100,000 posts.

Runs the real server (`remit serve`) on a demonstration of its own; with `DATABASE_URL`, on that database, which must be
empty. The many posts are written straight into the database: they are ballast, not history. Measured twice: with
everybody reading for a few seconds between two pages, and with nobody pausing, which is what the server can bear.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import uuid
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.printing import at, heading

PEOPLE, ACCOUNTS, POSTS = 20, 500, 100_000
AT_WORK, WITHOUT_PAUSE = 3, 2  # rounds of all pages by each person
PAUSE = (1.0, 3.0)  # seconds, from and to, that a person at work reads a page
REMIT = Path(sys.executable).with_name("remit")
SAVE = "save a draft"
#: Without models, as the aims are; what they cost a text stands among the signals' own figures.
MODELS = {"REMIT_SIGHT": "off", "REMIT_MEANING": "off"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"REMIT_MODE": "demonstration", "REMIT_VAR": folder} | MODELS
        subprocess.run([REMIT, "demo", "load"], check=True, stdout=subprocess.DEVNULL)
        os.environ["DJANGO_SETTINGS_MODULE"] = "remit.settings"
        import django

        django.setup()
        pages, people = _fill()
        server = subprocess.Popen([REMIT, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        worker = subprocess.Popen([REMIT, "worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert server.stdout
            url = next(line for line in server.stdout if "http://" in line).split()[-1]
            threading.Thread(target=server.stdout.read, daemon=True).start()
            heading(
                f"Pages: {PEOPLE} people, {ACCOUNTS} accounts, {POSTS:,} posts; aim: p95 under 150 ms, under 200 kB"
            )
            _measure(url, pages, people[:1], "First looks, by one person, during the worker's daily sweep", 1, (0, 0))
            print(f"\nThe sweep of {ACCOUNTS} accounts was over after {_until_idle(worker.pid):.0f} s.")
            _measure(url, pages, people, "At work, a few seconds a page", AT_WORK, PAUSE)
            _measure(url, pages, people, "Without pause", WITHOUT_PAUSE, (0, 0))
            print("\nMemory (aim: under 250 MB each without models)")
            print(f"server {_memory(server.pid)} MB, worker {_memory(worker.pid)} MB")
        finally:
            for process in (server, worker):
                process.terminate()
                process.wait()


class Worker:
    """Somebody signed in: their session, and the draft that they save."""

    def __init__(self, session: str, draft: int) -> None:
        self.session, self.draft = session, draft


def _fill() -> tuple[dict[str, str], list[Worker]]:
    """The ballast; gives the pages to ask for ("{draft}" is each person's own) and the people."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from remit.accounts.models import Account
    from remit.acts.models import Grant
    from remit.people.models import Force, Person, RoleHeld
    from remit.posts.models import Post, PostWords, Publication, Target

    now = timezone.now()
    force = Force.objects.get(slug="cleveland")
    some = Account.objects.filter(force=force).first()
    assert some
    Account.objects.bulk_create(
        Account(force=force, platform=some.platform, network="x", handle=f"bench{n}", name=f"Account {n}", kind="area",
                created_on=now.date())
        for n in range(ACCOUNTS)
    )  # fmt: skip
    staff = list(Person.objects.filter(force=force, is_active=True, roles_held__role="author").distinct())
    while len(staff) < PEOPLE:
        number = f"9{len(staff):03}"
        made = Person.objects.create_user(
            f"bench-{number}", None, force=force, display_name=f"PC {number}", shoulder_number=number,
            pseudonym=f"bench-{number}", category="officer",
        )  # fmt: skip
        RoleHeld.objects.create(person=made, role="author", force=force, since=now.date())
        Grant.objects.create(force=force.pk, kind="authorisation", person=made, over=f"accounts.account:{some.pk}",
                             since=now.date())  # fmt: skip
        staff.append(made)
    accounts = list(Account.objects.filter(force=force).values_list("pk", flat=True))
    turns = zip(itertools.cycle(accounts), itertools.cycle(staff), strict=False)
    for start in range(0, POSTS, 5_000):
        chosen = list(itertools.islice(turns, 5_000))
        sent = [now - timedelta(days=1, minutes=start + n) for n in range(5_000)]
        made_posts = Post.objects.bulk_create(
            Post(force=force, author=author, writers=[author.pk], text=f"Mind the ice in road {start + n}.",
                 created_at=sent[n], changed_at=sent[n], submitted_at=sent[n])
            for n, (_, author) in enumerate(chosen)
        )  # fmt: skip
        targets = Target.objects.bulk_create(
            Target(post=post, account_id=account) for post, (account, _) in zip(made_posts, chosen, strict=True)
        )
        PostWords.objects.bulk_create(PostWords(post=post, words=post.text) for post in made_posts)
        Publication.objects.bulk_create(
            Publication(target=target, state="sent", content={"text": target.post.text}, content_sha256="",
                        due_at=at_, sent_at=at_, key=uuid.uuid4(), remote_id=str(target.pk))
            for target, at_ in zip(targets, sent, strict=True)
        )  # fmt: skip
    people = []
    for person in staff[:PEOPLE]:
        draft = Post.objects.create(force=force, author=person, writers=[person.pk], text="Mind the ice.",
                                    created_at=now, changed_at=now)  # fmt: skip
        Target.objects.create(post=draft, account=some)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        people.append(Worker(str(session.session_key), draft.pk))
    pages = {
        "home": "/",
        "posts": "/posts/",
        "posts, page 2,000": "/posts/?page=2000",
        "compose": "/posts/{draft}/edit",
        SAVE: "/posts/{draft}/edit",
        "a post": "/posts/{draft}/",
        "approvals": "/approvals/",
        "accounts": "/accounts/",
        "an account": f"/accounts/{some.pk}/",
        "policy": "/policy/cleveland/",
        "a clause": "/policy/cleveland/CL-3.1.5f/",
        "search": "/search?q=road+99999",
    }
    return pages, people


def _measure(
    url: str, pages: dict[str, str], people: list[Worker], title: str, rounds: int, pause: tuple[float, float]
) -> None:
    taken: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    faults: dict[str, int] = defaultdict(int)
    lock = threading.Lock()

    def work(person: Worker, turn: int) -> None:
        chance = random.Random(turn)
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        names = list(pages)
        sleep(chance.uniform(0, pause[1]))  # nobody begins at the same moment
        for number in range(rounds * len(names)):
            sleep(chance.uniform(*pause))
            name = names[(number + turn) % len(names)]
            status, size, milliseconds = _ask(connection, name, pages[name].format(draft=person.draft), person)
            with lock:
                if status in (200, 302):
                    taken[name].append(milliseconds)
                    sizes[name] = max(sizes.get(name, 0), size)
                else:
                    faults[f"{name}: {status}"] += 1

    threads = [threading.Thread(target=work, args=(person, turn)) for turn, person in enumerate(people)]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = sum(map(len, taken.values()))
    print(f"\n{title}")
    for name, times in taken.items():
        times.sort()
        print(f"{name:<22} p50 {at(times, 0.5):8.1f} ms   p95 {at(times, 0.95):8.1f} ms   {sizes[name] / 1000:7.1f} kB")
    print(f"{asked / (perf_counter() - begun):.0f} pages a second. Not shown: {dict(faults) or 'none'}.")


def _until_idle(pid: int) -> float:
    """Seconds until a process has used next to no processor's time for a while."""
    begun, used = perf_counter(), -1.0
    while (now := _processor_time(pid)) - used > 0.1:
        used = now
        sleep(2)
    return perf_counter() - begun


def _processor_time(pid: int) -> float:
    """Seconds of the processor that a process has used (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    """Megabytes of a process and those it began; what several share is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    (kilobytes,) = re.findall(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(kilobytes) // 1000 + sum(_memory(int(child)) for child in children)


def _ask(connection: http.client.HTTPConnection, name: str, path: str, person: Worker) -> tuple[int, int, float]:
    """Status, bytes and milliseconds of one page; what is saved is the form as it was just shown, with other words."""
    headers = {"Cookie": urlencode({"sessionid": person.session})}
    body = None
    if name == SAVE:
        connection.request("GET", path, headers=headers)
        shown = connection.getresponse()
        page = shown.read().decode()
        token = next(value for key, value in shown.getheaders() if key.lower() == "set-cookie").split(";")[0]
        headers["Cookie"] += f"; {token}"
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        fields = _fields(page)
        fields["do"] = "save"
        fields["text"] = f"Mind the ice, {random.random()}."
        body = urlencode(fields)
    begun = perf_counter()
    connection.request("POST" if body else "GET", path, body=body, headers=headers)
    answer: Any = connection.getresponse()
    size = len(answer.read())
    return answer.status, size, (perf_counter() - begun) * 1000


def _fields(page: str) -> dict[str, str]:
    """The hidden fields of the form that is saved, and its ticked accounts."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") == "hidden" or "checked" in tag:
            found[said.get("name", "")] = said.get("value", "")
    return found
