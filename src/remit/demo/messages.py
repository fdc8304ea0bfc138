"""The demonstration's messages, as plain data: what invented members of the public write to each force's accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageRow:
    """One message to an account of each force. `then` is what becomes of it.

    then: new (nobody has looked) · sorted (somebody said what it is) · answered · hidden · closed. `kind` is what
    somebody says it is. `post` puts it below the newest post of the account.
    """

    account: str
    author: str
    text: str
    minutes: int
    channel: str = "mention"
    then: str = "new"
    kind: str = ""
    by: str = "media"
    words: str = ""
    post: bool = False


MESSAGES = (
    MessageRow("main-x", "quiet_harbour", "Please help, my brother has a knife and says he is going to hurt himself. "
               "He is in the house right now and I do not know what to do.", 4),
    MessageRow("main-x", "two_wheels_tom", "My bike was stolen from outside the station last night. Blue frame, "
               "white saddle. Can I report it here?", 26, post=True),
    MessageRow("main-x", "grumble_and_co", "You are all useless pigs, the lot of you.", 41, post=True, then="hidden",
               kind="abuse", words="It abuses staff and adds nothing to the conversation."),
    MessageRow("main-x", "chronicle_newsdesk", "Hello, I'm a reporter with the Chronicle. Can you confirm how many "
               "people were arrested in {area_1} on Friday? Our deadline is 5pm.", 58, then="sorted",
               kind="media_enquiry", by="press"),
    MessageRow("main-x", "carys_o_r_cwm", "Pryd mae'r stondin diogelwch beiciau yn agor ddydd Sadwrn, os gwelwch yn "
               "dda?", 75, post=True),
    MessageRow("main-x", "market_mum", "What time does the bike marking stall open on Saturday?", 92, then="answered",
               kind="question", words="It opens at 10am on the market square and closes at 3pm. Bring your bike."),
    MessageRow("main-x", "waited_three_weeks", "I want to make a complaint about how an officer spoke to my father at "
               "the front counter. He was so rude.", 130),
    MessageRow("main-x", "no_name_please", "There is a lad dealing drugs from the flats behind the bakery, most "
               "evenings after eight. Please do not say it was me.", 150, channel="direct"),
    MessageRow("main-x", "allotment_ann", "Thank you to the team who came out on Tuesday. Brilliant work.", 200,
               post=True, then="closed", kind="thanks", words="Thanked the team; nothing else to do."),
)  # fmt: skip
