"""`convene feed`: an address told once, listed without it, revoked by its number."""

from pathlib import Path

import pytest

from bot.commands.feed import run_list, run_new, run_revoke

pytestmark = pytest.mark.usefixtures("configured_database")


@pytest.fixture(autouse=True)
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENE_PUBLIC_URL", "https://convene.example.org")


def test_an_address_is_told_listed_and_revoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_new(data=tmp_path, calendar=None, shows="busy") == 0
    made = capsys.readouterr()
    assert made.out.startswith("https://convene.example.org/feeds/")
    assert made.out.endswith(".ics\n")
    assert "shown this once" in made.err

    assert run_new(data=tmp_path, calendar="personal", shows="titles") == 0
    assert run_list(data=tmp_path) == 0
    listed = capsys.readouterr().out
    assert "1  all calendars  busy only" in listed
    assert "2  Personal  with titles" in listed
    assert made.out.split("/")[-1].removesuffix(".ics\n") not in listed

    assert run_revoke(data=tmp_path, number=None) == 1
    assert run_revoke(data=tmp_path, number=3) == 1
    assert run_revoke(data=tmp_path, number=1) == 0
    assert run_revoke(data=tmp_path, number=None) == 0
    assert run_revoke(data=tmp_path, number=None) == 1
    said = capsys.readouterr()
    assert said.out.count("Revoked") == 2
    assert said.err.splitlines() == [
        "Say which one by its number: convene feed list shows them.",
        "There is no feed 3: convene feed list shows them.",
        "You give out no feed.",
    ]


def test_what_can_not_be_given_out_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_new(data=tmp_path, calendar="Nowhere", shows="titles") == 1
    assert "There is no calendar 'Nowhere'. There is: Personal." in capsys.readouterr().err

    monkeypatch.delenv("CONVENE_PUBLIC_URL")
    assert run_new(data=tmp_path, calendar=None, shows="titles") == 1
    assert "CONVENE_PUBLIC_URL" in capsys.readouterr().err
