"""If these fail, an upgrade cannot be made, cannot be taken back, or loses what the force has written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import AddField, CreateModel, DeleteModel, RemoveField, RenameField, RenameModel

from tests.operations.conftest import remit


def migrations() -> list[Migration]:
    """Every migration of Remit's own."""
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("remit.")}
    return [found for (label, _), found in sorted(MigrationLoader(None).disk_migrations.items()) if label in own]


#: Takes every table of ours away and puts it back; then tries to alter an entry of the ledger.
DOWN_AND_UP = """
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
def tables():
    return {name for name in connection.introspection.table_names() if not name.startswith("django_")}
def shape():
    with connection.cursor() as cursor:
        return {t: [c.name for c in connection.introspection.get_table_description(cursor, t)] for t in tables()}
before = shape()
call_command("migrate", verbosity=0)
assert shape() == before
for label in LABELS:  # what depends on it goes with it
    call_command("migrate", label, "zero", verbosity=0)
print("left:", sorted(name for name in tables() if name.partition("_")[0] in LABELS))
call_command("migrate", verbosity=0)
call_command("migrate", "--check", verbosity=0)
print("the same again:", shape() == before)

from remit.ledger import actions, record
from remit.ledger.models import Entry
actions.register("test.made", "Made")
with transaction.atomic():
    record("test.made", "harbour", "remit", "test:1", now=timezone.now())
try:
    Entry.objects.update(action="test.unmade")
except Exception as error:
    print(error)
"""


def test_tables_are_made_taken_away_and_made_again(fresh: Callable[..., Path], migrated: Path) -> None:
    """An upgrade that cannot be undone leaves an operator with a backup as the only way back."""
    labels = sorted({migration.app_label for migration in migrations()})
    done = remit(fresh(like=migrated), "manage", "shell", "-v", "0", "-c", f"LABELS = {labels}\n{DOWN_AND_UP}")
    assert done.returncode == 0, done.stderr
    left, same, refusal = done.stdout.splitlines()[:3]
    assert (left, same) == ("left: []", "the same again: True")
    assert "append-only" in refusal  # the ledger's triggers are back too


@pytest.mark.parametrize("migration", migrations(), ids=lambda migration: f"{migration.app_label}.{migration.name}")
def test_a_migration_keeps_to_the_rules(migration: Migration) -> None:
    """Servers of the last version still run while tables are made: neither may fail, and nothing may be lost."""
    made = {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}
    faults = [] if migration.atomic else ["Half of it could stay behind. Leave the migration atomic."]
    for operation in migration.operations:
        if not operation.reversible:
            faults.append(f"{operation.describe()}: cannot be undone. Give it its reverse.")
        if isinstance(operation, (RenameField, RenameModel)):
            faults.append(f"{operation.describe()}: the last version looks for the old name. Add, copy, remove later.")
        if isinstance(operation, (DeleteModel, RemoveField)) and not getattr(migration, "contracts", False):
            faults.append(
                f"{operation.describe()}: the last version still reads it. Remove it one version later, in a migration "
                "that says `contracts = True`."
            )
        if isinstance(operation, AddField) and operation.model_name_lower not in made:
            field = operation.field
            if not (field.null or field.has_default() or field.many_to_many):
                faults.append(f"{operation.describe()}: rows that are there have no value for it. Give a default.")
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
def test_the_triggers_are_in_place_on_this_database() -> None:
    """The database itself would let the ledger be rewritten."""
    from remit.ledger import triggers

    assert triggers.missing(connection) == []
