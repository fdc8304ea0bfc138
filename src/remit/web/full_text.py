"""Finding rows by words, from the database's own full-text index: FTS5 on SQLite, an index of lexemes on PostgreSQL.

A model that is found by words has a `FullText` field, and a migration's `index_words(…)` makes the index.
`filter(words__has="ice road")` then gives the rows that hold every word, or a word that begins so, in any order.
"""

from __future__ import annotations

import re
from functools import partial
from string import Template
from typing import Any

from django.db import migrations, models
from django.db.models.sql.compiler import SQLCompiler


class FullText(models.TextField):  # type: ignore[type-arg]
    """Text that is kept to be found by its words. Its model's number is that of the row it tells of."""


@FullText.register_lookup
class Has(models.Lookup):
    """Every word of the right side begins a word of the text; nothing is found for a right side without words."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[str]]:
        model, quote = self.lhs.target.model, compiler.quote_name_unless_alias
        found = {
            "row": f"{quote(self.lhs.alias)}.{quote(model._meta.pk.column)}",
            "index": quote(_index_of(model._meta.db_table, self.lhs.target.column)),
        }
        sql = Template("$row IN (SELECT rowid FROM $index WHERE $index MATCH %s)").substitute(found)
        return sql, [" ".join(f'"{word}"*' for word in _words(self.rhs)) or '""']

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[str]]:
        text, _ = self.process_lhs(compiler, connection)
        words = " & ".join(f"{word}:*" for word in _words(self.rhs))
        return f"to_tsvector('simple', {text}) @@ to_tsquery('simple', %s)", [words]


#: How an index is made and taken away again, a statement a line, for a table with its key and its column of words.
#: On SQLite the index is a table of its own that triggers keep in step with the column.
_STATEMENTS = {
    ("make", "sqlite"): """
        CREATE VIRTUAL TABLE $index USING fts5($column, content='$table', content_rowid='$key', $options)
        CREATE TRIGGER ${index}_insert AFTER INSERT ON $table BEGIN $put; END
        CREATE TRIGGER ${index}_delete AFTER DELETE ON $table BEGIN $take; END
        CREATE TRIGGER ${index}_update AFTER UPDATE ON $table BEGIN $take; $put; END
        INSERT INTO $index ($index) VALUES ('rebuild')""",
    ("unmake", "sqlite"): """
        DROP TRIGGER ${index}_insert
        DROP TRIGGER ${index}_delete
        DROP TRIGGER ${index}_update
        DROP TABLE $index""",
    ("make", "postgresql"): """
        CREATE INDEX $index ON $table USING gin (to_tsvector('simple', $column))""",
    ("unmake", "postgresql"): """
        DROP INDEX $index""",
}
_PARTS = {
    "$put": "INSERT INTO $index (rowid, $column) VALUES (new.$key, new.$column)",
    "$take": "INSERT INTO $index ($index, rowid, $column) VALUES ('delete', old.$key, old.$column)",
    "$options": "tokenize='unicode61 remove_diacritics 0', prefix='2 3'",
}


def index_words(table: str, key: str, column: str) -> migrations.RunPython:
    """The operation that makes the index of a `FullText` column, and takes it away when migrating down."""
    names = {"table": table, "key": key, "column": column, "index": _index_of(table, column)}
    return migrations.RunPython(partial(_run, "make", names), partial(_run, "unmake", names))


def _run(what: str, names: dict[str, str], apps: Any, schema_editor: Any) -> None:
    for statement in _STATEMENTS[what, schema_editor.connection.vendor].strip().splitlines():
        for part, words in _PARTS.items():
            statement = statement.replace(part, words)
        schema_editor.execute(Template(statement.strip()).substitute(names))


def _index_of(table: str, column: str) -> str:
    return f"{table}_{column}_index"


def _words(said: str) -> list[str]:
    """The words of what somebody looks for: runs of letters and figures, without anything an index would obey."""
    return re.findall(r"\w+", said.replace("_", " ").lower())
