"""Without these, a stranger could get in, guess for ever, or lock others out; or a link could end a session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from remit.people.models import Person
from remit.web.sign_in import LIMITS
from tests.web.conftest import PASSWORD

Make = Callable[..., Person]


def sign_in(client: Client, username: str, password: str, **more: str) -> object:
    return client.post("/sign-in", {"username": username, "password": password, **more})


def test_a_person_signs_in_and_comes_back_to_the_page_that_they_asked_for(client: Client, person: Make) -> None:
    person("PC 4417")
    asked = client.get("/policy/")
    assert asked.status_code == 302
    assert asked["Location"] == "/sign-in?next=/policy/"
    answer = sign_in(client, "riverside-pc-4417", PASSWORD, next="/policy/")
    assert answer.status_code == 302
    assert answer["Location"] == "/policy/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(client: Client, person: Make, elsewhere: str) -> None:
    person("PC 4417")
    assert sign_in(client, "riverside-pc-4417", PASSWORD, next=elsewhere)["Location"] == "/"


def test_a_wrong_password_says_what_to_do_and_keeps_the_username(client: Client, person: Make) -> None:
    person("PC 4417")
    answer = sign_in(client, "riverside-pc-4417", "wrong")
    page = answer.content.decode()
    assert "The username or the password is not right. Check both and try again." in page
    assert 'value="riverside-pc-4417"' in page
    assert "Error: Sign in" in page


def test_somebody_who_left_the_register_cannot_sign_in(client: Client, person: Make) -> None:
    person("PC 4417", is_active=False)
    assert sign_in(client, "riverside-pc-4417", PASSWORD).status_code == 200


def test_guessing_is_paused_and_says_until_when_but_others_are_let_in(client: Client, person: Make) -> None:
    person("PC 4417")
    person("PC 5501")
    for _ in range(LIMITS["both"]):
        assert sign_in(client, "riverside-pc-4417", "guess").status_code == 200
    paused = sign_in(client, "riverside-pc-4417", PASSWORD)
    assert paused.status_code == 429
    assert "Try again after" in paused.content.decode()
    assert sign_in(client, "riverside-pc-5501", PASSWORD).status_code == 302


def test_guessing_many_usernames_from_one_address_is_paused_too(client: Client, db: None) -> None:
    answers = [sign_in(client, f"nobody-{n}", "guess").status_code for n in range(LIMITS["address"] + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {200}


def test_signing_out_takes_a_press_not_a_link(signed_in: Client) -> None:
    assert signed_in.get("/sign-out").status_code == 405
    assert signed_in.get("/").status_code == 200
    assert signed_in.post("/sign-out")["Location"] == "/sign-in"
    assert signed_in.get("/").status_code == 302


def test_a_form_from_elsewhere_signs_nobody_out(person: Make) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("PC 4417"))
    refused = strict.post("/sign-out")
    assert refused.status_code == 403
    assert "This page has been open too long" in refused.content.decode()
    assert strict.get("/").status_code == 200


class TestTheDemonstration:
    def test_there_is_a_button_for_each_of_its_people_and_nobody_else(self, client: Client, person: Make) -> None:
        demo = person("PC 4417", username="demo-riverside-author", roles=["author"])
        other = person("PC 5501")
        page = client.get("/demo/sign-in").content.decode()
        assert 'data-testid="sign-in-riverside-author"' in page
        assert "Author" in page
        assert "PC 5501" not in page
        assert client.post("/demo/sign-in", {"person": other.pk}).status_code == 404
        assert client.post("/demo/sign-in", {"person": demo.pk})["Location"] == "/"
        assert "PC 4417" in client.get("/").content.decode()

    def test_following_a_link_signs_nobody_in(self, client: Client, person: Make) -> None:
        demo = person("PC 4417", username="demo-riverside-author")
        client.get("/demo/sign-in", {"person": demo.pk})
        assert client.get("/").status_code == 302

    @pytest.mark.parametrize("number", ["", "0", "x", "-1", "9" * 40])
    def test_a_made_up_person_is_not_found(self, client: Client, db: None, number: str) -> None:
        assert client.post("/demo/sign-in", {"person": number}).status_code == 404

    def test_outside_demonstration_mode_there_is_no_such_page(
        self, client: Client, person: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        demo = person("PC 4417", username="demo-riverside-author")
        monkeypatch.setattr(settings, "DEMONSTRATION", False)
        assert client.get("/demo/sign-in").status_code == 404
        assert client.post("/demo/sign-in", {"person": demo.pk}).status_code == 404
        assert client.get("/").status_code == 302
        assert "/demo/sign-in" not in client.get("/sign-in").content.decode()
