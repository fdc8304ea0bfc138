"""The database's own refusal: triggers on SQLite and PostgreSQL that let ledger rows be added and nothing else.

A disclosure may be erased (the right to erasure), never altered. A migration that rebuilds these tables on SQLite drops
their triggers: end it with `put_in_place`.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: (trigger, table, event it refuses)
REFUSED = (
    ("ledger_entry_no_update", "ledger_entry", "UPDATE"),
    ("ledger_entry_no_delete", "ledger_entry", "DELETE"),
    ("ledger_disclosure_no_update", "ledger_disclosure", "UPDATE"),
    ("ledger_head_no_delete", "ledger_head", "DELETE"),
)
#: PostgreSQL can also empty a table without deleting a row.
REFUSED_TRUNCATE = (
    ("ledger_entry_no_truncate", "ledger_entry"),
    ("ledger_head_no_truncate", "ledger_head"),
)
_WORDS = "The ledger is append-only"


def statements(vendor: str) -> list[str]:
    """SQL that puts every trigger in place. Raises ValueError for a database that Remit does not know."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
            for name, table, event in REFUSED
        ]
    if vendor == "postgresql":
        function = (
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        rows = [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
            for name, table, event in REFUSED
        ]
        tables = [
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            for name, table in REFUSED_TRUNCATE
        ]
        return [function, *rows, *tables]
    raise ValueError(f'The ledger cannot guard itself on "{vendor}". Use SQLite or PostgreSQL.')


def _names(vendor: str) -> list[tuple[str, str]]:
    rows = [(name, table) for name, table, _ in REFUSED]
    return rows + (list(REFUSED_TRUNCATE) if vendor == "postgresql" else [])


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not in place (or, on PostgreSQL, have been switched off)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal")
        there = {row[0] for row in cursor.fetchall()}
    return [name for name, _ in _names(connection.vendor) if name not in there]


def put_in_place(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step: every trigger, on the database at hand."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_away(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step: the reverse, before the tables themselves are dropped."""
    vendor = schema_editor.connection.vendor
    for name, table in _names(vendor):
        on = f" ON {table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
