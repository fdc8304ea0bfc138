"""A post that the policy refuses, and for which its author asks for the exception that the policy has."""

from __future__ import annotations

from django.test import Client

from remit.acts.models import Proposal, Say
from remit.posts.models import Post
from tests.posts.conftest import World
from tests.posts.test_pages import form, signed_in

EMBARGO = "Under embargo: the new station opens on Friday."


def put_to_check(world: World, author: Client) -> tuple[Post, str]:
    author.post("/posts/new", {"text": EMBARGO, "account": [str(world.accounts[0].pk)]})
    post = Post.objects.get()
    author.post(f"/posts/{post.pk}/edit", form(world, post))
    post.refresh_from_db()
    return post, author.get(f"/posts/{post.pk}/submit").content.decode()


def test_the_author_asks_for_it_when_putting_it_forward(world: World, real_time: None) -> None:
    """Otherwise a post that an approver may let through could only be rewritten."""
    author = signed_in(world.author)
    post, page = put_to_check(world, author)
    assert "Ask Corporate Communications to allow it" in page
    sent = {"revision": post.revision, "excuse.early": "The paper has it."}
    author.post(f"/posts/{post.pk}/submit", sent)
    say = Say.objects.get()
    assert (say.key, say.asked_because, say.proposal.state) == ("early", "The paper has it.", Proposal.State.OPEN)
    adviser = signed_in(world.adviser)
    assert "The paper has it." in adviser.get(f"/approvals/{say.pk}/").content.decode()
    adviser.post(f"/approvals/{say.pk}/", {"answer": "approve", "revision": say.proposal.revision})
    assert post.targets.get().publications.get().state == "due"


def test_a_post_refused_without_asking_can_ask_on_its_page(world: World, real_time: None) -> None:
    """Otherwise whoever pressed too soon would have to write the post again; a no leaves it refused, to be changed."""
    author = signed_in(world.author)
    post, _ = put_to_check(world, author)
    author.post(f"/posts/{post.pk}/submit", {"revision": post.revision})
    proposal = Proposal.objects.get(act="posts.publish")
    address = f"/proposals/{proposal.pk}/ask/early"
    assert address in author.get(f"/posts/{post.pk}/").content.decode()
    assert address not in signed_in(world.adviser).get(f"/posts/{post.pk}/").content.decode()
    assert author.post(address, {"reason": "The paper has it."})["Location"] == f"/posts/{post.pk}/"
    answer = {"answer": "refuse", "reason": "It has not.", "revision": proposal.revision}
    signed_in(world.adviser).post(f"/approvals/{Say.objects.get().pk}/", answer)
    page = author.get(f"/posts/{post.pk}/").content.decode()
    assert "It has not." in page
    assert "Ask Corporate Communications to allow it" not in page
    assert "Edit" in page
