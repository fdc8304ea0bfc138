"""What a decision passes on and tells: referrals, with who may and may never see them, and notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.directory import cast_of_subject, get_directory
from remit.acts.evidence import enter_about
from remit.acts.models import Notice, Proposal, Referral
from remit.acts.packs import library
from remit.acts.secrecy import barred, cleared, not_barred
from remit.policy.decision import Decision

#: The name that a rule's `seen_by` has for the one of its choices that was chosen.
CHOSEN = "chosen"


def leave(
    decision: Decision,
    *,
    force: str,
    subject: str,
    cast: Mapping[str, Any],
    now: datetime,
    proposal: Proposal | None = None,
    moment: str = "",
) -> None:
    """Make the referrals and notices of a decision rows; what is there already is not made twice.

    Args:
        moment: the state moment at which the clock found them; empty where an act leaves them behind.
    """
    for wanted in decision.referrals:
        if "choices" in wanted and proposal is not None:
            _passed_elsewhere(wanted, proposal, now)
        for to in wanted["to"]:
            refer(wanted, to, force=force, subject=subject, cast=cast, now=now, proposal=proposal, moment=moment)
    for wanted in decision.notices:
        for who in wanted["who"]:
            _tell(wanted, who, force, subject, now, proposal)


def end(decision: Decision | None, *, force: str, subject: str, moment: str, now: datetime) -> None:
    """Note the referrals of a state moment whose rule bites no longer: should it bite again, that is a new matter.

    One that waits stays: somebody looks into it all the same. A rule that cannot be told has not stopped.
    """
    findings = decision.findings if decision else ()
    biting = {(f.pack, f.rule) for f in findings if f.effect == "route" and f.verdict in ("fired", "unknown")}
    for referral in Referral.objects.filter(force=force, subject=subject, moment=moment, over_at=None):
        if (referral.pack, referral.rule) not in biting:
            referral.over_at = now
            referral.save(update_fields=["over_at"])


def _passed_elsewhere(wanted: Mapping[str, Any], proposal: Proposal, now: datetime) -> None:
    """Whoever reports chose another way: the team of the earlier choice has nothing more to do with it."""
    earlier = proposal.referrals.filter(pack=wanted["pack"], rule=wanted["rule"], closed_at=None, taken_by=None)
    for referral in earlier.exclude(to_who__in=wanted["to"]):
        referral.closed_at, referral.outcome = now, "Passed another way, as whoever reported it chose."
        referral.save(update_fields=["closed_at", "outcome"])
        _enter("referral.closed", referral, None, now)


def refer(
    wanted: Mapping[str, Any],
    to: str,
    *,
    force: str,
    subject: str,
    cast: Mapping[str, Any],
    now: datetime,
    proposal: Proposal | None = None,
    reason: str = "",
    moment: str = "",
) -> Referral:
    """Pass something to the post `to`, once.

    What a proposal leaves behind is passed on once for ever; what the clock finds, once for as long as its rule bites,
    though it be closed meanwhile; anything else once while it is open.
    """
    same = Referral.objects.filter(force=force, pack=wanted["pack"], rule=wanted["rule"], subject=subject, to_who=to)
    if proposal:
        same = same.filter(proposal=proposal)
    else:
        same = same.filter(proposal=None).filter(Q(closed_at=None) | (~Q(moment="") & Q(over_at=None)))
    if (there := same.first()) is not None:
        if there.over_at is not None:
            there.over_at = None
            there.save(update_fields=["over_at"])
        return there
    referral = Referral.objects.create(
        force=force,
        pack=wanted["pack"],
        rule=wanted["rule"],
        subject=subject,
        to_who=to,
        seen_by=[to if name == CHOSEN else name for name in wanted["seen_by"]],
        never=list(wanted["never"]),
        clauses=list(wanted["clauses"]),
        made_at=now,
        reason=reason,
        proposal=proposal,
        moment=moment,
    )
    referral.barred.set(_people(referral, referral.never, cast, now))
    put(referral, now)
    about = {"referral": referral.pk, "rule": referral.rule, "to": to}
    enter_about("referral.made", force, subject, None, now, clauses=referral.clauses, **about)
    return referral


def _people(referral: Referral, names: Iterable[str], cast: Mapping[str, Any], now: datetime) -> list[Any]:
    """The people meant by names of the cast or posts of the pack."""
    pack = library().packs.get(referral.pack)
    people: dict[int, Any] = {}
    for name in names:
        found = cast.get(name)
        if found is None and pack and name in pack.who:
            found = get_directory().holders(referral.force, pack, name, cast, timezone.localdate(now))
        members = found if isinstance(found, (list, tuple)) else [found]
        people.update({m.pk: m for m in members if m is not None and hasattr(m, "pseudonym")})
    return list(people.values())


def drop(proposal: Proposal, now: datetime) -> None:
    """Close what a report's decision no longer passes on and nobody has taken on: it turned out to be otherwise."""
    wanted = {(each["pack"], each["rule"]) for each in proposal.decision.get("referrals", [])}
    for referral in proposal.referrals.filter(closed_at=None, taken_by=None):
        if (referral.pack, referral.rule) not in wanted:
            referral.closed_at, referral.outcome = now, "It turned out to be something else."
            referral.save(update_fields=["closed_at", "outcome"])
            _enter("referral.closed", referral, None, now)


def may_see(referral: Referral, person: Any, now: datetime) -> bool:
    """Whether a referral exists at all for `person`: theirs, their team's or shown to them, and they are not barred."""
    if referral.barred.filter(pk=person.pk).exists() or person.pk in barred(referral.subject):
        return False
    if referral.taken_by_id == person.pk:
        return True
    return person in receivers(referral, now)


def receivers(referral: Referral, now: datetime) -> list[Any]:
    """The people whom a referral is for or shown to.

    Where every holder of a post may not see it, or nobody holds it, its stand-ins; last of all the policy's adviser.
    """
    from remit.acts.says import cast_of  # the other way round, says never need referrals

    pack = library().packs.get(referral.pack)
    cast = cast_of(referral.proposal) if referral.proposal else cast_of_subject(referral.subject)
    out = set(referral.barred.values_list("pk", flat=True)) | barred(referral.subject)
    found: dict[int, Any] = {}
    for name in dict.fromkeys([referral.to_who, *referral.seen_by]):
        names = [name]
        for each in names:
            allowed = [person for person in _people(referral, [each], cast, now) if person.pk not in out]
            found.update({person.pk: person for person in allowed})
            if allowed:
                break
            stand_ins = (*pack.who[each].otherwise, pack.in_doubt) if pack and each in pack.who else ()
            names += [other for other in stand_ins if other not in names]
    return list(found.values())


@dataclass
class ReadReferral(Act):
    """Somebody looks at a referral: it says why something, often a person, was passed on."""

    name: ClassVar[str] = "referral.read"
    label: ClassVar[str] = "Look at a referral"
    kind: ClassVar[Kind] = Kind.READ

    referral: int

    @property
    def force(self) -> str:
        return self._row.force

    @property
    def subject(self) -> str:
        return self._row.subject

    @property
    def _row(self) -> Referral:
        return Referral.objects.get(pk=self.referral)

    def about(self) -> dict[str, Any]:
        return {"referral": self.referral}

    def apply(self, record: Proposal, now: datetime) -> None:
        if not may_see(self._row, record.proposer, now):
            raise PermissionDenied("There is no such referral for you. Ask the team that it was passed to.")


def visible_to(person: Any, *, closed: bool = False) -> list[Referral]:
    """The open referrals that `person` may see, newest first; or the closed ones, the last to be closed first.

    Closed ones stay with those whom they were put to at their end; `may_see` says whether they still may.
    """
    on_list = Q(pk__in=Referral.put_to.through.objects.filter(person=person).values("referral"))
    mine = Referral.objects.filter(on_list | Q(taken_by=person), closed_at__isnull=not closed).exclude(barred=person)
    if closed:
        mine = mine.order_by("-closed_at", "-id")
    return list(not_barred(mine, person).prefetch_related("taken_by"))


def words(referral: Referral) -> str:
    """Why it was passed on: the reason that was given, else what the rule requires."""
    pack = library().packs.get(referral.pack)
    rules = pack.rules if pack else ()
    return referral.reason or next((rule.title for rule in rules if rule.id == referral.rule), "Passed on")


def put(referral: Referral, now: datetime) -> None:
    """Put a referral on the lists of those whom it is for or shown to now."""
    referral.put_to.set(receivers(referral, now))


def take(referral: Referral, actor: Any, now: datetime) -> Referral:
    """Take a referral on. Raises PermissionDenied, or ActRefused where somebody has it already."""
    with transaction.atomic():
        referral = _held(referral, actor, now)
        if referral.taken_by_id is not None:
            raise ActRefused("Somebody has already taken this on.")
        referral.taken_by = actor
        referral.save(update_fields=["taken_by"])
        _enter("referral.taken", referral, actor, now)
    return referral


def close(referral: Referral, actor: Any, now: datetime, outcome: str) -> Referral:
    """Close a referral with what came of it. Raises PermissionDenied or ActRefused."""
    if not outcome.strip():
        raise ActRefused("Say what came of it.", "Write a sentence, then close it.")
    with transaction.atomic():
        referral = _held(referral, actor, now)
        referral.closed_at, referral.outcome = now, outcome
        referral.save(update_fields=["closed_at", "outcome"])
        _enter("referral.closed", referral, actor, now)
    return referral


def _held(referral: Referral, actor: Any, now: datetime) -> Referral:
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if not may_see(referral, actor, now):
        raise PermissionDenied("There is no such referral for you. Ask the team that it was passed to.")
    if referral.closed_at is not None:
        raise ActRefused("This has already been closed.")
    return referral


def _enter(action: str, referral: Referral, by: Any, now: datetime) -> None:
    about = {"referral": referral.pk, "rule": referral.rule}
    enter_about(action, referral.force, referral.subject, by, now, clauses=referral.clauses, **about)


# Notices


def _tell(
    wanted: Mapping[str, Any], who: str, force: str, subject: str, now: datetime, proposal: Proposal | None
) -> None:
    same = {"force": force, "pack": wanted["pack"], "rule": wanted["rule"], "subject": subject, "who": who}
    there = Notice.objects.filter(**same, proposal=proposal, text=wanted["text"])
    if not there.exists():
        more = {"text": wanted["text"], "clauses": wanted["clauses"], "made_at": now, "proposal": proposal}
        put_notice(Notice.objects.create(**same, **more), now)


def tell_post(proposal: Proposal, pack: str, who: str, text: str, clauses: Iterable[str], now: datetime) -> None:
    """Tell whoever holds a post of a pack something about a proposal."""
    about = {"force": proposal.force, "subject": proposal.subject, "proposal": proposal, "made_at": now}
    put_notice(Notice.objects.create(**about, pack=pack, who=who, text=text, clauses=list(clauses)), now)


def tell_person(proposal: Proposal, person: Any, text: str, now: datetime) -> None:
    """Tell one person something about a proposal."""
    if person is not None:
        notice = Notice.objects.create(
            force=proposal.force, subject=proposal.subject, person=person, text=text, made_at=now, proposal=proposal
        )
        put_notice(notice, now)


def put_notice(notice: Notice, now: datetime) -> None:
    """Put a notice on the lists of those whom it tells: one person, or whoever holds a post now."""
    notice.put_to.set(cleared(told_by(notice, now), notice.subject))


def told_by(notice: Notice, now: datetime) -> list[Any]:
    """Whom a notice tells, kept or not."""
    from remit.acts.says import cast_of  # the other way round, says never need referrals

    pack = library().packs.get(notice.pack)
    if notice.person is not None:
        return [notice.person]
    cast = dict(cast_of(notice.proposal) if notice.proposal else cast_of_subject(notice.subject))
    if pack and notice.who in pack.who:
        return list(get_directory().holders(notice.force, pack, notice.who, cast, timezone.localdate(now)))
    told = cast.get(notice.who) or cast_of_subject(notice.subject).get(notice.who)
    return [told] if told else []


def notices_for(person: Any) -> list[Notice]:
    """The unread notices for `person` or for a post they hold, newest first."""
    return list(not_barred(Notice.objects.filter(read_at=None, put_to=person), person))


def mark_read(notice: Notice, person: Any, now: datetime) -> None:
    """Put a notice away. Raises PermissionDenied where it is somebody else's."""
    if notice not in notices_for(person):
        raise PermissionDenied("This notice is not for you.")
    notice.read_at = now
    notice.save(update_fields=["read_at"])
