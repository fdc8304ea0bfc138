"""Tells a decision to somebody at a terminal who has never seen one: the outcome first, then why, then what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding

from remit.policy.decision import Decision, Finding
from remit.policy.packs import BLOCKING, Pack
from remit.policy.periods import london_date, moment_in_words
from remit.policy.words import different

OUTCOMES = {"allowed": "Allowed", "needs": "Not yet: something is still needed", "refused": "Refused"}
#: What an effect means to whoever meets it.
EFFECTS = {
    "refuse": "refused",
    "approve": "needs an approval",
    "consult": "needs somebody to be consulted",
    "ask": "needs an answer",
    "require": "needs certain words in the text",
    "acknowledge": "needs you to say that you have read something",
    "hold": "held",
    "warn": "a warning",
}
MARKS = {"yes": "✓", "no": "✗", "unknown": "?"}


def tell(decision: Decision, packs: Sequence[Pack], out: Console) -> None:
    """Print `decision`, taken under `packs`."""
    named = {pack.name: pack for pack in packs}
    out.print(OUTCOMES[decision.outcome], style="bold")
    for pack in decision.packs:
        out.print(f"{pack['pack']}: {named[pack['pack']].title}, version {pack['version']}")
    out.print(f"Decided as of {moment_in_words(decision.now)}.")
    if decision.not_before:
        out.print(f"It could be done from {moment_in_words(decision.not_before)}.")
    in_the_way = [f for f in decision.findings if f.effect in BLOCKING or f.effect == "warn"]
    _findings(out, "What the policy says", [f for f in in_the_way if f.verdict == "fired"])
    _findings(out, "What cannot be told yet", [f for f in in_the_way if f.verdict == "unknown"])
    _findings(out, "What would stand in the way, and does not", [f for f in in_the_way if f.verdict == "exempt"])
    _section(out, "Questions to answer", (f"{item['question']} ({item['fact']})" for item in decision.ask))
    _section(out, "Who must be asked", (_say(say, named[say["pack"]]) for say in decision.says))
    _section(out, "What has to be done", (_duty(duty, named[duty["pack"]], decision.now) for duty in decision.duties))
    sent = [item for item in decision.referrals if item["to"] or "waits_for" not in item]
    _section(out, "Who gets to see it", (_with(_titles(i["to"], named[i["pack"]]), i) for i in sent))
    asked = {item["fact"]: item["question"] for item in decision.ask}
    waits = [item for item in decision.referrals if "waits_for" in item]
    _section(out, "What is passed on once it is answered", (_waits(i, named[i["pack"]], asked) for i in waits))
    kept = [item for item in decision.referrals if item.get("never")]
    _section(out, "Who must not see it", (_with(_barred(i["never"], named[i["pack"]]), i) for i in kept))
    _section(
        out,
        "Who is told",
        (_with(f"{_titles(i['who'], named[i['pack']])}: {i['text']}", i) for i in decision.notices),
    )
    _section(out, "What is recorded", (_with(str(item["register"]), item) for item in decision.entries))
    _section(out, "What you can do next", (_with(_offer(item, packs[0]), item) for item in decision.offers))
    _section(out, "Guidance", (_with(" ".join(item["words"].split()), item) for item in decision.guidance))


def _findings(out: Console, heading: str, findings: Sequence[Finding]) -> None:
    """Each rule once, with all of its effects."""
    if not findings:
        return
    out.print(f"\n{heading}", style="bold")
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault((finding.pack, finding.rule), []).append(finding)
    for alike in by_rule.values():
        first = alike[0]
        effects = ", ".join(dict.fromkeys(EFFECTS[finding.effect] for finding in alike))
        out.print(f"\n  {first.title}", style="bold")
        _line(out, f"{effects}; {first.wording}; {', '.join(first.clauses)}")
        for line in first.lines:
            _line(out, f"{MARKS[line.verdict]} {line.text}")
        if first.exempt_by:
            _line(out, f"It does not apply: {first.exempt_by}.")
        elif first.remedy:
            _line(out, f"What to do: {first.remedy}")


def _section(out: Console, heading: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(dict.fromkeys(lines)):
        if not number:
            out.print(f"\n{heading}", style="bold")
        _line(out, f"- {line}", indent=2)


def _line(out: Console, text: str, indent: int = 4) -> None:
    out.print(Padding(text, (0, 0, 0, indent), expand=False))


def _with(text: str, item: Mapping[str, Any]) -> str:
    return f"{text} ({', '.join(item['clauses'])})"


def _titles(keys: Iterable[str], pack: Pack) -> str:
    return ", ".join(pack.who[key].title if key in pack.who else key for key in keys)


def _barred(keys: Iterable[str], pack: Pack) -> str:
    """Posts by their titles, and those who take part by what they do: "the subject"."""
    return ", ".join(pack.who[key].title if key in pack.who else f"the {key.replace('_', ' ')}" for key in keys)


def _say(item: Mapping[str, Any], pack: Pack) -> str:
    say = pack.says[item["key"]]
    who = (" and " if say.all else " or ").join(_titles([key], pack) for key in say.who)
    when = "afterwards, " if item["when"] == "after" else ""
    first = f", once there is an answer to {', '.join(pack.says[key].title for key in say.after)}" if say.after else ""
    many = f", {different(say.people)}" if say.people > 1 else ""
    return _with(f"{who}{many}: {when}{item['kind']}, {say.title}{first}", item)


def _waits(item: Mapping[str, Any], pack: Pack, asked: Mapping[str, str]) -> str:
    questions = " ".join(asked.get(name, name) for name in item["waits_for"])
    return _with(f"{_titles(item['would_go_to'], pack)}: {questions}", item)


def _duty(item: Mapping[str, Any], pack: Pack, now: datetime) -> str:
    owner = f"{_titles([item['owner']], pack)}: " if item["owner"] else ""
    which = f" ({item['each']})" if "each" in item else ""
    return _with(f"{owner}{item['do']}{which}{_due(item, pack, now)}", item)


def _due(item: Mapping[str, Any], pack: Pack, now: datetime) -> str:
    if "waits_for" in item:
        facts = pack.vocabulary.facts
        unknown = ", ".join(facts[name].label if name in facts else name for name in item["waits_for"])
        return f", date not known yet: {unknown}"
    if not item["due"]:
        return ""
    due = _moment(item["due"])
    over = due < now if isinstance(due, datetime) else due < london_date(now)
    return f", overdue since {moment_in_words(due)}" if over else f", by {moment_in_words(due)}"


def _moment(written: str) -> date | datetime:
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


def _offer(item: Mapping[str, Any], pack: Pack) -> str:
    if "say" in item:
        return f"{item['act']} {item['say']}, {item['why']}"
    return f"{pack.vocabulary.act_words(item['act'])}: {item['act']}"
