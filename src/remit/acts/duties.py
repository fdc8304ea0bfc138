"""Duties: made once for a rule, a subject and the day they run from; reminded, escalated; never back once done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from remit.acts.act import ActRefused
from remit.acts.directory import cast_of_subject, get_directory
from remit.acts.evidence import enter_about
from remit.acts.models import Duty, Notice, Proposal
from remit.acts.packs import library, packs_of
from remit.acts.referrals import told_by
from remit.acts.secrecy import cleared
from remit.policy.packs import Effect, Pack
from remit.policy.periods import Holidays, day_in_words, london_date, london_day, moment_in_words, parse_period, plus
from remit.policy.situation import Situation

#: The anchor of a duty that nothing dates: it stands once for its rule and subject.
UNDATED = date.min


def leave(
    wanted: Iterable[Mapping[str, Any]],
    *,
    force: str,
    subject: str,
    cast: Mapping[str, Any],
    now: datetime,
    proposal: Proposal | None = None,
    moment: str = "",
) -> list[Duty]:
    """Make the duties of a decision rows, each once; gives the rows, made now or earlier.

    One that somebody did stays done; so does one that facts show done, until they show the contrary. One that lapsed
    and is wanted again is due again. Dates are kept in step.
    """
    packs = library().packs
    return [
        _keep(packs[duty["pack"]], duty, rule, force, subject, cast, now, proposal, moment)
        for duty, rule in _named(list(wanted), packs)
    ]


def _named(wanted: list[Mapping[str, Any]], packs: Mapping[str, Pack]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each duty and the name of its rule, told apart by list element, or by what is to be done."""
    for duty in wanted:
        parts = [duty["rule"]]
        if len(list(_effects(packs[duty["pack"]], duty["rule"]))) > 1:
            parts.append(slugify(duty["do"])[:40])
        if duty.get("each") is not None:
            parts.append(str(duty["each"])[:50])
        yield duty, "#".join(parts)


def _effects(pack: Pack, rule_id: str) -> Iterator[Effect]:
    for rule in pack.rules:
        if rule.id == rule_id:
            every = [*rule.then, *(effect for exemption in rule.unless for effect in exemption.then)]
            yield from (effect for effect in every if effect.kind == "duty")


def _keep(
    pack: Pack,
    wanted: Mapping[str, Any],
    rule: str,
    force: str,
    subject: str,
    cast: Mapping[str, Any],
    now: datetime,
    proposal: Proposal | None,
    moment: str,
) -> Duty:
    today = timezone.localdate(now)
    due, start, holidays = _read(wanted["due"]), _read(wanted["from"]), pack.vocabulary.holidays
    owner_who = wanted["owner"] or ""
    found = get_directory().holders(force, pack, owner_who, cast, today) if owner_who in pack.who else []
    found = cleared(found, subject)
    proposed_on = timezone.localdate(proposal.proposed_at) if proposal else UNDATED
    since = {"anchor": london_day(start) if start else proposed_on, "anchor_time": time.min}
    if isinstance(start, datetime) and isinstance(due, datetime):
        since["anchor_time"] = start.astimezone(UTC).time()
    by_clock = wanted.get("when") or wanted.get("fixed")
    if proposal and by_clock and (there := _dated(proposal, pack, rule)) is not None:
        due, since = there.due, {"anchor": there.anchor, "anchor_time": there.anchor_time}
    fresh = {
        "do": wanted["do"],
        "owner_who": owner_who,
        "owner": found[0] if len(found) == 1 else None,
        "due_on": london_day(due) if due else None,
        "due_at": due if isinstance(due, datetime) else None,
        "late": wanted["late"],
        "must": wanted["wording"] == "must",
        "clauses": list(wanted["clauses"]),
        "remind_on": [
            when.isoformat() for words in wanted["remind"] if due and (when := _reminder(due, words, holidays))
        ],
        "overdue_who": list(wanted["overdue"]),
        "daily_who": list(wanted.get("daily", ())),
        "moment": moment,
    }
    same = {"force": force, "pack": pack.name, "rule": rule, "subject": subject}
    if proposal and wanted["from"] and not Duty.objects.filter(**same, **since).exists():
        # What stood without its day has one now: it is the same duty, not a second.
        undated = Duty.objects.filter(**same, proposal=proposal, due_on=None, state=Duty.State.DUE)
        undated.filter(anchor=proposed_on).update(**since)
    duty, made = Duty.objects.select_for_update().get_or_create(
        **same,
        **since,
        defaults={**fresh, "made_at": now, "proposal": proposal, "sample": wanted.get("sample", {})},
    )
    if made:
        _enter("duty.made", duty, None, now, **({"sample": duty.sample} if duty.sample else {}))
    elif duty.state != Duty.State.DONE:
        lapsed = duty.state == Duty.State.LAPSED
        changed = [name for name, value in fresh.items() if getattr(duty, name) != value]
        for name in changed:
            setattr(duty, name, fresh[name])
        if lapsed:
            duty.state = Duty.State.DUE
            _enter("duty.made", duty, None, now)
        if changed or lapsed:
            duty.save()
        made = bool(changed or lapsed)
    elif duty.anchor == UNDATED and proposal is None and duty.done_by_id is None:
        # The facts showed it done, and show it no longer: a new version of a document has to be read.
        fresh |= {"state": Duty.State.DUE, "done_at": None, "reminded_at": None, "escalated_at": None}
        for name, value in fresh.items():
            setattr(duty, name, value)
        duty.save()
        _enter("duty.made", duty, None, now)
        made = True
    if made:  # who else has come to its post meanwhile is seen to by `put_again`
        put(duty, found)
    return duty


def _dated(proposal: Proposal, pack: Pack, rule: str) -> Duty | None:
    """What `proposal` left by the clock runs from when it was left, whenever the proposal is decided again."""
    return proposal.duties.filter(pack=pack.name, rule=rule).exclude(due_on=None).first()


def keep_in_step(
    wanted: Iterable[Mapping[str, Any]],
    *,
    force: str,
    subject: str,
    cast: Mapping[str, Any],
    facts: Mapping[str, Any],
    moment: str,
    now: datetime,
) -> None:
    """What a state moment says of its subject's duties: those it wants are due, the others are done or have lapsed."""
    kept = {duty.pk for duty in leave(wanted, force=force, subject=subject, cast=cast, now=now, moment=moment)}
    gone = Duty.objects.filter(force=force, subject=subject, moment=moment, state=Duty.State.DUE).exclude(pk__in=kept)
    for duty in gone:
        if not settle(duty, facts, now):
            duty.state = Duty.State.LAPSED
            duty.save(update_fields=["state"])
            _enter("duty.lapsed", duty, None, now)


def drop(proposal: Proposal, now: datetime) -> None:
    """Let lapse what a report's decision no longer wants, since something else was said of it; what is done stays."""
    wanted = proposal.decision.get("duties", [])
    kept = {(duty["pack"], rule) for duty, rule in _named(wanted, library().packs)}
    packs = {pack["pack"] for pack in proposal.decision.get("packs", [])}
    rules = {rule.id for name in packs for rule in library().packs[name].rules}
    for duty in proposal.duties.select_for_update().filter(state=Duty.State.DUE, moment="", pack__in=packs):
        if (duty.pack, duty.rule) not in kept and duty.rule.partition("#")[0] in rules:
            duty.state = Duty.State.LAPSED
            duty.save(update_fields=["state"])
            _enter("duty.lapsed", duty, None, now)


def owe(
    rule: str, do: str, *, force: str, subject: str, owner: Any, now: datetime, proposal: Proposal | None = None
) -> Duty:
    """A duty that no rule of a pack wants: something allowed could not be done in the outside world.

    It falls to `owner`, and to the adviser of the force's policy where they are not there; once a day and subject.
    """
    pack = packs_of(force)[0]
    today = london_date(now)
    wanted = {"do": do, "owner_who": pack.in_doubt, "owner": owner, "due_on": today, "late": "at once"}
    duty, made = Duty.objects.select_for_update().get_or_create(
        force=force,
        pack=pack.name,
        rule=rule,
        subject=subject,
        anchor=today,
        defaults={**wanted, "made_at": now, "proposal": proposal},
    )
    if made:
        _enter("duty.made", duty, None, now)
        put(duty, _owners(duty, now))
    return duty


def put(duty: Duty, holders: Iterable[Any]) -> None:
    """Put a duty on the lists of its owner and of the `holders` of the post that owes it."""
    wanted = {person.pk for person in holders} | ({duty.owner_id} if duty.owner_id else set())
    if wanted != {person.pk for person in duty.put_to.all()}:
        duty.put_to.set(wanted)


def put_again(duties: Iterable[Duty], now: datetime) -> None:
    """Put open duties on the lists of those who hold their posts now; those of one team or role share their holders."""
    shared: dict[tuple[str, str, str], list[Any]] = {}
    for duty in duties:
        pack = library().packs.get(duty.pack)
        of_somebody = pack is not None and duty.owner_who in pack.who and pack.who[duty.owner_who].relation
        if duty.proposal_id is not None or of_somebody:
            put(duty, _owners(duty, now))
            continue
        post = (duty.force, duty.pack, duty.owner_who)
        if post not in shared:
            shared[post] = _holders(duty, {}, now)
        put(duty, cleared(shared[post], duty.subject))


def met(rule: str, subject: str, now: datetime) -> None:
    """What `owe` left behind has come about after all."""
    for duty in Duty.objects.select_for_update().filter(rule=rule, subject=subject, state=Duty.State.DUE):
        _finish(duty, None, "", now)


def settle(duty: Duty, facts: Mapping[str, Any], now: datetime) -> bool:
    """Mark a duty done where its rule says how that is seen (`done`) and the facts show it."""
    pack = library().packs.get(duty.pack)
    if pack is None:
        return False
    situation = Situation(pack, facts, now, now)
    tests = [e.condition for e in _effects(pack, duty.rule.split("#")[0]) if e.condition is not None]
    if not tests or any(test.run(situation) is not True for test in tests):
        return False
    _finish(duty, None, "", now)
    return True


def complete(duty: Duty, actor: Any, now: datetime, note: str = "") -> Duty:
    """Mark a duty as done by whoever owes it.

    Raises:
        PermissionDenied: it is somebody else's.
        ActRefused: it is done already, or no longer needed.
    """
    with transaction.atomic():
        duty = Duty.objects.select_for_update().get(pk=duty.pk)
        if duty.state == Duty.State.DONE:
            raise ActRefused(f"This was already done on {day_in_words(timezone.localdate(duty.done_at))}.")
        if duty.state == Duty.State.LAPSED:
            raise ActRefused("This is no longer needed.")
        if actor is not None and not may_complete(duty, actor, now):
            raise PermissionDenied(f"This duty is for {owner_words(duty)}. Ask them to mark it as done.")
        _finish(duty, actor, note, now)
    return duty


def may_complete(duty: Duty, person: Any, now: datetime) -> bool:
    """Whether a duty is the person's own, or that of a post they hold."""
    return duty.owner_id == person.pk or person in _owners(duty, now)


def open_musts(subject: str) -> list[Duty]:
    """What still must be done about `subject` before it may be closed: what acts left behind.

    What a state moment asks for as long as its subject lives, such as the next look at it, ends with the subject; it
    would otherwise keep it from ever ending.
    """
    return list(Duty.objects.filter(subject=subject, state=Duty.State.DUE, must=True, moment=""))


def owner_words(duty: Duty) -> str:
    """Whose duty it is: the person where there is one, else the post."""
    if duty.owner is not None:
        return str(duty.owner)
    pack = library().packs.get(duty.pack)
    post = pack.who.get(duty.owner_who) if pack else None
    return post.title if post else "whoever the policy names"


def remind_and_escalate(now: datetime) -> None:
    """Remind owners when their duties say; tell whom the rule names once a duty is overdue. Each once.

    Whom the rule wants told every day is told again on each further day until it is done.
    """
    today = london_date(now)
    for duty in Duty.objects.select_for_update().filter(state=Duty.State.DUE):
        if any(_has_come(_read(when), duty.reminded_at, now) for when in duty.remind_on):
            due = f" It is due on {moment_in_words(duty.due)}." if duty.due else ""
            _tell(duty, [duty.owner_who], f"Still to do: {duty.do}.{due}", now)
            duty.reminded_at = now
            _enter("duty.reminded", duty, None, now)
            duty.save(update_fields=["reminded_at"])
        if duty.is_overdue(now) and duty.escalated_at is None:
            words = f"Overdue since {moment_in_words(duty.due or today)}: {duty.do}. It is for {owner_words(duty)}."
            _tell(duty, [duty.owner_who, *duty.overdue_who], words, now)
            duty.escalated_at = now
            _enter("duty.overdue", duty, None, now)
            duty.save(update_fields=["escalated_at"])
        elif duty.escalated_at and duty.daily_who and london_date(duty.escalated_at) < today:
            words = (
                f"Still overdue, since {moment_in_words(duty.due or today)}: {duty.do}. It is for {owner_words(duty)}."
            )
            _tell(duty, duty.daily_who, words, now)
            duty.escalated_at = now
            _enter("duty.overdue", duty, None, now)
            duty.save(update_fields=["escalated_at"])


def _tell(duty: Duty, posts: Iterable[str], text: str, now: datetime) -> None:
    """Tell the holders of each of these posts. Where one stands in for another, nobody is told twice."""
    told: set[int] = set()
    for who in dict.fromkeys(posts):
        notice = Notice(
            force=duty.force,
            pack=duty.pack,
            rule=duty.rule,
            subject=duty.subject,
            who=who,
            person=duty.owner if who == duty.owner_who else None,
            text=text,
            clauses=duty.clauses,
            made_at=now,
            proposal=duty.proposal,
        )
        people = {person.pk for person in told_by(notice, now)}
        if people and people <= told:
            continue
        notice.save()
        notice.put_to.set(people)
        told |= people


def _owners(duty: Duty, now: datetime) -> Iterable[Any]:
    from remit.acts.says import cast_of  # the other way round, says never need duties

    cast = cast_of(duty.proposal) if duty.proposal else cast_of_subject(duty.subject)
    return cleared(_holders(duty, cast, now), duty.subject)


def _holders(duty: Duty, cast: Mapping[str, Any], now: datetime) -> list[Any]:
    pack = library().packs.get(duty.pack)
    if pack is None or duty.owner_who not in pack.who:
        return []
    return list(get_directory().holders(duty.force, pack, duty.owner_who, cast, timezone.localdate(now)))


def _finish(duty: Duty, actor: Any, note: str, now: datetime) -> None:
    duty.state, duty.done_at, duty.done_by, duty.note = Duty.State.DONE, now, actor, note
    duty.save(update_fields=["state", "done_at", "done_by", "note"])
    _enter("duty.done", duty, actor, now)


def _enter(action: str, duty: Duty, by: Any, now: datetime, **more: Any) -> None:
    about = {"duty": duty.pk, "pack": duty.pack, "rule": duty.rule, "anchor": duty.anchor.isoformat(), **more}
    enter_about(action, duty.force, duty.subject, by, now, clauses=duty.clauses, **about)


def _read(value: str | None) -> date | datetime | None:
    """A day or time as the decision's JSON writes it."""
    if not value:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _has_come(when: date | datetime | None, last: datetime | None, now: datetime) -> bool:
    """Whether a day or time has come, and had not when somebody was reminded `last`."""
    if isinstance(when, datetime):
        return when <= now and (last is None or last < when)
    return when is not None and when <= london_date(now) and (last is None or london_date(last) < when)


def _reminder(due: date | datetime, words: str, holidays: Holidays) -> date | datetime | None:
    """ "1 month before" (or "2 days after") what is due: a day, or with hours before a time a time.

    None for words that say neither.
    """
    match = re.fullmatch(r"(.+) (before|after)", words.strip())
    if match is None:
        return None
    period = parse_period(match[1])
    when = plus(due, period.back if match[2] == "before" else period, holidays)
    return when if period.elapsed else london_day(when)
