"""What an auditor can see and take away, and who cannot."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from remit.acts.models import Referral
from remit.evidence import gathering
from remit.ledger import cosigning, history
from remit.ledger.models import Entry
from remit.ledger.notes import WITNESS, Signer
from remit.ledger.sequencer import publish
from remit.people.models import Person
from remit.posts.models import Post
from tests.evidence.conftest import WANTED, signed_in
from tests.ledger.conftest import guard, sql, unguard
from tests.posts.conftest import World

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_an_auditor_sees_what_happened_and_what_was_signed(key: None, auditor: Person, post: Post) -> None:
    """Otherwise nobody could look into the ledger without a database shell."""
    checkpoint = publish()
    page = words(signed_in(auditor).get("/ledger/"))
    assert f"over {checkpoint.size} entries of harbour.example/remit" in page
    assert "Published on the network" in page
    assert 'href="/ledger/"' in words(signed_in(auditor).get("/"))
    found = words(signed_in(auditor).get("/ledger/", {"q": f"posts.post:{post.pk}"}))
    assert "Put a post forward" in found
    assert "A say was given" not in found.split("Entries, newest first")[1]
    assert "No entry matches" in words(signed_in(auditor).get("/ledger/", {"q": "posts.post:999"}))
    said = words(signed_in(auditor).get("/ledger/", {"action": "say.answered"}))
    assert "A say was given" in said.split("Entries, newest first")[1]
    assert signed_in(auditor).get("/ledger/checkpoint").content.startswith(b"harbour.example/remit\n")


@pytest.mark.parametrize("address", ["/ledger/", "/ledger/entries/1/", "/ledger/checkpoint", "/ledger/evidence/{}"])
def test_nobody_else_does(key: None, world: World, post: Post, stranger: Person, address: str) -> None:
    """Otherwise any author could read what an inquiry into them has looked at."""
    publish()
    address = address.format(f"posts.post:{post.pk}")
    assert signed_in(world.author).get(address).status_code == 403
    assert "Download an evidence pack" not in words(signed_in(world.author).get(f"/posts/{post.pk}/"))
    assert 'href="/ledger/"' not in words(signed_in(world.author).get("/"))
    if "entries" in address or "evidence" in address:
        number = Entry.objects.get(action="posts.publish").number
        answer = signed_in(stranger).get(address.replace("entries/1", f"entries/{number}"))
        assert answer.status_code in (403, 404)


def test_looking_at_personal_values_is_recorded_before_they_are_shown(auditor: Person, post: Post) -> None:
    """Otherwise those who watch would not be watched."""
    entry = Entry.objects.get(action="say.answered")
    assert "The picture is the right one." in words(signed_in(auditor).get(f"/ledger/entries/{entry.number}/"))
    (read,) = history(f"ledger.entry:{entry.number}")
    assert (read.action, read.actor) == ("evidence.read-entry", auditor.pseudonym)
    plain = Entry.objects.get(action="posts.sent")
    signed_in(auditor).get(f"/ledger/entries/{plain.number}/")
    assert history(f"ledger.entry:{plain.number}") == []


def test_an_auditor_takes_evidence_of_a_post_away_and_a_stranger_checks_it(
    key: None, auditor: Person, post: Post, tmp_path: Path
) -> None:
    """Otherwise the force's word would be all that anybody outside has."""
    client = signed_in(auditor)
    assert f"/ledger/evidence/posts.post:{post.pk}" in words(client.get(f"/posts/{post.pk}/"))
    form = client.get(f"/ledger/evidence/posts.post:{post.pk}")
    assert "Reasons given" in words(form)
    given = client.post(f"/ledger/evidence/posts.post:{post.pk}", {"shown": ["parts", "decision"]})
    folder = unpacked(given, tmp_path / "pack")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert WANTED in done.stdout
    assert "Download an evidence pack" in done.stdout, "the pack holds the record of its own making"
    assert "The picture is the right one." not in done.stdout
    assert auditor.display_name not in done.stdout
    decisions = sorted((folder / "decisions").iterdir())
    assert {json.loads(file.read_bytes())["decision"]["outcome"] for file in decisions} == {"allowed"}
    evidence = json.loads((folder / "evidence.json").read_text())
    assert evidence["policies"][0]["pack"] == "harbour"
    assert evidence["policies"][0]["clauses"]
    line = history(f"posts.post:{post.pk}")[-1]
    assert (line.action, line.actor) == ("evidence.export", auditor.pseudonym)
    assert line.about["withheld"] == ["reason"]


def test_evidence_about_one_account_is_about_the_whole_post(post: Post) -> None:
    """Otherwise a pack asked for from an entry would lack the half of what happened."""
    target = post.targets.get()
    whole = gathering.about(f"posts.post:{post.pk}")
    assert gathering.about(f"posts.target:{target.pk}") == whole
    assert gathering.about(f"posts.publication:{target.publications.get().pk}") == whole
    assert gathering.about("posts.target:999999") is None


def test_names_are_put_in_only_when_asked_for(key: None, auditor: Person, post: Post, tmp_path: Path) -> None:
    """Otherwise a pack for one side would name officers to it without anybody having decided that."""
    client = signed_in(auditor)
    without = unpacked(client.post(f"/ledger/evidence/posts.post:{post.pk}", {}), tmp_path / "a")
    assert "PC 4417" not in (without / "evidence.json").read_text()
    with_names = unpacked(client.post(f"/ledger/evidence/posts.post:{post.pk}", {"names": "on"}), tmp_path / "b")
    assert "PC 4417" in (with_names / "evidence.json").read_text()


def test_without_a_key_the_page_says_what_to_do(auditor: Person, post: Post) -> None:
    """Otherwise an auditor would get half a pack, or an error that helps nobody."""
    client = signed_in(auditor)
    assert "remit ledger keys new" in words(client.get("/ledger/"))
    page = words(client.post(f"/ledger/evidence/posts.post:{post.pk}", {}))
    assert "The pack could not be made" in page
    assert "remit ledger keys new" in page


def test_an_auditor_verifies_everything_and_the_result_is_kept(key: None, auditor: Person, post: Post) -> None:
    """Otherwise nobody would know when it was last looked at, or with what result."""
    client = signed_in(auditor)
    count = Entry.objects.count()
    assert f"All {count} entries are as they were written" in words(client.post("/ledger/verify", follow=True))
    assert f"all {count} entries as they were written" in words(client.get("/ledger/"))
    unguard()
    sql("UPDATE ledger_entry SET object = 'posts.post:77' WHERE number = 3")
    guard()
    page = words(client.post("/ledger/verify", follow=True))
    assert "Entry 3 has been altered" in page
    assert "1 fault" in page


def test_a_database_that_was_put_back_is_said_on_the_page(key: None, auditor: Person, post: Post) -> None:
    """Otherwise the page would look as always while the last approvals are gone."""
    publish()
    unguard()
    sql("DELETE FROM ledger_disclosure")
    sql("DELETE FROM ledger_entry WHERE number > 3")
    sql("UPDATE ledger_head SET number = 3, hash = %s", bytes(Entry.objects.get(number=3).hash))
    guard()
    assert "put back from an older backup" in words(signed_in(auditor).get("/ledger/"))


def test_the_page_says_who_outside_has_seen_the_ledger(
    key: None, auditor: Person, post: Post, tmp_path: Path, settings: Any
) -> None:
    """An auditor would take a ledger that no witness has seen for one that they vouch for."""
    publish()
    assert "None are named" in words(signed_in(auditor).get("/ledger/"))
    settings.REMIT_WITNESSES = tmp_path / "policy"
    witness = Signer.fresh("a.example/witness", WITNESS).verifier
    settings.REMIT_WITNESSES.write_text(f"witness a {witness} http://127.0.0.1:9\nquorum a\n")
    assert "Not enough have cosigned it yet" in words(signed_in(auditor).get("/ledger/"))
    cosigning.collect(timezone.now(), at_once=True)
    assert "a does not answer" in words(signed_in(auditor).get("/ledger/"))
    settings.REMIT_WITNESSES.write_text("quorum\n")
    assert "Line 1 of the policy of witnesses" in words(signed_in(auditor).get("/ledger/"))
    answer = signed_in(auditor).post(f"/ledger/evidence/posts.post:{post.pk}", {"shown": []})
    assert "The pack could not be made" in words(answer)


def test_an_entry_of_a_referral_is_only_for_those_whom_it_names(key: None, auditor: Person, post: Post) -> None:
    """Otherwise somebody could learn from the ledger that they have been referred."""
    from django.db import transaction

    from remit.acts.evidence import enter_about

    referral = Referral.objects.create(
        force="harbour",
        pack="harbour",
        rule="HB-1",
        subject=f"posts.post:{post.pk}",
        to_who="nobody",
        made_at=post.changed_at,
    )
    with transaction.atomic():
        enter_about("referral.made", "harbour", referral.subject, None, post.changed_at, referral=referral.pk)
    entry = Entry.objects.get(action="referral.made")
    client = signed_in(auditor)
    assert client.get(f"/ledger/entries/{entry.number}/").status_code == 404
    assert f"/ledger/entries/{entry.number}/" not in words(client.get("/ledger/"))
    about = gathering.about(f"posts.post:{post.pk}")
    assert about is not None
    assert entry not in gathering.entries(about, auditor, post.changed_at)
    assert entry in gathering.entries(about, None, post.changed_at)
    referral.taken_by = auditor
    referral.save()
    assert client.get(f"/ledger/entries/{entry.number}/").status_code == 200


def test_the_list_asks_the_database_the_same_however_long_the_ledger(key: None, auditor: Person, post: Post) -> None:
    """Otherwise the page would slow down with every year."""
    from django.db import transaction

    from remit.ledger import record

    client = signed_in(auditor)

    def queries() -> int:
        """How many a page takes; the fewest of three, since a cache may run out in any one of them."""
        counts = []
        for _ in range(3):
            with CaptureQueriesContext(connection) as asked:
                client.get("/ledger/")
            counts.append(len(asked))
        return min(counts)

    few = queries()
    with transaction.atomic():
        for number in range(120):
            record("posts.sent", "harbour", "remit", f"posts.publication:{number}", now=post.changed_at)
    assert queries() == few
    page = words(client.get("/ledger/"))
    older = words(client.get("/ledger/", {"before": page.split("before=")[1].split('"')[0]}))
    assert "Older entries" in older


def unpacked(response: HttpResponse, folder: Path) -> Path:
    assert response["Content-Type"] == "application/zip", response.content.decode()
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        archive.extractall(folder)
    return folder
