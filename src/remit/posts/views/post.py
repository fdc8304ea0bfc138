"""One post: where it stands on each account, its history and evidence, and what can still be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.acts import door, says
from remit.acts.act import Act, ActRefused
from remit.acts.directory import get_directory
from remit.acts.excusing import Excuse, excuses_for
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.ledger import REMIT, history
from remit.people.models import Person
from remit.posts.acts import PublishPost, ReleasePost, Reschedule, SettlePost, SettleRemoval, TakeDown, WithdrawPost
from remit.posts.acts.drafting import LIVE, DiscardDraft, StartDraft, TakeOverDraft
from remit.posts.contests import settled_about
from remit.posts.drafts import Draft
from remit.posts.models import Post, Publication, PublicationAttempt, SettledSignal
from remit.posts.standing import Standing, readable_posts, standings, visible_posts
from remit.posts.views.approvals import may_see_for_a_say
from remit.posts.views.shown import preview, with_evidence
from remit.web.findings import cited_in, grouped
from remit.web.forms import DayTimeField
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest
from remit.web.subjects import named


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea, max_length=2_000, error_messages={"required": "Reason: say why."}
    )


class MoveForm(forms.Form):
    publish_at = DayTimeField(label="New date and time")


class SettleForm(forms.Form):
    went_out = forms.ChoiceField(
        label="Is the post there?",
        choices=[("yes", "Yes, it is there"), ("no", "No, it is not there")],
        widget=forms.RadioSelect,
        error_messages={"required": "Is the post there? Choose yes or no."},
    )
    url = forms.CharField(label="Its address, if it is there", required=False, max_length=300)


class NoForm(forms.Form):
    """A press of a button and nothing else."""


@login_required
@require_GET
def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """The post with its accounts, history and evidence."""
    now = timezone.now()
    post = get_object_or_404(Post.objects.select_related("author"), pk=pk)
    if not readable_posts(request.user).filter(pk=pk).exists() and not may_see_for_a_say(request.user, post, now):
        raise Http404
    (stands,) = standings([post], now, in_full=True)
    draft = Draft.of(post)
    permits = get_directory().permits
    accounts = []
    for standing in stands.accounts:
        subject = f"posts.target:{standing.target.pk}"
        force = post.force_id
        accounts.append(
            {
                "standing": standing,
                "lines": standing.lines(now),
                "preview": preview(_parts(standing, draft, post), standing.target.account),
                "findings": grouped(_findings(standing.proposal)),
                "excuses": _excuses(standing.proposal, request.user),
                "says": standing.proposal.says.exclude(state="not_needed") if standing.proposal else [],
                "may_publish": permits(request.user, "post.publish", force, subject),
                "may_take_down": permits(request.user, "post.take-down", force, subject),
                "changed": _changed_since(standing, draft, post),
            }
        )
    live = any(s.publication and s.publication.state in LIVE for s in stands.accounts)
    context = {
        "post": post,
        "stands": stands,
        "accounts": accounts,
        "answers": named(post.reply_to) if post.reply_to else None,
        "editable": not live and post.discarded_at is None and not post.reply_to and post.author_id == request.user.pk,
        "may_take_over": not live
        and post.discarded_at is None
        and not post.reply_to
        and post.author_id != request.user.pk,
        "may_draft": permits(request.user, "post.draft", post.force_id, f"posts.post:{post.pk}"),
        "may_take_back": any(
            s.group == "submitted" or (s.publication and s.publication.state in ("due", "held", "missed"))
            for s in stands.accounts
        ),
        "may_discard": not live and post.submitted_at is None and post.discarded_at is None,
        "events": _events(post, stands.accounts),
        "settled": [{"case": case, "what": _what(case)} for case in settled_about(post)],
        "evidence": _evidence(stands.accounts),
        "pictures": post.post_media.select_related("media").only("order", "media__name", "media__original_sha256"),
        "attempts": _attempts(post),
    }
    return render(request, "posts/post.html", context)


def _attempts(post: Post) -> QuerySet[PublicationAttempt]:
    """Every call to a network about the post, with the account."""
    made = PublicationAttempt.objects.filter(publication__target__post=post)
    made = made.select_related("publication__target__account")
    return made.only("started_at", "kind", "result", "remote_id", "publication__target__account__name")


def _what(case: SettledSignal) -> str:
    """What was settled, in the words of the vocabulary: "the post supports a party", "the kind of appeal: missing"."""
    concern = library().vocabulary.concerns.get(case.concern)
    if concern is not None:
        return concern.label
    name, _, value = case.concern.partition("=")
    fact = library().vocabulary.facts.get(name)
    return f"{fact.label}: {fact.values.get(value, value)}" if fact else case.concern


@login_required
@require_http_methods(["GET", "POST"])
def take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before becoming the author of somebody else's draft."""
    post = get_object_or_404(visible_posts(request.user).select_related("author"), pk=pk)
    form = NoForm(request.POST or None)
    if request.method == "POST" and carry_out(request, TakeOverDraft(post.pk), form, "You are writing this draft now."):
        return redirect("posts:edit", post.pk)
    context = {
        "question": f"Take over the draft of {post.author}?",
        "consequence": f"You become its author. {post.author} can no longer write in it and sees who took it over. "
        "Neither of you can approve it.",
        "action": "Take over the draft",
        "back": f"/posts/{post.pk}/",
        "form": form,
    }
    return render(request, "web/confirm.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop a post that is waiting or scheduled and make it a draft again."""
    post = get_object_or_404(visible_posts(request.user), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = "The post was taken back. It is a draft again."
        if carry_out(request, WithdrawPost(post.pk, form.cleaned_data["reason"]), form, done):
            return redirect("posts:post", post.pk)
    context = {
        "question": "Take this post back?",
        "consequence": "Nothing more of it goes out. Nobody is asked about it any more, and approvals that were given "
        "no longer count. What has gone out stays until it is taken down.",
        "action": "Take it back",
        "back": f"/posts/{post.pk}/",
        "form": form,
    }
    return render(request, "web/confirm.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    post = get_object_or_404(visible_posts(request.user), pk=pk)
    form = NoForm(request.POST or None)
    if request.method == "POST" and carry_out(request, DiscardDraft(post.pk), form, "The draft was discarded."):
        return redirect("posts:list")
    context = {
        "question": "Discard this draft?",
        "consequence": "It can no longer be changed or put forward. It can still be read, and copied to a new draft.",
        "action": "Discard the draft",
        "back": f"/posts/{post.pk}/edit",
        "danger": True,
        "form": form,
    }
    return render(request, "web/confirm.html", context)


@login_required
@require_POST
def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new draft with the words and pictures of this post."""
    post = get_object_or_404(visible_posts(request.user), pk=pk)
    old = Draft.of(post)
    draft = Draft(text=old.text, accounts=old.accounts)
    try:
        made = door.propose(StartDraft(post.force_id, draft, copy_of=post.pk), request.user, timezone.now())
    except ActRefused as refused:
        messages.error(request, str(refused))
        return redirect("posts:post", post.pk)
    messages.success(request, "The post was copied to a new draft.")
    return redirect("posts:edit", int(made.subject.rpartition(":")[2]))


@login_required
@require_http_methods(["GET", "POST"])
def take_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a published post down, with the reason."""
    publication, form = _publication(request, pk), ReasonForm(request.POST or None)
    words = {
        "question": f"Take the post down from {publication.target.account}?",
        "consequence": "It disappears from the network within a minute. Copies that others made stay. "
        "Your reason is kept with the post.",
        "action": "Take it down",
        "danger": True,
    }
    done = "The post is being taken down."
    return _confirmed(request, publication, form, lambda said: TakeDown(publication.pk, said["reason"]), words, done)


@login_required
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a held or missed post now."""
    publication = _publication(request, pk)
    form = NoForm(request.POST if request.method == "POST" else None)  # a press sends nothing to be read
    words = {
        "question": f"Publish on {publication.target.account} now?",
        "consequence": f"{publication.reason} The policy is decided again first; if it stands in the way, the post "
        "is held again. If it does not, everybody can see the post within a minute.".strip(),
        "action": "Publish now",
    }
    done = "The post goes out now."
    return _confirmed(request, publication, form, lambda _: ReleasePost(publication.pk), words, done)


@login_required
@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give an approved post another time."""
    publication = _publication(request, pk)
    form = MoveForm(request.POST or None, initial={"publish_at": publication.due_at})
    words = {
        "question": "Move this post to another time?",
        "consequence": f"It goes out on {publication.target.account} at the new time. Its approvals stay; "
        "the policy is decided again when the time comes.",
        "action": "Move it",
    }

    def act(said: Mapping[str, Any]) -> Act:
        return Reschedule(publication.pk, said["publish_at"].isoformat())

    return _confirmed(request, publication, form, act, words, "The post has a new time.")


@login_required
@require_http_methods(["GET", "POST"])
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what became of a post, or of its removal, where the network cannot tell."""
    publication, form = _publication(request, pk), SettleForm(request.POST or None)
    account, look = publication.target.account, "The network has not said what became of it. Open the account’s page"
    if publication.action == "delete":
        del form.fields["url"]
        question = f"Is the post still on {account}?"
        follows = "If it is still there, Remit tries again to take it down. If it is not, it counts as taken down."
    else:
        question = f"Did the post go out on {account}?"
        follows = "If you say that it is not there, it can be published again. Look carefully: it could be there twice."
    words = {"question": question, "consequence": f"{look} and look. {follows}", "action": "Save what you found"}

    def act(said: Mapping[str, Any]) -> Act:
        there = said["went_out"] == "yes"
        if publication.action == "delete":
            return SettleRemoval(publication.pk, not there)
        return SettlePost(publication.pk, there, said.get("url", ""))

    return _confirmed(request, publication, form, act, words, "Thank you. What you found is kept with the post.")


def _confirmed(
    request: SignedInRequest,
    publication: Publication,
    form: forms.Form,
    act: Callable[[Mapping[str, Any]], Act],
    words: Mapping[str, Any],
    done: str,
) -> HttpResponse:
    """A page that says what follows; its button does what `act` makes of the form, and leads back to the post."""
    if request.method == "POST" and form.is_valid() and carry_out(request, act(form.cleaned_data), form, done):
        return redirect("posts:post", publication.target.post_id)
    context = {**words, "back": f"/posts/{publication.target.post_id}/", "form": form}
    return render(request, "web/confirm.html", context)


def _publication(request: SignedInRequest, pk: int) -> Publication:
    posts = readable_posts(request.user)
    rows = Publication.objects.select_related("target__account", "target__post")
    return get_object_or_404(rows, pk=pk, target__post__in=posts)


def _parts(standing: Standing, draft: Draft, post: Post) -> list[dict[str, Any]]:
    """What was put forward, where something was; else the draft as it is."""
    if standing.status == "draft" or standing.proposal is None:
        return draft.parts_for(post, standing.target.account)
    parts: list[dict[str, Any]] = standing.proposal.data["parts"]
    return parts


def _changed_since(standing: Standing, draft: Draft, post: Post) -> bool:
    """Whether the draft is no longer what was put forward and waits."""
    if standing.proposal is None or standing.group not in ("submitted", "returned"):
        return False
    return bool(draft.parts_for(post, standing.target.account) != standing.proposal.data["parts"])


def _excuses(proposal: Proposal | None, viewer: Person) -> list[Excuse]:
    """What the viewer may ask for, to have their own post allowed after all."""
    open_ = excuses_for(proposal) if proposal else []
    return open_ if open_ and proposal and viewer in says.authors(proposal) else []


def _findings(proposal: Proposal | None) -> list[dict[str, Any]]:
    return with_evidence(proposal, PublishPost.load(proposal)) if proposal else []


def _events(post: Post, accounts: Sequence[Standing]) -> list[dict[str, Any]]:
    """The ledger's history of the post, newest first; a run of saves is one line."""
    lines = history(*_subjects(post, accounts))
    names = dict(
        Person.objects.filter(pseudonym__in={line.actor for line in lines}).values_list("pseudonym", "display_name")
    )
    handles = {f"posts.target:{s.target.pk}": str(s.target.account) for s in accounts}
    rows = Publication.objects.filter(target__post=post).values_list("pk", "target")
    handles |= {f"posts.publication:{pk}": handles[f"posts.target:{target}"] for pk, target in rows}
    events: list[dict[str, Any]] = []
    for line in reversed(lines):
        if line.action == "posts.save" and events and events[-1]["action"] == "posts.save":
            events[-1]["saves"] += 1
            continue
        said = line.personal.get("reason") or line.personal.get("note") or ""
        events.append(
            {
                "title": line.words,
                "by": "Remit" if line.actor == REMIT else names.get(line.actor, line.actor),
                "at": line.at,
                "body": "\n".join(part for part in (handles.get(line.object, ""), str(said)) if part),
                "clauses": line.clauses if line.outcome else (),
                "pack": cited_in(line.packs),
                "action": line.action,
                "number": line.number,
                "hash": line.hash,
                "saves": 1,
            }
        )
    for event in events:
        if event["saves"] > 1:
            event["title"] = f"{event['title']} ({event['saves']} times)"
    return events


def _subjects(post: Post, accounts: Sequence[Standing]) -> list[str]:
    rows = Publication.objects.filter(target__post=post).values_list("pk", flat=True)
    targets = [f"posts.target:{standing.target.pk}" for standing in accounts]
    return [f"posts.post:{post.pk}", *targets, *(f"posts.publication:{pk}" for pk in rows)]


def _evidence(accounts: Sequence[Standing]) -> list[dict[str, Any]]:
    found = []
    for standing in accounts:
        if standing.proposal is not None:
            packs = standing.proposal.decision.get("packs", [])
            sha256 = standing.proposal.data.get("sha256", "")
            found.append({"account": str(standing.target.account), "sha256": sha256, "packs": packs})
    return found
