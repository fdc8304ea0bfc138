"""Error pages: each says what happened and what to do, in plain English. Django's handlers and rooms use them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.acts.act import ActRefused


class RefusedActs:
    """Middleware: an act that was refused and that its view did not answer gets a page with its own words (422)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ActRefused):
            return None
        remedy = exception.remedy or "Go back and try another way."
        return error_page(request, 422, "That cannot be done as it stands", exception.message, remedy)


def error_page(request: HttpRequest, status: int, title: str, what: str, remedy: str) -> HttpResponse:
    """A page with status code `status`: `title` as its heading, `what` happened, and the `remedy`."""
    page = {"heading": title, "what": what, "remedy": remedy}
    return render(request, "web/error.html", page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when what was sent is larger than a form may be."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return error_page(
        request,
        400,
        "This request could not be read",
        "What your browser sent was incomplete or not in a form that Remit knows. Nothing was changed.",
        "Go back, reload the page and try again.",
    )


def too_large(request: HttpRequest, what: str = "", remedy: str = "") -> HttpResponse:
    """413: something sent is larger than can be taken."""
    return error_page(
        request,
        413,
        "That is too large",
        what or "What you sent is larger than Remit takes in one go. Nothing was changed.",
        remedy or "Go back, which keeps what you typed, and send less: a shorter text, or a smaller picture.",
    )


def too_many(request: HttpRequest, what: str, remedy: str) -> HttpResponse:
    """429: asked too often; the remedy says when to try again."""
    return error_page(request, 429, "Please wait before trying again", what, remedy)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person may not; a room's own words are shown when it gave any."""
    return error_page(
        request,
        403,
        "You cannot do this",
        str(exception) or "Your roles do not let you see or do this.",
        "If you need to, ask your supervisor or your force’s system administrator which role you should hold.",
    )


#: Parts of the names of fields whose values are never sent back to the browser.
_SECRET = frozenset({"password", "old", "new", "again"})


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is from before the person last signed in, or it did not come from Remit.

    Signing in again in another tab makes every older page's token stale. What was entered there is kept then, to be
    sent once more by the one who is signed in now: never where another site sent it, nor with a password in it.
    """
    secret = any(_SECRET & {*name.split("_")} for name in request.POST)
    if not request.user.is_authenticated or secret or not _from_ourselves(request):
        return error_page(
            request,
            403,
            "This page has been open too long",
            "The form was sent from a page that is no longer current, so nothing was changed.",
            "Open the page again and send the form once more. Cookies must be allowed for this site.",
        )
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {
        "carried": [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"],
        "words": [value for name, value in sent if name != "csrfmiddlewaretoken" and " " in value.strip()],
        "files": bool(request.FILES),
        "to": request.get_full_path(),
    }
    answer = render(request, "web/send_again.html", context, status=403)
    answer["Cache-Control"] = "no-store"
    return answer


def _from_ourselves(request: HttpRequest) -> bool:
    """Whether the browser says that one of Remit's own pages sent the form; another site cannot make it say so."""
    if said := request.headers.get("Sec-Fetch-Site"):
        return said == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such page for this person."""
    return error_page(
        request,
        404,
        "Page not found",
        "There is no page at this address that you can see. It may have moved, or it may belong to another force.",
        "If you typed the address, check it. Otherwise search for what you need, or go to the home page.",
    )
