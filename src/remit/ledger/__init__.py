"""The ledger: append-only, hash-chained evidence of everything that Remit did.

`record` adds an entry in the change's own transaction, `verify` checks them all, `history` tells a page what happened,
`erase` takes a personal value out and leaves the proof. `actions` is the registry of what may be said.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remit.ledger.reading import history as history
    from remit.ledger.recording import REMIT as REMIT
    from remit.ledger.recording import erase as erase
    from remit.ledger.recording import record as record
    from remit.ledger.verifying import verify as verify

_WHERE = {
    "record": "recording",
    "erase": "recording",
    "REMIT": "recording",
    "verify": "verifying",
    "history": "reading",
}


def __getattr__(name: str) -> Any:
    """Its functions need the models, which are not there until Django has loaded the rooms."""
    if name in _WHERE:
        return getattr(import_module(f"remit.ledger.{_WHERE[name]}"), name)
    raise AttributeError(name)
