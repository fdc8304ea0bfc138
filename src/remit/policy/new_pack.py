"""The beginning of a pack: every file there is, with guidance in it, and one clause carried through to its cases."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Beginning:
    """What the files of a new pack need to be told."""

    title: str  # of the policy document
    forces: tuple[str, ...]  # slugs
    prefix: str  # what the ids of clauses begin with: "DV" for DV-3.1a


def write_pack(folder: Path, beginning: Beginning) -> list[Path]:
    """Write the files of a new pack into `folder`, which is made; gives their paths.

    Raises:
        ValueError: the name of the folder, a force or the prefix is not written as packs want it.
        FileExistsError: the folder is there already.
        OSError: it cannot be written.
    """
    for what, name, form, words in (
        ("The name of the folder", folder.name, r"[a-z][a-z0-9-]*", "small letters, digits and hyphens"),
        ("--prefix", beginning.prefix, r"[A-Z]{2,6}", "two to six capital letters"),
        *(("--force", force, r"[a-z][a-z0-9-]*", "small letters, digits and hyphens") for force in beginning.forces),
    ):
        if not re.fullmatch(form, name):
            raise ValueError(f'{what} "{name}" cannot be used. Use {words}.')
    folder.mkdir(parents=True)
    written = []
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        filled = text.replace("TITLE", json.dumps(beginning.title, ensure_ascii=False))
        filled = filled.replace("FORCES", ", ".join(beginning.forces)).replace("PREFIX", beginning.prefix)
        path.write_text(filled, encoding="utf-8")
        written.append(path)
    return written


FILES = {
    "policy.yaml": """\
# The document itself: its title, number, versions, the people it names and what it leaves to the force.
# Put clause numbers and versions in quotes: YAML reads 4.10 as 4.1.
title: TITLE
number: "1"
version: "1.0"
versions:
- {number: "1.0", published_on: 2026-01-01, in_force_from: 2026-01-01, next_review_on: 2027-01-01}
forces: [FORCES]

# Whom to ask when somebody is not sure of a fact: a key of `who`.
in_doubt: corporate-communications

# Each post that the policy names, once. Found by one of team, role, grades or relation (line_manager, self …).
who:
  corporate-communications: {title: Corporate Communications, team: corporate-communications}

# Each approval or consultation: who gives it, and which facts it covers (a change of one voids it).
says:
  release: {title: Release by Corporate Communications, who: corporate-communications, kind: approve}

# The kinds of account that the policy knows, in its words.
account_kinds: {main: The force's main account}

# Figures and periods that the policy states, each with its clause: write parameter.contributors in a condition.
parameters:
#  contributors: {type: int, value: 2, clause: PREFIX-1c}
#  notice: {type: period, value: 5 working days, clause: PREFIX-1c}
#  share: {type: decimal, value: 0.5, clause: PREFIX-1c, changes: [{from: 2027-07-01, value: 0.75}]}

# What the policy leaves to the force: write force.website in a condition, {force.website} in a text.
settings:
#  website: {type: string, question: "What is the force's website?", default: www.example.police.uk, clause: PREFIX-1c}

# What the document calls its chapters, by their numbers, for whoever reads it here.
chapters:
#  "1": Introduction

# Subjects on which the policy says nothing, for whoever compares policies.
silent_on: []
""",
    "clauses.yaml": """\
# Every requirement of the document, in its order. An id (prefix, clause, letter) never changes once it is used.
#   says       one sentence in your own words
#   wording    must, should or advised, as the document has it
#   treatment  enforced (a rule can fire), shown (guidance at a moment), recorded (a register holds it), kept (Remit
#              itself keeps it), outside (software cannot; the note says why) or "not yet"
PREFIX-1a:
  clause: "1"
  says: Posts for the force are not sent from a personal device.
  wording: must
  treatment: enforced
PREFIX-1b:
  clause: "1"
  says: A post that takes a side in party politics is released by Corporate Communications first.
  wording: must
  treatment: enforced
PREFIX-1c:
  clause: "1"
  says: Somebody who posts for the force remembers that they speak for it.
  wording: advised
  treatment: shown
""",
    "rules/posts.yaml": """\
# Rules about posts. The moment (see `remit moments`) holds for every rule below that names no other.
moment: post.publish
rules:
# A rule: what is required, the tests that must all be yes (see `remit facts`), what then, and what somebody can do.
- id: PREFIX-1a
  title: No post from a personal device
  when: ["device.owner == 'personal'"]
  then: refuse
  remedy: Use a device that the force issued.
# A control: a rule that policies share, bound to your clause; `remit controls` lists them with what each needs.
- clause: PREFIX-1c
  control: reminder
  moment: post.publish
  title: You speak for the force
  with: {text: speak-for-the-force}
# What a post shows or says (see `remit concerns`), and what follows.
concerns:
- clause: PREFIX-1b
  concern: political
  title: Nothing political without Corporate Communications
  then: {hold: {until: approval release}}
  remedy: Take it out, or ask Corporate Communications to release it.
""",
    "texts/speak-for-the-force.md": "You speak for the force: write as you would at its front counter.\n",
    "cases/posts.yaml": """\
# Each rule is tried in a case in which it fires and one in which it passes. `fired` is whole: any other finding fails
# the case. Facts are laid over a baseline (see `remit baselines`), and so say only what differs.
- name: A post from a personal device is refused
  moment: post.publish
  now: 2026-11-21T10:00:00+00:00
  baseline: main-account-post
  facts: {post.text: The road is open again., device.owner: personal}
  expect: {outcome: refused, fired: [PREFIX-1a, PREFIX-1c], guidance: [speak-for-the-force]}
- name: A political post waits for its release
  moment: post.publish
  now: 2026-11-21T10:00:00+00:00
  baseline: main-account-post
  facts: {post.text: Vote on Thursday., device.owner: force, concern.political: true}
  expect: {outcome: needs, fired: [PREFIX-1b, PREFIX-1c], says: [release], guidance: [speak-for-the-force]}
- name: An ordinary post from a force device goes ahead
  moment: post.publish
  now: 2026-11-21T10:00:00+00:00
  baseline: main-account-post
  facts: {post.text: The road is open again., device.owner: force}
  expect: {outcome: allowed, fired: [PREFIX-1c], guidance: [speak-for-the-force]}
""",
}
