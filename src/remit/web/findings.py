"""Findings of a decision in the order in which a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remit.policy.packs import BLOCKING


def grouped(findings: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """For `web/components/findings.html`: what bites, what may yet bite, what only advises, and exceptions."""
    strong = [f for f in findings if f["effect"] in BLOCKING or f["effect"] == "warn"]
    return {
        "biting": [f for f in strong if f["verdict"] == "fired"],
        "open": [f for f in strong if f["verdict"] == "unknown"],
        "advising": [f for f in findings if f not in strong and f["verdict"] == "fired"],
        "exempt": [f for f in findings if f["verdict"] == "exempt"],
    }
