"""`python -m bench.signals.agreeing three newest 7 e.csv f.csv …`: brings in texts by several authors.

The authors labelled by the same definitions and did not see one another's texts. Where they plainly part from what
`labelled.py` says, a rule here puts it right for every row alike; no row is changed by itself. The first set is taught.
One text in so many, by the hash of the text, becomes the second: it is measured on, and nothing is fitted to it or
tuned on it. `four` and `fresh` were brought in so, with one text in five apart; `three` and `newest` with one in seven.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

HERE = Path(__file__).parent
Names = frozenset[str]
#: Oaths that a proof-reader passes in a quotation and nobody complains of: no swear words.
MILD = re.compile(
    r"\b(?:(?:fan-)?bloody(?:-tastic)?|bleeding|bleedin|damn(?:ed)?|blasted|heck|hell|crikey|blimey|flipping|sod(?:ding)?"
    r"|bugger(?:ed|s)?|christ|jesus|god|crap|frigging|git)\b",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"[*–🖕🤬]|\b(?:f+u*c*k|fuk|ff?s\b|sh[i1]t|cunt|twat|wank|prick|cock|dick|bastard|piss|bollo|tit\b|tits\b|arse|slag"
    r"|slut|whore|effin|f'?ing|wtf|bell-?end|knob|tosser|minge|spunk)|\bwhat the f\b",
    re.IGNORECASE,
)
FROM_THE_PUBLIC = frozenset({"danger", "dissatisfaction", "targeted_colleague"})


def mild_oaths(text: str, shows: Names) -> Names:
    """A mild oath alone is no profanity; a force's own is slang."""
    if "profanity" in shows and MILD.search(text) and not STRONG.search(text) and not shows & {"discrimination"}:
        return shows - {"profanity"}
    return shows


def tone_of_the_public(text: str, shows: Names) -> Names:
    """How a member of the public writes is their own affair."""
    return shows - {"unprofessional_tone", "language_quality"} if shows & FROM_THE_PUBLIC else shows


def heads_of_state(text: str, shows: Names) -> Names:
    """One who is ill is sensitive personal data too, and one who has died a death."""
    if "head_of_state_health" in shows:
        shows |= {"sensitive_personal_data"}
    return shows | {"death"} if "head_of_state_death" in shows else shows


def suspects(text: str, shows: Names) -> Names:
    """Somebody named as a suspect or offender is personal data, and sensitive where something is alleged of them."""
    if "suspect_named" not in shows or shows & {"post.appeal=cctv", "post.appeal=identify"}:
        return shows
    return shows | {"personal_data", "sensitive_personal_data"}


RULES: tuple[Callable[[str, Names], Names], ...] = (mild_oaths, tone_of_the_public, heads_of_state, suspects)


def agreed(text: str, shows: Names) -> Names:
    """The names that `text` shows, once the authors agree."""
    for rule in RULES:
        shows = rule(text, shows)
    return shows


def bring_in(taught: str, apart: str, every: int, files: list[Path]) -> None:
    """Write both sets; `by` is the name of the file that a text comes from. One text in `every` is kept apart."""
    rows: dict[str, list[tuple[str, str, str, str]]] = {taught: [], apart: []}
    seen: set[str] = set()
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                text, shows = row["text"], frozenset(row["shows"].split())
                if text in seen or not text.strip():
                    continue
                seen.add(text)
                after = agreed(text, shows)
                looks_like = frozenset(row["looks_like"].split()) - after
                half = apart if crc32(text.encode()) % every == 0 else taught
                rows[half].append((text, " ".join(sorted(after)), " ".join(sorted(looks_like)), file.stem))
    for half, those in rows.items():
        with (HERE / f"texts-{half}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("text", "shows", "looks_like", "by"))
            writer.writerows(those)
        print(f"{half}: {len(those)} texts")


if __name__ == "__main__":
    bring_in(sys.argv[1], sys.argv[2], int(sys.argv[3]), [Path(name) for name in sys.argv[4:]])
