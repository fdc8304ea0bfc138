"""Writing a post: a draft with its live clause panel, saving, pictures, and putting it forward."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.directory import demand_permission
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.people.models import Device
from remit.platforms.limits import LIMITS, is_film
from remit.policy.vocabulary import Fact
from remit.posts.acts import submit
from remit.posts.acts.drafting import AttachPicture, RemovePicture, SaveDraft, Stale, StartDraft
from remit.posts.check import check
from remit.posts.compose import SOURCES, Composed, accounts_to_choose, composed, kinds_of, stored
from remit.posts.drafts import LONGEST_TEXT, Draft
from remit.posts.media import MOST_BYTES, MOST_FILM_BYTES, PictureRefused, take
from remit.posts.models import Post
from remit.posts.standing import visible_posts
from remit.posts.views.shown import preview
from remit.posts.wording import hidden_in
from remit.web.findings import grouped
from remit.web.signed_in import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose accounts and start writing."""
    demand_permission(request.user, "post.draft", request.user.force_id, "")
    accounts = accounts_to_choose(request.user)
    text, chosen, error = "", set(), ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")
        chosen = {account.pk for account in accounts if str(account.pk) in request.POST.getlist("account")}
        try:
            draft = Draft(text=text, accounts=dict.fromkeys(sorted(chosen), ""))
            made = door.propose(StartDraft(request.user.force_id, draft), request.user, timezone.now())
            return redirect("posts:edit", int(made.subject.rpartition(":")[2]))
        except ActRefused as refused:
            error = str(refused)
    choices = [(account.pk, account) for account in accounts]
    context = {"accounts": choices, "text": text, "chosen": chosen, "error": error}
    return render(request, "posts/new.html", context, status=422 if error else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The draft, its pictures and questions, and beside them what the policy says of it."""
    post = _draft_of(request, pk)
    if isinstance(post, HttpResponse):
        return post
    now = timezone.now()
    if request.method == "GET":
        press, device = _press(request, now)
        return _page(request, post, stored(post, press, device), now)
    form = _composed(request, post, now)
    if form.errors:
        return _page(request, post, form, now, status=422)
    do = request.POST.get("do", "save")
    if do == "check":
        return _page(request, post, form, now)
    try:
        door.propose(SaveDraft(post.pk, form.revision, form.draft), request.user, now)
    except Stale as stale:
        return _conflict(request, post, form, str(stale))
    except ActRefused as refused:
        form.errors["text"] = str(refused)
        return _page(request, post, form, now, status=422)
    if do == "attach" or request.FILES:
        return _attach(request, post, form, now)
    if do.startswith("remove-") and do[7:].isdigit():
        door.propose(RemovePicture(post.pk, int(do[7:])), request.user, now)
        return redirect(f"/posts/{post.pk}/edit#pictures")
    if do == "next":
        return redirect("posts:submit", post.pk)
    messages.success(request, "The hidden characters were removed." if do == "clean" else "The draft was saved.")
    return redirect("posts:edit", post.pk)


@login_required
@require_POST
def check_now(request: SignedInRequest, pk: int) -> HttpResponse:
    """The live clause panel for what the form holds; saves nothing."""
    post = _draft_of(request, pk)
    if isinstance(post, HttpResponse):
        return post
    now = timezone.now()
    form = _composed(request, post, now)
    return render(request, "posts/_checked.html", {**_context(request, post, form, now), "swap": True})


@login_required
@require_POST
def autosave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save while somebody writes. Answers with when it was saved, or why not; nothing typed is lost either way."""
    post = get_object_or_404(visible_posts(request.user), pk=pk)
    now = timezone.now()
    form = _composed(request, post, now)
    said: dict[str, Any] = {"post": post, "revision": form.revision, "now": now}
    if form.errors:
        return render(request, "posts/_saved.html", {**said, "fault": "Not saved: correct what is marked first."})
    try:
        door.propose(SaveDraft(post.pk, form.revision, form.draft), request.user, now)
    except (ActRefused, PermissionDenied) as refused:
        return render(request, "posts/_saved.html", {**said, "fault": f"Not saved. {refused}"})
    post.refresh_from_db()
    return render(request, "posts/_saved.html", {**said, "revision": post.revision})


@login_required
@require_http_methods(["GET", "POST"])
def put_forward(request: SignedInRequest, pk: int) -> HttpResponse:
    """The last look: what happens on each account when the post is put forward, and the button that does it."""
    post = _draft_of(request, pk)
    if isinstance(post, HttpResponse):
        return post
    now = timezone.now()
    press, device = _press(request, now)
    error = ""
    if request.method == "POST":
        try:
            revision = int(request.POST["revision"]) if request.POST.get("revision", "").isdigit() else 0
            asked_for = {
                name.removeprefix("excuse."): reason.strip()
                for name, reason in request.POST.items()
                if name.startswith("excuse.") and isinstance(reason, str) and reason.strip()
            }
            made = submit(post, request.user, now, revision=revision, answers=press, device=device, asked_for=asked_for)
            _say_what_happened(request, made)
            return redirect("posts:post", post.pk)
        except ActRefused as refused:
            error = str(refused)
    post = Post.objects.get(pk=post.pk)
    draft = Draft.of(post)
    accounts = [target.account for target in post.targets.select_related("account__force", "account__team")]
    found = check(draft, post, accounts, request.user, now, press=press, device=device)
    ways = {each.say: each for verdict in found.verdicts for each in verdict.excuses}
    context = {
        "post": post,
        "check": found,
        "findings": grouped([*found.findings, *found.exempt]),
        "excuses": [(each, request.POST.get(f"excuse.{each.say}", "")) for each in ways.values()],
        "previews": [_previewed(draft, post, verdict) for verdict in found.verdicts],
        "unanswered": [q for q in found.asked if q.asked and not q.value and not q.not_sure],
        "refused": [v for v in found.verdicts if v.outcome == "refused" and not v.excuses],
        "must_ask": any(v.outcome == "refused" for v in found.verdicts),
        "error": error,
    }
    return render(request, "posts/submit.html", context, status=422 if error else 200)


def _say_what_happened(request: SignedInRequest, made: list[Proposal]) -> None:
    done = sum(proposal.state == Proposal.State.APPLIED for proposal in made)
    waiting = sum(proposal.state == Proposal.State.OPEN for proposal in made)
    refused = sum(proposal.state == Proposal.State.REFUSED for proposal in made)
    if done:
        messages.success(request, f"{_accounts(done)}: approved, and queued for its time.")
    if waiting:
        messages.warning(request, f"{_accounts(waiting)}: it waits for an answer. See below for whose.")
    if refused:
        messages.error(request, f"{_accounts(refused)}: the policy does not allow it. See below why.")


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number} accounts"


def _attach(request: SignedInRequest, post: Post, form: Composed, now: datetime) -> HttpResponse:
    """Take the pictures that were chosen; one that cannot be taken is named and the others are kept."""
    for upload in request.FILES.getlist("picture"):
        try:
            taken = take(upload, upload.name or "picture", upload.size)
            door.propose(AttachPicture(post.pk, taken), request.user, now)
        except PictureRefused as refused:
            form.errors["picture"] = str(refused)
        except ActRefused as refused:
            form.errors["picture"] = str(refused)
    if not request.FILES:
        form.errors["picture"] = "No picture or film was chosen. Choose one, then add it."
    if "picture" in form.errors:
        post = Post.objects.get(pk=post.pk)
        kept = stored(post, form.press, form.device)
        kept.errors = form.errors
        return _page(request, post, kept, now, status=422)
    what = "film" if is_film(taken.rendition_type) else "picture"
    messages.success(request, f"The {what} was added. Describe it for people who cannot see it.")
    return redirect(f"/posts/{post.pk}/edit#pictures")


def _page(request: SignedInRequest, post: Post, form: Composed, now: datetime, status: int = 200) -> HttpResponse:
    return render(request, "posts/edit.html", _context(request, post, form, now), status=status)


def _context(request: SignedInRequest, post: Post, form: Composed, now: datetime) -> dict[str, Any]:
    accounts = accounts_to_choose(request.user, post)
    chosen = [account for account in accounts if account.pk in form.draft.accounts]
    prefetch_related_objects(chosen, "force", "team")
    # A text that is too long to keep is too long to read as well; it stays on the page as it was typed.
    readable = len(form.draft.text) <= LONGEST_TEXT
    found = (
        check(
            form.draft,
            post,
            chosen,
            request.user,
            now,
            press=form.press,
            device=form.device,
            unread=form.unread,
            open_questions=form.open_questions,
        )
        if chosen and readable
        else None
    )
    said = {picture.id: picture for picture in form.draft.pictures}
    return {
        "post": post,
        "draft": form.draft,
        "form": form,
        "when": form.when,
        "errors": form.errors,
        "error_links": [(_anchor(where), words) for where, words in form.errors.items()],
        "may_thread": any(LIMITS[account.network].threads for account in accounts if account.network in LIMITS),
        "accounts": [(account.pk, account) for account in accounts],
        "chosen": [{"account": account, "own": form.draft.accounts[account.pk]} for account in chosen],
        "pictures": [
            {"use": use, "said": said.get(use.pk), "kinds": kinds_of(use)}
            for use in post.post_media.select_related("media")
        ],
        "sources": SOURCES,
        "check": found,
        "findings": grouped([*found.findings, *found.exempt]) if found else {},
        "previews": [_previewed(form.draft, post, verdict) for verdict in found.verdicts] if found else [],
        "hidden": hidden_in("".join([form.draft.text, *form.draft.accounts.values()])) if readable else [],
        "devices": Device.objects.filter(person=request.user, ended_on=None),
        "picture_limit": MOST_BYTES // 1_000_000,
        "film_limit": MOST_FILM_BYTES // 1_000_000,
    }


def _anchor(where: str) -> str:
    """The id of the control that an error is about."""
    if where.startswith("answer."):
        return where.removeprefix("answer.").replace(".", "-").replace("_", "-")
    return {"publish_at": "id_publish_at_0"}.get(where, where)


def _previewed(draft: Draft, post: Post, verdict: Any) -> dict[str, Any]:
    return preview(draft.parts_for(post, verdict.account), verdict.account, verdict.reading)


def _composed(request: SignedInRequest, post: Post, now: datetime) -> Composed:
    form = composed(request.POST, post, accounts_to_choose(request.user, post), _facts(request), now)
    if not form.errors and "revision" in request.POST:
        _remember_press(request, form, now)
    return form


def _facts(request: SignedInRequest) -> Mapping[str, Fact]:
    try:
        return vocabulary(packs_of(request.user.force_id))
    except ActRefused:
        return {}


def _remember_press(request: SignedInRequest, form: Composed, now: datetime) -> None:
    """Keep what holds for this sitting alone (duty, device) with the session and not with the draft."""
    request.session["press"] = form.press
    request.session["device"] = form.device
    request.session["press_at"] = now.isoformat()


def _press(request: SignedInRequest, now: datetime) -> tuple[dict[str, Any], int | None]:
    """What was said in this sitting, and the device that was chosen; nothing once a shift has passed."""
    said_at = request.session.get("press_at")
    if said_at and (now - datetime.fromisoformat(said_at)).total_seconds() < 12 * 3600:
        return dict(request.session.get("press", {})), request.session.get("device")
    return {}, None


def _draft_of(request: SignedInRequest, pk: int) -> Post | HttpResponse:
    """The draft if the viewer writes it; else where to go instead."""
    post = visible_posts(request.user).select_related("author", "requester").filter(pk=pk).first()
    if post is None:
        raise Http404
    if post.discarded_at is not None:
        messages.warning(request, "This draft was discarded, so it can only be read.")
        return redirect("posts:post", post.pk)
    if post.author_id != request.user.pk:
        if request.method == "POST":
            return _conflict(
                request, post, _composed(request, post, timezone.now()), f"{post.author} is writing it now."
            )
        return redirect("posts:take-over", post.pk)
    return post


def _conflict(request: SignedInRequest, post: Post, form: Composed, why: str) -> HttpResponse:
    """Two people, or two windows, wrote in one draft: both texts, and nothing is lost."""
    kept = Post.objects.select_related("author").get(pk=post.pk)
    sent: QueryDict = request.POST
    if request.headers.get("HX-Request"):
        return render(
            request, "posts/_saved.html", {"post": kept, "revision": form.revision, "fault": f"Not saved. {why}"}
        )
    again = [
        (key, value)
        for key in sent
        for value in sent.getlist(key)
        if key not in ("csrfmiddlewaretoken", "revision", "do")
    ]
    context = {"post": kept, "kept": Draft.of(kept), "typed": form.draft, "why": why, "again": again}
    return render(request, "posts/conflict.html", context, status=409)
