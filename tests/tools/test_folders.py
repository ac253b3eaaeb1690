"""The data folder: one supervisor at a time, sockets where their path is short enough, nothing for others."""

import os
import subprocess
from pathlib import Path

import pytest

from tools.devserver.folders import LONGEST_SOCKET, FolderLock, Folders, InUse
from tools.devserver.parent import Parent
from tools.devserver.supervisor import portal_defaults


def test_the_second_of_two_is_refused_with_the_words_of_the_first(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.acquire("the first, at port 1")
    with pytest.raises(InUse, match="the first, at port 1"):
        second.acquire("the second")
    first.release()
    second.acquire("the second")
    second.release()


def test_what_a_killed_one_left_running_still_holds_the_folder(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    first.acquire("the first")
    left = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=[first.inherited])
    first.release()
    second = FolderLock(tmp_path)
    with pytest.raises(InUse, match="have not ended yet"):
        second.acquire("the second", patience=0.1)
    left.communicate()
    second.release()
    third = FolderLock(tmp_path)
    third.acquire("the third", patience=0.1)
    third.release()


def test_a_deep_checkout_has_its_sockets_in_a_short_private_folder(tmp_path: Path) -> None:
    near = Folders.make(tmp_path / "near")
    assert near.run == tmp_path / "near" / "run"
    far = Folders.make(tmp_path / ("d" * 100))
    assert far.run.parent != far.data
    assert len(os.fsencode(f"{far.run}/.s.PGSQL.5432.lock")) <= LONGEST_SOCKET
    for folders in (near, far):
        assert folders.run.stat().st_mode & 0o777 == 0o700
        folders.clear_run()
        assert not folders.run.exists()


def test_the_parent_is_there_while_it_lives() -> None:
    assert not Parent().gone()


@pytest.mark.parametrize(("database", "demo"), [("", "1"), ("postgresql://real/x", "0")])
def test_the_demo_is_for_the_embedded_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, demo: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    environment = {"EMAIL_URL": "", "PORTAL_DEMO": ""}
    portal_defaults(environment, tmp_path)
    assert environment["PORTAL_DEMO"] == demo
    assert "EMAIL_URL" not in environment
    kept = environment["SECRET_KEY"]
    assert len(kept) > 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    again: dict[str, str] = {}
    portal_defaults(again, tmp_path)
    assert again["SECRET_KEY"] == kept
    given = {"SECRET_KEY": "given", "PORTAL_DEMO": "1"}
    portal_defaults(given, tmp_path)
    assert (given["SECRET_KEY"], given["PORTAL_DEMO"]) == ("given", "1")
