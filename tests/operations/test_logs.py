"""If these fail, names, texts and searches of officers and the public stand in logs that are kept elsewhere."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from remit.operations.logs import JsonLines
from remit.people.models import Force, Person

SOURCE = Path(__file__).parents[2] / "src" / "remit"
SECRET = "Kowalczyk"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, from the finest level on, as a service would write it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger(), logging.getLogger("remit"), logging.getLogger("remit.requests")]
    loggers.append(logging.getLogger("django"))
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    loggers[-1].addHandler(handler)
    yield out
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
        logger.removeHandler(handler)


@pytest.mark.django_db
def test_nothing_that_anybody_typed_is_in_the_log(logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    force = Force.objects.create(slug="harbour", name="Harbour Police", packs=["cleveland"])
    person = Person.objects.create(username=SECRET, force=force, pseudonym="p-1", category="officer")
    client = Client(raise_request_exception=False)
    client.post("/sign-in", {"username": SECRET, "password": SECRET})
    client.force_login(person)
    client.get(f"/search?q={SECRET}")
    client.get(f"/people/{SECRET}/")
    client.post("/posts/new", {"text": SECRET})

    def fail(*_: object, **__: object) -> None:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(f"no such person: {SECRET}") from error

    monkeypatch.setattr("remit.posts.views.lists.visible_posts", fail)
    assert client.get(f"/posts/?words={SECRET}").status_code == 500
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert SECRET not in logged.getvalue()
    faults = [line for line in lines if "error" in line]
    assert faults[-1]["error"]["type"] == "RuntimeError"
    assert faults[-1]["error"]["because of"] == "ValueError"
    assert any("fail" in where for where in faults[-1]["error"]["where"])
    assert {"method", "route", "status", "ms"} <= set(next(line for line in lines if line["message"] == "answered"))


def test_every_message_of_ours_is_a_template_whose_values_are_chosen() -> None:
    """A text put together beforehand could hold anything, and nobody would see it in a review."""
    faults = []
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("log", "logger")
                and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical")
                and not (node.args and _is_plain(node.args[0]))
            ):
                faults.append(f"{file.relative_to(SOURCE)}:{node.lineno}")
    assert not faults, f"Put values into arguments, not into the message: {faults}"


def _is_plain(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_plain(node.body) and _is_plain(node.orelse)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
