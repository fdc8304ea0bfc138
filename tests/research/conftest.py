"""The forces of the shipped policies, as the tests of conduct have them."""

from __future__ import annotations

from tests.conduct.conftest import person, station

__all__ = ["person", "station"]
