"""What every test shares: where nothing may be left out (CI=true), a skipped test fails the run.

The same tests run on SQLite and, under `tools/postgres`, on PostgreSQL; `only_on` leaves one to one of the two.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from remit.ledger import triggers
from tests import databases

ONE_FORCE = """
from remit import demo
from remit.demo import loading
loading.FORCES = [row for row in loading.FORCES if row.slug == "cleveland"]
demo.load()
"""


@pytest.fixture(autouse=True, scope="session")
def ledger_is_emptied_between_tests() -> Iterator[None]:
    """A test that commits is followed by a flush, which the ledger's triggers would rightly refuse."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def emptied(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.schema_editor() as editor:
            triggers.take_away(None, editor)
        flush(self, sql_list)
        with self.connection.schema_editor() as editor:
            triggers.put_in_place(None, editor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", emptied)
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database at this version. Copy it with `databases.make`; do not use it."""
    return databases.once(tmp_path_factory, "migrated", ("migrate",))


@pytest.fixture(scope="session")
def one_force(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `migrated`, with the demonstration's Cleveland: for tests that need posts in every state."""
    load = ("manage", "shell", "-v", "0", "-c", ONE_FORCE)
    return databases.once(tmp_path_factory, "one-force", load, like=migrated)


#: Where tests are long, since they start servers and browsers: these come first, so that no worker ends on one alone.
LONG = ("e2e", "operations")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long ones first. Others are left to the other run, and so not skipped: nothing is missing when both are made."""
    folder = {item: item.path.relative_to(config.rootpath / "tests").parts[0] for item in items}
    items.sort(key=lambda item: LONG.index(folder[item]) if folder[item] in LONG else len(LONG))
    mine, others = [], []
    for item in items:
        marker = item.get_closest_marker("only_on")
        (others if marker and marker.args != (connection.vendor,) else mine).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = mine


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("CI") == "true":
        terminalreporter.write_line(
            "CI=true, so nothing may be left out; the skipped tests above fail this run.", red=True
        )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or hasattr(session.config, "workerinput"):
        return
    if reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
