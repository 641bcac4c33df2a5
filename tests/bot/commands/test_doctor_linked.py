"""What the doctor says of linked accounts: keys, refusals, ages, makers that do not answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.providers import MakeProvider
from bot.doctor.finding import Findings, Mark
from bot.doctor.linked import check_linked, check_linking
from bot.settings import Settings
from calendar_core.accounts import Account, Accounts
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.errors import NotAllowed, SignInNeeded, TryLater
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.vault import Vault, new_key
from tests.builders import NOW
from tests.calendar_core.sync.linked import LINKED
from tests.fakes.calendars import FakeProvider
from tests.fakes.linking import FakeLinking, a_maker

ANA = PersonId("ana")


class Listing(FakeProvider):
    """A maker whose list of calendars may fail."""

    fault: Exception | None = None


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Listing:
    """The one maker that the doctor knows."""
    listing = Listing()

    async def calendars(owner: PersonId) -> tuple[()]:
        if listing.fault is not None:
            raise listing.fault
        return ()

    def makers(settings: Settings) -> Mapping[str, MakeProvider]:
        reader = listing.reader
        monkeypatch.setattr(type(reader), "calendars", lambda _, owner: calendars(owner))
        return {"fake": a_maker(FakeLinking("fake"), listing)}

    monkeypatch.setattr("bot.doctor.linked.makers", makers)
    return listing


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path, new_key())


async def linked(database: Database, vault: Vault, *, read: bool = True) -> Account:
    """One account, just read."""
    clock = StandingClock(NOW)
    accounts = Accounts(database, clock, vault, Mirror(database, clock, []))
    account = await accounts.link(ANA, LINKED)
    if read:
        for one in await accounts.calendars(account.id):
            mirror = Mirror(database, clock, [])
            await mirror.update_calendar(replace(one, synced_at=NOW, unread_since=None))
    return account


async def looked(
    database: Database, vault: Vault, after: timedelta = timedelta(minutes=3)
) -> Findings:
    return await check_linked(Settings(), database, vault, StandingClock(NOW + after))


def told(found: Findings) -> list[tuple[Mark, str]]:
    return [(one.mark, one.words) for one in found]


async def test_accounts_that_are_well_are_counted(
    database: Database, vault: Vault, maker: Listing
) -> None:
    assert told(await check_linked(Settings(), None, vault, StandingClock(NOW))) == [
        (Mark.WELL, "none to be looked at yet")
    ]
    assert told(await looked(database, vault)) == [(Mark.WELL, "none")]
    await linked(database, vault)
    assert told(await looked(database, vault)) == [
        (Mark.WELL, "1, 1 of them asked: all can be read")
    ]


async def test_an_account_that_no_key_opens_is_named_by_its_id(
    database: Database, vault: Vault, maker: Listing, tmp_path: Path
) -> None:
    account = await linked(database, vault)
    [found] = await looked(database, Vault(tmp_path, new_key()))
    assert (found.mark, found.words) == (
        Mark.WRONG,
        f"no key opens what fake account {account.id} signs in with",
    )
    assert "CONVENE_KEYS" in found.todo
    assert account.address not in str(found)


async def test_a_refused_and_an_old_account_are_told_with_the_next_step(
    database: Database, vault: Vault, maker: Listing
) -> None:
    account = await linked(database, vault, read=False)
    [found] = await looked(database, vault)
    assert (found.mark, found.words) == (Mark.ODD, f"fake account {account.id} was never read")
    await linked(database, vault)
    [found] = await looked(database, vault, timedelta(hours=2))
    assert found.words.startswith(f"fake account {account.id} was not read since 2026-")
    assert "convene sync --once" in found.todo
    accounts = Accounts(
        database, StandingClock(NOW), vault, Mirror(database, StandingClock(NOW), [])
    )
    await accounts.unwell(account.id, "The password is refused.")
    [found] = await looked(database, vault)
    assert found.words.startswith(f"fake account {account.id} is refused since")
    assert "link it again" in found.todo


@pytest.mark.parametrize(
    ("fault", "mark", "words"),
    [
        (SignInNeeded("No."), Mark.WRONG, "is refused"),
        (TryLater("Away."), Mark.ODD, "does not answer"),
        (TimeoutError(), Mark.ODD, "does not answer"),
        (NotAllowed("No."), Mark.ODD, "can't be listed (NotAllowed)"),
    ],
)
async def test_makers_are_asked(
    database: Database, vault: Vault, maker: Listing, fault: Exception, mark: Mark, words: str
) -> None:
    account = await linked(database, vault)
    maker.fault = fault
    assert told(await looked(database, vault)) == [(mark, f"fake account {account.id} {words}")]


async def test_an_account_of_a_maker_that_is_not_known_is_told(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await linked(database, vault)
    [found] = await looked(database, vault)
    assert found.words == f"nobody here reads fake account {account.id}"


async def test_what_can_be_linked_is_told_and_what_is_set_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def makers(settings: Settings) -> Mapping[str, MakeProvider]:
        return {name: a_maker(FakeLinking(name), FakeProvider()) for name in ("google", "feed")}

    monkeypatch.setattr("bot.doctor.linked.makers", makers)
    names = ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "CONVENE_PUBLIC_URL")
    for name in names:
        monkeypatch.delenv(name, raising=False)

    assert told(await check_linking(Settings())) == [(Mark.WELL, "CalDAV, iCloud and feeds")]
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "x")
    odd, _ = await check_linking(Settings())
    assert (odd.words, "GOOGLE_CLIENT_SECRET" in odd.todo) == ("Google is set in part", True)
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", "y")
    odd, _ = await check_linking(Settings())
    assert odd.words == "no browser can come back from Google"
    assert "convene link google" in odd.todo
    monkeypatch.setenv("CONVENE_PUBLIC_URL", "https://convene.example.org")
    assert told(await check_linking(Settings())) == [
        (Mark.WELL, "CalDAV, iCloud, Google and feeds")
    ]
