"""Reads the effects of a rule: every spelling of the table of effects becomes a `packs.Effect`."""

from __future__ import annotations

import re
from collections.abc import Callable

from remit.policy.entries import Entries, well_formed
from remit.policy.faults import Place, nearest
from remit.policy.language import Condition
from remit.policy.packs import EFFECTS, Effect
from remit.policy.scope import Scope
from remit.policy.source import Node, Scalar, Series, Table

LATE = ("by", "within", "at once", "open")
_APPROVAL = re.compile(r"approval (?P<say>\S+)")
_REMIND = re.compile(r"(?P<period>.+) (?P<side>before|after)")
_BARE = ("refuse", "warn")
#: What a text given alone stands for: `approve: sio` is `approve: {say: sio}`.
_MAIN = {
    "refuse": "until",
    "approve": "say",
    "consult": "say",
    "ask": "fact",
    "require": "texts",
    "acknowledge": "text",
    "hold": "until",
    "duty": "do",
    "route": "to",
    "notify": "who",
    "show": "text",
    "offer": "act",
    "record": "register",
}


def read_effects(node: Node | None, scope: Scope) -> tuple[Effect, ...]:
    """One effect or a list of them."""
    if node is None:
        return ()
    items = node.items if isinstance(node, Series) else (node,)
    return tuple(effect for item in items if (effect := _effect(item, scope)) is not None)


def _effect(node: Node, scope: Scope) -> Effect | None:
    if isinstance(node, Scalar):
        if node.text in _BARE:
            return Effect(node.text, node.place)
        if node.text in EFFECTS:
            message = f'"{node.text}" alone does not say what to {node.text}.'
            scope.fault(node.place, message, f"Write {node.text}: {_MAIN[node.text]} …")
        else:
            scope.fault(node.place, f'There is no effect "{node.text}".', nearest(node.text, EFFECTS))
        return None
    if not isinstance(node, Table) or not node.entries:
        scope.fault(node.place, "An effect is one key with what belongs to it.", "Write for example {approve: sio}.")
        return None
    if len(node.entries) > 1:
        second = list(node.entries)[1]
        message = f'An effect has one key; here is a second, "{second}".'
        first = next(iter(node.entries))
        remedy = f"Put what belongs to it in braces, {{{first}: {{{_MAIN.get(first, 'text')}: …, {second}: …}}}}"
        scope.fault(node.keys[second], message, f"{remedy}, or write a list with one effect in each element.")
    kind, body = next(iter(node.entries.items()))
    if kind not in EFFECTS:
        scope.fault(node.keys[kind], f'There is no effect "{kind}".', nearest(kind, EFFECTS))
        return None
    if isinstance(body, Scalar) and body.value is None and kind in _BARE:
        return Effect(kind, node.keys[kind])
    main = _MAIN.get(kind, "")
    if not isinstance(body, Table) and main:
        body = Table({main: body}, {main: body.place}, body.place)
    with Entries(body, f"the effect {kind}", scope.faults, at=node.keys[kind]) as entry:
        clause = entry.text("clause")
        if clause:
            scope.refer(entry.place("clause"), "clause", clause)
        return _READERS[kind](entry, scope, node.keys[kind], clause or None)


def _refuse(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    until = scope.condition(entry.node("until"), "date")
    return Effect("refuse", place, until=until, unblocks=_act(entry, "unblocks", scope), clause=clause)


def _say(kind: str) -> Callable[[Entries, Scope, Place, str | None], Effect]:
    def read(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
        say = entry.text("say", required=True)
        if (
            say
            and scope.refer(entry.place("say"), "say", say)
            and scope.says[say].kind == "consult"
            and kind == "approve"
        ):
            message = f'"{say}" is a consultation, and this asks for an approval.'
            scope.fault(entry.place("say"), message, f"Write consult: {say}, or make it an approval in policy.yaml.")
        after = entry.choice("when", ("before", "after"), "before") == "after"
        refused = entry.text("if_refused") or None
        if refused and refused not in scope.who:
            refused = _act(entry, "if_refused", scope)
        if refused and not after:
            message = "if_refused belongs to a say that is given after the event."
            scope.fault(entry.place("if_refused"), message, "Add when: after, or leave if_refused out.")
        return Effect(kind, place, say=say or None, after_event=after, if_refused=refused, clause=clause)

    return read


def _ask(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    fact = entry.text("fact")
    evidence, attestation = entry.text("evidence"), entry.text("attestation")
    if fact:
        scope.refer(entry.place("fact"), "fact", fact)
    else:
        entry.missing("fact", "Name the fact that the answer gives.")
    if evidence and attestation:
        scope.fault(entry.place("attestation"), "This asks for evidence and for an attestation.", "Write two effects.")
    asks = "evidence" if evidence else "attestation" if attestation else "fact"
    return Effect("ask", place, fact=fact or None, question=evidence or attestation or None, asks=asks, clause=clause)


def _require(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    texts = scope.refer_all(entry.placed_texts("texts"), "text")
    if not entry.has("texts"):
        entry.missing("texts", "Name the texts of texts/ that must be in what goes out.")
    target = entry.text("in", "post.text")
    if scope.refer(entry.place("in"), "fact", target) and scope.facts[target].type != "string":
        scope.fault(
            entry.place("in"), f"{target} is not a text, so no words can be in it.", "Name a fact of type string."
        )
    return Effect("require", place, texts=texts, fact=target, clause=clause)


def _text(kind: str) -> Callable[[Entries, Scope, Place, str | None], Effect]:
    def read(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
        text = entry.text("text", required=True)
        if text:
            scope.refer(entry.place("text"), "text", text)
        return Effect(kind, place, text=text or None, clause=clause)

    return read


def _hold(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    node = entry.node("until")
    then = entry.choice("then", ("approve again",)) or None
    if node is None:
        entry.missing("until", 'Write until: approval and the key of a say, or a test such as "!account.silenced".')
        return Effect("hold", place, then=then, clause=clause)
    found = _APPROVAL.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
    if found is None:
        return Effect("hold", place, condition=scope.condition(node), then=then, clause=clause)
    say = scope.refer(node.place, "say", found["say"])
    return Effect("hold", place, say=say, then=then, clause=clause)


def _duty(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    do = entry.text("do", required=True)
    owner = entry.text("owner", required=True)
    if owner:
        scope.refer(entry.place("owner"), "who", owner)
    anchor = scope.condition(entry.node("from"), "date")
    within, every = _period(entry, "within", scope), _period(entry, "every", scope)
    if (within or every) and not entry.has("from"):
        entry.missing("from", "Say from which day it counts; counted from now it would run away.")
    if within and entry.has("by"):
        scope.fault(entry.place("by"), "This duty has both within and by.", "Keep one of the two.")
    by = tuple(c for node in entry.items("by") if (c := scope.condition(node, "date")) is not None)
    late = entry.choice("late", LATE) or None
    if not (within or every or by or late or any(map(entry.has, ("within", "every", "by", "late")))):
        entry.missing("late", "Say when it is due: within, by, or late: at once or open.")
    overdue, daily = _overdue(entry, scope)
    each = entry.text("each") or None
    if each and scope.refer(entry.place("each"), "fact", each):
        _list_fact(entry.place("each"), each, scope)
    return Effect(
        "duty",
        place,
        do=do or None,
        owner=owner or None,
        anchor=anchor,
        within=within,
        by=by,
        late=late,
        condition=scope.condition(entry.node("done")),
        each=each,
        every=every,
        remind=_reminders(entry, scope),
        overdue=overdue,
        daily=daily,
        sample=_sample(entry, scope),
        key=entry.text("key") or None,
        put_forward=_put_forward(entry),
        clause=clause,
    )


def _overdue(entry: Entries, scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who hears of a late duty: a list, or a mapping that says how often ({supervisor: daily})."""
    node = entry.node("overdue")
    if not isinstance(node, Table):
        return scope.people(entry.placed_texts("overdue")), ()
    with Entries(node, "overdue", scope.faults) as often:
        daily = tuple(name for name in node.entries if often.choice(name, ("once", "daily")) == "daily")
    return scope.people([(node.keys[name], name) for name in node.entries]), daily


def _sample(entry: Entries, scope: Scope) -> tuple[str, str] | None:
    """How many of which list are to be looked at: {of: account.posts, count: force.look_count}."""
    node = entry.node("sample")
    if node is None:
        return None
    with Entries(node, "the sample", scope.faults) as sample:
        of, count = sample.text("of", required=True), sample.text("count", required=True)
        if of and scope.refer(sample.place("of"), "fact", of):
            _list_fact(sample.place("of"), of, scope)
        if count and scope.refer(sample.place("count"), "fact", count) and scope.facts[count].type != "int":
            scope.fault(sample.place("count"), f"{count} is no number.", "Name a setting or figure of type int.")
        return of, count


def _list_fact(place: Place, name: str, scope: Scope) -> None:
    if scope.facts[name].type not in ("strings", "enums", "records"):
        scope.fault(place, f"{name} is no list, so there is no duty for each.", "Name a fact that is a list.")


def _reminders(entry: Entries, scope: Scope) -> tuple[str, ...]:
    reminders = entry.placed_texts("remind")
    for place, words in reminders:
        found = _REMIND.fullmatch(words)
        if found is None:
            scope.fault(place, f'"{words}" is no time for a reminder.', "Write for example 1 month before.")
        else:
            scope.period(place, found["period"])
    return tuple(words for _, words in reminders)


def _route(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    to = scope.refer_all(entry.placed_texts("to"), "who")
    choices, chosen = scope.refer_all(entry.placed_texts("choices"), "who"), entry.text("chosen")
    if not entry.has("to") and not entry.has("choices"):
        entry.missing("to", "Name the posts of who that it goes to.")
    if choices and not chosen:
        entry.missing("chosen", "Name the fact that says which of the choices it is.")
    if chosen and scope.refer(entry.place("chosen"), "fact", chosen):
        for value in scope.facts[chosen].values:
            # What another folder added is no fault of this pack: it reaches nobody here, and the lint says so.
            if value.replace("_", "-") not in choices and value not in scope.facts[chosen].added:
                message = f'"{value}" of {chosen} is none of the choices.'
                scope.fault(entry.place("choices"), message, "Give each value of the fact a post of the same name.")
    seen_by, never = scope.people(entry.placed_texts("seen_by")), scope.people(entry.placed_texts("never"))
    return Effect(
        "route",
        place,
        to=to,
        choices=choices,
        fact=chosen or None,
        seen_by=seen_by,
        never=never,
        goes_unknown=_goes_unknown(entry),
        waits_knowingly=entry.has("if_unknown"),
        put_forward=_put_forward(entry),
        clause=clause,
    )


def _goes_unknown(entry: Entries) -> bool:
    """Whether it is passed on at a report although a test is unknown; unless the pack says so, it waits."""
    return entry.choice("if_unknown", ("wait", "go"), "wait") == "go"


def _put_forward(entry: Entries) -> bool:
    """Whether it is left as soon as an act is put forward, though it be refused or wait."""
    return entry.choice("when", ("done", "put forward"), "done") == "put forward"


def _notify(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    who = scope.people(entry.placed_texts("who"))
    if not entry.has("who"):
        entry.missing("who", "Name the posts of who, or the cast, to tell.")
    text = entry.text("text", required=True)
    if text and " " not in text:
        scope.refer(entry.place("text"), "text", text)
    return Effect(
        "notify",
        place,
        who=who,
        text=text or None,
        goes_unknown=_goes_unknown(entry),
        put_forward=_put_forward(entry),
        clause=clause,
    )


def _offer(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    entry.text("act", required=True)
    return Effect("offer", place, act=_act(entry, "act", scope), clause=clause)


def _record(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    register = entry.text("register", required=True)
    if register:
        well_formed(entry.place("register"), register, "a register", scope.faults)
    return Effect("record", place, register=register or None, put_forward=_put_forward(entry), clause=clause)


def _warn(entry: Entries, scope: Scope, place: Place, clause: str | None) -> Effect:
    return Effect("warn", place, clause=clause)


def _act(entry: Entries, key: str, scope: Scope) -> str | None:
    name = entry.text(key)
    return scope.act(entry.place(key), name) if name else None


def _period(entry: Entries, key: str, scope: Scope) -> str | None:
    words = entry.text(key)
    return scope.period(entry.place(key), words) if words else None


_READERS: dict[str, Callable[[Entries, Scope, Place, str | None], Effect]] = {
    "refuse": _refuse,
    "approve": _say("approve"),
    "consult": _say("consult"),
    "ask": _ask,
    "require": _require,
    "acknowledge": _text("acknowledge"),
    "hold": _hold,
    "duty": _duty,
    "route": _route,
    "notify": _notify,
    "show": _text("show"),
    "offer": _offer,
    "record": _record,
    "warn": _warn,
}


def conditions_of(effect: Effect) -> tuple[Condition, ...]:
    """Every expression that an effect evaluates."""
    found = (effect.condition, effect.until, effect.anchor, *effect.by)
    return tuple(c for c in found if c is not None)
