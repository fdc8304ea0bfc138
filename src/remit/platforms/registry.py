"""Finds networks by name. To add one, add a sub-package whose `network.py` has `PLATFORM`; no other room changes."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from remit import platforms
from remit.platforms.protocol import Platform

_instead: dict[str, Platform] = {}


@cache
def names() -> tuple[str, ...]:
    """Names of every network that is installed."""
    folders = (module.name for module in pkgutil.iter_modules(platforms.__path__) if module.ispkg)
    return tuple(sorted(name for name in folders if find_spec(f"remit.platforms.{name}.network")))


def find(name: str) -> Platform:
    """The network registered as `name`. LookupError, naming those that exist, when there is none."""
    if name in _instead:
        return _instead[name]
    if name not in names():
        raise LookupError(f"No network is called “{name}”. Those installed are: {', '.join(names())}.")
    platform: Platform = import_module(f"remit.platforms.{name}.network").PLATFORM
    return platform


@contextmanager
def instead(name: str, platform: Platform) -> Iterator[Platform]:
    """For the length of the block, `name` means `platform`: how tests put a faulty network in place."""
    before = _instead.get(name)
    _instead[name] = platform
    try:
        yield platform
    finally:
        if before is None:
            _instead.pop(name, None)
        else:
            _instead[name] = before
