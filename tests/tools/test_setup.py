"""What set-up installs is pinned, names no machine and no registry; what has not changed is left alone."""

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tools.devserver import chromium

from .checkout import ROOT

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"devkit_{name}", ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_has_a_version_and_hashes(path: Path) -> None:
    text = path.read_text()
    pinned = re.findall(
        r"^[a-z0-9][\w.-]*==\S+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", text, re.MULTILINE
    )
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert named
    assert len(pinned) == len(named)


@pytest.mark.parametrize(
    "path", [*REQUIREMENTS, ROOT / "package-lock.json", ROOT / ".npmrc"], ids=lambda p: p.name
)
def test_no_host_and_no_path_of_a_machine_in_the_pins(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"https?://(?!opencollective\.com|github\.com)\S+", text)
    assert not re.search(r"(?:^|\s)/(?:opt|home|root|tmp|work)/", text)
    assert "file:" not in text
    assert '"resolved"' not in text


def test_every_package_of_the_page_scripts_has_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert "node_modules/@uswds/uswds" in packages
    assert all("integrity" in package for name, package in packages.items() if name)


def test_a_stamp_holds_for_the_same_contents_alone(tmp_path: Path) -> None:
    setup = load("setup")
    source, stamp = tmp_path / "base.txt", tmp_path / "made" / ".base"
    source.write_text("one")
    assert not setup.made(stamp, setup.fingerprint(source))
    setup.write_stamp(stamp, setup.fingerprint(source))
    assert setup.made(stamp, setup.fingerprint(source))
    assert not setup.made(stamp, setup.fingerprint(source, extra="more"))
    source.write_text("two")
    assert not setup.made(stamp, setup.fingerprint(source))


def test_a_failing_step_is_told_with_its_output() -> None:
    setup = load("setup")
    with pytest.raises(setup.SetupError, match="no such thing on the scope"):
        setup.run([sys.executable, "-c", "raise SystemExit('no such thing on the scope')"])


def test_an_environment_that_works_is_kept_and_a_broken_one_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of the test's own, with no package installed: the checkout's environment is in use."""
    setup = load("setup")
    venv = tmp_path / ".venv"
    made: list[object] = []
    monkeypatch.setattr(setup, "run", lambda command: made.append(command))
    monkeypatch.setattr(setup, "works", lambda *command: True)
    (venv / "kept").mkdir(parents=True)
    setup.make_venv(venv)
    assert (venv / "kept").exists()
    assert not made
    monkeypatch.setattr(setup, "works", lambda *command: False)
    setup.make_venv(venv)
    assert not (venv / "kept").exists()
    assert len(made) == 1


def test_the_peers_are_installed_beside_base_in_an_environment_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Base, pinned as the portal's own is, then what bench.txt adds: the portal's environment gets neither again."""
    setup = load("setup")
    portal, bench = tmp_path / ".venv", tmp_path / ".venv-bench"
    for name, venv in {"VENV": portal, "BENCH": bench}.items():
        (venv / "bin").mkdir(parents=True)
        monkeypatch.setattr(setup, name, venv)
    monkeypatch.setenv("UV", "0")
    monkeypatch.setattr(setup, "works", lambda *command: True)
    ran: list[list[object]] = []
    monkeypatch.setattr(setup, "run", lambda command: ran.append(command))
    setup.install_bench()
    assert [command[0] for command in ran] == [bench / "bin" / "python"] * 2
    assert [command[-1] for command in ran] == [ROOT / "requirements" / f"{n}.txt" for n in ("base", "bench")]
    assert all("--require-hashes" in command for command in ran)
    setup.install_bench()
    assert len(ran) == 2
    assert not list(portal.glob(".b*"))


def test_the_peers_stand_on_the_versions_that_the_portal_runs_on() -> None:
    """What both pin is pinned alike: a peer on another Django would be measured on another Django."""
    pins = {
        name: dict(
            re.findall(
                r"^([a-z0-9][\w.-]*)==(\S+)", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("base", "bench")
    }
    shared = pins["base"].keys() & pins["bench"].keys()
    assert "django" in shared
    assert {name: pins["base"][name] for name in shared} == {name: pins["bench"][name] for name in shared}


def test_set_up_never_removes_the_environment_that_it_runs_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = load("setup")
    venv = tmp_path / ".venv"
    (venv / "kept").mkdir(parents=True)
    monkeypatch.setattr(setup.sys, "prefix", str(venv))
    monkeypatch.setattr(setup, "works", lambda *command: False)
    with pytest.raises(setup.SetupError, match="this Python is its own"):
        setup.make_venv(venv)
    assert (venv / "kept").exists()


def test_the_style_sheet_is_copied_with_all_it_names_and_no_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = load("assets")
    dist, templates = tmp_path / "dist", tmp_path / "root"
    for name, text in {
        "css/uswds.min.css": (
            "a{src:url(../fonts/a.woff2)}b{background:url('../img/b.svg#x')}\n/*# sourceMappingURL=u.map */"
        ),
        "js/uswds-init.min.js": "x()\n//# sourceMappingURL=uswds-init.min.js.map",
        "fonts/a.woff2": "font",
        "fonts/unused.woff2": "font",
        "img/b.svg": "<svg/>",
        "img/sprite.svg": "<svg/>",
        "img/usa-icons/close.svg": "<svg/>",
    }.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text)
    (templates / "templates").mkdir(parents=True)
    (templates / "templates" / "a.html").write_text("{% static 'uswds/img/usa-icons/close.svg' %}")
    monkeypatch.setattr(assets, "DIST", dist)
    monkeypatch.setattr(assets, "ROOT", templates)
    out = tmp_path / "out"
    assert assets.copy_uswds(out) == 6
    assert not (out / "fonts" / "unused.woff2").exists()
    assert (out / "img" / "usa-icons" / "close.svg").exists()
    assert all("sourceMappingURL" not in path.read_text() for path in out.rglob("*") if path.is_file())
    (templates / "templates" / "b.html").write_text("{% static 'uswds/img/no-such.svg' %}")
    with pytest.raises(SystemExit, match=r"img/no-such\.svg"):
        assets.copy_uswds(out)


def test_chromium_is_found_on_path_and_only_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() is None
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert chromium.find() == str(program)


def test_without_chromium_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.main(install=True) == 0  # no apt-get here: nothing is tried
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "skipped" in said
    assert "apt-get install chromium" in said
