"""The shipped packs for tests: read from their files once, and kept for every worker and run until one changes."""

from __future__ import annotations

from functools import cache

from remit.environment import cache_folder, pack_folders
from remit.policy.library_cache import cached_library
from remit.policy.packs import Library


@cache
def shipped() -> Library:
    """The packs that Remit comes with. Nothing of a library can be changed, so all tests may share it."""
    return cached_library(pack_folders()[:1], cache_folder())
