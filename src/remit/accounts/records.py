"""What was done about an account and when: the kinds of record, and the facts that a policy reads from them.

None of these facts can be typed in: each comes of an act that was recorded on its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from remit.accounts.facts import account_facts, authorisations
from remit.accounts.models import Account, Application, Record
from remit.accounts.uses import counted
from remit.acts.facts import vocabulary
from remit.acts.packs import packs_of
from remit.people.models import Person, RoleHeld
from remit.policy.facts import read_facts

#: Groups of facts that stay true of an account after they were said of it; the rest were said of one act.
LASTING = ("account", "application", "platform", "trial")


@dataclass(frozen=True)
class Kind:
    """One kind of record that people make: its words, the fact that its day is, and what else is asked for it.

    Attributes:
        fact: what a policy reads of it: the day of the latest record, unless `_of_records` says otherwise.
        asks: fields of the form besides the day: "words", "due", "whom", "who", "place".
        closing: whether it is a step towards closing.
        value: what the fact is once it is recorded, where the day is not what a policy reads.
    """

    label: str
    fact: str
    asks: tuple[str, ...] = ()
    closing: bool = False
    hint: str = ""
    value: str | bool | None = None


#: What people record by saying that it was done. Reviews, credentials and trials have acts of their own.
KINDS: dict[str, Kind] = {
    "corporate-access": Kind(
        "Corporate Communications was given access",
        "account.corporate_access",
        hint="As an administrator, with recovery.",
    ),
    "control-tested": Kind("The way into the account was tested", "account.control_tested_on"),
    "communications-consulted": Kind(
        "The communications department was consulted on the account", "account.communications_consulted_on", ("words",)
    ),
    "monitored": Kind("The account's messages were looked over", "account.last_monitored_on"),
    "profile-reviewed": Kind("The profile and old posts were reviewed", "account.last_profile_review_on"),
    "audited": Kind("The account was looked over with the auditing software", "owner.audit_used_on"),
    "details-requested": Kind("The account's details were asked for", "account.details_requested_on", ("due",)),
    "guidance-offered": Kind("Guidance was offered because the account was unused", "account.guidance_offered_on"),
    "reminded": Kind("A reminder was sent because the account was unused", "account.reminded_on"),
    "user-in-touch": Kind("The user has been in touch since the reminder", "account.answered_since_reminder"),
    "reason-filed": Kind("A written reason to keep the account", "account.dormancy_answered_on", ("words",)),
    "notice-given": Kind("Notice of closing was given", "closing.notified_on", closing=True),
    "closing-consulted": Kind(
        "Somebody was consulted about closing", "closing.consulted", ("whom", "words"), closing=True
    ),
    "closing-decided": Kind("Closing was decided", "closing.decided_on", ("words",), closing=True),
    "public-told": Kind("The public was told that the account closes", "closing.public_told_on", closing=True),
    "exported": Kind("The account's data were exported", "closing.exported_on", ("who", "place"), closing=True),
    "leaver-told": Kind("The leaver told Corporate Communications", "user.leaver_told_on"),
    "email-switched": Kind("A personal e-mail address took over", "release.email_switched_on"),
    "found-legacy": Kind(
        "It was decided that the account is from before the policy",
        "account.recorded_class",
        ("words",),
        hint="Its owner then applies for it after the event, and it is transferred to the force.",
        value="legacy",
    ),
    "found-new": Kind(
        "It was decided that the account was opened under the policy",
        "account.recorded_class",
        ("words",),
        hint="One that was opened without authority is then to be deleted.",
        value="new",
    ),
    "authority-found": Kind(
        "The account was opened with authority", "account.opened_with_authority", ("words",), value=True
    ),
    "no-authority": Kind(
        "The account was opened without authority",
        "account.opened_with_authority",
        ("words",),
        hint="A duty to keep a copy of it and delete it may follow.",
        value=False,
    ),
    "transfer-begun": Kind("The transfer to the force has begun", "account.transfer", value="under_way"),
    "transferred": Kind("The account was transferred to the force", "account.transfer", value="done"),
    "transfer-impossible": Kind(
        "The transfer to the force is impossible",
        "account.transfer",
        ("words",),
        hint="The account is then no longer used for the force.",
        value="impossible",
    ),
    "transfer-declined": Kind(
        "The owner does not want to transfer the account",
        "account.transfer",
        ("words",),
        hint="The account is then no longer used for the force.",
        value="declined",
    ),
}
#: Records that other acts leave, in words.
_OTHERS = {
    "lodged": "The credentials were lodged",
    "set-up": "The account was set up",
    "trial-started": "The trial began",
    "trial-successful": "The trial was successful",
    "trial-extended": "The trial was extended",
    "trial-unsuccessful": "The trial was not successful",
    "review-annual": "The account was reviewed",
    "review-supervisory": "A supervisor looked over the account",
    "review-dormancy": "The account was reviewed because it was unused",
    "review-trial": "The account was reviewed at the end of its trial",
    "password-changed": "The password was changed",
    "changed": "The account was changed",
    "closed": "The account was closed",
}
#: Kinds whose fact is no day.
_NO_DAY = frozenset({"corporate-access", "user-in-touch", "closing-consulted"}) | {
    key for key, kind in KINDS.items() if kind.value is not None
}
#: Days that come of these and of other acts' records: kind -> fact.
_DAYS = {
    **{key: kind.fact for key, kind in KINDS.items() if key not in _NO_DAY},
    "review-annual": "account.last_reviewed_on",
    "review-supervisory": "account.last_supervised_on",
    "review-dormancy": "account.dormancy_reviewed_on",
    "trial-started": "trial.started_on",
    "trial-successful": "trial.passed_on",
}
#: What is known not to be so while no record says it.
_KNOWN_NOT = ("trial.result", "trial.ends_on", "credential.lodged_on", "closing.exported_by", "closing.export_kept_at")
#: Over how long an account's posts are counted; no policy sets a figure.
COUNTED_OVER = timedelta(days=92)
#: Teams that set accounts up for their force, by the names that policies give them.
COMMUNICATIONS = frozenset({"corporate-communications", "media-department", "digital-media-team"})
#: Roles of a force -> the post that Wiltshire's rules list knows them by.
_POSTS = {
    "cpt-inspector": "cpt_inspector",
    "senior-command": "senior_command",
    "chief-officer": "senior_command",
    "hub-superintendent": "hub_superintendent",
}


def note(
    account: Account, kind: str, on: date, by: Person | None, now: datetime, words: str = "", /, **more: Any
) -> Record:
    """Keep a record. For `apply` of an act alone."""
    return Record.objects.create(account=account, kind=kind, on=on, at=now, by=by, words=words, more=more)


def record_words(kind: str) -> str:
    """What a record of this kind says."""
    return KINDS[kind].label if kind in KINDS else _OTHERS.get(kind, kind.replace("-", " ").capitalize())


def full_facts(account: Account, actor: Person | None, *, now: datetime) -> dict[str, Any]:
    """`account_facts`, what was said of the account and stays true, and what its records show.

    For the moments of an account's own life; a post is decided on `account_facts` alone.
    """
    application = application_of(account)
    return {
        "account.transfer": "not_asked",
        "account.applied_for_on": None,
        **said_facts(account.force_id, account.said, LASTING),
        **(application_facts(application) if application else {}),
        **account_facts(account, actor, now=now),
        **_of_records(account),
        **_of_people(account, now),
        **_of_owner(account, now),
        **_of_posts(account, now),
        "account.bio": account.bio or None,
        "account.business_area": account.team.name if account.team else None,
        "account.ownership": "force",
        **_of_users(account, actor, now),
    }


def recorded_facts(account: Account) -> dict[str, Any]:
    """Of `full_facts`, what was said of the account and what its records show: one query, for its page."""
    return said_facts(account.force_id, account.said, LASTING) | _of_records(account)


def application_of(account: Account) -> Application | None:
    """The application that led to the account; None for one that was on the register before."""
    return Application.objects.filter(account=account).select_related("applicant", "owner", "team").first()


def said_facts(force: str, said: dict[str, Any], groups: tuple[str, ...] = ()) -> dict[str, Any]:
    """What was said (fact name -> JSON), as typed facts; only of `groups` where any are given."""
    known = vocabulary(packs_of(force))
    wanted = {
        name: value
        for name, value in said.items()
        if name in known and (not groups or name.partition(".")[0] in groups)
    }
    return dict(read_facts(known, wanted))


def application_facts(application: Application) -> dict[str, Any]:
    """What the application itself says, apart from what the policy asked for besides."""
    facts: dict[str, Any] = {
        "application.kind": application.kind,
        "application.network": application.network,
        "application.purpose": application.purpose,
        "application.owner": str(application.owner),
        "application.post_held": post_held(application.applicant),
        "account.applied_for_on": application.made_on,
        "application.approved_on": application.decided_on if application.state == Application.State.GRANTED else None,
    }
    if application.state == Application.State.GRANTED:
        facts["account.opened_with_authority"] = True
    if application.applicant.role_needs_social_media is not None:
        facts["application.role_needs_account"] = application.applicant.role_needs_social_media
    if application.area:
        facts["application.area"] = application.area
    if application.team:
        facts["application.business_area"] = application.team.name
    if application.users:
        people = Person.objects.filter(pk__in=application.users)
        facts["application.other_users"] = ", ".join(str(person) for person in people)
    listed = application.force.settings.get("approved_networks")
    if listed is not None:
        facts["application.network_listed"] = application.network in listed
    return facts


def post_held(person: Person) -> str:
    """The post that decides whether somebody may have an account on X of their own; "none" for most people."""
    held = {held.role for held in person.roles_held.all()}
    return next((post for role, post in _POSTS.items() if role in held), "none")


def others(
    force: str, *, account: Account | None = None, application: Application | None = None
) -> list[dict[str, Any]]:
    """The force's other accounts, in use or applied for, as `account.others` has them."""
    one: Account | Application | None = account or application
    accounts = Account.objects.filter(force=force).exclude(state=Account.State.CLOSED)
    waiting = Application.objects.filter(force=force, state=Application.State.WAITING)
    if account is not None and account.pk:
        accounts = accounts.exclude(pk=account.pk)
    if application is not None and application.pk:
        waiting = waiting.exclude(pk=application.pk)
    rows: list[Account | Application] = [*accounts, *waiting]
    return [
        {
            "name": each.name,
            "kind": each.kind,
            "network": each.network,
            "same_area": bool(one and each.area and each.area.casefold() == one.area.casefold()),
            "same_department": bool(one and each.team_id and each.team_id == one.team_id),
        }
        for each in rows
    ]


def _of_records(account: Account) -> dict[str, Any]:
    """Facts of the records: the day of the latest of each kind, and what else it said."""
    latest: dict[str, Record] = {}
    consulted = []
    said: dict[str, Any] = {}
    for record in account.records.all():
        latest[record.kind] = record
        if (kind := KINDS.get(record.kind)) is not None and kind.value is not None:
            said[kind.fact] = kind.value
        if record.kind == "closing-consulted":
            consulted.append({"role": record.more.get("whom", "other"), "heard_on": record.on})
    facts: dict[str, Any] = dict.fromkeys([*_DAYS.values(), *_KNOWN_NOT])
    facts |= {_DAYS[kind]: record.on for kind, record in latest.items() if kind in _DAYS} | said
    facts["account.corporate_access"] = "corporate-access" in latest
    facts["account.login_lodged"] = "lodged" in latest
    facts["closing.consulted"] = consulted
    reminded, touched = latest.get("reminded"), latest.get("user-in-touch")
    facts["account.answered_since_reminder"] = bool(touched and reminded and touched.at >= reminded.at)
    if asked := latest.get("details-requested"):
        facts["account.details_due_on"] = _day(asked.more.get("due"))
    if made := latest.get("exported"):
        facts["closing.exported_by"] = made.more.get("who") or None
        facts["closing.export_kept_at"] = made.more.get("place") or None
    if lodged := latest.get("lodged"):
        facts["credential.lodged_on"] = lodged.on
    if ends := [r for kind in ("trial-started", "trial-extended") if (r := latest.get(kind))]:
        facts["trial.ends_on"] = _day(ends[-1].more.get("ends_on"))
    else:
        del facts["trial.ends_on"]  # as it was said when the account was applied for
    results = [r for kind in ("successful", "extended", "unsuccessful") if (r := latest.get(f"trial-{kind}"))]
    if results:
        facts["trial.result"] = max(results, key=lambda r: r.at).kind.removeprefix("trial-")
    if "set-up" in latest:
        facts["account.set_up_by"] = latest["set-up"].more.get("by")
    return facts


def _of_owner(account: Account, now: datetime) -> dict[str, Any]:
    """Whether its owner is licensed for the auditing software, and when they last used it on an account of theirs."""
    if account.owner is None:
        return {}
    today = timezone.localdate(now)
    held = account.owner.grants.filter(kind="audit-licence", ended_at=None, since__lte=today)
    used = Record.objects.filter(account__owner=account.owner, kind="audited").order_by("-on").first()
    return {
        "owner.has_audit_licence": held.filter(Q(until=None) | Q(until__gte=today)).exists(),
        "owner.audit_used_on": used.on if used else None,
    }


def _of_people(account: Account, now: datetime) -> dict[str, Any]:
    """Whether somebody is named for each thing that a policy wants somebody for."""
    today = timezone.localdate(now)
    held = RoleHeld.objects.filter(force=account.force_id, since__lte=today)
    held = held.filter(Q(until=None) | Q(until__gte=today)).filter(Q(account_id=None) | Q(account_id=account.pk))
    held = held.filter(Q(team=None) | Q(team=account.team_id), person__is_active=True)
    roles = set(held.values_list("role", flat=True))
    owner = account.owner
    owner_heads = RoleHeld.objects.filter(role="head-of-department", team__members=owner) if owner else held.none()
    return {
        "account.administrator_named": "account-administrator" in roles,
        "account.line_manager_named": owner is not None and owner.line_manager_id is not None,
        "account.governance_named": "head-of-department" in roles or owner_heads.exists(),
    }


def _of_posts(account: Account, now: datetime) -> dict[str, Any]:
    """How many posts of its own, and of others, went out in the window."""
    found = counted(account, timezone.localdate(now) - COUNTED_OVER)
    return {"account.original_posts": found.original, "account.reshared_posts": found.shared}


def _of_users(account: Account, actor: Person | None, now: datetime) -> dict[str, Any]:
    """What the actor is to the account's users."""
    if actor is None:
        return {}
    users = [grant.person for grant in authorisations(account, now) if grant.person is not None]
    return {
        "actor.is_account_owner": account.owner_id == actor.pk,
        "actor.supervises_account_user": supervises(actor, users),
    }


def supervises(person: Person, users: Sequence[Person]) -> bool:
    """Whether `person` is the line manager of one of `users`, or holds the role of supervisor over a team of theirs."""
    if any(user.line_manager_id == person.pk for user in users):
        return True
    return person.roles_held.filter(role="supervisor", team__members__in=users).exists()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
