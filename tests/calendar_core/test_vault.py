"""Secrets at rest: sealed, opened, bound to what they are for, sealed anew; and their keys."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from calendar_core.errors import CannotOpen, KeysUnusable
from calendar_core.vault import KEY_FILE, Vault, new_key

FIRST, SECOND = new_key(), new_key()


def a_vault(folder: Path, *keys: str) -> Vault:
    return Vault(folder, ", ".join(keys))


def test_what_is_sealed_opens_again_and_shows_nothing(tmp_path: Path) -> None:
    vault = a_vault(tmp_path, FIRST)
    token = vault.seal("xoxb-sécret", "slack T1")
    assert "xoxb" not in token
    assert vault.open(token, "slack T1") == "xoxb-sécret"
    assert vault.seal("xoxb-sécret", "slack T1") != token


def test_a_secret_does_not_open_as_another_ones(tmp_path: Path) -> None:
    vault = a_vault(tmp_path, FIRST)
    token = vault.seal("xoxb-secret", "slack T1")
    with pytest.raises(CannotOpen) as told:
        vault.open(token, "slack T2")
    assert "xoxb-secret" not in str(told.value)


def test_what_was_tampered_with_does_not_open(tmp_path: Path) -> None:
    vault = a_vault(tmp_path, FIRST)
    token = vault.seal("secret", "a")
    with pytest.raises(CannotOpen):
        vault.open(token[:-4] + "AAA=", "a")
    with pytest.raises(CannotOpen):
        vault.open("not sealed at all", "a")


def test_an_older_key_opens_and_the_newest_seals(tmp_path: Path) -> None:
    token = a_vault(tmp_path, FIRST).seal("secret", "a")
    both = a_vault(tmp_path, SECOND, FIRST)
    assert both.open(token, "a") == "secret"
    assert both.is_old(token)
    anew = both.seal_anew(token)
    assert not both.is_old(anew)
    assert a_vault(tmp_path, SECOND).open(anew, "a") == "secret"


def test_a_missing_key_says_what_to_do(tmp_path: Path) -> None:
    token = a_vault(tmp_path, FIRST).seal("secret", "a")
    with pytest.raises(CannotOpen, match="CONVENE_KEYS"):
        a_vault(tmp_path, SECOND).open(token, "a")
    with pytest.raises(CannotOpen, match="CONVENE_KEYS"):
        a_vault(tmp_path, SECOND).seal_anew(token)
    bare = Vault(tmp_path)
    with pytest.raises(KeysUnusable, match="CONVENE_KEYS"):
        bare.open(token, "a")
    assert not bare.has_keys, "opening makes no key"


@pytest.mark.parametrize(
    "bad", ["short", "ключ", FIRST[:-2], "a b"], ids=["short", "letters", "cut", "blank"]
)
def test_a_bad_key_is_named_by_its_number_and_not_shown(tmp_path: Path, bad: str) -> None:
    with pytest.raises(KeysUnusable, match="Key 2 of CONVENE_KEYS") as told:
        a_vault(tmp_path, FIRST, bad).seal("secret", "a")
    assert bad not in str(told.value)
    assert told.value.__cause__ is None


def test_nothing_secret_stands_in_how_it_shows_itself(tmp_path: Path) -> None:
    given, of_folder = a_vault(tmp_path, FIRST), Vault(tmp_path)
    of_folder.seal("secret", "a")
    key = (tmp_path / KEY_FILE).read_text().strip()
    assert FIRST not in repr(given)
    assert key not in repr(of_folder)


# The data folder's file


def test_the_first_sealing_makes_a_key_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    token = Vault(folder).seal("secret", "a")
    file = folder / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Vault(folder).open(token, "a") == "secret"
    assert [one.name for one in folder.iterdir()] == [KEY_FILE]


def test_given_keys_make_no_file(tmp_path: Path) -> None:
    a_vault(tmp_path, FIRST).seal("secret", "a")
    assert list(tmp_path.iterdir()) == []


def test_many_that_need_a_key_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        tokens = list(several.map(lambda _: Vault(tmp_path).seal("secret", "a"), range(24)))
    assert {Vault(tmp_path).open(token, "a") for token in tokens} == {"secret"}
    assert len((tmp_path / KEY_FILE).read_text().split()) == 1


def test_a_key_that_is_added_counts_at_once_and_loses_none(tmp_path: Path) -> None:
    running = Vault(tmp_path)
    old = running.seal("secret", "a")
    Vault(tmp_path).add_key()
    assert running.is_old(old)
    assert running.open(old, "a") == "secret"
    assert not running.is_old(running.seal("secret", "a"))
    assert running.check() == 2
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_keys_of_the_settings_are_not_added_to(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="in front"):
        a_vault(tmp_path, FIRST).add_key()


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b"no key\n"])
def test_a_spoiled_key_file_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / KEY_FILE
    file.write_bytes(content)
    for attempt in (lambda: Vault(tmp_path).seal("secret", "a"), Vault(tmp_path).check):
        with pytest.raises(KeysUnusable, match="convene"):
            attempt()
    assert file.read_bytes() == content


def test_a_key_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(KeysUnusable, match="Mend its rights"):
        Vault(tmp_path).seal("secret", "a")


def test_a_key_file_that_others_can_read_is_noticed(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.seal("secret", "a")
    assert vault.file.is_private()
    os.chmod(vault.file.path, 0o644)
    assert not vault.file.is_private()


def test_a_crash_while_a_key_is_added_leaves_the_keys_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(tmp_path)
    token = vault.seal("secret", "a")

    def dies(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", dies)
    with pytest.raises(KeysUnusable, match="No space left"):
        vault.add_key()
    monkeypatch.undo()
    assert Vault(tmp_path).open(token, "a") == "secret"
    assert Vault(tmp_path).check() == 1
    Vault(tmp_path).add_key()
    assert Vault(tmp_path).check() == 2
