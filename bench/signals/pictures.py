"""Sixty and more pictures drawn by code, with what each shows, and how often it is seen."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageFilter

from bench.signals.labelled import Score
from remit.signals import Content, ImageFacts, read, sight
from tests.signals.drawn import face, jpeg, scene

FACE, PLATE, PAPERS, CONTACT, MARKING = (
    "identifiable_person", "personal_data", "sensitive_detail", "contact_details", "post.marking",
)  # fmt: skip
HARMLESS = (
    "Open day 10am", "Lock it or lose it", "Crimestoppers 0800 555 111", "Call 101", "ROAD CLOSED", "Thank you",
    "Bike marking", "Drive to arrive", "www.anytown.police.uk", "We are recruiting",
)  # fmt: skip
WHITE, GREY, BLUE = (248, 248, 248), (120, 125, 130), (40, 70, 140)


def pictures() -> Iterator[tuple[Image.Image, set[str]]]:
    """Each picture with the names of what it shows."""
    for number in range(16):  # faces of four skins and hairs, near and far, one to three of them, and turned down
        skin, hair, size = number % 4, number // 4, 140 + number * 30
        places = [(200 + index * 420, 250, min(size, 400)) for index in range(1 + number % 3)]
        yield scene(faces=places, skin=skin, hair=hair, colour=(90 + number * 8, 110, 120)), {FACE}
    for number in range(4):
        yield face(800, 1000, skin=number, hair=3 - number), {FACE}
        yield scene(faces=[(500, 300, 350)], skin=number).filter(ImageFilter.GaussianBlur(30)), set()  # blurred away
    for number, plate in enumerate(["AB12 CDE", "YK19 HJN", "LB07 SEO", "GX70 WVU", "BD51 SMR", "EA65 AMX"]):
        yield scene(colour=(GREY, BLUE)[number % 2], words=[(plate, 500, 560, 50 + number * 12)]), {PLATE}
    for words, shows in (
        ("Custody record 14/2201", {PAPERS}), ("Briefing 0700 Bravo", {PAPERS}), ("Password: Harbour77", {PAPERS}),
        ("Risk assessment", {PAPERS}), ("Duty roster week 3", {PAPERS}), ("Witness statement", {PAPERS}),
        ("OFFICIAL-SENSITIVE", {MARKING}), ("SECRET", {MARKING}), ("Call me on 07700 900456", {CONTACT}),
        ("j.smith77@example.org", {CONTACT}),
    ):  # fmt: skip
        for size, ground in ((48, WHITE), (84, GREY)):
            yield scene(colour=ground, words=[(words, 220, 400, size)]), shows
    for words in HARMLESS:
        yield scene(colour=WHITE, words=[(words, 250, 500, 80)]), set()
    for number in range(6):
        yield scene(colour=(60 + number * 30, 150, 120)), set()
        yield Image.effect_noise((1000, 800), 20 + number * 15).convert("RGB"), set()


def measure() -> tuple[int, dict[str, Score]]:
    """How many pictures there are, and a score for each thing that they show."""
    scores = {name: Score() for name in (FACE, PLATE, PAPERS, CONTACT, MARKING)}
    count = 0
    for picture, shows in pictures():
        count += 1
        seen = sight.look(jpeg(picture))
        facts = read(Content("", (ImageFacts(alt_text="Described.", sight=seen),))).facts()
        given = {name for name in scores if facts.get(f"concern.{name}") or facts.get(name, "none") != "none"}
        for name, counted in scores.items():
            counted.right += name in given and name in shows
            counted.wrong += name in given and name not in shows
            counted.missed += name not in given and name in shows
    return count, scores
