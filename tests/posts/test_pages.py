"""If these fail, an author or an approver cannot do the main job in a browser, or loses what they typed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from remit.acts.models import Proposal, Say
from remit.people.models import Person
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import PracticeNetwork
from remit.posts import publishing
from remit.posts.models import Post, Publication
from tests.posts.conftest import World

WANTED = "WANTED: have you seen this man? Call us on 101."


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(world: World, post: Post, **changes: object) -> dict[str, object]:
    return {
        "revision": post.revision,
        "text": post.text,
        "account": [str(world.accounts[0].pk)],
        "device": str(world.device.pk),
        "answer.post.purpose": "information",
        "answer.actor.duty_state": "on_duty",
        "when": "now",
        "do": "next",
        **changes,
    }


def test_the_main_job_from_draft_to_published(
    world: World, real_time: None, network: Callable[..., PracticeNetwork]
) -> None:
    author, adviser = signed_in(world.author), signed_in(world.adviser)
    made = author.post("/posts/new", {"text": WANTED, "account": [str(world.accounts[0].pk)]})
    post = Post.objects.get()
    assert made["Location"] == f"/posts/{post.pk}/edit"
    assert b"HB-2a" in author.get(f"/posts/{post.pk}/edit").content
    sent = author.post(f"/posts/{post.pk}/edit", form(world, post))
    assert sent["Location"] == f"/posts/{post.pk}/submit"
    assert b"Put it forward" in author.get(f"/posts/{post.pk}/submit").content
    post.refresh_from_db()
    author.post(f"/posts/{post.pk}/submit", {"revision": post.revision})
    say = Say.objects.get()
    assert WANTED[:20].encode() in adviser.get("/approvals/").content
    page = adviser.get(f"/approvals/{say.pk}/")
    assert b"Harbour Main" in page.content
    assert author.post(f"/approvals/{say.pk}/", {"answer": "approve", "revision": 1}).status_code == 200
    assert Proposal.objects.get(act="posts.publish").state == "open"
    answered = adviser.post(f"/approvals/{say.pk}/", {"answer": "approve", "revision": say.proposal.revision})
    assert answered.status_code == 302
    world.clock.forward(minutes=1)
    publishing.work(world.clock)
    publication = Publication.objects.get()
    assert publication.state == "sent"
    assert WANTED.encode() in Client().get(publication.remote_url).content
    assert b"Take it down" in author.get(f"/posts/{post.pk}/").content
    down = author.post(f"/posts/publications/{publication.pk}/take-down", {"reason": "He was found."})
    assert down.status_code == 302
    world.clock.forward(minutes=1)
    publishing.work(world.clock)
    assert Client().get(publication.remote_url).status_code == 404
    for address in ("/posts/", "/posts/?state=gone&mine=1", "/approvals/", "/"):
        assert author.get(address).status_code == 200


def test_two_windows_on_one_draft_lose_neither_text(world: World, real_time: None) -> None:
    post, author = world.draft(), signed_in(world.author)
    author.post(f"/posts/{post.pk}/edit", form(world, post, text="First window", do="save"))
    second = author.post(f"/posts/{post.pk}/edit", form(world, post, text="Second window", do="save"))
    assert second.status_code == 409
    assert b"First window" in second.content
    assert b"Second window" in second.content


def test_bad_input_is_refused_in_words_and_stays_on_the_page(world: World, real_time: None) -> None:
    post, author = world.draft(), signed_in(world.author)
    address = f"/posts/{post.pk}/edit"
    long = author.post(address, form(world, post, text="x" * 100_001, do="save"))
    assert long.status_code == 422
    assert b"x" * 100_001 in long.content
    pdf = SimpleUploadedFile("photo.jpg", b"%PDF-1.7", content_type="image/jpeg")
    wrong = author.post(address, form(world, post, text="Kept words", do="attach", picture=pdf))
    assert b"a PDF document" in wrong.content
    assert b"Kept words" in wrong.content
    post.refresh_from_db()
    hidden = author.post(address, form(world, post, text="a\u202eb\u200b", do="check"))
    assert b"right-to-left override" in hidden.content
    assert b"zero width space" in hidden.content


def test_the_panel_answers_while_somebody_writes_and_saves_nothing(world: World, real_time: None) -> None:
    post, author = world.draft(), signed_in(world.author)
    panel = author.post(f"/posts/{post.pk}/check", form(world, post, text=WANTED), headers={"HX-Request": "true"})
    assert b"A wanted appeal waits for Corporate Communications" in panel.content
    post.refresh_from_db()
    assert post.text == "Road closed at the bridge."
    saved = author.post(f"/posts/{post.pk}/save", form(world, post, text="Saved by itself"))
    assert b"Saved" in saved.content
    post.refresh_from_db()
    assert post.text == "Saved by itself"


def test_a_force_sees_nothing_of_another(world: World, real_time: None) -> None:
    from remit.people.models import Force

    post = world.draft()
    world.force = Force.objects.create(slug="inland", name="Inland Police", packs=["harbour"])
    stranger = signed_in(world.person("PC 9001", ["author"]))
    for path in ("", "edit", "submit", "take-over", "discard"):
        assert stranger.get(f"/posts/{post.pk}/{path}").status_code == 404
    assert b"Road closed" not in stranger.get("/posts/").content


def test_a_text_too_long_for_one_post_goes_out_as_a_thread(
    world: World, real_time: None, network: Callable[..., PracticeNetwork]
) -> None:
    """Otherwise a warning of three paragraphs would have to be cut by hand, and its second half posted late."""
    author = signed_in(world.author)
    text = "\n\n".join(f"Paragraph {n}: the bridge is closed while it is repaired, so go round. " * 3 for n in (1, 2))
    post = world.draft(text)
    page = author.get(f"/posts/{post.pk}/edit").content.decode()
    assert "or send it as a thread" in page
    page = author.post(f"/posts/{post.pk}/check", form(world, post, as_thread="yes", do="")).content.decode()
    assert "A thread of 2 posts" in page
    sent = author.post(f"/posts/{post.pk}/edit", form(world, post, as_thread="yes"))
    author.post(str(sent["Location"]), {"revision": Post.objects.get().revision})
    world.clock.forward(minutes=1)
    publishing.work(world.clock)
    first, second = PracticePost.objects.order_by("id")
    assert first.text.startswith("Paragraph 1")
    assert second.text.startswith("Paragraph 2")
    assert second.after == first


def test_an_author_says_what_no_signal_sees_and_the_policy_acts_on_it(world: World, real_time: None) -> None:
    """What only a person can tell (a defamation, a confidence, politics in a wink) would pass every policy."""
    post, author = world.draft(), signed_in(world.author)
    address = f"/posts/{post.pk}/edit"
    page = author.get(address).content.decode()
    assert 'name="answer.concern.political" value="yes"' in page
    assert "Nothing political" not in page
    ticked = form(world, post, do="save", **{"answer.concern.political": "yes"})
    panel = author.post(f"/posts/{post.pk}/check", ticked, headers={"HX-Request": "true"}).content.decode()
    assert "Nothing political" in panel
    assert 'type="checkbox" id="unsaid-concern.political"' not in panel, "it stands among the answers now"
    author.post(address, ticked)
    post.refresh_from_db()
    assert post.answers["concern.political"] is True
    kept = author.get(address).content.decode()
    assert "Nothing political" in kept
    back = form(world, post, do="save", shown="concern.political", **{"answer.concern.political": "no"})
    author.post(address, back)
    assert "Nothing political" not in author.get(address).content.decode()


def test_the_list_of_posts_asks_as_much_of_the_database_however_many_wait(world: World, real_time: None) -> None:
    """Otherwise the list would get slower with every post that waits for an approver, on the day there are most."""
    author = signed_in(world.author)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert b"With approvers" in author.get("/posts/?state=submitted").content
        return len(queries)

    world.submit(world.draft(WANTED))
    one = asked()
    for number in range(4):
        world.submit(world.draft(f"{WANTED} Case {number}."))
    assert asked() == one
    post = Post.objects.order_by("pk").first()
    assert post
    assert b"It waits for an answer." in author.get(f"/posts/{post.pk}/").content
    say = Say.objects.filter(proposal__subject=f"posts.target:{post.targets.get().pk}").get()
    assert say.who_words.encode() in author.get(f"/posts/{post.pk}/").content
