"""A link to take evidence away, for other rooms: `{% load evidence %}{% evidence_link "posts.post" post.pk %}`."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from remit.people.permissions import permits, scope_of

register = template.Library()


@register.simple_tag(takes_context=True)
def evidence_link(context: Context, kind: str, pk: int) -> SafeString:
    """A link to the evidence pack of "kind:pk", for whoever may read the ledger there; else nothing."""
    subject, person = f"{kind}:{pk}", context["request"].user
    scope = scope_of(subject)
    if scope is None or not permits(person, "ledger.read", scope.force, subject):
        return SafeString("")
    return format_html(
        '<p class="govuk-body"><a class="govuk-link" href="/ledger/evidence/{}">Download an evidence pack</a>, '
        "which anybody can check without Remit</p>",
        subject,
    )
