"""Says: who is asked for what, in what order, who may answer, and what an edit voids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from remit.acts import lasting, naming, secrecy
from remit.acts.act import Act, ActRefused, load_act
from remit.acts.directory import get_directory
from remit.acts.evidence import enter
from remit.acts.models import Grant, Proposal, Say
from remit.acts.packs import as_written, library
from remit.policy.facts import write_value
from remit.policy.packs import Pack
from remit.policy.packs import Say as PackSay
from remit.policy.words import different, either

_LIVE = (Say.State.WAITING, Say.State.ASKED)
#: Answers by which nobody has given what was asked for.
NOT_GIVEN = ("return", "suggest", "refuse")


def keep_in_step(proposal: Proposal, wanted: Iterable[Mapping[str, Any]], packs: Iterable[Pack], now: datetime) -> None:
    """Make the says of a decision rows: new ones are asked, those whose turn it is not wait, the rest are let go.

    Args:
        wanted: `Decision.says` that are still to be given, each as in the decision's JSON.
    """
    by_name = {pack.name: pack for pack in packs}
    asked = {(say["pack"], say["key"]): say for say in wanted}
    rows: dict[tuple[str, str, str], Say] = {
        (row.pack, row.key, row.who): row for row in proposal.says.filter(after_event=False).order_by("id")
    }
    for (pack, key, _), row in rows.items():
        if row.state in _LIVE and (pack, key) not in asked:
            _move(row, Say.State.NOT_NEEDED)
    for (pack, key), say in asked.items():
        waits = any((pack, other) in asked for other in say["after"])
        state = Say.State.WAITING if waits else Say.State.ASKED
        for who in _posts(by_name[pack].says[key]):
            there = rows.get((pack, key, who))
            if there is not None and there.state in _LIVE:
                if _move(there, state) and state == Say.State.ASKED:
                    _ask(there, now)
                elif state == Say.State.ASKED:
                    put(there, now)
            elif there is None or not _stands(there) or by_name[pack].says[key].people > 1:
                _make(proposal, say, by_name[pack], who, state, now)


def ask_afterwards(
    proposal: Proposal, wanted: Iterable[Mapping[str, Any]], packs: Iterable[Pack], now: datetime
) -> None:
    """Ask for the says that are owed after the event, each once."""
    by_name = {pack.name: pack for pack in packs}
    for say in wanted:
        pack = by_name[say["pack"]]
        for who in _posts(pack.says[say["key"]]):
            if not proposal.says.filter(pack=pack.name, key=say["key"], who=who, after_event=True).exists():
                _make(proposal, say, pack, who, Say.State.ASKED, now, after_event=True)


def ask_another_afterwards(given: Say, now: datetime) -> None:
    """Ask for a say owed after the event once more, where the policy wants it of more people than have given it."""
    if (written := as_written(given)) is None:
        return
    pack, said = written
    same = given.proposal.says.filter(pack=given.pack, key=given.key, after_event=True, state=Say.State.ANSWERED)
    if same.exclude(answer__in=NOT_GIVEN).count() >= said.people:
        return
    wanted = {"key": given.key, "kind": given.kind, "if_refused": given.if_refused, "clauses": given.clauses}
    _make(given.proposal, wanted, pack, given.who, Say.State.ASKED, now, after_event=True)


def refused_by_a_person(proposal: Proposal) -> bool:
    """Whether somebody whose say was needed refused it; a no to an exception leaves it as the policy has it."""
    return proposal.says.filter(answer="refuse", after_event=False, asked_because="").exists()


def let_go(proposal: Proposal) -> None:
    """Nobody is asked any more: the proposal has been closed."""
    for row in proposal.says.filter(state__in=_LIVE, after_event=False):
        _move(row, Say.State.NOT_NEEDED)


def void(
    proposal: Proposal, act: Act, changed: Collection[str], facts: Mapping[str, Any], by: Any, now: datetime
) -> list[Say]:
    """Void exactly the answers that covered one of the `changed` facts; gives those voided.

    One that its policy lets stand through corrections of spelling is left where nothing else has changed since it was
    given, however many corrections there were; not where whoever gave it has put it right themself.
    """
    voided = []
    for row in proposal.says.filter(state=Say.State.ANSWERED, after_event=False).select_related("given_in"):
        if not (covered := set(row.covers).intersection(changed)):
            continue
        about = {"say": row.key, "changed": sorted(changed)}
        if row.answered_by != by and _outlives(row, act, covered, facts):
            enter("say.stands", proposal, by, now, clauses=row.clauses, about=about)
            continue
        voided.append(row)
        _move(row, Say.State.VOID)
        enter("say.voided", proposal, by, now, clauses=row.clauses, about=about)
    return voided


def _outlives(row: Say, act: Act, changed: Collection[str], facts: Mapping[str, Any]) -> bool:
    """Whether an answer still counts: each changed fact is as it was when it was given, but for its spelling."""
    written = as_written(row)
    if written is None or written[1].stands is None or row.given_in is None:
        return False
    then = row.given_in.facts
    return all(
        name in then and name in facts and act.corrects(name, then[name], write_value(facts[name])) for name in changed
    )


def void_lapsed(proposal: Proposal, now: datetime) -> None:
    """Void the answers that were given too long ago for the policy; what still needs them asks again."""
    for row in proposal.says.filter(state=Say.State.ANSWERED, after_event=False):
        if lasting.lapsed(row, now):
            _move(row, Say.State.VOID)
            enter("say.voided", proposal, None, now, clauses=row.clauses, about={"say": row.key, "lapsed": True})


def _posts(say: PackSay) -> tuple[str, ...]:
    """One row for each post that must answer; one in all where any of them may."""
    return say.who if say.all else say.who[:1]


def _stands(row: Say) -> bool:
    again = NOT_GIVEN if row.asked_because else ("return", "suggest")
    return row.state == Say.State.ANSWERED and row.answer not in again


def _make(
    proposal: Proposal,
    wanted: Mapping[str, Any],
    pack: Pack,
    who: str,
    state: Say.State,
    now: datetime,
    *,
    after_event: bool = False,
) -> None:
    say = pack.says[wanted["key"]]
    posts = [who] if say.all else list(say.who)
    row = Say.objects.create(
        proposal=proposal,
        key=say.key,
        title=say.title[:200],
        who=who,
        who_words=asked_words(say, pack, posts),
        pack=pack.name,
        kind=wanted["kind"],
        after_event=after_event,
        if_refused=wanted.get("if_refused") or "",
        covers=list(say.covers),
        clauses=list(wanted["clauses"]),
        asked_because="" if after_event else proposal.asked_for.get(say.key, ""),
        state=state,
        asked_at=now,
        revision=proposal.revision,
    )
    if state == Say.State.ASKED:
        _ask(row, now)


def asked_words(say: PackSay, pack: Pack, posts: Iterable[str]) -> str:
    """Who is asked, in words: "Corporate Communications or the duty inspector", "supervisor, two different people"."""
    words = either([pack.who[post].title for post in posts])
    return f"{words}, {different(say.people)}"[:300] if say.people > 1 else words[:300]


def _ask(row: Say, now: datetime) -> None:
    row.asked_at = now
    row.save(update_fields=["asked_at"])
    put(row, now)
    about = {"say": row.key, "who": row.who, "after_event": row.after_event}
    enter("say.asked", row.proposal, None, now, clauses=row.clauses, about=about)


def _move(row: Say, state: Say.State) -> bool:
    moved = row.state != state
    if moved:
        row.state = state
        row.save(update_fields=["state"])
    return moved


# Who may answer


def cast_of(proposal: Proposal, act: Act | None = None) -> dict[str, Any]:
    """Who takes part in a proposal, by the names that packs use."""
    proposer = proposal.proposer
    cast = {"proposer": proposer, "actor": proposer, "author": proposer, **(act or load_act(proposal)).cast()}
    if not proposal.settled:
        return cast
    return {**cast, **naming.named(proposal, library().packs.values())}


def authors(proposal: Proposal, act: Act | None = None) -> list[Any]:
    """Everybody whose own work this is: who proposed it, who changed it, its author and whoever else wrote in it."""
    cast = cast_of(proposal, act)
    people = [proposal.proposer, cast.get("author"), *cast.get("writers", ())]
    people += [revision.made_by for revision in proposal.revisions.select_related("made_by")]
    return list({person.pk: person for person in people if person is not None}.values())


def holders(say: Say, now: datetime | None = None) -> list[Any]:
    """The people who may answer a say, their delegates included; never those whose own proposal it is.

    Empty where its pack is no longer loaded, or where nobody holds the post.
    """
    if (written := as_written(say)) is None:
        return []
    pack, said = written
    proposal = say.proposal
    cast = cast_of(proposal)
    barred = [] if said.proposer_counts else authors(proposal)
    # What a pack's `never: proposer` means is whoever's own work it is; relations are of the actor.
    cast["proposer"] = barred
    today = timezone.localdate(now) if now else timezone.localdate()
    posts = [say.who] if said.all else [*said.who]
    posts += [post for step in said.unanswered[: say.widened] for post in step.also]
    found = {p.pk: p for post in posts for p in get_directory().holders(proposal.force, pack, post, cast, today)}
    live = Grant.objects.filter(kind="delegation", force=proposal.force, given_by__in=found, ended_at=None)
    live = live.filter(since__lte=today).filter(Q(until=None) | Q(until__gte=today))
    found.update({g.person.pk: g.person for g in live.select_related("person") if g.person is not None})
    out = {person.pk for person in barred} | secrecy.barred(proposal.subject)
    out |= _gave_apart(say, pack, said) | {person.pk for name in said.never for person in _people(cast.get(name))}
    return [person for pk, person in found.items() if pk not in out]


def _gave_apart(say: Say, pack: Pack, said: PackSay) -> set[int]:
    """Whoever has given a say on the same proposal that the policy wants from somebody else than this one."""
    if not (apart := said.apart(pack.says)):
        return set()
    given = say.proposal.says.filter(pack=say.pack, key__in=apart, state=Say.State.ANSWERED).exclude(pk=say.pk)
    return set(given.exclude(answer__in=NOT_GIVEN).values_list("answered_by", flat=True))


def _people(taking_part: Any) -> list[Any]:
    """The person of a part in the cast, or the several people of it."""
    if taking_part is None:
        return []
    return list(taking_part) if isinstance(taking_part, (list, tuple)) else [taking_part]


def why_not(say: Say, person: Any, now: datetime | None = None) -> str:
    """Why `person` may not answer `say`, in words; empty when they may."""
    if say.state == Say.State.ANSWERED:
        return "It has already been answered."
    if say.state == Say.State.WAITING:
        return "Another answer has to come first."
    if say.state != Say.State.ASKED:
        return "This is no longer needed."
    if not say.after_event and say.proposal.state != Proposal.State.OPEN:
        return f"What it was asked for is no longer waiting ({say.proposal.get_state_display().lower()})."
    if person in holders(say, now):
        return ""
    try:
        own = person in authors(say.proposal)
    except ActRefused:
        own = False
    if own:
        return f"Nobody answers for their own proposal. It is for {say.who_words}."
    if (written := as_written(say)) and person.pk in _gave_apart(say, *written):
        return f"You have answered on this already, and the policy wants somebody else. It is for {say.who_words}."
    return f"This is for {say.who_words}, and you do not hold that post."


def may_answer(say: Say, person: Any, now: datetime | None = None) -> bool:
    """Whether `person` may answer `say` now."""
    return not why_not(say, person, now)


def asked_of(person: Any) -> QuerySet[Say]:
    """The says that are put to `person`, longest asked first: their approvals list."""
    waiting = Say.objects.filter(state=Say.State.ASKED, put_to=person).select_related("proposal__proposer")
    waiting = waiting.filter(Q(after_event=True) | Q(proposal__state=Proposal.State.OPEN))
    return waiting.order_by("asked_at", "id").only(*_LISTED)


#: What a list tells of a say: enough to build its act again, and not the facts and the decision that it stands on.
_LISTED = (
    *("key", "title", "kind", "clauses", "pack", "asked_at"),
    *(f"proposal__{name}" for name in ("force", "act", "subject", "data", "proposer__display_name")),
)


def put(say: Say, now: datetime) -> None:
    """Put a say on the lists of those who may answer it now."""
    say.put_to.set(holders(say, now))


def put_questions(proposal: Proposal, act: Act, packs: Iterable[Pack], now: datetime) -> None:
    """Put a proposal on the lists of those who must answer one of its questions: an adviser, or who names somebody."""
    packs = list(packs)
    posts = naming.chosen_posts(packs)
    asked = [
        ask
        for ask in proposal.decision.get("ask", [])
        if proposal.state == Proposal.State.OPEN and (ask["fact"] in proposal.not_sure or ask["fact"] in posts)
    ]
    found: dict[int, Any] = {}
    if asked:
        cast, today = cast_of(proposal, act), timezone.localdate(now)
        own = {person.pk for person in authors(proposal, act)}
        for ask in asked:
            if ask["fact"] in posts:
                pack, post = posts[ask["fact"]]
                who, out = post.chosen_by or "", set()
            else:
                pack = next((each for each in packs if each.in_doubt == ask["who"]), packs[0])
                who, out = ask["who"], own
            if who in pack.who:
                held = get_directory().holders(proposal.force, pack, who, cast, today)
                found |= {person.pk: person for person in held if person.pk not in out}
    proposal.put_to.set(found.values())
