"""Pages that set policies side by side, and a new version of a policy beside the old one."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from remit.acts.packs import library as loaded
from remit.policies import library
from remit.policies.versions import Earlier, earlier_versions, read_earlier
from remit.policy import changing, comparing
from remit.policy.comparing import AGREE, ALONE, DETAIL, DIFFER
from remit.policy.packs import Pack
from remit.web.signed_in import SignedInRequest

#: What a comparison comes to -> the status that has its colour.
COLOURS = {AGREE: "allowed", DETAIL: "needs", DIFFER: "refused", ALONE: "draft"}
#: The same for what becomes of a clause or rule.
CHANGE_COLOURS = {
    changing.NEW: "allowed",
    changing.GONE: "refused",
    changing.CHANGED: "needs",
    changing.FIGURE: "scheduled",
}


@login_required
@require_GET
def compare(request: SignedInRequest) -> HttpResponse:
    """Policies by moment: how many matters they agree on; for one moment, what each says of every matter."""
    readable = library.readable_packs(request.user)
    names = [name for given in request.GET.getlist("packs") for name in given.split(",")]
    packs = [pack for pack in readable if pack.name in names]
    only = request.GET.get("only") == "differences"
    parts = comparing.compare(loaded(), packs) if len(packs) > 1 else []
    part = next((p for p in parts if p.moment.name == request.GET.get("moment")), None)
    page = {
        "readable": readable,
        "packs": packs,
        "names": ",".join(pack.name for pack in packs),
        "only": only,
        "colours": COLOURS,
        "rows": [(p, _tally(p), {n: len(own) for n, own in p.own.items() if own}) for p in parts],
        "part": part,
        "matters": [
            (matter, [(name, said) for name, said in matter.said.items() if said])
            for matter in ((part.differing if only else part.matters) if part else ())
        ],
        "own": [(pack, part.own[pack.name]) for pack in packs if part.own[pack.name]] if part else [],
    }
    return render(request, "policies/compare.html", page)


@login_required
@require_GET
def changes(request: SignedInRequest) -> HttpResponse:
    """A version of a policy beside another, clause by clause: what is new, gone and changed, old against new."""
    readable = library.readable_packs(request.user)
    offered: dict[str, Pack | Earlier] = {pack.name: pack for pack in readable}
    offered |= {one.key: one for pack in readable for one in earlier_versions(pack)}
    asked = [request.GET.get(side, "") for side in ("old", "new")]
    old, new = (_read(offered.get(name)) for name in asked)
    unread = [one for name in asked if isinstance(one := offered.get(name), Earlier) and not read_earlier(one)]
    page = {
        "versions": [(key, _called(one)) for key, one in offered.items()],
        "old": asked[0] or next(iter(offered), ""),
        "new": asked[1],
        "same": bool(old and new and old.digest == new.digest),
        "unread": unread,
        "found": changing.changes(old, new) if old and new and old.digest != new.digest else None,
    }
    return render(request, "policies/changes.html", page)


def _read(version: Pack | Earlier | None) -> Pack | None:
    return read_earlier(version) if isinstance(version, Earlier) else version


def _called(version: Pack | Earlier) -> str:
    if isinstance(version, Earlier):
        return f"{version.name}, version {version.version}, as it decided earlier ({version.key[:6]})"
    return f"{version.name}, version {version.version}"


def _tally(part: comparing.MomentCompared) -> list[tuple[str, str, int]]:
    """How often the policies agree and differ at a moment: (what it comes to, its colour, how often)."""
    counts = Counter(matter.status for matter in part.matters)
    return [(status, colour, counts[status]) for status, colour in COLOURS.items() if counts[status]]
