"""A small pack as somebody would write it, in files: the loader's tests change one of them at a time."""

from __future__ import annotations

from pathlib import Path

#: Marks in a changed file where the fault must be told; taken out before it is written.
HERE = "▸"

FILES = {
    "facts/post.yaml": """\
post.text: {type: string, label: the text of the post, question: "What does the post say?", from: author}
post.appeal:
  type: enum
  label: the kind of appeal
  question: What kind of appeal is it?
  from: signal
  values: {none: not an appeal, wanted: an appeal for a wanted person, missing: an appeal for a missing person}
post.images:
  type: records
  label: the pictures
  from: author
  fields:
    kind: {type: enum, values: {photo: a photograph, custody: a custody photograph}}
    taken_on: {type: date}
post.seen_on: {type: date, label: the day it was seen, from: author}
post.sent_at: {type: time, label: the time it was sent, from: register}
device.issued: {type: bool, label: the device was issued, not: the device was not issued, from: author, keep: frozen}
account.kind: {type: enum, label: the kind of account, from: register, values: {main: main, area: local}}
account.followers: {type: int, label: the number of followers, from: register}
actor.teams: {type: strings, label: the teams of the user, from: register}
owner.teams: {type: strings, label: the teams of the owner, from: register}
act.approved: {type: strings, label: the approvals given, from: kernel, default: []}
act.asked_for: {type: strings, label: the approvals asked for, from: kernel, default: []}
act.answered: {type: strings, label: the consultations answered, from: kernel, default: []}
act.grants: {type: strings, label: the grants held, from: kernel, default: []}
act.acknowledged: {type: strings, label: the texts acknowledged, from: kernel, default: []}
act.not_sure: {type: strings, label: the facts not sure of, from: kernel, default: []}
""",
    "concerns.yaml": """\
political: {label: the post is about party politics, definition: It takes a side., raised_by: [signal, author]}
""",
    "moments.yaml": """\
post.draft: {title: Writing a post, kind: act, cast: [actor, author]}
post.publish: {title: Publishing a post, kind: act, cast: [actor, author], includes: [post.draft], needs: [post.text]}
breach.report: {title: Reporting a breach, kind: report, cast: [actor]}
account.monitor: {title: Watching an account, kind: state, cast: [owner]}
personal.use: {title: Using an account of one's own, kind: advice, cast: [actor]}
""",
    "baselines.yaml": """\
main-account-post: {post.appeal: none, post.images: [], device.issued: true, account.kind: main}
""",
    "controls/no-followers.yaml": """\
id: no-followers
title: At least ${least} followers
holes: {least: int, who: who}
moment: post.publish
when: ["account.followers < ${least}"]
then: {route: {to: "${who}"}}
""",
    "small/policy.yaml": """\
title: Small Policy
number: "1"
version: "1.0"
versions:
- {number: "1.0", published_on: 2026-01-02, in_force_from: 2026-01-05}
forces: [smallshire]
in_doubt: desk
who:
  desk: {title: Media desk, team: media-desk}
  chief: {title: Chief Constable, role: chief-constable, else: [desk]}
says:
  release: {title: Release by the media desk, who: desk, answers: [approve, refuse]}
  heard: {title: The chief is heard, who: chief, kind: consult, after: [release]}
grants:
  trusted: {title: A trusted account, for: account, who: desk, longest: 3 months, clause: SM-2}
account_kinds: {main: Main accounts}
parameters:
  least: {type: int, value: 10, clause: SM-2}
settings:
  website: {type: string, question: "What is the address of the website?", default: www.example.police.uk, clause: SM-2}
silent_on: [pictures]
""",
    "small/clauses.yaml": """\
SM-1: {clause: "1.1", says: A wanted appeal waits for the media desk., wording: must, treatment: enforced}
SM-2: {clause: "1.2", says: The desk hears of small accounts., wording: should, treatment: enforced}
SM-3: {clause: "1.3", says: Politics are avoided., wording: should, treatment: enforced}
SM-4: {clause: "4.10", says: Be kind., wording: advised, treatment: shown}
SM-5: {clause: "5", says: Everything else., wording: must, treatment: not yet}
""",
    "small/texts/kind.md": "Be kind. See {force.website}.\n",
    "small/rules/posts.yaml": """\
moment: post.publish
define:
  post.sought: {is: "post.appeal in ['wanted', 'missing']", clause: SM-1, label: somebody is sought}
rules:
- id: SM-1
  title: Appeals for people wait for the media desk
  when:
  - post.sought
  unless:
  - {is: device.issued, why: an issued device, clause: SM-2}
  - {grant: trusted, why: trusted}
  - approval: release
  then: {hold: {until: approval release}}
  remedy: {say: "Send it to the desk; {parameter.least} people sit there.", offer: post.hand-over}
- {clause: SM-2, control: no-followers, with: {least: 10, who: desk}}
- id: SM-4
  title: Be kind
  then: {show: kind}
concerns:
- {clause: SM-3, concern: political, title: No politics, then: warn}
""",
    "small/cases/posts.yaml": """\
- name: An ordinary post goes out
  moment: post.publish
  now: 2026-11-21T12:00:00+00:00
  baseline: main-account-post
  facts: {post.text: Good morning., account.followers: 50}
  expect: {outcome: allowed, guidance: [kind]}
""",
}


def write(folder: Path, changed: dict[str, str | bytes | None] | None = None) -> Path:
    """The small pack in `folder`, with some files changed, added, or (None) left out."""
    for name, text in {**FILES, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.replace(HERE, "").encode())
    return folder


def marked(text: str) -> tuple[int, int]:
    """The line and column of the mark in `text`."""
    before = text[: text.index(HERE)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def rules(body: str) -> str:
    """A file of rules at the moment of publishing."""
    return f"moment: post.publish\nrules:\n{body}"


def rule(**keys: str) -> str:
    """A file with one sound rule for SM-1, some of its keys written otherwise."""
    lines = {"id": "SM-1", "title": "Held", "when": "device.issued", "then": "warn", **keys}
    return rules("- " + "\n  ".join(f"{key}: {text}" for key, text in lines.items()) + "\n")


def swapped(name: str, old: str, new: str) -> str:
    """A file of the pack with one piece of its text written otherwise."""
    assert FILES[name].count(old) == 1, f"{old!r} stands {FILES[name].count(old)} times in {name}"
    return FILES[name].replace(old, new)
