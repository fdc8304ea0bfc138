"""Tags of the pages that set policies side by side: `{% load policies %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from remit.acts.packs import library
from remit.policies.side_by_side import CHANGE_COLOURS, COLOURS
from remit.policy.words import either
from remit.web.templatetags.remit import status

register = template.Library()


@register.filter
def forces(name: str) -> str:
    """A pack by the forces that it is written for: "Norfolk and Suffolk"; a pack of no force by its own name."""
    pack = library().packs.get(name)
    titles = [force.replace("-", " ").title() for force in pack.forces] if pack else []
    others = [p for p in library().packs.values() if pack and p is not pack and p.forces == pack.forces]
    called = either(titles, "and") or name
    return f"{called}, version {pack.version}" if pack and others else called


@register.simple_tag
def matter_status(comes_to: str) -> SafeString:
    """Whether policies agree on a matter, as a status tag."""
    return status(COLOURS[comes_to], comes_to.capitalize())


@register.simple_tag
def change_status(kind: str) -> SafeString:
    """What becomes of a clause or rule, as a status tag."""
    return status(CHANGE_COLOURS[kind], kind.capitalize())
