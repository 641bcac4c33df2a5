"""`convene link` and `convene unlink`, as somebody types them: on a real CalDAV server, and with a
vendor's page."""

import logging
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from bot.app.providers import MakeProvider
from bot.cli import app
from bot.settings import Settings
from tests.fakes.calendars import FakeProvider
from tests.fakes.linking import CODE, TOKEN, FakeLinking, a_maker
from tests.servers.caldav import PASSWORD, USER, CalDavServer, radicale

REVIEW = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//test//EN",
        "BEGIN:VEVENT",
        "UID:review@test",
        "DTSTAMP:20260301T000000Z",
        "DTSTART:20260325T090000Z",
        "DTEND:20260325T100000Z",
        "SUMMARY:Review",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)


def run(data: Path, *words: str, typed: str = "") -> tuple[int, str]:
    """The exit code and all that was said."""
    done = CliRunner().invoke(app, [*words, "--data", str(data)], input=typed)
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalDavServer]:
    """A server with one calendar and one event."""
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        running.put(f"{running.make_calendar('Work')}review.ics", REVIEW)
        yield running


@pytest.fixture
def folder(tmp_path: Path, configured_database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where servers on this machine may be linked."""
    monkeypatch.setenv("CONVENE_ALLOW_PRIVATE", "true")
    return tmp_path


def test_a_caldav_account_is_linked_read_listed_and_unlinked(
    folder: Path, server: CalDavServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = ("link", "caldav", "--server", server.url, "--user", USER)

    assert run(folder, *link, typed="wrong\n") == (
        1,
        "The calendar server refused the user name or the password. Check both; where the server "
        "has app passwords, it wants one.\n",
    )
    assert run(folder, *link, typed=f"{PASSWORD}\n") == (
        0,
        "Linked CalDAV me at 127.0.0.1. Its calendars:\n"
        "  Work\n"
        "Reading them now; it goes on by itself while convene serve or chat runs.\n"
        "caldav me\n"
        "  Work: 1 added\n",
    )
    assert run(folder, "accounts")[1].startswith("caldav me: well\n  Work: 1 event; read just now")
    code, said = run(folder, *link, "--free-busy", typed=f"{PASSWORD}\n")
    assert (code, said.count("Work")) == (0, 2)
    assert run(folder, "accounts")[1].startswith("caldav me, free/busy only: well")
    assert run(folder, "unlink", "nobody") == (
        1,
        "'nobody' fits none of these accounts: CalDAV me at 127.0.0.1 "
        f"({_id_of(run(folder, 'unlink', 'nobody')[1])})\n",
    )
    assert run(folder, "unlink", "me") == (1, "To unlink without being asked, say --yes.\n")
    assert run(folder, "unlink", "caldav", "--yes") == (
        0,
        "Unlinked CalDAV me at 127.0.0.1; everything of it is erased here.\n",
    )
    assert run(folder, "accounts") == (0, "No account is linked.\n")
    assert PASSWORD not in caplog.text


def _id_of(said: str) -> str:
    return said.rpartition("(")[2].partition(")")[0]


def test_what_is_missing_is_named_with_the_next_step(
    folder: Path, server: CalDavServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "MICROSOFT_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    code, said = run(folder, "link", "google")
    assert (code, "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET" in said) == (1, True)
    code, said = run(folder, "link", "microsoft")
    assert (code, "MICROSOFT_CLIENT_ID" in said) == (1, True)
    assert run(folder, "link", "caldav") == (
        1,
        "Server or mail address is missing. See convene link --help.\n",
    )
    assert run(folder, "link", "caldav", "--server", server.url, "--user", "me") == (
        1,
        "The password is read from standard input, and there was none.\n",
    )
    code, said = run(
        folder, "link", "caldav", "--server", server.url, "--user", "me", "--person", "x"
    )
    assert code == 1
    assert run(folder, "unlink", "google", "--yes") == (1, "No account is linked.\n")


def test_a_private_server_is_refused_where_the_operator_does_not_allow_it(
    folder: Path, server: CalDavServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONVENE_ALLOW_PRIVATE")
    code, said = run(folder, "link", "caldav", server.url, "--user", USER, typed=f"{PASSWORD}\n")
    assert code == 1
    assert PASSWORD not in said


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeLinking]:
    """Two makers whose page can be visited, and their settings."""
    made = {name: FakeLinking(name, calendars=()) for name in ("google", "microsoft")}

    def makers(settings: Settings) -> dict[str, MakeProvider]:
        return {name: a_maker(one, FakeProvider()) for name, one in made.items()}

    monkeypatch.setattr("bot.app.providers.makers", makers)
    for name in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "MICROSOFT_CLIENT_ID"):
        monkeypatch.setenv(name, "set")
    return made


def test_a_vendors_page_comes_back_to_this_machine(
    folder: Path, vendors: dict[str, FakeLinking], monkeypatch: pytest.MonkeyPatch
) -> None:
    def visit(page: str) -> bool:
        query = parse_qs(urlsplit(page).query)
        back = f"{query['redirect_uri'][0]}/?state={query['state'][0]}&code={CODE}"
        threading.Thread(target=lambda: urllib.request.urlopen(back, timeout=5).read()).start()
        return True

    monkeypatch.setattr("webbrowser.open", visit)

    code, said = run(folder, "link", "google")

    assert "Linked Google ana@example.org." in said
    assert TOKEN not in said
    [wish] = vendors["google"].wishes
    assert wish.return_to.startswith("http://127.0.0.1:")
    assert code == 1, "an account without calendars can't be read"


def test_microsoft_without_a_secret_takes_a_code(
    folder: Path, vendors: dict[str, FakeLinking]
) -> None:
    vendors["microsoft"].is_typed = True
    _, said = run(folder, "link", "microsoft", "--free-busy")
    assert "Open https://vendor.example/code and type this code there: WXYZ-1234" in said
    assert "Linked Microsoft ana@example.org." in said
    assert vendors["microsoft"].wishes[0].free_busy_only
    code, said = run(folder, "link", "google", "--device")
    assert (code, said) == (1, "Google calendars can't be linked by a code. Leave --device out.\n")
