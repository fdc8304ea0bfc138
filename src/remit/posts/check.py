"""What the policy says of a draft as it is written: an outcome an account, findings with their words, what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.excusing import Excuse, excuses
from remit.acts.facts import vocabulary
from remit.acts.packs import packs_of
from remit.people.models import Person
from remit.platforms import registry
from remit.platforms.limits import Breach, duration
from remit.policy.decide import facts_read
from remit.policy.decision import ALLOWED, NEEDS, REFUSED, Decision, Finding
from remit.policy.packs import Pack
from remit.posts.acts import PublishPost
from remit.posts.content import over_limits
from remit.posts.drafts import Draft
from remit.posts.facts import contested
from remit.posts.models import Post
from remit.posts.unsaid import HINTED, Unsaid, unsaid
from remit.signals.reading import Evidence, Reading
from remit.web.claiming import Claim, with_questions
from remit.web.findings import asked_next, texts_to_read
from remit.web.questions import ANSWERED_HERE, Question, Unread, question, told_from_none

#: Outcomes from the strictest.
STRICTEST = (REFUSED, NEEDS, ALLOWED)
#: The oldest reader, in years, whose age says something: beyond it a text is simply hard.
SCHOOL_AGE = 18
_RANK = {"refuse": 0, "hold": 1, "require": 2, "acknowledge": 3, "ask": 4, "approve": 5, "consult": 6, "warn": 7}


@dataclass(frozen=True)
class Length:
    """How much of an account's text allowance is used, as its network counts."""

    used: int
    most: int
    unit: str
    #: How many posts it is, as a thread.
    posts: int = 1

    @property
    def left(self) -> int:
        return self.most - self.used

    @property
    def over(self) -> int:
        return max(0, -self.left)


@dataclass(frozen=True)
class Raised:
    """Something that a signal saw in the words or a picture, with the very words, and what the author may say to it."""

    fact: str
    reason: str
    quotes: tuple[str, ...]
    #: Why the author says that it is not so; "" when not contested.
    contested: str = ""
    #: What it is called, where something else was seen in the same words for the same reason.
    also: str = ""

    @property
    def field(self) -> str:
        return f"contest.{self.fact}"

    @property
    def id(self) -> str:
        return "contest-" + self.fact.replace(".", "-").replace("_", "-").replace("=", "-")


@dataclass(frozen=True)
class Hint:
    """Something that an author may want to put right, and that no clause asks for."""

    reason: str
    quotes: tuple[str, ...]


@dataclass
class Verdict:
    """One account: what would happen there, and why."""

    account: Account
    length: Length
    text: str
    breaches: list[Breach]
    decision: Decision | None = None
    packs: list[Pack] = field(default_factory=list)
    reading: Reading | None = None
    #: Why it could not be decided at all, in words.
    fault: str = ""

    @property
    def outcome(self) -> str:
        if self.fault or self.breaches or self.decision is None:
            return REFUSED
        return self.decision.outcome

    @property
    def words(self) -> str:
        """What happens next, in a sentence."""
        if self.fault:
            return self.fault
        if self.breaches:
            return self.breaches[0].words
        if self.decision is None:
            return ""
        if self.decision.outcome == ALLOWED:
            return "It can go out."
        if self.decision.outcome == REFUSED:
            return "The policy does not allow it as it stands."
        asked = [ask for ask in self.decision.ask if ask["who"] in ANSWERED_HERE]
        if asked:
            return f"{len(asked)} question{'s' if len(asked) > 1 else ''} to answer first."
        if self.says:
            return f"It goes to {' and '.join(self.says)} first."
        return "Something is needed first: see below."

    @property
    def excuses(self) -> list[Excuse]:
        """The approvals that would lift what the policy refuses or holds here."""
        if self.fault or self.breaches or self.decision is None or not self.decision.offers:
            return []
        return excuses(self.decision.to_json())

    @property
    def says(self) -> list[str]:
        """Who will be asked, by title."""
        return asked_next(self.decision, self.packs) if self.decision else []


@dataclass(frozen=True)
class Check:
    """The live panel: a verdict for each account, findings once for all accounts that share them, and what is asked."""

    verdicts: list[Verdict]
    findings: list[dict[str, Any]]
    exempt: list[dict[str, Any]]
    #: To be answered, and those that were to be when the page was opened: they stay where they are while one answers.
    asked: list[Question]
    answered: list[Question]
    #: Exceptions that the author may claim, each with what they would have to say.
    claims: list[tuple[Claim, Question]]
    elsewhere: list[Question]
    raised: list[Raised]
    hints: list[Hint]
    notices: list[dict[str, Any]]
    #: What the author may know of it and nobody has said.
    unsaid: Unsaid

    @property
    def reading_age(self) -> str:
        """How old a reader of all its versions must be, in a sentence; "" where they are too short to tell."""
        ages = [verdict.reading.reading_age for verdict in self.verdicts if verdict.reading]
        known = [age for age in ages if age is not None]
        if not known:
            return ""
        if max(known) > SCHOOL_AGE:
            return "Hard to read: shorter sentences and words would reach more people."
        return f"Most {max(known)}-year-olds could read this."

    @property
    def guidance(self) -> list[dict[str, Any]]:
        """Texts to read that need no tick."""
        return [notice for notice in self.notices if not notice["to_tick"] and not notice["ticked"]]

    @property
    def outcome(self) -> str:
        found = {verdict.outcome for verdict in self.verdicts}
        return next((outcome for outcome in STRICTEST if outcome in found), NEEDS)


def check(
    draft: Draft,
    post: Post,
    accounts: Iterable[Account],
    actor: Person,
    now: datetime,
    *,
    press: Mapping[str, Any] | None = None,
    device: int | None = None,
    unread: Mapping[str, Unread] | None = None,
    open_questions: Sequence[str] = (),
) -> Check:
    """What would happen if `actor` put `draft` forward at `now`. Stores nothing.

    Args:
        post: the post that the draft is of; changed in memory only.
        press: what was said at this press alone, such as being on duty: fact -> value as JSON.
        device: id on the register of the device in use.
        unread: answers that could not be read, by fact.
        open_questions: the facts that the page asks for already, in its order.
    """
    draft.write_to(post)
    answers = {**draft.answers, **(press or {})}
    verdicts = [_verdict(draft, post, account, actor, now, answers, device) for account in accounts]
    findings, exempt = _findings(verdicts)
    asked, answered, elsewhere = _questions(verdicts, draft, answers, findings, unread or {}, open_questions)
    raised = _raised(verdicts, draft)
    return Check(
        verdicts=verdicts,
        findings=findings,
        exempt=exempt,
        asked=asked,
        answered=answered,
        claims=with_questions(
            (found for verdict in verdicts if verdict.decision for found in verdict.decision.findings),
            vocabulary(pack for verdict in verdicts for pack in verdict.packs),
            {each.fact for each in (*asked, *answered, *elsewhere)},
            unread or {},
        ),
        elsewhere=elsewhere,
        raised=raised,
        hints=_hints(verdicts, {each.fact for each in raised}),
        notices=_notices(verdicts, draft),
        unsaid=_unsaid(verdicts, {*answers, *draft.not_sure, *(each.fact for each in raised)}),
    )


def _verdict(
    draft: Draft,
    post: Post,
    account: Account,
    actor: Person,
    now: datetime,
    answers: Mapping[str, Any],
    device: int | None,
) -> Verdict:
    act = PublishPost.of_unsaved(draft, post, account, device)
    platform = registry.find(account.platform)
    limits = platform.limits(account.network)
    text = draft.text_for(account)
    longest = max(platform.count(part["text"], account.network) for part in act.parts)
    length = Length(longest, limits.text, limits.unit, len(act.parts))
    verdict = Verdict(account, length, text, over_limits(act.parts, account))
    said = {**answers, "act.acknowledged": list(draft.acknowledged)} if draft.acknowledged else dict(answers)
    unsure = sorted({*draft.not_sure, *contested(post)} - set(answers))
    try:
        verdict.packs = packs_of(account.force_id)
        verdict.reading = act.reading
        verdict.decision = door.decide_only(act, actor, now, answers=said, not_sure=unsure)
    except ActRefused as refused:
        verdict.fault = str(refused)
    return verdict


def _findings(verdicts: list[Verdict]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Findings of all accounts, each once with the accounts that it is about; and the exceptions that apply."""
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for verdict in verdicts:
        for found in verdict.decision.findings if verdict.decision else ():
            key = (found.pack, found.rule, found.effect, found.verdict, found.lines, found.remedy)
            shown = merged.setdefault(key, _shown(found, verdict))
            shown["accounts"].append(verdict.account)
    for shown in merged.values():
        shown["everywhere"] = len(shown["accounts"]) == len(verdicts)
    ordered = sorted(merged.values(), key=lambda f: (f["verdict"] != "fired", _RANK.get(f["effect"], 9)))
    return [f for f in ordered if f["verdict"] != "exempt"], [f for f in ordered if f["verdict"] == "exempt"]


def _shown(found: Finding, verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "clauses": list(found.clauses),
        "effect": found.effect,
        "verdict": found.verdict,
        "wording": found.wording,
        "title": found.title,
        "lines": [{"text": line.text, "verdict": line.verdict} for line in found.lines],
        "remedy": found.remedy,
        "missing": list(found.missing),
        "exempt_by": found.exempt_by,
        "evidence": evidence_for(found.rule, verdict.packs, verdict.reading),
        "pack": found.pack,
        "accounts": [],
    }


def evidence_for(rule_id: str, packs: Iterable[Pack], reading: Reading | None) -> list[str]:
    """The very words, and the pictures, behind a rule's finding: what signals saw that gave a fact which it reads."""
    for pack in packs:
        rule = next((rule for rule in pack.rules if rule.id == rule_id), None)
        if rule is not None and reading is not None:
            seen = [e for signal in reading.about(facts_read(pack, rule)) for e in signal.evidence]
            quotes = [e.words for e in seen if e.words]
            places = [_place(e) for e in seen if not e.words and e.image is not None]
            return list(dict.fromkeys([*quotes, *places]))[:6]
    return []


def _place(evidence: Evidence) -> str:
    """Where in the pictures: "picture 2", or "film 1, after 12 seconds" for what a film shows."""
    number = (evidence.image or 0) + 1
    return f"picture {number}" if evidence.at is None else f"film {number}, after {duration(evidence.at)}"


def _questions(
    verdicts: list[Verdict],
    draft: Draft,
    answers: Mapping[str, Any],
    findings: list[dict[str, Any]],
    unread: Mapping[str, Unread],
    open_questions: Sequence[str],
) -> tuple[list[Question], list[Question], list[Question]]:
    """Questions to answer, those answered already, and those that are put to somebody else."""
    known = vocabulary(pack for verdict in verdicts for pack in verdict.packs)
    wanted = {ask["fact"]: ask for verdict in verdicts if verdict.decision for ask in verdict.decision.ask}
    # A refused decision asks nothing; what its unknown findings lack is still worth an answer.
    asked, answered, elsewhere = [], [], []
    order = {name: place for place, name in enumerate(open_questions)}
    for name in dict.fromkeys([*wanted, *answers, *draft.not_sure, *unread]):
        fact, ask = known.get(name), wanted.get(name)
        if fact is None:
            continue
        clauses = tuple(dict.fromkeys(c for f in findings if name in f["missing"] for c in f["clauses"]))
        pack = next((f["pack"] for f in findings if name in f["missing"]), "")
        said = str(ask["question"]) if ask else ""
        shown = question(
            fact,
            said,
            answers,
            draft.not_sure,
            unread.get(name),
            asked=ask is not None,
            clauses=clauses,
            pack=pack,
            may_be_none=any(name in told_from_none(each) for verdict in verdicts for each in verdict.packs),
        )
        here = ask is None or ask["who"] in ANSWERED_HERE or shown.not_sure
        if not here or not shown.can_be_answered or fact.supplier not in ANSWERED_HERE:
            if ask is not None:
                elsewhere.append(_put_to(shown, str(ask["who"]), verdicts))
        elif (ask is not None and not shown.not_sure) or name in order or shown.fault:
            asked.append(shown)
        else:
            answered.append(shown)
    return sorted(asked, key=lambda q: order.get(q.fact, len(order))), answered, elsewhere


def _put_to(shown: Question, who: str, verdicts: list[Verdict]) -> Question:
    titles = [pack.who[who].title for verdict in verdicts for pack in verdict.packs if who in pack.who]
    named = {"force": "your force", "register": "the register", "kernel": "Remit"}
    return Question(**{**vars(shown), "whom": titles[0] if titles else named.get(who, who.replace("-", " "))})


def _raised(verdicts: list[Verdict], draft: Draft) -> list[Raised]:
    """What signals saw that a rule of the policy turns on, each once."""
    found: dict[str, Raised] = {}
    for verdict in verdicts:
        if verdict.reading is None or verdict.decision is None:
            continue
        for signal in verdict.reading.signals:
            name = f"concern.{signal.concern}" if signal.concern else signal.fact
            matters = verdict.reading.counts(signal) and name in verdict.decision.turns_on
            if matters or name in draft.contested:
                quotes = tuple(dict.fromkeys(e.words for e in signal.evidence if e.words))[:4]
                found.setdefault(name, Raised(name, signal.reason, quotes, draft.contested.get(name, "")))
    seen = Counter((each.reason, each.quotes) for each in found.values())
    concerns = {key: c for verdict in verdicts for pack in verdict.packs for key, c in pack.vocabulary.concerns.items()}
    return [
        replace(each, also=concerns[key].label)
        if seen[each.reason, each.quotes] > 1 and (key := each.fact.removeprefix("concern.")) in concerns
        else each
        for each in found.values()
    ]


def _unsaid(verdicts: list[Verdict], said: set[str]) -> Unsaid:
    """The concerns that an author may raise and that nobody has spoken of."""
    turned_on = frozenset[str]().union(*(v.decision.turns_on for v in verdicts if v.decision))
    return unsaid((pack for verdict in verdicts for pack in verdict.packs), turned_on, said, by="author")


def _hints(verdicts: list[Verdict], raised: set[str]) -> list[Hint]:
    """What is worth a second look and is not among what was raised, each once."""
    found: dict[str, Hint] = {}
    for verdict in verdicts:
        reading = verdict.reading or Reading(())
        for signal in reading.signals:
            if signal.concern in HINTED - reading.quiet and f"concern.{signal.concern}" not in raised:
                # What the reason names already is not quoted as well.
                quotes = dict.fromkeys(e.words for e in signal.evidence if e.words and e.words not in signal.reason)
                found.setdefault(signal.reason, Hint(signal.reason, tuple(quotes)[:6]))
    return list(found.values())


def _notices(verdicts: list[Verdict], draft: Draft) -> list[dict[str, Any]]:
    """Texts to read: those to be ticked before going on, and guidance."""
    texts: dict[tuple[str, str], dict[str, Any]] = {}
    for verdict in verdicts:
        if verdict.decision is None:
            continue
        for shown in texts_to_read(verdict.decision, draft.acknowledged):
            texts.setdefault((shown["pack"], shown["text"]), shown)
    return list(texts.values())
