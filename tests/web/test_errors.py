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


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_was_entered_is_kept_when_its_writer_signed_in_again_in_another_tab(person: Any) -> None:
    """A bare 403 took the words with it: whoever had two tabs open lost what they had written."""
    client, officer = Client(enforce_csrf_checks=True), person("PC 4417")
    client.force_login(officer)
    stale = token(client.get("/").content.decode())
    del client.cookies["csrftoken"]  # what signing in does
    client.get("/")
    report = {"csrfmiddlewaretoken": stale, "about_it": "He posted <b> her address."}
    sent = client.post("/proposals/new/x?a=1", report, headers={"Sec-Fetch-Site": "same-origin"})
    page = sent.content.decode()
    assert sent.status_code == 403
    assert "signed in again" in page
    assert "PC 4417" in page
    assert 'action="/proposals/new/x?a=1"' in page
    assert 'name="about_it" value="He posted &lt;b&gt; her address."' in page
    assert stale not in page
    assert client.post("/sign-out", {"csrfmiddlewaretoken": token(page)}).status_code == 302


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, {"about_it": "forged"}),
        ({"Origin": "http://elsewhere.example"}, {"about_it": "forged"}),
        ({}, {"about_it": "forged"}),
        ({"Sec-Fetch-Site": "same-origin"}, {"about_it": "forged", "app_password": "hunter2"}),
    ],
)
def test_what_another_site_sends_or_what_has_a_password_is_not_offered_to_be_sent(
    person: Any, headers: dict[str, str], sent: dict[str, str]
) -> None:
    """One press would do what another site wanted done; or a password would stand in a page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("PC 4417"))
    answer = client.post("/proposals/new/x", sent, headers=headers)
    assert answer.status_code == 403
    assert "forged" not in answer.content.decode()
    assert "hunter2" not in answer.content.decode()


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
