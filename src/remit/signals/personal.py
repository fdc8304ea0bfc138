"""Personal data with a pattern: phones, e-mail, homes, plates, NI and NHS numbers, births, custody and case numbers.

Official contacts (101, Crimestoppers, a force mailbox, a police station's address) are what posts are for: they pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

import re2

from remit.signals.content import SignalSettings
from remit.signals.phrases import compile_phrases, contents, quote
from remit.signals.readable import Readable, Span
from remit.signals.reading import Signal

NAME, VERSION = "personal", "2"

PHONE = re2.compile(rb"(?:\+44|\b0044|\(0|\b0)(?:[ \t().-]{0,2}\d){9,11}")
#: A mobile said in words, or with letters for digits: "zero seven seven double-oh nine", "o77OO 9OO 222".
SPOKEN = re2.compile(
    rb"(?i)\b(?:zero|oh|nought|o)[ -]seven[ -](?:(?:zero|oh|nought|o|one|two|three|four|five|six|seven|eight|nine|ten"
    rb"|double|triple|treble|hundred|thousand|\d+)[ -]{1,3}){2,12}\w+"
    rb"|\b[oO0][7l](?:[ .-]?[0-9oOlI]){8,10}\b"
)
EMAIL_SPOKEN = re2.compile(
    rb"(?i)\b[a-z0-9]+(?:(?: dot |[ ._-])[a-z0-9]+){0,3} at [a-z0-9-]+(?: dot [a-z]{2,10}){1,3}\b"
)
EMAIL = re2.compile(
    rb"(?i)\b[a-z0-9][a-z0-9._%+'-]{0,63}(?:@|\s?[\[(]\s?at\s?[\])]\s?)(?:[a-z0-9-]{1,63}(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)){1,4}[a-z]{2,12}\b"
)
#: Prefixes that HMRC does not issue: D F I Q U V first, those and O second, and six pairs; the last letter is A to D.
NATIONAL_INSURANCE = re2.compile(rb"(?i)\b([a-ceghj-prstw-z][a-ceghj-nprstw-z])[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[a-d]\b")
NOT_ISSUED = frozenset({b"BG", b"GB", b"NK", b"KN", b"TN", b"NT", b"ZZ"})
NHS = re2.compile(rb"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")
#: DVLA: since 2001 AB12 CDE; 1983-2001 A123 BCD; before that ABC 123A, which needs a word about a vehicle beside it.
PLATE = re2.compile(rb"\b[A-HJ-PR-Y][A-HJ-PR-Y](?:0[1-9]|[1-9]\d) ?[A-HJ-PR-Z]{3}\b")
OLDER_PLATE = re2.compile(rb"\b(?:[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-PR-Y]{3}|[A-HJ-PR-Y]{3} ?\d{1,3} ?[A-HJ-NPR-TV-Y])\b")
POSTCODE = re2.compile(
    rb"\b(?:[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y])|GIR) ?\d[ABD-HJLNP-UW-Z]{2}\b"
)
STREET = re2.compile(
    rb"\b(?:(?:[Ff]lat|[Aa]partment|[Uu]nit) \d{1,4}[A-Za-z]?,? )?\d{1,4}[A-Za-z]?,? (?:[A-Z][A-Za-z'-]{1,20} ){1,3}"
    rb"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Crescent|Court|Gardens|Grove|Place|Terrace|Way|Walk|Square|Mews|Hill"
    rb"|Rise|View|Row|Paddocks?|Green|Park|Meadows?|Fields?|Vale|Croft|Parade|Heights|Gate|Wharf|Quay|Cottages?)\b"
    rb"|\b(?:Flat|Apartment) \d{1,4}[A-Za-z]?, (?:[A-Z][A-Za-z'-]{1,20} ?){1,3}"
    rb"|\b\d{1,4}[A-Za-z]?,? (?:Heol|Ffordd|Stryd|Maes|Bryn|Cae|Lon|Rhodfa|Tan|Pen|Clos|Parc|Trem|Llys|Min)"
    rb"(?: (?:y|yr|[A-Z][a-z]+)){1,3}\b"
    rb"|\b(?:[A-Z][a-z]+ ){1,2}(?:Cottage|Farmhouse|Lodge|Villa|Bungalow), (?:[A-Z][a-z]+ ){1,2}"
    rb"(?:Street|Road|Lane|Close|Avenue|Drive|Hill|Way)\b"
)
#: Papers of one person: a passport, a driving licence (DVLA: five of the surname, six of the birth), a bank account.
DOCUMENT = re2.compile(
    rb"(?i)\bpassport\b[^.\n]{0,40}?\b\d{9}\b|\b[a-z9]{5} ?\d{6} ?[a-z9]{2}\d?[a-z]{2}\b"
    rb"|\bsort code[ :]{1,3}\d\d-?\d\d-?\d\d\b|\b(?:acc(?:ount)?|a/c)(?: no| number)?[ .:]{1,3}\d{8}\b"
    rb"|\b(?:payroll|employee|staff|force) (?:no|number)\.? ?\d{4,8}\b"
)
BIRTH = re2.compile(
    rb"(?i)\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?)(?: is| was)?[\s:=-]{1,3}(?:the )?"
    rb"(?:\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9},? \d{2,4}|\d{4}-\d\d-\d\d)"
    rb"|\b[a-z'-]{2,20} \(\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d\)"
)
CASE = re2.compile(
    rb"(?i)\bcustody (?:record|number|ref(?:erence)?|no)\b[^\n]{0,20}?[\w/-]*\d[\w/-]*"
    rb"|\b(?:exhibit|seal|urn|occurrence|storm|niche|athena|cad|cris)(?: (?:ref(?:erence)?|no|number|log))?\.?"
    rb"[ :#]{1,3}[a-z]{0,4}[ /-]?\d[\w/-]*"
    rb"|\bexhibit(?: ref)? [a-z]{2,4}/\d+|\bseal [a-z]?\d{5,}"
    rb"|\b(?:door|gate|entry|access|alarm|safe|key ?pad) (?:code|pin)[^.\n]{0,30}?\d{3,8}\b"
    rb"|\bpass(?:word|code)\b[^.\n]{0,25}?\b(?:is|says|:|=) ?\S*\d\S*"
    rb"|\b(?:crime|incident|log|cad|niche|occurrence|collision) ?(?:ref(?:erence)?|report|number|no)?\.?(?: number)?"
    rb"(?: is| was|:| #|#)? ?(?:[a-z]{1,4}[/-]?)?\d[\w/-]{2,25}"
    rb"|\b\d{2}/\d{4,8}/\d{2}\b|\bpnc ?(?:id|number|no)?[ :#]{1,3}\d[\w/-]{3,15}"
)


#: References and codes that no member of the public is asked to quote.
ALWAYS = (
    b"custody",
    b"exhibit",
    b"seal",
    b"door",
    b"gate",
    b"entry",
    b"access",
    b"alarm",
    b"safe",
    b"key",
    b"pass",
    b"pnc",
)


def read_personal(text: Readable, part: str, settings: SignalSettings) -> Iterator[Signal]:
    """A signal for each kind of personal data in `text`, quoted."""
    finders: tuple[tuple[str, str, float, str, Callable[[Readable, SignalSettings], Iterator[Span]]], ...] = (
        ("mobile", "contact_details", 0.85, "It has a mobile phone number.", _mobiles),
        ("landline", "contact_details", 0.6, "It has a phone number that is not one of the official ones.", _landlines),
        ("email", "contact_details", 0.85, "It has an e-mail address that is not a force mailbox.", _emails),
        ("home", "contact_details", 0.75, "It has what reads like a home address.", _homes),
        ("ni-number", "personal_data", 0.95, "It has a National Insurance number.", _national_insurance),
        ("nhs-number", "personal_data", 0.9, "It has an NHS number (the check digit agrees).", _nhs_numbers),
        ("document", "personal_data", 0.85, "It has the number of a personal document or account.", _documents),
        ("plate", "personal_data", 0.75, "It has a number plate.", _plates),
        ("date-of-birth", "personal_data", 0.9, "It has a date of birth.", _births),
        (
            "case-number",
            "sensitive_detail",
            0.6,
            "It has a crime, log or custody number that nobody is asked to quote.",
            _cases,
        ),
    )
    for kind, concern, confidence, reason, find in finders:
        evidence = quote(text, find(text, settings), part)
        if evidence:
            yield Signal(kind, reason, confidence, NAME, VERSION, concern=concern, evidence=evidence)


def digits(number: bytes) -> str:
    """The digits of a UK number, in national form: "07700900123"."""
    kept = bytes(c for c in number if 48 <= c <= 57).decode()
    if kept.startswith("0044"):
        kept = kept[4:]
    elif number.lstrip().startswith(b"+44"):
        kept = kept[2:]
    else:
        return kept
    return "0" + kept.removeprefix("0")


def _numbers(text: Readable, settings: SignalSettings, start: str) -> Iterator[Span]:
    own = {digits(n.encode("ascii", "ignore")) for n in settings.phone_numbers} | official_numbers()
    for found in PHONE.finditer(text.plain):
        number = digits(found.group())
        if number.startswith(start) and 10 <= len(number) <= 11 and number not in own:
            yield Span(*found.span())


def _mobiles(text: Readable, settings: SignalSettings) -> Iterator[Span]:
    for span in _numbers(text, settings, "07"):
        if not _beside(text, span.start, "work_phones"):
            yield span
    for found in SPOKEN.finditer(text.plain):
        if any(chr(c).isalpha() for c in found.group()):
            yield Span(*found.span())


def _landlines(text: Readable, settings: SignalSettings) -> Iterator[Span]:
    """Geographic numbers. 03, 08 and 09 numbers are never a person's (Ofcom numbering plan)."""
    for start in ("01", "02"):
        for span in _numbers(text, settings, start):
            private = _beside(text, span.start, "private_words")
            if private or not (_beside(text, span.start, "calling_words") or _beside(text, span.start, "bodies")):
                yield span


@lru_cache(maxsize=1)
def official_numbers() -> frozenset[str]:
    """Numbers published for everybody."""
    return frozenset(str(n).replace(" ", "") for n in contents("official")["phone_numbers"])


def _emails(text: Readable, settings: SignalSettings) -> Iterator[Span]:
    domains = (*settings.mailbox_domains, *contents("official")["mailbox_domains"])
    for found in EMAIL.finditer(text.plain):
        mailbox, at, domain = found.group().decode().lower().rpartition("@")
        shared = mailbox in contents("official")["mailboxes"] or any(
            domain == d or domain.endswith("." + d) for d in domains
        )
        wanted_there = _beside(text, found.start(), "bodies") and not _beside(text, found.start(), "private_words")
        if not (at and (shared or wanted_there)) and not text.plain[: found.start()].endswith(b"://"):
            yield Span(*found.span())
    for found in EMAIL_SPOKEN.finditer(text.plain):
        yield Span(*found.span())


@cache
def _words(name: str) -> Any:
    return compile_phrases(contents("official")[name])


def _beside(text: Readable, place: int, name: str) -> bool:
    sentence = text.sentence(place)
    near = text.plain[max(sentence.start, place - 200) : min(sentence.end, place + 200)]
    return bool(_words(name).search(near))


def _homes(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    """A house number and street with a postcode or a word about living there; a full postcode with such a word."""
    for found in STREET.finditer(text.plain):
        after = POSTCODE.search(text.plain, found.end(), min(len(text.plain), found.end() + 60))
        living = _beside(text, found.start(), "living_words")
        if (after or living) and (living or not _beside(text, found.start(), "public_places")):
            yield Span(found.start(), after.end() if after else found.end())
    for found in POSTCODE.finditer(text.plain):
        if _beside(text, found.start(), "living_words") and not _beside(text, found.start(), "public_places"):
            yield Span(*found.span())


def _national_insurance(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    for found in NATIONAL_INSURANCE.finditer(text.plain):
        if found.group(1).upper() not in NOT_ISSUED:
            yield Span(*found.span())


def nhs_check(number: str) -> bool:
    """Whether ten digits carry a right check digit (NHS Data Dictionary: weights 10 to 2, modulus 11)."""
    if len(number) != 10 or not number.isdigit() or len(set(number)) == 1:
        return False
    check = 11 - sum(int(d) * w for d, w in zip(number, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(number[9])


def _nhs_numbers(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    for found in NHS.finditer(text.plain):
        written = found.group().decode()
        number = written.replace(" ", "").replace("-", "")
        grouped = len(written) == 12
        if nhs_check(number) and (grouped or _beside(text, found.start(), "nhs_words")) and number[0] != "0":
            yield Span(*found.span())


def _documents(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    for found in DOCUMENT.finditer(text.plain):
        yield Span(*found.span())


def _plates(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    for found in PLATE.finditer(text.plain):
        yield Span(*found.span())
    for found in OLDER_PLATE.finditer(text.plain):
        if _beside(text, found.start(), "vehicle_words"):
            yield Span(*found.span())


def _births(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    for found in BIRTH.finditer(text.plain):
        yield Span(*found.span())


def _cases(text: Readable, _settings: SignalSettings) -> Iterator[Span]:
    """Custody numbers always; other references unless the text is asking people to call and quote one."""
    quoting: bool | None = None
    for found in CASE.finditer(text.plain):
        if not found.group().lower().startswith(ALWAYS):
            if quoting is None:
                quoting = bool(_words("quoting_words").search(text.plain))
            if quoting:
                continue
        yield Span(*found.span())
