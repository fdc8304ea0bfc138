"""If these fail, the container does not build from what is here, runs as root, or its services wait for nothing.

No container engine is at hand where tests run, so the two files are read as their engines would read them.
"""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from remit import environment
from remit.cli import remit_group

ROOT = Path(__file__).parents[2]
KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"}
KNOWN |= {"ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Containerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_every_instruction_is_one_and_what_is_copied_is_there() -> None:
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    kept = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    for name, rest in instructions():
        assert name in KNOWN, name
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert source in kept, f"{source} is left out by .containerignore"
        if name in ("ENTRYPOINT", "CMD"):
            assert json.loads(rest)
        if name == "RUN":
            assert shlex.split(rest)


def test_images_are_named_in_full_and_with_a_version() -> None:
    """Another registry, or another year, would put something else into the force's network."""
    froms = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["database"]["image"]
    for image in [*froms, composed]:
        assert re.fullmatch(r"docker\.io/[\w./-]+:\d[\w.-]+", image), image


def test_the_container_does_not_run_as_root() -> None:
    last = [rest for name, rest in instructions() if name == "USER"][-1]
    assert last.isdigit()
    assert int(last) > 0


def test_what_the_containers_run_are_commands_of_remit(compose: dict[str, Any]) -> None:
    given = [json.loads(rest) for name, rest in instructions() if name == "CMD" and rest.startswith("[")]
    given = [each for each in given if each[0] != "python"]
    given += [service["command"] for service in compose["services"].values() if "command" in service]
    for arguments in given:
        result = CliRunner().invoke(remit_group, [*arguments, "--help"])
        assert result.exit_code == 0, (arguments, result.output)


def test_services_wait_for_the_database_and_its_tables(compose: dict[str, Any]) -> None:
    """A server that starts first refuses to, and a worker would publish on last version's tables."""
    services = compose["services"]
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in services["database"]
    for name in ("server", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    volumes = [mount.partition(":")[0] for service in services.values() for mount in service["volumes"]]
    assert set(volumes) == set(compose["volumes"])


def test_a_container_is_set_by_settings_that_remit_reads_and_holds_no_secret(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt setting is silently not set; a secret in the file is in the repository for ever."""
    source = Path(environment.__file__).read_text(encoding="utf-8")
    source += (ROOT / "src/remit/settings.py").read_text(encoding="utf-8")
    given = compose["services"]["server"]["environment"]
    for name in given:
        assert f'"{name}"' in source, name
    for name in ("SECRET_KEY", "CONNECTION_KEYS", "METRICS_TOKEN"):
        assert fnmatch.fnmatch(given[name], "${" + name + ":[?-]*}")
    monkeypatch.setenv("DATABASE_URL", re.sub(r"\$\{.*?\}", "a%20secret", given["DATABASE_URL"]))
    assert environment.database()["HOST"] == "database"


def test_what_faces_the_network_may_change_nothing_of_itself(compose: dict[str, Any]) -> None:
    for name in ("server", "worker", "migrate"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["server"]["ports"])
