"""Links: which site each leads to, whether it is the force's, shortened, or looks like another. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import re2

from remit.signals.content import Content, SignalSettings
from remit.signals.phrases import contents
from remit.signals.readable import Readable, Span
from remit.signals.reading import MAX_EVIDENCE, Evidence, Signal

NAME, VERSION = "links", "2"
#: Links kept of one text; networks allow far fewer.
MAX_LINKS = 200

ADDRESS = re2.compile(
    rb"(?i)\bh(?:tt|xx)ps?://[^\s<>\"\])]+|\bwww\.[^\s<>\"]+"
    rb"|\b(?:[a-z0-9_-]{1,63}\.){1,5}(?:uk|com|org|net|info|gov|police|wales|london|scot|eu|ly|co|me|gl|link|app|biz|io|tv|xyz|online|site|top|ru|cn|cz|tk|cc|ws|shop|club|live|today|icu|example)(?:/[^\s<>\"]*)?"
)


@dataclass(frozen=True)
class Link:
    """One address. `site` is its host in lower case without "www."."""

    url: str
    site: str
    force_website: bool
    shortener: bool
    misleading: str = ""  # why it may mislead; empty when it does not
    evidence: Evidence | None = None

    def as_fact(self) -> dict[str, object]:
        return {"url": self.url, "domain": self.site, "force_website": self.force_website, "shortener": self.shortener}


def find_links(content: Content, text: Readable, settings: SignalSettings) -> list[Link]:
    """Every address in the text and beside it, in order, at most MAX_LINKS of them."""
    links: list[Link] = []
    for found in ADDRESS.finditer(text.plain):
        if len(links) == MAX_LINKS:
            return links
        if found.start() and text.plain[found.start() - 1 : found.start()] == b"@":
            continue  # the domain of an e-mail address
        place = text.original(Span(*found.span()))
        written = text.text[place.start : place.end].rstrip(".,;:!?)'\"”’…")
        if len(text.plain) > found.end() and text.plain[found.end() : found.end() + 1] == b"@":
            continue
        links.append(describe(written, settings, Evidence("text", place.start, place.start + len(written), written)))
    for written in content.links[: MAX_LINKS - len(links)]:
        links.append(describe(written, settings, Evidence("link", 0, len(written), written)))
    return links


def describe(url: str, settings: SignalSettings, evidence: Evidence | None = None) -> Link:
    """What one address says of itself. The force's own sites are `settings.websites`; without any, police.uk."""
    host, misleading = host_of(url)
    force_sites = tuple(_bare(site) for site in settings.websites)
    own = any(_within(host, site) for site in force_sites) if force_sites else _within(host, "police.uk")
    tables = contents("links")
    shortener = host in tables["shorteners"]
    if not misleading and not own and not _within(host, "police.uk") and not _within(host, "gov.uk"):
        misleading = imitates(host, force_sites, tables["police_sites"]) or _folded(url, host)
    return Link(url, host, own, shortener, misleading, evidence)


def host_of(url: str) -> tuple[str, str]:
    """The site of an address and, if it hides where it leads, how."""
    rest = url.split("://", 1)[-1]
    authority = rest.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    why = ""
    if "@" in authority:
        authority = authority.rsplit("@", 1)[1]
        why = "What stands before the @ is not where the link leads."
    host = authority.rsplit(":", 1)[0] if authority.rsplit(":", 1)[-1].isdigit() else authority
    host = _bare(host)
    if not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        why = why or "Its name is written with letters of other alphabets, which can pass for Latin ones."
    elif host.replace(".", "").isdigit() and host.count(".") == 3:
        why = why or "It leads to a number instead of a named site."
    return host, why


def imitates(host: str, force_sites: Iterable[str], police_sites: Iterable[str]) -> str:
    """Why the site could be taken for a police site, or empty."""
    labels = host.split(".")
    if len(labels) < 2 or host in police_sites:
        return ""
    for site in force_sites:
        if _near(host, site):
            return f"It is spelt almost like {site}."
        name = site.split(".")[0]
        if len(name) > 3 and "police" in host and name in host:
            return f"It has the name of the force and is not {site}."
    if "police.uk" in host or "police-uk" in host or "policeuk" in host:
        return "It looks like a police.uk site and is not one."
    return ""


#: Figures and capitals that pass for letters in a site's name.
PASS_FOR = str.maketrans("01357", "olest")


def _folded(url: str, host: str) -> str:
    """Why a site passes for an official one, with figures and a capital "I" read as the letters that they show."""
    written = url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    folded = _bare(written.replace("I", "l")).translate(PASS_FOR)
    official = ("police.uk", "gov.uk", "nhs.uk")
    if not any(_within(host, site) for site in official):
        if any(_within(folded, site) or _within(host.translate(PASS_FOR), site) for site in official):
            return "Its name has figures or capitals that pass for letters of an official site."
        if any(
            f"{site}." in f"{host}." or f"{site.replace('.', '-')}" in host or f"{site}-" in host for site in official
        ):
            return "It has the name of an official site inside another's."
        if host.split(".")[0].replace("-", "").endswith("police") and host.rsplit(".", 1)[-1] in (
            "uk",
            "com",
            "co",
            "net",
            "info",
        ):
            return "It looks like a force's own site and is not on police.uk."
    return ""


def read_links(links: Iterable[Link]) -> Iterator[Signal]:
    """A concern for addresses that may mislead."""
    found = [link for link in links if link.misleading and link.evidence]
    if found:
        yield Signal(
            kind="misleading",
            concern="misleading_link",
            reason=found[0].misleading,
            confidence=0.8,
            detector=NAME,
            version=VERSION,
            evidence=tuple(link.evidence for link in found[:MAX_EVIDENCE] if link.evidence),
        )


def _bare(host: str) -> str:
    host = host.split("://", 1)[-1].split("/", 1)[0].strip().rstrip(".").casefold()
    return host.removeprefix("www.")


def _within(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")


def _near(host: str, site: str) -> bool:
    """One letter changed, added, left out or swapped with its neighbour."""
    if host == site or abs(len(host) - len(site)) > 1:
        return False
    start = 0
    while start < min(len(host), len(site)) and host[start] == site[start]:
        start += 1
    rest_host, rest_site = host[start:], site[start:]
    return (
        rest_host[1:] == rest_site[1:]
        or rest_host[1:] == rest_site
        or rest_host == rest_site[1:]
        or (len(rest_host) > 1 and rest_host[:2] == rest_site[1::-1] and rest_host[2:] == rest_site[2:])
    )
