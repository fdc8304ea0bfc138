"""What a policy calls those whom its conditions name by a key: a team, a role, an approval, a document to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from remit.policy.packs import Say, Who


def members(
    facts: Iterable[str], who: Iterable[Who], says: Mapping[str, Say], documents: Mapping[str, str]
) -> dict[str, Mapping[str, str]]:
    """What a policy calls the members of lists that its conditions name: approvals, roles, teams, documents.

    `facts` are the names of all facts; `documents` are titles by key, the policy itself among them.
    """
    posts = list(who)
    titles = {key: say.title for key, say in says.items()}
    roles = {post.role: post.title for post in posts if post.role}
    teams = {post.team: post.title for post in posts if post.team}
    of_people: dict[str, Mapping[str, str]] = {"roles": roles, "teams": teams, "acknowledged": documents}
    found = {name: of_people[end] for name in facts if (end := name.rpartition(".")[2]) in of_people}
    return {**found, "act.approved": titles, "act.answered": titles, "act.acknowledged": {}}
