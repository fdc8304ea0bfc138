"""A small vocabulary and pack, built by hand, so that the engine is tested apart from the loader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from remit.policy.decide import decide
from remit.policy.decision import Decision
from remit.policy.faults import Place
from remit.policy.language import Compiler, Condition
from remit.policy.packs import Clause, Definition, Effect, Exemption, Pack, Parameter, Rule, Say, Who
from remit.policy.vocabulary import Concern, Fact, Moment, Vocabulary

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)

FACTS = {
    fact.name: fact
    for fact in (
        Fact("post.text", "string", "the text of the post", "What does the post say?"),
        Fact(
            "post.appeal",
            "enum",
            "the kind of appeal",
            "What kind of appeal is it?",
            "signal",
            values={
                "none": "no appeal",
                "wanted": "an appeal for a wanted person",
                "missing": "an appeal for a missing person",
            },
        ),
        Fact("post.purpose", "string", "the purpose", "What is it for?"),
        Fact(
            "post.images",
            "records",
            "the pictures",
            "Which pictures?",
            fields={
                "kind": Fact("kind", "enum", "the kind of picture", values={"photo": "a photograph", "cctv": "CCTV"}),
                "source": Fact(
                    "source",
                    "enum",
                    "who made it",
                    "Who made it?",
                    values={"force": "the force", "public": "a member of the public"},
                ),
            },
        ),
        Fact("post.topics", "enums", "the topics", values={"roads": "roads", "crime": "crime"}),
        Fact("account.contributors", "int", "the number of contributors", "How many contribute?", "register"),
        Fact("account.last_used_on", "date", "the day the account was last used", "When was it last used?", "register"),
        Fact("closing.notified_on", "date", "the day notice was given", "When was notice given?"),
        Fact("incident.began_at", "time", "the time the incident began", "When did it begin?"),
        Fact("device.issued", "bool", "the device was issued by the force", "Is it issued?", frozen=True),
        Fact("actor.on_duty", "bool", "the person is on duty", "Are you on duty?", negative="the person is off duty"),
        Fact("concern.political", "bool", "the post is political", supplier="signal"),
        Fact("concern.victim", "bool", "a victim could be identified", "Could a victim be identified?"),
        *(
            Fact(f"act.{n}", "strings", n, supplier="kernel", default=[], has_default=True)
            for n in ("approved", "answered", "grants", "acknowledged", "not_sure")
        ),
    )
}
CONCERNS = {
    "political": Concern("political", "the post is political", "", "party politics"),
    "victim": Concern(
        "victim", "a victim could be identified", "", "", question="Could a victim be identified?", ask_always=True
    ),
}
MOMENTS = {
    m.name: m
    for m in (
        Moment("post.draft", "Draft a post", "act"),
        Moment("post.publish", "Publish a post", "act", includes=("post.draft",), needs=("post.text",)),
        Moment("account.close", "Close an account", "act"),
        Moment("device.lost", "Report a lost device", "report"),
        Moment("account.review", "Look at an account", "state"),
        Moment("personal.use", "Ask about personal use", "advice"),
    )
}
VOCABULARY = Vocabulary(FACTS, CONCERNS, MOMENTS, {})
WHO = {k: Who(k, k.replace("-", " ").title(), team=k) for k in ("corporate-communications", "line-manager", "sio")}
SAYS = {
    s.key: s
    for s in (
        Say("release", "Release by Corporate Communications", ("corporate-communications",)),
        Say("sio-authority", "Authority of the SIO", ("sio",), after=("line-approval",)),
        Say("line-approval", "Line manager's approval", ("line-manager",)),
        Say("heard", "Corporate Communications heard", ("corporate-communications",), kind="consult"),
    )
}


def condition(source: str, extra: Mapping[str, Fact] | None = None, want: str = "bool") -> Condition:
    """A test; besides the working hours a policy may count those of its desk."""
    hours = frozenset({"working", "desk"})
    return Compiler({**FACTS, **(extra or {})}, hours).compile(source, Place("pack/rules/a.yaml", 10, 3), want=want)


def rule(
    then: str | Effect | list[Effect], *when: str, id: str = "X-1", moment: str = "post.publish", **fields: Any
) -> Rule:
    effects = [Effect(then)] if isinstance(then, str) else [then] if isinstance(then, Effect) else then
    fields.setdefault("title", "A rule")
    fields.setdefault("wording", "must")
    unless = tuple(fields.pop("unless", ()))
    extra = fields.pop("extra", None)
    return Rule(
        id=id,
        clauses=(id,),
        moments=(moment,),
        when=tuple(condition(w, extra) for w in when),
        unless=unless,
        then=tuple(effects),
        **fields,
    )


def unless(source: str, why: str = "an exception", **fields: Any) -> Exemption:
    return Exemption(why, condition(source), **fields)


def pack(*rules: Rule, name: str = "small", definitions: Mapping[str, Definition] | None = None, **fields: Any) -> Pack:
    made: dict[str, Any] = dict(  # noqa: C408 - reads as the arguments that it is
        name=name,
        title="A policy",
        number="1",
        version="1",
        versions=(),
        forces=("anywhere",),
        vocabulary=VOCABULARY,
        clauses={r.id: Clause(r.id, "1", "says", r.wording, "enforced") for r in rules},
        who=WHO,
        says=SAYS,
        rules=rules,
        definitions=definitions or {},
        parameters={"parameter.two": Parameter("parameter.two", 2, "X-2")},
        settings={},
        setting_defaults={"force.website": "www.example.police.uk"},
        texts={"lines": "Call 101.", "urgent": "In an emergency call 999."},
        account_kinds={},
        in_doubt="corporate-communications",
        silent_on=(),
        baselines={},
        digest="sha256:0",
        folder="",
    )
    return Pack(**{**made, **fields})


def judge(
    *rules: Rule, moment: str = "post.publish", text: str = "Road closed.", now: datetime = NOW, **facts: Any
) -> Decision:
    """Decide with dotted facts written with double underscores: `post__appeal="wanted"`."""
    given = {"post.text": text, **{k.replace("__", "."): v for k, v in facts.items()}}
    return decide([pack(*rules)], moment, given, now)
