"""The labelled texts: what each really shows, as a person who knows the concerns' definitions would say.

Nine sets. `develop` and `wider` may be looked at while tables are written. `apart` is the other half of the texts that
`wider` comes from, split by the hash of the text before any table was changed; it is measured on and not tuned on.
`held` was written by somebody who had seen neither the tables nor the other sets.

`wider` and `apart` (1,631 texts) were written concern by concern from the definitions and look-alikes in
`packs/concerns.yaml`, before looking at what the tables catch, and labelled by one person: everything that a text shows
is labelled. Some labels of `develop`, `wider` and `apart` were changed while tables were widened: where real posts
decide otherwise (a name in an appeal to find somebody, proceedings against somebody named, a shortened link), where a
text in Welsh was not labelled so, and where an insult, a slur or a person named had been overlooked. `held` was not
changed. Names, places and numbers are invented.

`author` was written and labelled by an author who had seen no table and no code of the signals: only the definitions
and look-alikes of `packs/concerns.yaml`, three rows of `develop`, how often some of its labels go together, and which
names the signals were said to miss. Every row was read a second time for its labels. It keeps to the letter of the
definitions where real posts decide otherwise: somebody named as a suspect or offender, or in an appeal to find them,
is `personal_data` (and `sensitive_personal_data` where something is alleged of them). Where a definition leaves room:
`identifiable_person` is a full name, a rank or office with a name, a number plate, a picture, or somebody whom the
place knows by sight, while a person told only by circumstances is `victim_identity` or `child_identity`;
`personal_data` is not somebody's plain work in their office; `operational_detail` is an organised operation or an
investigation and not a single stop, an ordinary patrol or an outcome; `incident.live` is an incident still going on,
a road that it closes included, and `incident_detail` what happened to whom in it; a sentence just passed is still
`court_case`; a head of state or minister who is ill is `sensitive_personal_data` too, and one who has died `death`;
`language_quality` is a slip that a proof-reader would mark, not a missing capital or full stop in a message.

`four` and `fresh` (5,518 texts) were written and labelled by four authors, each with some of the names, who had seen no
table, no code and none of the other texts: only the definitions, the paragraph above and fifteen rows of `author`. Half
of each is near misses and ordinary posts, and half of what is shown avoids the obvious word. Each author read every row
a second time. Where they plainly part from this docstring, rules in `agreeing.py` put all rows right alike: mild oaths
are no profanity, the public's own tone is not judged, and what goes with a head of state's illness or death and with a
suspect's name is added. They leave room, and differ: whether a covert or tactical slip is `confidential` too, whether a
threat to the police is `danger` (two say nearly always, two seldom), and how little of a place or a trade makes a
victim known. `fresh` is one text in five of each author, by its hash: it is measured on, and nothing was fitted to it.

`three` and `newest` (4,769 texts) are by three more authors, who wrote and labelled in the same way: one of operations,
markings and personal data, one of people and proceedings, one of tone, abuse and politics. The same rules changed nine
rows. `newest` is one text in seven of each, by its hash, and nothing was fitted to it. One author gives `personal_data`
to a person told only by circumstances, as the definition's letter has it; a bare shortened link is `misleading_link`
where the rest of the text is a fraud's.

The texts by others than the tables' author were then read again, by readers who had `docs/labelling.md` and saw neither
an author's labels nor one another's: once what is taught, twice what is only measured on. Over all names two readers of
the same text agree with precision 0.94 and recall 0.95, and either with its author with 0.83 and 0.87.

Columns: `text`; `shows`, names separated by spaces (a concern, or a fact and its value as "post.appeal=missing"), empty
when it shows nothing; `looks_like`, names that a careless reader would give it; `by`, where several
authors wrote a set, whose; `again` and `third`, what further readers gave.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from remit.signals import Content, read
from remit.signals.meaning import OF_MESSAGES
from remit.signals.messages import read_message

HERE = Path(__file__).parent
HALVES = tuple(
    half
    for half in ("develop", "wider", "apart", "author", "four", "three", "fresh", "newest", "held")
    if (HERE / f"texts-{half}.csv").exists()
)
#: Concerns with a pattern, held to precision 0.9 and recall 0.85; the others need judgement: 0.8 and 0.75.
PATTERNED = frozenset(
    {
        "contact_details", "personal_data", "sensitive_detail", "hidden_characters", "misleading_link", "profanity",
        "post.appeal=wanted", "post.appeal=missing", "post.appeal=witness", "post.appeal=cctv", "post.appeal=dashcam",
        "post.marking=official", "post.marking=official_sensitive", "post.marking=secret", "post.marking=top_secret",
        "arrest_or_charge", "post.language=cy", "language_quality",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """One text, what it shows and what it only looks like."""

    text: str
    shows: frozenset[str]  # as settled between its readers
    looks_like: frozenset[str]
    by: str = ""  # whose it is: the author, or the set where that has one author
    first: frozenset[str] = frozenset()  # what its author gave it

    @property
    def message(self) -> bool:
        """Whether it is read as a message from the public: it shows, or looks like, what only those show."""
        return bool(OF_MESSAGES & (self.shows | self.looks_like))


def load(half: str) -> list[Labelled]:
    """The texts of one half. Raises ValueError naming the row when a name is both shown and a look-alike."""
    found = []
    with (HERE / f"texts-{half}.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            shows, looks_like = frozenset(row["shows"].split()), frozenset(row["looks_like"].split())
            if shows & looks_like or not row["text"].strip():
                raise ValueError(f"texts-{half}.csv, line {number}: {sorted(shows & looks_like) or 'no text'}")
            settled = _settled(shows, [row[reader] for reader in ("again", "third") if row.get(reader) is not None])
            text = row["text"].replace("\\n", "\n")
            found.append(Labelled(text, settled, looks_like - settled, row.get("by") or half, shows))
    return found


def _settled(first: frozenset[str], others: list[str]) -> frozenset[str]:
    """What most readers give; of two, what the second gives, who had the standard and none of the author's labels."""
    if not others:
        return first
    readings = [frozenset(other.split()) for other in others]
    if len(readings) == 1:
        return readings[0]
    given = [first, *readings]
    return frozenset(name for name in frozenset().union(*given) if 2 * sum(name in r for r in given) > len(given))


def seen(text: str, message: bool = False) -> frozenset[str]:
    """The names that the signals give a text, as they would reach a policy."""
    facts = (read_message(text) if message else read(Content(text))).facts()
    names = {name.removeprefix("concern.") for name, value in facts.items() if value is True}
    return frozenset(names | {f"{n}={v}" for n, v in facts.items() if isinstance(v, str) and v not in ("none", "en")})


@dataclass
class Score:
    """How often a name was rightly given, wrongly given, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.right else 0.0


def score(texts: list[Labelled], names: frozenset[str] | None = None) -> dict[str, Score]:
    """A score for each name that is labelled at least once in `texts` (or each of `names`)."""
    names = names or frozenset(name for text in texts for name in text.shows)
    scores = {name: Score() for name in sorted(names)}
    for text in texts:
        given = seen(text.text, text.message)
        for name, counted in scores.items():
            if name in given and name in text.shows:
                counted.right += 1
            elif name in given:
                counted.wrong += 1
            elif name in text.shows:
                counted.missed += 1
    return scores


def mistakes(texts: list[Labelled], name: str) -> Iterator[tuple[str, str]]:
    """Each text on which the signals are wrong about `name`, as ("wrong" or "missed", text)."""
    for text in texts:
        given = name in seen(text.text, text.message)
        if given != (name in text.shows):
            yield ("wrong" if given else "missed"), text.text
