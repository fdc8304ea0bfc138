"""Facts given as JSON: a wrong one is refused by name, with what to write instead, and nothing is guessed."""

from datetime import UTC, date, datetime

import pytest

from remit.policy.facts import FactFaults, read_facts, write_facts
from tests.policy.small import FACTS


def test_dotted_and_nested_keys_read_the_same() -> None:
    nested = {"post": {"text": "Hello", "images": [{"kind": "photo"}]}, "account": {"last_used_on": "2026-11-01"}}
    dotted = {"post.text": "Hello", "post.images": [{"kind": "photo"}], "account.last_used_on": "2026-11-01"}
    assert read_facts(FACTS, nested) == read_facts(FACTS, dotted)
    assert read_facts(FACTS, dotted)["account.last_used_on"] == date(2026, 11, 1)


def test_null_is_none_and_left_out_is_unknown() -> None:
    assert read_facts(FACTS, {"closing.notified_on": None}) == {"closing.notified_on": None}


def test_times_keep_their_instant() -> None:
    assert read_facts(FACTS, {"incident.began_at": "2026-11-21T16:30:00Z"}) == {
        "incident.began_at": datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"post.txt": "x"}, 'There is no fact "post.txt". Did you mean "post.text"?'),
        ({"device.issued": "yes"}, "device.issued wants true or false, not 'yes'."),
        ({"account.contributors": True}, "account.contributors wants a whole number, not True."),
        ({"account.contributors": 1.5}, "account.contributors wants a whole number, not 1.5."),
        (
            {"account.last_used_on": "21/11/2026"},
            'account.last_used_on wants a date such as "2026-11-21", not "21/11/2026".',
        ),
        ({"account.last_used_on": "2026-02-30"}, "account.last_used_on wants a date"),
        ({"incident.began_at": "2026-11-21T16:30:00"}, "has no offset from UTC"),
        ({"post.appeal": "wantd"}, '"wantd" is not a value of post.appeal. Did you mean "wanted"?'),
        ({"post.topics": "roads"}, "post.topics wants a list of values"),
        ({"post.topics": ["rods"]}, 'Did you mean "roads"?'),
        ({"post.images": [{"knd": "photo"}]}, 'post.images[0] has no field "knd". Did you mean "kind"?'),
        ({"post.images": [{"kind": 1}]}, "post.images[0].kind wants one of photo, cctv, not 1."),
        ({"post.text": "a", "post": {"text": "b"}}, "post.text is given twice."),
    ],
)
def test_what_cannot_be_used_is_named_with_its_remedy(given: dict, said: str) -> None:
    with pytest.raises(FactFaults) as caught:
        read_facts(FACTS, given)
    assert said in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(FactFaults) as caught:
        read_facts(FACTS, {"post.txt": "x", "device.issued": 1})
    assert len(caught.value.faults) == 2


def test_facts_survive_being_written_and_read() -> None:
    facts = {
        "post.text": "x",
        "account.last_used_on": date(2026, 1, 2),
        "incident.began_at": datetime(2026, 1, 1, tzinfo=UTC),
        "closing.notified_on": None,
    }
    assert read_facts(FACTS, write_facts(facts)) == facts
