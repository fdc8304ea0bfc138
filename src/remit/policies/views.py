"""The policy reader: the packs a force has in use, every clause of each, and its rules as English."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from remit.acts.packs import library as loaded
from remit.people.permissions import may_somewhere, permits
from remit.policies import library
from remit.policies.upkeep import to_tell
from remit.policies.versions import earlier_versions
from remit.policy.figure_words import hours_words
from remit.policy.packs import TREATMENTS, WORDINGS, Pack, Version
from remit.policy.reading import TREATMENT_WORDS, WORDING_WORDS, PackReading
from remit.policy.say_words import permit_rules, post_rules, say_rules
from remit.web.signed_in import SignedInRequest

#: A clause cited by more rules than this, an exception to most of a policy, shows only its own in full.
MOST_RULES = 12


@login_required
@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The packs in use by the reader's force, and the others that the reader may read."""
    own = library.packs_of(request.user)
    others = [pack for pack in library.readable_packs(request.user) if pack not in own]
    packs = [(pack, _version(pack), library.coverage(pack)) for pack in own]
    page = {"packs": packs, "others": others, "may_see_signals": may_somewhere(request.user, "decision.read")}
    return render(request, "policies/index.html", page)


@login_required
@require_GET
def pack(request: SignedInRequest, name: str) -> HttpResponse:
    """Every clause of one pack, by chapter, with filters and coverage figures."""
    reading = _reading(request, name)
    found = reading.pack
    used = dict.fromkeys(moment for rule in found.rules for moment in rule.moments)
    moments = {moment: found.vocabulary.moments[moment].title for moment in sorted(used)}
    treatments = [t for t in TREATMENTS if any(c.treatment == t for c in found.clauses.values())]
    asked = {
        "treatment": _one_of(request, "treatment", TREATMENTS),
        "wording": _one_of(request, "wording", WORDINGS),
        "moment": _one_of(request, "moment", moments),
        "words": request.GET.get("words", "").strip()[:200],
    }
    shown = set(reading.chosen(**asked))
    sections = [(chapter, [c for c in chapter.clauses if c in shown]) for chapter in reading.chapters]
    others = [other for other in library.readable_packs(request.user) if other is not found]
    earlier = earlier_versions(found)
    page = {
        **_head(found),
        "coverage": library.coverage(found),
        "chapters": reading.chapters,
        "sections": [(part, [(c, len(reading.rules_of(c))) for c in clauses]) for part, clauses in sections if clauses],
        "shown": len(shown),
        "total": len(found.clauses),
        "asked": asked,
        "filtered": any(asked.values()),
        "filters": [
            _filter(asked, "treatment", "What Remit does", "Anything", {t: t.capitalize() for t in treatments}),
            _filter(asked, "wording", "Wording", "Any", {w: w.capitalize() for w in WORDINGS}),
            _filter(asked, "moment", "When it is asked", "At any moment", moments),
        ],
        "treatment_words": TREATMENT_WORDS,
        "may_tell": name in request.user.force.packs
        and permits(request.user, "policy.keep", request.user.force_id)
        and bool(to_tell(found)),
        "others": others,
        "versions": [*(o for o in others if set(o.forces) & set(found.forces)), *earlier],
        "earlier_versions": earlier,
    }
    return render(request, "policies/pack.html", page)


@login_required
@require_GET
def part(request: SignedInRequest, name: str, at: int) -> HttpResponse:
    """One chapter: each clause with its rules in full, and its cases."""
    reading = _reading(request, name)
    chapters = reading.chapters
    if not 1 <= at <= len(chapters):
        raise Http404
    page = {
        **_head(reading.pack),
        "chapter": chapters[at - 1],
        "chapters": chapters,
        "readings": [reading.read(clause) for clause in chapters[at - 1].clauses],
        "before": chapters[at - 2] if at > 1 else None,
        "after": chapters[at] if at < len(chapters) else None,
    }
    return render(request, "policies/part.html", page)


@login_required
@require_GET
def whole(request: SignedInRequest, name: str) -> HttpResponse:
    """The whole policy on one plain page, for print; each rule stands once, under the first clause that it cites."""
    reading = _reading(request, name)
    sections = [(chapter, [reading.read(clause) for clause in chapter.clauses]) for chapter in reading.chapters]
    page = {
        **_head(reading.pack),
        **_who(reading),
        "chapters": reading.chapters,
        "sections": sections,
        "meanings": [reading.english.definition(d) for d in reading.pack.definitions.values()],
    }
    return render(request, "policies/whole.html", page)


@login_required
@require_GET
def who(request: SignedInRequest, name: str) -> HttpResponse:
    """Who has which say, how each post is filled, the policy's figures and the force's settings."""
    reading = _reading(request, name)
    return render(request, "policies/who.html", {**_head(reading.pack), **_who(reading)})


@login_required
@require_GET
def clause(request: SignedInRequest, name: str, clause_id: str) -> HttpResponse:
    """One clause: what it says, what Remit does about it, its rules and their cases."""
    reading = _reading(request, name)
    found = reading.pack.clauses.get(clause_id)
    if found is None:
        raise Http404
    before, after = library.neighbours(reading.pack, found)
    read = reading.read(found)
    page = {
        **_head(reading.pack),
        "clause": found,
        "chapter": reading.chapter_of(found),
        "wording": WORDING_WORDS[found.wording],
        "treatment": read.treatment,
        "reading": read,
        "rules": read.rules,
        "whole": len(read.rules) <= MOST_RULES,
        "before": before,
        "after": after,
    }
    return render(request, "policies/clause.html", page)


def _reading(request: SignedInRequest, name: str) -> PackReading:
    found = library.pack_of(request.user, name)
    if found is None:
        raise Http404
    return library.reading_of(request.user, found)


def _head(pack: Pack) -> dict[str, Any]:
    return {"pack": pack, "version": _version(pack), "earlier": pack is not loaded().packs.get(pack.name)}


def _who(reading: PackReading) -> dict[str, Any]:
    english, pack = reading.english, reading.pack
    return {
        "says": [(say, say_rules(english, say)) for say in pack.says.values()],
        "grants": [(permit, permit_rules(english, permit)) for permit in pack.grants.values()],
        "posts": [(post, post_rules(english, post)) for post in pack.who.values()],
        "in_doubt": english.who(pack.in_doubt),
        "figures": reading.figures(),
        "hours": hours_words(pack),
        "settings": reading.settings(),
    }


def _version(pack: Pack) -> Version | None:
    """The version in use: the one whose number the pack bears."""
    return next((version for version in pack.versions if version.number == pack.version), None)


def _filter(
    asked: dict[str, str], name: str, label: str, any_words: str, choices: dict[str, str]
) -> tuple[str, str, str, list[tuple[str, str]], str]:
    return name, label, any_words, list(choices.items()), asked[name]


def _one_of(request: SignedInRequest, name: str, allowed: Collection[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in allowed else ""
