"""Without these, somebody who meets an error would see a bare code, or none of what to do about it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import path

from remit.acts.act import ActRefused
from remit.urls import handler400, handler403, handler404, urlpatterns
from remit.web.errors import too_large, too_many


def fail(request: HttpRequest) -> Any:
    raise {
        "403": PermissionDenied("You may not see the ledger. Auditors may."),
        "400": SuspiciousOperation("odd"),
        "413": RequestDataTooBig("big"),
        "422": ActRefused("The account is closed.", "Choose another account."),
        "500": RuntimeError("inner secret"),
    }[request.GET["with"]]


class WithFailures:
    handler400, handler403, handler404 = handler400, handler403, handler404
    urlpatterns = [*urlpatterns, path("fail", fail)]


@pytest.fixture
def failing(signed_in: Client, settings: Any) -> Client:
    settings.ROOT_URLCONF = WithFailures
    signed_in.raise_request_exception = False
    return signed_in


@pytest.mark.parametrize(
    ("status", "heading", "remedy"),
    [
        (400, "This request could not be read", "reload the page and try again"),
        (403, "You cannot do this", "You may not see the ledger. Auditors may."),
        (413, "That is too large", "a smaller picture"),
        (422, "That cannot be done as it stands", "Choose another account."),
        (500, "Something has gone wrong", "try again in a few minutes"),
    ],
)
def test_an_error_says_what_happened_and_what_to_do(failing: Client, status: int, heading: str, remedy: str) -> None:
    answer = failing.get("/fail", {"with": str(status)})
    page = answer.content.decode()
    assert answer.status_code == status
    assert re.search(rf"<h1[^>]*>{heading}</h1>", page)
    assert remedy in page
    assert "inner secret" not in page
    assert "Traceback" not in page


def test_a_page_that_is_not_there_says_where_else_to_look(client: Client, signed_in: Client) -> None:
    page = signed_in.get("/no/such/page").content.decode()
    assert "Page not found" in page
    assert 'href="/search"' in page
    stranger = Client().get("/no/such/page")
    assert stranger.status_code == 404
    assert 'href="/sign-in"' in stranger.content.decode()


def test_rooms_have_pages_for_too_large_and_too_often() -> None:
    request = RequestFactory().post("/posts/1/media")
    large = too_large(request, "The picture is 52 MB; 20 MB is the most.", "Save it smaller and add it again.")
    assert large.status_code == 413
    assert "Save it smaller" in large.content.decode()
    often = too_many(request, "You checked 60 times in a minute.", "Wait until 4:31pm.")
    assert often.status_code == 429
    assert "Wait until 4:31pm." in often.content.decode()


def test_pages_forbid_foreign_scripts_frames_and_sniffing(signed_in: Client) -> None:
    answer = signed_in.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
