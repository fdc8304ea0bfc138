"""Without these, GOV.UK's font or marks could slip in, or a page could carry a script that our own policy stops."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

import remit

ROOT = Path(remit.__file__).parent
STATIC = ROOT / "web" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
SHEETS = sorted(ROOT.rglob("static/**/*.css"))
SCRIPTS = sorted(ROOT.rglob("static/**/*.js"))


def test_no_font_crest_or_crown_of_gov_uk_is_shipped() -> None:
    for file in [*SHEETS, *SCRIPTS, *TEMPLATES]:
        text = file.read_text(encoding="utf-8").lower()
        for mark in ("gds transport", "@font-face", "crest", "crown"):
            # The licence of GOV.UK Frontend names Crown copyright; no style sheet, script or page may.
            assert mark not in text, f"{file.relative_to(ROOT)} has {mark}"
    kinds = {file.suffix for file in STATIC.rglob("*") if file.is_file()}
    assert kinds <= {".css", ".js", ".svg", ".md", ""}, "a font or a picture of another project has been added"


def test_every_style_sheet_uses_only_the_fonts_of_the_reader_s_device() -> None:
    for sheet in SHEETS:
        found = set(re.findall(r"font-family:\s*([^;}]+)", sheet.read_text(encoding="utf-8")))
        allowed = {"arial,helvetica,sans-serif", "sans-serif", "inherit"}
        assert {family.replace(" ", "").lower() for family in found} <= allowed, sheet.name


def test_style_sheets_ask_for_nothing_outside_remit_and_each_picture_is_there() -> None:
    for sheet in SHEETS:
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
            assert not address.strip("'\"").startswith(("http", "//", "/")), f"{sheet.name}: {address}"
            if not address.strip("'\"").startswith("data:"):
                assert (sheet.parent / address.strip("'\"")).is_file(), f"{sheet.name}: {address}"


@pytest.mark.parametrize("package", ["govuk-frontend", "moj-frontend", "htmx"])
def test_each_vendored_package_keeps_its_licence(package: str) -> None:
    assert "permission" in (VENDOR / package / "LICENSE").read_text(encoding="utf-8").lower()
    assert f"`{package}`" in (VENDOR / "README.md").read_text(encoding="utf-8")


def test_the_vendored_files_are_the_versions_that_the_tool_pins() -> None:
    tool = (ROOT.parents[1] / "tools" / "vendor-frontend").read_text(encoding="utf-8")
    for package, file in (("govuk-frontend", "govuk-frontend.min.js"), ("htmx.org", "htmx.min.js")):
        version = re.search(rf'"{re.escape(package)}",\s+"([\d.]+)"', tool)
        assert version
        assert f'"{version[1]}"' in (VENDOR / package.removesuffix(".org") / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_inline_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "a script without src would not run"
    assert not re.search(r"<style|\sstyle\s*=", text), "inline style would be ignored"
    assert not re.search(r"\s(on[a-z]+|hx-on[^\s=]*)\s*=", text), "an inline handler would not run"
    assert not re.search(r"javascript:|\bjs:", text)
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text), "nothing is fetched from another site"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_static_file_that_a_template_names_exists(template: Path) -> None:
    for name in re.findall(r"{%\s*static\s+['\"]([^'\"]+)", template.read_text(encoding="utf-8")):
        assert finders.find(name), name


def test_own_scripts_use_nothing_that_needs_eval() -> None:
    own = [script for script in SCRIPTS if VENDOR not in script.parents]
    assert own
    for script in own:
        assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", script.read_text(encoding="utf-8")), (
            script
        )
