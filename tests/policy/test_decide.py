"""Decisions: what is allowed, refused or still needed, what is asked, and what is left behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.policy.columns import VERDICTS
from remit.policy.decide import decide
from remit.policy.fact_frames import Row, frame_of
from remit.policy.language import Condition
from remit.policy.packs import Definition, Effect, Exemption
from remit.policy.periods import LONDON, london_date, parse_period, plus
from remit.policy.replay import PackOverFrames
from remit.policy.vocabulary import MOMENT, Fact
from tests.policy.small import NOW, VOCABULARY, condition, judge, pack, rule, unless


def verdicts(decision) -> list[tuple[str, str, str]]:
    return [(f.rule, f.effect, f.verdict) for f in decision.findings]


class TestOutcome:
    def test_a_fired_refusal_refuses_and_cites_its_clause(self) -> None:
        decision = judge(
            rule("refuse", "!device.issued", id="X-9", remedy="Use an issued device."), device__issued=False
        )
        assert decision.outcome == "refused"
        assert decision.findings[0].clauses == ("X-9",)
        assert decision.findings[0].remedy == "Use an issued device."

    def test_a_rule_whose_test_is_no_says_nothing(self) -> None:
        assert judge(rule("refuse", "!device.issued"), device__issued=True).findings == ()

    def test_unknown_is_never_allowed_and_the_question_is_asked_once(self) -> None:
        decision = judge(
            rule("refuse", "!device.issued", id="A"),
            rule("refuse", "!device.issued", "post.appeal == 'wanted'", id="B"),
            post__appeal="wanted",
        )
        assert decision.outcome == "needs"
        assert [a["fact"] for a in decision.ask] == ["device.issued"]
        assert decision.ask[0]["question"] == "Is it issued?"
        assert {f.verdict for f in decision.findings} == {"unknown"}

    def test_a_rule_another_fact_already_settles_asks_nothing(self) -> None:
        decision = judge(rule("refuse", "!device.issued", "post.appeal == 'wanted'"), post__appeal="none")
        assert (decision.outcome, decision.ask) == ("allowed", ())

    def test_once_refused_no_answer_can_help_so_nothing_is_asked(self) -> None:
        decision = judge(
            rule("refuse", "post.appeal == 'wanted'", id="A"),
            rule("refuse", "!device.issued", id="B"),
            post__appeal="wanted",
        )
        assert (decision.outcome, decision.ask) == ("refused", ())

    def test_what_is_refused_leaves_what_is_left_when_it_is_put_forward(self) -> None:
        """A rule that another refuses would else keep from a team the very thing that the team is to hear of."""
        left = [Effect("record", register="done"), Effect("record", register="attempts", put_forward=True)]
        refused = judge(rule("refuse", "post.appeal == 'wanted'", id="A"), rule(left, id="B"), post__appeal="wanted")
        assert [entry["register"] for entry in refused.entries] == ["attempts"]
        waits = judge(rule("refuse", "!device.issued", id="A"), rule(left, id="B"))
        assert [entry["register"] for entry in waits.entries] == ["done", "attempts"]
        assert [entry["register"] for entry in waits.put_forward().entries] == ["attempts"]

    def test_an_unknown_warning_does_not_stand_in_the_way(self) -> None:
        decision = judge(rule("warn", "!device.issued"))
        assert (decision.outcome, decision.ask) == ("allowed", ())

    def test_nothing_is_decided_about_nothing(self) -> None:
        decision = decide([pack()], "post.publish", {}, NOW)
        assert decision.outcome == "needs"
        assert [a["fact"] for a in decision.ask] == ["post.text"]

    def test_rules_of_an_included_moment_bind_too(self) -> None:
        draft = rule("refuse", "post.appeal == 'wanted'", moment="post.draft")
        assert judge(draft, post__appeal="wanted").outcome == "refused"
        assert (
            judge(rule("refuse", "post.appeal == 'wanted'"), moment="post.draft", post__appeal="wanted").outcome
            == "allowed"
        )

    def test_the_strictest_of_several_packs_wins_and_all_are_cited(self) -> None:
        held = pack(rule(Effect("hold", say="release"), "post.appeal == 'wanted'", id="A-1"), name="a")
        refused = pack(rule("refuse", "post.appeal == 'wanted'", id="B-1"), name="b")
        decision = decide([held, refused], "post.publish", {"post.text": "x", "post.appeal": "wanted"}, NOW)
        assert decision.outcome == "refused"
        assert {c for f in decision.findings for c in f.clauses} == {"A-1", "B-1"}
        assert [p["pack"] for p in decision.packs] == ["a", "b"]

    def test_modes(self) -> None:
        fires = ("post.appeal == 'wanted'",)
        assert judge(rule("refuse", *fires, mode="off"), post__appeal="wanted").findings == ()
        warned = judge(rule("refuse", *fires, mode="warn"), post__appeal="wanted")
        assert (warned.outcome, warned.findings[0].effect) == ("allowed", "warn")
        shadow = judge(rule("refuse", *fires, mode="shadow"), post__appeal="wanted")
        assert (shadow.outcome, shadow.findings) == ("allowed", ())
        assert shadow.entries[0]["register"] == "shadow"

    def test_a_rule_binds_from_its_day(self) -> None:
        later = rule("refuse", "post.appeal == 'wanted'", in_force_from=date(2026, 11, 22))
        assert judge(later, post__appeal="wanted").outcome == "allowed"
        assert judge(later, post__appeal="wanted", now=NOW + timedelta(days=1)).outcome == "refused"

    def test_an_unknown_moment_names_the_nearest(self) -> None:
        with pytest.raises(ValueError, match=r'Did you mean "post\.publish"'):
            decide([pack()], "post.publsh", {}, NOW)

    def test_a_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="offset from UTC"):
            decide([pack()], "post.publish", {}, datetime(2026, 11, 21))


class TestNone:
    def test_known_nothing_is_decided_not_asked(self) -> None:
        closing = rule(
            Effect(
                "refuse",
                until=condition("closing.notified_on.plus('7 days')", want="date"),
                unblocks="account.give-notice",
            ),
            "!closing.notified_on.given() || closing.notified_on.plus('7 days') > today",
            moment="account.close",
            remedy="Close on or after {until}.",
        )
        none = judge(closing, moment="account.close", closing__notified_on=None)
        assert (none.outcome, none.ask, none.not_before) == ("refused", (), None)
        assert none.offers[0]["act"] == "account.give-notice"
        soon = judge(closing, moment="account.close", closing__notified_on=date(2026, 11, 20))
        assert soon.not_before == date(2026, 11, 27)
        assert soon.findings[0].remedy == "Close on or after 27 November 2026."
        assert judge(closing, moment="account.close", closing__notified_on=date(2026, 11, 14)).outcome == "allowed"
        assert judge(closing, moment="account.close").ask[0]["fact"] == "closing.notified_on"

    def test_the_order_of_none_is_no(self) -> None:
        assert judge(rule("refuse", "closing.notified_on < today"), closing__notified_on=None).outcome == "allowed"

    def test_not_sure_goes_to_the_adviser(self) -> None:
        decision = judge(rule("refuse", "!device.issued"), act__not_sure=["device.issued"])
        assert decision.ask[0]["who"] == "corporate-communications"

    def test_a_concern_that_is_disputed_is_open_and_never_a_no(self) -> None:
        """An author who disputes what a signal raised would otherwise have settled the matter alone."""
        political = rule("refuse", "concern.political")
        assert judge(political).outcome == "allowed"
        disputed = judge(political, act__not_sure=["concern.political"])
        assert disputed.outcome == "needs"
        assert [(finding.verdict, finding.missing) for finding in disputed.findings] == [
            ("unknown", ("concern.political",))
        ]
        assert [(item["fact"], item["who"]) for item in disputed.ask] == [
            ("concern.political", "corporate-communications")
        ]
        settled = judge(political, act__not_sure=["concern.political"], concern__political=False)
        assert settled.outcome == "allowed"
        upheld = judge(political, act__not_sure=["concern.political"], concern__political=True)
        assert upheld.outcome == "refused"


class TestExceptions:
    def test_an_exception_excuses_and_says_which(self) -> None:
        excused = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", "on duty")])
        decision = judge(excused, device__issued=False, actor__on_duty=True)
        assert decision.outcome == "allowed"
        assert decision.findings[0].exempt_by == "on duty"

    def test_an_exception_excuses_even_when_the_rule_is_not_sure_to_bite(self) -> None:
        decision = judge(rule("refuse", "!device.issued", unless=[unless("actor.on_duty")]), actor__on_duty=True)
        assert (decision.outcome, decision.findings[0].verdict) == ("allowed", "exempt")

    def test_an_exception_nobody_has_settled_is_asked_for(self) -> None:
        decision = judge(rule("refuse", "!device.issued", unless=[unless("actor.on_duty")]), device__issued=False)
        assert (decision.outcome, decision.ask[0]["fact"]) == ("needs", "actor.on_duty")

    def test_an_exempt_finding_cites_the_clause_that_excuses(self) -> None:
        """Whoever is let off would not see by which sentence of the policy."""
        excused = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", clause="X-1h")])
        judged = judge(excused, device__issued=False, actor__on_duty=True)
        assert judged.findings[0].clauses == ("X-1", "X-1h")
        assert judge(excused, device__issued=False, actor__on_duty=False).findings[0].clauses == ("X-1",)

    def test_what_follows_an_exception_is_left_behind_under_its_own_clause(self) -> None:
        duty = Effect("duty", do="tell Corporate Communications", owner="line-manager", late="at once", clause="X-1h")
        excused = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", then=(duty,))])
        decision = judge(excused, device__issued=False, actor__on_duty=True)
        assert decision.outcome == "allowed"
        assert (decision.duties[0]["clauses"], decision.duties[0]["due"]) == (["X-1h"], "2026-11-21")

    def test_what_an_exception_costs_is_open_while_it_is_open_whether_it_is_needed(self) -> None:
        """A group that may be on Facebook would be joined without the approval that its exception asks for."""
        approve = Effect("approve", say="release")
        excused = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", then=(approve,))])
        decision = judge(excused, actor__on_duty=True)
        assert decision.outcome == "needs"
        assert [a["fact"] for a in decision.ask] == ["device.issued"]
        assert judge(excused, actor__on_duty=True, device__issued=True).outcome == "allowed"

    def test_an_exception_is_cited_where_it_applies_and_nowhere_else(self) -> None:
        """Whoever is refused would look up a clause that has nothing to do with them."""
        excused = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", clause="X-1g")])
        applies = judge(excused, device__issued=False, actor__on_duty=True)
        assert (applies.findings[0].verdict, applies.findings[0].clauses) == ("exempt", ("X-1", "X-1g"))
        refused = judge(excused, device__issued=False, actor__on_duty=False)
        assert (refused.findings[0].verdict, refused.findings[0].clauses) == ("fired", ("X-1",))

    def test_an_effect_with_a_clause_of_its_own_is_cited_under_it(self) -> None:
        """A duty that another clause wants would stand under the clause that refuses."""
        duty = Effect("duty", do="report it", owner="line-manager", late="open", clause="X-1h")
        decision = judge(rule([Effect("refuse"), duty], "!device.issued"), device__issued=False)
        assert (decision.outcome, decision.duties[0]["clauses"]) == ("refused", ["X-1h"])

    def test_an_approval_that_would_excuse_is_on_offer(self) -> None:
        early = unless("'release' in act.approved", "early access", approval="release")
        refused = judge(rule("refuse", "!device.issued", unless=[early]), device__issued=False)
        assert refused.offers[0] | {"why": ""} == {
            "act": "ask-for-approval",
            "say": "release",
            "clauses": ["X-1"],
            "rule": "X-1",
            "why": "",
            "pack": refused.packs[0]["pack"],
        }
        assert (
            judge(
                rule("refuse", "!device.issued", unless=[early]), device__issued=False, act__approved=["release"]
            ).outcome
            == "allowed"
        )

    def test_an_approval_asked_for_stands_in_place_of_the_refusal(self) -> None:
        then = Effect("ask", fact="actor.on_duty", question="On duty?")
        early = unless("'release' in act.approved", "early access", approval="release", then=(then,))
        asked = judge(
            rule("refuse", "!device.issued", unless=[early]), device__issued=False, act__asked_for=["release"]
        )
        assert (asked.outcome, [say["key"] for say in asked.says]) == ("needs", ["release"])
        assert [ask["fact"] for ask in asked.ask] == ["actor.on_duty"]
        assert not asked.offers, "it is asked for already"

    def test_a_say_after_the_event_does_not_stand_in_the_way(self) -> None:
        after = Effect("approve", say="release", after_event=True, if_refused="breach.report")
        decision = judge(
            rule("refuse", "!device.issued", unless=[unless("actor.on_duty", then=(after,))]),
            device__issued=False,
            actor__on_duty=True,
        )
        assert decision.outcome == "allowed"
        assert (decision.says[0]["when"], decision.says[0]["if_refused"]) == ("after", "breach.report")


class TestSays:
    def test_an_approval_is_asked_once_and_satisfied_when_given(self) -> None:
        rules = (
            rule(Effect("approve", say="sio-authority"), id="A"),
            rule(Effect("hold", say="sio-authority"), id="B"),
        )
        waiting = judge(*rules)
        assert waiting.outcome == "needs"
        assert [(s["key"], s["who"], s["after"], s["clauses"]) for s in waiting.says] == [
            ("sio-authority", "sio", ["line-approval"], ["A", "B"])
        ]
        given = judge(*rules, act__approved=["sio-authority"])
        assert given.outcome == "allowed"
        assert given.findings[0].exempt_by == "Authority of the SIO: given"

    def test_any_answer_satisfies_a_consultation_but_not_an_approval(self) -> None:
        assert judge(rule(Effect("consult", say="heard")), act__answered=["heard"]).outcome == "allowed"
        assert judge(rule(Effect("approve", say="release")), act__answered=["release"]).outcome == "needs"

    def test_a_say_already_given_asks_no_question_that_only_it_would_turn_on(self) -> None:
        held = rule(Effect("hold", say="release"), "!device.issued")
        assert judge(held, act__approved=["release"]).ask == ()

    def test_a_hold_ends_when_its_condition_does(self) -> None:
        held = rule(Effect("hold", condition=condition("actor.on_duty")))
        assert judge(held, actor__on_duty=False).outcome == "needs"
        assert judge(held, actor__on_duty=True).outcome == "allowed"
        assert judge(held).ask[0]["fact"] == "actor.on_duty"


class TestQuestionsAndWords:
    def test_asking_for_a_fact_is_over_once_it_is_given(self) -> None:
        asks = rule(Effect("ask", fact="post.purpose"))
        assert judge(asks).ask == ({"fact": "post.purpose", "question": "What is it for?", "who": "author"},)
        assert judge(asks, post__purpose=None).outcome == "needs"
        assert judge(asks, post__purpose="safety").findings == ()

    def test_required_words_count_whatever_the_quotes_and_spaces_but_in_order(self) -> None:
        needs = rule(Effect("require", texts=("urgent", "lines"), fact="post.text"))
        assert judge(needs, text="In an  emergency\ncall 999. Or ring 101.").outcome == "needs"
        assert judge(needs, text="IN AN EMERGENCY call 999.  Call 101. Thanks").outcome == "allowed"
        assert judge(needs, text="Call 101. In an emergency call 999.").outcome == "needs"

    def test_a_tick_is_needed_and_its_text_is_shown(self) -> None:
        ticks = rule(Effect("acknowledge", text="lines"))
        assert (judge(ticks).outcome, judge(ticks).guidance[0]["words"]) == ("needs", "Call 101.")
        assert judge(ticks, act__acknowledged=["lines"]).outcome == "allowed"

    def test_a_hole_in_a_record_is_asked_about_by_picture(self) -> None:
        decision = judge(
            rule("refuse", "post.images.exists(i, i.source == 'public')"),
            post__images=[{"kind": "photo", "source": "force"}, {"kind": "photo"}],
        )
        assert decision.outcome == "needs"
        assert decision.ask[0] == {
            "fact": "post.images[1].source",
            "question": "Who made it? (pictures, number 2)",
            "who": "author",
        }

    def test_a_concern_nobody_raised_counts_as_no_unless_it_is_always_asked(self) -> None:
        assert judge(rule("refuse", "concern.political")).outcome == "allowed"
        assert judge(rule("refuse", "concern.victim")).ask[0]["fact"] == "concern.victim"


class TestLeftBehind:
    def test_due_dates_count_from_their_anchor_not_from_now(self) -> None:
        duty = Effect(
            "duty",
            do="write a rationale",
            owner="line-manager",
            anchor=condition("account.last_used_on", want="date"),
            within="3 months",
        )
        for later in (0, 30):
            decision = judge(
                rule(duty, moment="account.review"),
                moment="account.review",
                account__last_used_on=date(2026, 8, 31),
                now=NOW + timedelta(days=later),
            )
            assert (decision.outcome, decision.duties[0]["due"]) == ("allowed", "2026-11-30")

    def test_what_the_clock_brings_is_owed_while_nobody_has_said_that_an_exception_holds(self) -> None:
        """An account whose state is not on the register would never be looked at."""
        duty = Effect("duty", do="look", owner="line-manager", late="open")
        look = rule(duty, "account.contributors > 1", moment="account.review", unless=[unless("actor.on_duty")])
        assert judge(look, moment="account.review", account__contributors=2).duties
        assert not judge(look, moment="account.review", account__contributors=2, actor__on_duty=True).duties
        assert not judge(look, moment="account.review").duties

    def test_a_duty_with_a_fallback_date_takes_the_first_that_is_known(self) -> None:
        by = (
            condition("closing.notified_on.plus('12 months')", want="date"),
            condition("account.last_used_on.plus('12 months')", want="date"),
        )
        duty = Effect("duty", do="review", owner="line-manager", by=by)
        decision = judge(rule(duty), closing__notified_on=None, account__last_used_on=date(2026, 1, 1))
        assert decision.duties[0]["due"] == "2027-01-01"

    def test_a_duty_that_is_done_does_not_come_back(self) -> None:
        duty = Effect("duty", do="note it", owner="line-manager", condition=condition("closing.notified_on.given()"))
        assert len(judge(rule(duty), closing__notified_on=None).duties) == 1
        assert judge(rule(duty), closing__notified_on=date(2026, 1, 1)).duties == ()

    def test_one_duty_an_element(self) -> None:
        duty = Effect("duty", do="check it", owner="line-manager", each="post.topics")
        assert [d["each"] for d in judge(rule(duty), post__topics=["roads", "crime"]).duties] == ["roads", "crime"]

    def test_two_packs_one_duty_the_earlier_date(self) -> None:
        def due(days: int) -> Effect:
            return Effect(
                "duty",
                do="refer",
                owner="line-manager",
                anchor=condition("account.last_used_on", want="date"),
                within=f"{days} days",
                key="iopc",
            )

        packs = [pack(rule(due(9), id="A"), name="a"), pack(rule(due(5), id="B"), name="b")]
        decision = decide(packs, "post.publish", {"post.text": "x", "account.last_used_on": date(2026, 11, 1)}, NOW)
        assert [(d["due"], d["clauses"]) for d in decision.duties] == [("2026-11-06", ["A", "B"])]

    def test_a_report_is_never_held_and_unknown_counts_as_yes(self) -> None:
        """A lost phone would be heard of only after somebody had looked up whose it was."""
        route = Effect("route", to=("corporate-communications",), goes_unknown=True)
        decision = judge(
            rule([route, Effect("ask", fact="device.issued")], "!device.issued", moment="device.lost"),
            moment="device.lost",
        )
        assert decision.outcome == "allowed"
        assert decision.referrals[0]["to"] == ["corporate-communications"]
        assert decision.ask[0]["fact"] == "device.issued"

    def test_what_a_report_sends_at_once_is_asked_about_all_the_same(self) -> None:
        """The on-call officer would be woken by every report, and nobody would be asked whether it is serious."""
        duty = Effect("duty", do="speak to them", owner="line-manager", late="at once")
        route = Effect("route", to=("corporate-communications",), goes_unknown=True)
        for effect in (duty, route):
            decision = judge(rule(effect, "!device.issued", moment="device.lost"), moment="device.lost")
            assert decision.outcome == "allowed"
            assert [asked["fact"] for asked in decision.ask] == ["device.issued"]
            assert decision.duties or decision.referrals

    def test_passing_a_report_on_waits_for_what_its_rule_turns_on(self) -> None:
        """A report about somebody would reach them, because nobody had yet said that it is about them."""
        effects = [Effect("route", to=("line-manager",)), Effect("notify", who=("line-manager",), text="It is lost.")]
        lost = rule([*effects, Effect("record", register="losses")], "!device.issued", moment="device.lost")
        open_ = judge(lost, moment="device.lost")
        assert open_.outcome == "allowed"
        assert open_.notices == ()
        assert open_.entries == ()
        (referral,) = open_.referrals
        assert (referral["to"], referral["would_go_to"]) == ([], ["line-manager"])
        assert referral["waits_for"] == ["device.issued"] == [ask["fact"] for ask in open_.ask]
        answered = judge(lost, moment="device.lost", device__issued=False)
        assert answered.referrals[0]["to"] == ["line-manager"]
        assert [notice["who"] for notice in answered.notices] == [["line-manager"]]
        assert [entry["register"] for entry in answered.entries] == ["losses"]
        assert judge(lost, moment="device.lost", device__issued=True).referrals == ()

    def test_a_duty_whose_day_is_unknown_stands_and_asks(self) -> None:
        """Somebody would owe a thing for ever, and nobody would hear of it."""
        duty = Effect(
            "duty",
            do="review",
            owner="line-manager",
            anchor=condition("closing.notified_on", want="date"),
            within="7 days",
        )
        decision = judge(rule(duty, "true"))
        assert decision.outcome == "allowed"
        assert decision.duties[0]["due"] is None
        assert decision.duties[0]["waits_for"] == ["closing.notified_on"] == [ask["fact"] for ask in decision.ask]
        assert judge(rule(duty, "true", moment="account.review"), moment="account.review").ask == ()
        known = judge(rule(duty, "true"), closing__notified_on=date(2026, 11, 20)).duties[0]
        assert known["due"] == "2026-11-27"
        assert "waits_for" not in known

    def test_what_is_refused_leaves_only_what_its_refusal_says(self) -> None:
        """Somebody would be told to look after a post that never went out."""
        shadow = rule("warn", "true", id="X-3", mode="shadow")
        rules = [
            rule(["refuse", Effect("route", to=("sio",))], "device.issued", id="X-1"),
            rule(
                [
                    Effect("duty", do="watch the replies", owner="sio", late="at once"),
                    Effect("notify", who=("sio",), text="It went out."),
                    Effect("record", register="posts"),
                ],
                "true",
                id="X-2",
            ),
        ]
        rules = [replace(r, then=tuple(Effect(e) if isinstance(e, str) else e for e in r.then)) for r in rules]
        refused = judge(*rules, shadow, device__issued=True)
        assert (refused.outcome, refused.duties, refused.notices) == ("refused", (), ())
        assert [referral["to"] for referral in refused.referrals] == [["sio"]]
        assert [entry["register"] for entry in refused.entries] == ["shadow"]
        allowed = judge(*rules, shadow, device__issued=False)
        assert [len(x) for x in (allowed.duties, allowed.notices, allowed.referrals)] == [1, 1, 0]

    def test_what_is_refused_asks_nobody_for_what_another_rule_wants(self) -> None:
        """Two people would be troubled about a post that may not be published whatever they say."""
        asks = rule(Effect("approve", say="release"), "true", id="A")
        refused = judge(asks, rule([Effect("refuse"), Effect("consult", say="sio-authority")], "true", id="B"))
        assert (refused.outcome, [say["key"] for say in refused.says]) == ("refused", ["sio-authority"])

    @pytest.mark.parametrize(
        ("until", "facts", "not_before"),
        [
            ("closing.notified_on.passed('7 days')", {"closing__notified_on": date(2026, 11, 20)}, date(2026, 11, 27)),
            (
                "closing.notified_on.passed('more than 7 days')",
                {"closing__notified_on": date(2026, 11, 20)},
                date(2026, 11, 28),
            ),
            (
                "closing.notified_on.passed('5 days') && account.last_used_on.passed('8 days')",
                {"closing__notified_on": date(2026, 11, 20), "account__last_used_on": date(2026, 11, 20)},
                date(2026, 11, 28),
            ),
            (
                "closing.notified_on.passed('5 days') || account.last_used_on.passed('8 days')",
                {"closing__notified_on": date(2026, 11, 20), "account__last_used_on": date(2026, 11, 20)},
                date(2026, 11, 25),
            ),
            (
                "today >= closing.notified_on.plus('7 days')",
                {"closing__notified_on": date(2026, 11, 20)},
                date(2026, 11, 27),
            ),
            ("!(today <= closing.notified_on)", {"closing__notified_on": date(2026, 11, 30)}, date(2026, 12, 1)),
            (
                "incident.began_at.passed('2 hours')",
                {"incident__began_at": NOW},
                NOW + timedelta(hours=2),
            ),
            ("now.between('07:00', '16:00')", {}, datetime(2026, 11, 22, 7, tzinfo=UTC)),
            ("!now.between('16:00', '20:30')", {}, datetime(2026, 11, 21, 20, 30, tzinfo=UTC)),
            ("today.working_day()", {}, date(2026, 11, 23)),
            # It is Saturday afternoon: office hours are on, and the next working day begins outside them.
            ("today.working_day() && now.between('09:00', '17:00')", {}, datetime(2026, 11, 23, 9, tzinfo=UTC)),
            ("today.working_day() && !today.working_day()", {}, None),
            ("device.issued", {"device__issued": False}, None),
            ("device.issued && closing.notified_on.passed('1 day')", {"device__issued": False}, None),
        ],
    )
    def test_a_hold_that_only_waits_for_time_says_until_when(self, until: str, facts: dict, not_before: object) -> None:
        """An author would look every hour whether the post may go now."""
        hold = rule(Effect("hold", condition=condition(until)), "true", remedy="Wait until {until}.")
        decision = judge(hold, **facts)
        assert (decision.outcome, decision.not_before) == ("needs", not_before)
        if not_before is not None:
            later = (
                not_before if isinstance(not_before, datetime) else datetime.combine(not_before, time(12), tzinfo=UTC)
            )
            assert judge(hold, now=later, **facts).outcome == "allowed"

    def test_advice_leaves_nothing_behind(self) -> None:
        effects = [
            Effect("duty", do="x", owner="sio"),
            Effect("route", to=("sio",)),
            Effect("record", register="r"),
            Effect("show", text="lines"),
            Effect("refuse"),
        ]
        decision = judge(
            rule(effects, "!device.issued", moment="personal.use"), moment="personal.use", device__issued=False
        )
        assert decision.outcome == "refused"
        assert (decision.duties, decision.referrals, decision.entries) == ((), (), ())
        assert decision.guidance[0]["words"] == "Call 101."


class TestDefinitions:
    dormant = Definition(
        "account.dormant",
        Fact("account.dormant", "bool", "the account is dormant"),
        "X-6a",
        ((condition("account.last_used_on.passed('more than 3 months')"), True),),
    )

    def decide(self, day: date | None):
        extra = {"account.dormant": self.dormant.fact}
        made = pack(
            rule("warn", "account.dormant", id="X-6b", extra=extra), definitions={"account.dormant": self.dormant}
        )
        return decide([made], "post.publish", {"post.text": "x"} | ({"account.last_used_on": day} if day else {}), NOW)

    def test_a_definition_is_cited_with_the_rule_that_uses_it(self) -> None:
        assert self.decide(date(2026, 8, 20)).findings[0].clauses == ("X-6b", "X-6a")
        assert self.decide(date(2026, 8, 21)).findings == ()

    def test_the_definition_of_an_exception_that_does_not_apply_is_not_cited(self) -> None:
        extra = {"account.dormant": self.dormant.fact}
        spared = Exemption("not used", condition("account.dormant", extra))
        made = pack(rule("warn", "!device.issued", unless=[spared]), definitions={"account.dormant": self.dormant})
        facts = {"post.text": "x", "device.issued": False, "account.last_used_on": date(2026, 11, 20)}
        assert decide([made], "post.publish", facts, NOW).findings[0].clauses == ("X-1",)
        facts["account.last_used_on"] = date(2026, 1, 20)
        assert decide([made], "post.publish", facts, NOW).findings[0].clauses == ("X-1", "X-6a")

    def test_an_unknown_inside_a_definition_is_named(self) -> None:
        assert self.decide(None).findings[0].missing == ("account.last_used_on",)


# --- properties -----------------------------------------------------------------------------------------------------

POOL = (
    "device.issued",
    "actor.on_duty",
    "concern.political",
    "concern.victim",
    "post.appeal == 'wanted'",
    "account.contributors < 2",
    "account.last_used_on.passed('3 months')",
    "size(post.images) > 0",
    "'roads' in post.topics",
    "closing.notified_on.given()",
)
VALUES = {
    "device.issued": st.booleans(),
    "actor.on_duty": st.booleans(),
    "concern.political": st.booleans(),
    "concern.victim": st.booleans(),
    "post.appeal": st.sampled_from(["none", "wanted", "missing"]),
    "account.contributors": st.integers(0, 4),
    "account.last_used_on": st.dates(date(2026, 7, 1), date(2026, 11, 21)),
    "post.topics": st.lists(st.sampled_from(["roads", "crime"])),
    "post.images": st.lists(st.fixed_dictionaries({"kind": st.sampled_from(["photo", "cctv"])})),
    "closing.notified_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 11, 1)),
}
COMPILED: dict[str, Condition] = {source: condition(source) for source in POOL}


@st.composite
def conditions(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=3))
    parts = [f"!({p})" if draw(st.booleans()) else p for p in parts]
    return f" {draw(st.sampled_from(['&&', '||']))} ".join(parts)


@st.composite
def rules(draw: st.DrawFn):
    when = draw(st.lists(conditions(), min_size=1, max_size=2))
    excuses = [unless(c) for c in draw(st.lists(conditions(), max_size=1))]
    effect = draw(st.sampled_from(["refuse", "warn"]))
    return replace(rule(effect, *when, unless=excuses), id=f"R-{draw(st.integers(0, 99))}")


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(rules(), min_size=1, max_size=4), st.fixed_dictionaries(VALUES), st.data())
def test_more_facts_never_take_an_answer_back(made, everything, data) -> None:
    """What was settled with some facts missing stays settled however the missing ones turn out."""
    kept = {k: v for k, v in everything.items() if data.draw(st.booleans(), label=k)}
    made_pack = pack(*made)
    partly = decide([made_pack], "post.publish", {"post.text": "x", **kept}, NOW)
    # A concern left out counts as no, so the whole must say the same of it.
    whole = {k: v for k, v in everything.items() if k != "concern.political" or k in kept}
    fully = decide([made_pack], "post.publish", {"post.text": "x", **whole}, NOW)
    assert fully.outcome != "needs"
    if partly.outcome != "needs":
        assert partly.outcome == fully.outcome
    else:
        asked = {a["fact"] for a in partly.ask}
        assert asked
        assert asked.isdisjoint(kept)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(rules(), min_size=1, max_size=3), st.fixed_dictionaries(VALUES), st.data())
def test_answering_all_that_is_asked_comes_to_an_end(made, everything, data) -> None:
    """A person who answers what is asked gets a decision, and is never asked the same thing twice."""
    given_facts = {"post.text": "x"}
    made_pack = pack(*made)
    asked_before: set[str] = set()
    for _ in range(len(everything) + 1):
        decision = decide([made_pack], "post.publish", given_facts, NOW)
        if decision.outcome != "needs":
            return
        asked = {a["fact"] for a in decision.ask}
        assert asked
        assert not asked & asked_before
        asked_before |= asked
        given_facts |= {name: everything[name] for name in asked}
    raise AssertionError("still asking")


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(rules(), min_size=1, max_size=3), st.fixed_dictionaries(VALUES))
def test_same_packs_facts_and_now_give_the_same_bytes(made, everything) -> None:
    facts = {"post.text": "x", **everything}
    backwards = dict(reversed(facts.items()))
    assert (
        decide([pack(*made)], "post.publish", facts, NOW).to_bytes()
        == decide([pack(*made)], "post.publish", backwards, NOW).to_bytes()
    )


@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    words=st.sampled_from(
        ["30 minutes", "2.5 hours", "4 working hours", "1 day", "3 working days", "2 weeks", "1 month"]
    ),
)
def test_hours_are_owed_at_a_time_and_days_until_a_day_ends(start: datetime, words: str) -> None:
    """What is owed within minutes would be chased the day after, or a day's work be overdue in the afternoon."""
    effect = Effect(
        "duty", do="x", owner="line-manager", anchor=condition("incident.began_at", want="date"), within=words
    )
    (duty,) = judge(rule(effect), incident__began_at=start).duties
    end = plus(start, parse_period(words), VOCABULARY.holidays)
    assert isinstance(end, datetime)
    assert duty["due"] == (end.isoformat() if "hour" in words or "minute" in words else london_date(end).isoformat())


@given(
    due=st.lists(
        st.dates(date(2026, 1, 1), date(2026, 1, 4))
        | st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 4), timezones=st.just(UTC)),
        min_size=2,
        max_size=2,
    )
)
def test_of_two_packs_the_one_that_wants_it_sooner_counts(due: list[date]) -> None:
    """A duty of this afternoon would be put off until midnight because another policy leaves the whole day."""

    def wanted(when: date) -> Effect:
        fact = "incident.began_at" if isinstance(when, datetime) else "closing.notified_on"
        return Effect("duty", do="tell them", owner="line-manager", by=(condition(fact, want="date"),), key="tell")

    rules = [rule(wanted(when), id=f"X-{place}") for place, when in enumerate(due)]
    facts = {("incident__began_at" if isinstance(when, datetime) else "closing__notified_on"): when for when in due}
    if len(facts) < 2:
        return
    ends = {
        when: when if isinstance(when, datetime) else datetime.combine(when, time.max, tzinfo=LONDON) for when in due
    }
    (duty,) = judge(*rules, **facts).duties
    assert duty["due"] == min(due, key=lambda when: ends[when]).isoformat()


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"anchor": "today.plus('1 day').at('08:00')", "within": "2 hours"}, datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ({"by": "closing.notified_on.at('17:00')"}, datetime(2026, 6, 1, 16, tzinfo=UTC)),
    ],
)
def test_a_duty_may_begin_or_end_at_a_time_of_a_day(fields: dict[str, str], due: datetime) -> None:
    """What is wanted by five could only be asked for by the day."""
    made = {name: condition(text, want="date") for name, text in fields.items() if name != "within"}
    by = (made["by"],) if "by" in made else ()
    duty = Effect("duty", do="x", owner="line-manager", anchor=made.get("anchor"), by=by, within=fields.get("within"))
    (left,) = judge(rule(duty), closing__notified_on=date(2026, 6, 1)).duties
    assert datetime.fromisoformat(left["due"]) == due


def test_what_waits_for_a_time_of_a_day_says_when_it_may_go() -> None:
    """Nobody could tell an author that a refused post may go out tomorrow at eight."""
    until = condition("today.plus('1 day').at('08:00')", want="date")
    assert judge(rule(Effect("refuse", until=until))).not_before == datetime(2026, 11, 22, 8, tzinfo=UTC)
    held = rule(Effect("hold", condition=condition("now >= closing.notified_on.plus('1 day').at('08:00')")))
    assert judge(held, closing__notified_on=NOW.date()).not_before == datetime(2026, 11, 22, 8, tzinfo=UTC)


class TestWhatIsAskedInTurn:
    """Somebody would be asked about an exception from a rule that does not even concern them."""

    def asked(self, *rules: Any, **facts: Any) -> list[str]:
        return [item["fact"] for item in judge(*rules, **facts).ask]

    def test_an_exception_is_asked_about_once_it_matters(self) -> None:
        test = rule("refuse", "!device.issued", unless=[unless("post.purpose == 'danger'", "danger")])
        assert self.asked(test) == ["device.issued"]
        assert judge(test).findings[0].missing == ("device.issued", "post.purpose")
        assert self.asked(test, device__issued=False) == ["post.purpose"]
        assert self.asked(test, device__issued=True) == []

    def test_a_later_line_waits_for_an_earlier_one_that_the_same_person_answers(self) -> None:
        test = rule("refuse", "post.purpose == 'x'", "closing.notified_on.given()", "!device.issued")
        assert self.asked(test) == ["post.purpose"]
        assert self.asked(test, post__purpose="x") == ["closing.notified_on"]

    def test_whoever_else_can_answer_is_asked_at_once(self) -> None:
        """What the register or an approver knows would be looked for only once the author had answered."""
        test = rule("refuse", "!device.issued", "account.contributors < 2", "post.purpose == 'x'")
        assert self.asked(test) == ["device.issued", "account.contributors"]

    def test_what_another_rule_turns_on_is_asked_all_the_same(self) -> None:
        rules = [
            rule("refuse", "!device.issued", "post.purpose == 'x'"),
            rule("refuse", "post.purpose == 'y'", id="X-2"),
        ]
        assert self.asked(*rules) == ["device.issued", "post.purpose"]


@given(
    whens=st.lists(
        st.sampled_from(["!device.issued", "post.purpose == 'x'", "actor.on_duty"]), unique=True, min_size=1
    ),
    facts=st.dictionaries(st.sampled_from(["device__issued", "actor__on_duty"]), st.booleans()),
)
def test_what_waits_for_an_answer_always_asks_for_one(whens: list[str], facts: dict[str, bool]) -> None:
    """A post would wait for ever for an answer that nobody is asked for."""
    decision = judge(rule("refuse", *whens, unless=[unless("post.appeal == 'wanted'")]), **facts)
    assert bool(decision.ask) is (decision.outcome == "needs")


def test_a_rule_of_several_moments_may_differ_in_a_line() -> None:
    """What is refused in answers and only shown in posts would take two rules that drift apart."""
    extra = {MOMENT: Fact(MOMENT, "enum", "the moment", values={name: name for name in VOCABULARY.moments})}
    test = replace(
        rule("refuse", "act.moment == 'account.close' || device.issued", extra=extra),
        moments=("post.publish", "account.close"),
    )
    assert judge(test, device__issued=False).outcome == "allowed"
    assert judge(test, moment="account.close", device__issued=False).outcome == "refused"


@pytest.mark.parametrize(
    ("kind", "expected"), [("wanted", "allowed"), ("missing", "allowed"), ("none", "needs"), (None, "needs")]
)
def test_a_fact_may_follow_from_several_values_of_another(kind: str | None, expected: str) -> None:
    """Whoever has answered that there is no such thing would be asked about it all the same."""
    purpose = replace(VOCABULARY.facts["device.issued"], follows=("post.appeal", ("wanted", "missing"), True))
    known = replace(VOCABULARY, facts={**VOCABULARY.facts, "device.issued": purpose})
    test = pack(rule("refuse", "!device.issued"), vocabulary=known)
    facts = {"post.text": "x", **({"post.appeal": kind} if kind else {})}
    decision = decide([test], "post.publish", facts, NOW)
    assert decision.outcome == expected
    row = Row("1", "post.publish", NOW, facts)
    frame = frame_of([row], known.facts)
    (verdict,) = PackOverFrames(test, frame.schema).verdicts(frame, "post.publish")["X-1"]
    assert VERDICTS[verdict] == ("passed" if expected == "allowed" else "unknown")


@pytest.mark.parametrize(
    ("claimed", "outcome", "asked"), [(None, "refused", []), (True, "allowed", []), (False, "refused", [])]
)
def test_an_exception_may_count_only_where_it_is_claimed(claimed: bool | None, outcome: str, asked: list[str]) -> None:
    """Everybody would be asked about a rare exception, or wait for a fact that no register has."""
    test = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", "on duty", claimed=True)])
    facts = {"device__issued": False, **({} if claimed is None else {"actor__on_duty": claimed})}
    decision = judge(test, **facts)
    assert (decision.outcome, [item["fact"] for item in decision.ask]) == (outcome, asked)
    row = Row("1", "post.publish", NOW, {"post.text": "x", **{k.replace("__", "."): v for k, v in facts.items()}})
    frame = frame_of([row], VOCABULARY.facts)
    (verdict,) = PackOverFrames(pack(test), frame.schema).verdicts(frame, "post.publish")["X-1"]
    assert VERDICTS[verdict] == {"refused": "fired", "allowed": "exempt"}[outcome]


@pytest.mark.parametrize(("so", "outcome"), [(None, "allowed"), (True, "allowed"), (False, "refused")])
def test_an_exception_may_count_until_somebody_says_that_it_does_not_hold(so: bool | None, outcome: str) -> None:
    """Everybody would be asked, each time, about what is nearly always so."""
    test = rule("refuse", "!device.issued", unless=[unless("actor.on_duty", "on duty", presumed=True)])
    facts = {"device__issued": False, **({} if so is None else {"actor__on_duty": so})}
    decision = judge(test, **facts)
    assert (decision.outcome, decision.ask) == (outcome, ())
    assert [finding.exempt_by for finding in decision.findings] == ["on duty" if outcome == "allowed" else None]
    row = Row("1", "post.publish", NOW, {"post.text": "x", **{k.replace("__", "."): v for k, v in facts.items()}})
    frame = frame_of([row], VOCABULARY.facts)
    (verdict,) = PackOverFrames(pack(test), frame.schema).verdicts(frame, "post.publish")["X-1"]
    assert VERDICTS[verdict] == {"refused": "fired", "allowed": "exempt"}[outcome]
