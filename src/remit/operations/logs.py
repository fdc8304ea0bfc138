"""Logs as one JSON object a line, without personal data: what goes in is chosen, not filtered out.

Remit's own messages name rows by number. Of what libraries say only the template is kept, never what was put into it;
of an error only its type and where it happened, never its message, which may quote what somebody typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import PurePath


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._words(record),
        }
        line |= getattr(record, "said", {})
        if status := getattr(record, "status_code", None):
            line["status"] = status
            match = getattr(getattr(record, "request", None), "resolver_match", None)
            line["route"] = match.route if match else "(none)"
        if record.exc_info and record.exc_info[1]:
            line["error"] = self._error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)

    @staticmethod
    def _words(record: logging.LogRecord) -> str:
        own = record.name == "remit" or record.name.startswith("remit.")
        return record.getMessage() if own else str(record.msg) if record.args else ""

    @staticmethod
    def _error(error: BaseException) -> dict[str, object]:
        frames = [
            f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        found: dict[str, object] = {"type": type(error).__name__, "where": frames[-12:]}
        return found | ({"because of": type(cause).__name__} if cause else {})
