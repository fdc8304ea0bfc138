"""Policies side by side: what agrees, what differs in a detail, what differs, and who says nothing."""

from __future__ import annotations

from dataclasses import replace

from remit.policy.comparing import AGREE, ALONE, DETAIL, DIFFER, compare
from remit.policy.packs import Effect, Library, Pack, Who
from tests.policy.small import VOCABULARY, condition, pack, rule


def held(say: str = "release", *, control: str = "releasing", test: str = "size(post.images) > 0", name: str) -> Pack:
    made = rule(Effect("hold", say=say), test, id=f"{name.upper()}-1")
    return pack(replace(made, control=control), name=name)


def status(*packs: Pack) -> tuple[str, tuple[str, ...]]:
    library = Library(VOCABULARY, {p.name: p for p in packs}, {})
    (part,) = compare(library, packs)
    (matter,) = part.matters
    return matter.status, matter.silent


def test_policies_that_say_the_same_agree() -> None:
    assert status(held(name="a"), held(name="b")) == (AGREE, ())


def test_another_number_or_role_is_told_from_another_rule() -> None:
    """Two forces that want three months and six would look as far apart as two that want different things."""
    few, many = (held(name=name, test=f"size(post.images) > {n}") for name, n in (("a", 3), ("b", 4)))
    assert status(few, many)[0] == DETAIL
    other = replace(held(name="b"), who={"corporate-communications": Who("corporate-communications", "Media Office")})
    assert status(held(name="a"), other)[0] == DETAIL
    assert status(held(name="a"), held(name="b", test="!actor.on_duty"))[0] == DIFFER


def test_a_silent_policy_is_named() -> None:
    quiet = pack(replace(rule("refuse", "!device.issued", id="C-1"), moments=("account.close",)), name="c")
    library = Library(VOCABULARY, {}, {})
    found = compare(library, [held(name="a"), quiet])
    by_moment = {part.moment.name: part for part in found}
    assert by_moment["post.publish"].matters[0].silent == ("c",)
    assert by_moment["post.publish"].matters[0].status == ALONE
    assert {n: [s.rule for s in said] for n, said in by_moment["account.close"].own.items()} == {"a": [], "c": ["C-1"]}
    assert set(by_moment) == {"post.publish", "account.close"}


def test_concerns_are_compared_by_what_follows() -> None:
    def about(effect: Effect, name: str) -> Pack:
        return pack(
            replace(rule(effect, id="X-1"), when=(condition("concern.political"),), concern="political"), name=name
        )

    assert status(about(Effect("refuse"), "a"), about(Effect("warn"), "b"))[0] == DIFFER
    assert status(about(Effect("refuse"), "a"), about(Effect("refuse"), "b"))[0] == AGREE
