"""How old a reader must be: the Flesch–Kincaid grade of an English text, told as an age. A figure for the author only.

Grade = 0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others 1975); a child in grade 1 is six.
"""

from __future__ import annotations

from functools import lru_cache

import re2

from remit.signals.readable import Readable
from remit.signals.spelling import WORD, words_alone

#: Below this many words the figure says nothing.
FEWEST_WORDS = 20
#: Characters that are counted: more do not change the figure.
COUNTED = 20_000
YOUNGEST, OLDEST = 6, 22
VOWELS = re2.compile(rb"(?i)[aeiouy]+")
SILENT = re2.compile(rb"(?i)(?:[^aeiouylrt]es?|[^aeiouytd]ed|[aeiouy][lrt]es?|e)$")
SPOKEN = re2.compile(rb"(?i)[^aeiouy]le$|(?:[sxz]|ch|sh|c|g)es$")


def reading_age(text: Readable) -> int | None:
    """The age in years at which most people could read `text`; None where it is too short to tell.

    Addresses, hashtags, mentions and figures are left out. Between YOUNGEST and OLDEST.
    """
    words = words_alone(text.plain[:COUNTED])
    counts = [
        [syllables(word) for word in WORD.findall(words[sentence.start : sentence.end])]
        for sentence in text.sentences()
        if sentence.start < len(words)
    ]
    sentences = [count for count in counts if count]
    number = sum(len(count) for count in sentences)
    if number < FEWEST_WORDS:
        return None
    grade = 0.39 * number / len(sentences) + 11.8 * sum(sum(count) for count in sentences) / number - 15.59
    return max(YOUNGEST, min(OLDEST, round(grade) + 5))


@lru_cache(maxsize=8_192)
def syllables(word: bytes) -> int:
    """Syllables of one English word: its groups of vowels, without a silent ending."""
    count = sum(1 for _ in VOWELS.finditer(word))
    if SILENT.search(word) and not SPOKEN.search(word):
        count -= 1
    return max(1, count)
