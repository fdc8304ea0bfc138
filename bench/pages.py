"""How long pages take over HTTP, and how large they are: 20 people signed in at once, 500 accounts, 100,000 posts.

Runs the real server (`remit serve`) on a demonstration of its own; with `DATABASE_URL`, on that database, which must be
empty. The many posts are written straight into the database: they are ballast, not history.
"""

from __future__ import annotations

import http.client
import itertools
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.printing import at, heading

PEOPLE, ACCOUNTS, POSTS = 20, 500, 100_000
ROUNDS = 15  # of each page, by each person
REMIT = Path(sys.executable).with_name("remit")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"REMIT_MODE": "demonstration", "REMIT_VAR": folder, "REMIT_SIGHT": "off"}
        subprocess.run([REMIT, "demo", "load"], check=True, stdout=subprocess.DEVNULL)
        os.environ["DJANGO_SETTINGS_MODULE"] = "remit.settings"
        import django

        django.setup()
        addresses, cookies, draft = _fill()
        server = subprocess.Popen([REMIT, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            url = next(line for line in server.stdout if "http://" in line).split()[-1]
            threading.Thread(target=server.stdout.read, daemon=True).start()
            _measure(url, addresses, cookies, draft)
        finally:
            server.terminate()
            server.wait()


def _fill() -> tuple[dict[str, str], list[str], int]:
    """The ballast; gives the pages to ask for, a session for each person, and a draft that they all save."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from remit.accounts.models import Account
    from remit.people.models import Force, Person
    from remit.posts.models import Post, Target

    now = timezone.now()
    force = Force.objects.get(slug="cleveland")
    author = Post.objects.filter(force=force, submitted_at=None).first().author
    some = Account.objects.filter(force=force).first()
    Account.objects.bulk_create(
        Account(force=force, platform=some.platform, network="x", handle=f"bench{n}", name=f"Account {n}", kind="area",
                created_on=now.date())
        for n in range(ACCOUNTS)
    )  # fmt: skip
    accounts = list(Account.objects.filter(force=force).values_list("pk", flat=True))
    for start in range(0, POSTS, 5_000):
        made = Post.objects.bulk_create(
            Post(force=force, author=author, writers=[author.pk], text=f"Mind the ice in road {start + n}.",
                 created_at=now - timedelta(minutes=start + n), changed_at=now - timedelta(minutes=start + n))
            for n in range(5_000)
        )  # fmt: skip
        Target.objects.bulk_create(
            Target(post=post, account_id=account) for post, account in zip(made, itertools.cycle(accounts))
        )
    draft = Post.objects.filter(force=force, submitted_at=None, author=author, text__startswith="Mind").first()
    cookies = []
    for person in itertools.islice(itertools.cycle(Person.objects.filter(force=force, is_active=True)), PEOPLE):
        person = author if len(cookies) % 2 else person
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        cookies.append(session.session_key)
    pages = {
        "home": "/",
        "posts": "/posts/",
        "posts, page 2,000": "/posts/?page=2000",
        "compose": f"/posts/{draft.pk}/edit",
        "a post": f"/posts/{draft.pk}/",
        "approvals": "/approvals/",
        "accounts": "/accounts/",
        "an account": f"/accounts/{some.pk}/",
        "policy": "/policy/cleveland/",
        "a clause": "/policy/cleveland/CL-3.1.5f/",
        "search": "/search?q=ice",
    }
    return pages, cookies, draft.pk


def _measure(url: str, pages: dict[str, str], cookies: list[str], draft: int) -> None:
    taken: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    faults: dict[str, int] = defaultdict(int)
    lock = threading.Lock()

    def person(session: str, turn: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        names = list(pages)
        for number in range(ROUNDS * len(names)):
            name = names[(number + turn) % len(names)]
            status, size, milliseconds = _ask(connection, pages[name], session)
            with lock:
                if status == 200:
                    taken[name].append(milliseconds)
                    sizes[name] = max(sizes.get(name, 0), size)
                else:
                    faults[f"{name}: {status}"] += 1

    threads = [threading.Thread(target=person, args=(key, turn)) for turn, key in enumerate(cookies)]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = sum(map(len, taken.values()))
    heading(f"Pages: {PEOPLE} people at once, {ACCOUNTS} accounts, {POSTS:,} posts; aim p95 under 150 ms, under 200 kB")
    for name, times in taken.items():
        times.sort()
        print(f"{name:<22} p50 {at(times, 0.5):8.1f} ms   p95 {at(times, 0.95):8.1f} ms   {sizes[name] / 1000:7.1f} kB")
    print(f"{asked / (perf_counter() - begun):.0f} pages a second. Not shown: {dict(faults) or 'none'}.")


def _ask(connection: http.client.HTTPConnection, path: str, session: str) -> tuple[int, int, float]:
    begun = perf_counter()
    connection.request("GET", path, headers={"Cookie": urlencode({"sessionid": session})})
    answer: Any = connection.getresponse()
    size = len(answer.read())
    return answer.status, size, (perf_counter() - begun) * 1000
