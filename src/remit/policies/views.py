"""The policy reader: the packs a force has in use, every clause of each, and its rules as English."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from remit.policies import library
from remit.policies.examples import cases_of
from remit.policy.packs import TREATMENTS, WORDINGS, Pack, Version
from remit.web.signed_in import SignedInRequest


@login_required
@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The packs in use by the reader's force."""
    packs = [(pack, _version(pack), library.coverage(pack)) for pack in library.packs_of(request.user)]
    return render(request, "policies/index.html", {"packs": packs})


@login_required
@require_GET
def pack(request: SignedInRequest, name: str) -> HttpResponse:
    """Every clause of one pack, with filters and coverage figures."""
    found = _pack(request, name)
    listed = library.readings(found)
    topics = sorted({topic for reading in listed for topic in reading.topics})
    asked = {
        "treatment": _one_of(request, "treatment", TREATMENTS),
        "about": _one_of(request, "about", topics),
        "wording": _one_of(request, "wording", WORDINGS),
        "words": request.GET.get("words", "").strip()[:200],
    }
    shown = library.chosen(listed, **asked)
    page = {
        "pack": found,
        "version": _version(found),
        "coverage": library.coverage(found),
        "sections": [(number, list(group)) for number, group in groupby(shown, key=lambda r: r.clause.number)],
        "shown": len(shown),
        "total": len(listed),
        "asked": asked,
        "filtered": any(asked.values()),
        "topics": topics,
        "treatments": [t for t in TREATMENTS if any(r.clause.treatment == t for r in listed)],
        "wordings": WORDINGS,
        "treatment_words": library.TREATMENT_WORDS,
    }
    return render(request, "policies/pack.html", page)


@login_required
@require_GET
def clause(request: SignedInRequest, name: str, clause_id: str) -> HttpResponse:
    """One clause: what it says, what Remit does about it, its rules and their cases."""
    found = _pack(request, name)
    reading = found.clauses.get(clause_id)
    if reading is None:
        raise Http404
    before, after = library.neighbours(found, reading)
    rules = library.rules_of(found, reading, request.user.force_id)
    page = {
        "pack": found,
        "clause": reading,
        "wording": library.WORDING_WORDS[reading.wording],
        "treatment": library.TREATMENT_WORDS[reading.treatment],
        "rules": rules,
        "definitions": library.definitions_of(found, reading),
        "figures": library.figures_of(found, reading),
        "cases": cases_of(found, [page.rule.id for page in rules]),
        "before": before,
        "after": after,
    }
    return render(request, "policies/clause.html", page)


def _pack(request: SignedInRequest, name: str) -> Pack:
    found = library.pack_of(request.user, name)
    if found is None:
        raise Http404
    return found


def _version(pack: Pack) -> Version | None:
    """The version in use: the one whose number the pack bears."""
    return next((version for version in pack.versions if version.number == pack.version), None)


def _one_of(request: SignedInRequest, name: str, allowed: Collection[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in allowed else ""
