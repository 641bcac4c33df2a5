"""Linked accounts: kept once, sealed, erased whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from calendar_core.accounts import Account, Accounts, FoundCalendar, Linked
from calendar_core.database import Database
from calendar_core.errors import NotFound, SignInNeeded
from calendar_core.ics.writing import new_resource
from calendar_core.sealed import sealed_credentials
from calendar_core.vault import Vault, new_key
from tests.calendar_core.house import ANA, ME, House, an_event, at

SECRET = "correct horse battery"
WORK = FoundCalendar(remote="/ana/work/", name="Work", is_default=True)
TEAM = FoundCalendar(remote="/ana/team/", name="Team", read_only=True)
LINKED = Linked(
    provider="fake",
    address="ana@example.org",
    url="https://calendars.example.org/ana/",
    credentials={"user": "ana", "password": SECRET},
    calendars=(WORK, TEAM),
)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys")


@pytest.fixture
def accounts(house: House, vault: Vault) -> Accounts:
    return Accounts(house.database, house.clock, vault, house.mirror)


async def rows_of(database: Database, table: str) -> list[str]:
    """A table as text, to look for what must not stand there."""
    async with database.reading() as session:
        return [str(row) for row in await session.execute(text(f"SELECT * FROM {table}"))]


async def names_of(house: House) -> list[tuple[str, str, bool, bool]]:
    """Name, account, whether it can only be read, whether it was read."""
    return [
        (one.name, one.account, one.read_only, one.unread_since is None)
        for one in await house.mirror.calendars((ME,))
    ]


async def test_linking_keeps_the_account_and_its_calendars(
    house: House, accounts: Accounts
) -> None:
    account = await accounts.link(ME, LINKED)

    assert await accounts.of(ME) == (account,)
    assert await accounts.of(ANA) == ()
    assert await names_of(house) == [
        ("Personal", "", False, True),
        ("Work", "ana@example.org", False, False),
        ("Team", "ana@example.org", True, False),
    ]
    default = await house.mirror.default_calendar(ME)
    assert default is not None
    assert default.name == "Personal"


async def test_a_connection_says_where_and_how(house: House, accounts: Accounts) -> None:
    account = await accounts.link(ME, LINKED)
    work, _ = await accounts.calendars(account.id)

    connection = await accounts.connection(work.id)

    assert (connection.account, connection.remote) == (account, "/ana/work/")
    assert connection.credentials == LINKED.credentials
    assert await accounts.connections(ME, "fake") == ((account, LINKED.credentials),)
    assert await accounts.connections(ME, "other") == ()
    assert await accounts.connections(ANA, "fake") == ()
    with pytest.raises(NotFound):
        await accounts.connection(house.mine.id)


async def test_credentials_are_sealed_and_never_printed(house: House, accounts: Accounts) -> None:
    account = await accounts.link(ME, LINKED)
    work, _ = await accounts.calendars(account.id)

    printed = [repr(LINKED), repr(account), repr(await accounts.connection(work.id))]
    kept = await rows_of(house.database, "linked_accounts")

    assert len(kept) == 1
    assert [one for one in printed + kept if SECRET in one] == []


async def test_the_same_account_again_is_refreshed_and_doubles_nothing(
    house: House, accounts: Accounts
) -> None:
    first = await accounts.link(ME, LINKED)
    work, _ = await accounts.calendars(first.id)
    await house.mirror.update_calendar(replace(work, name="My work", counts_as_busy=False))
    await accounts.unwell(first.id, "The password is no longer accepted.")

    new = FoundCalendar(remote="/ana/new/", name="Work")
    again = replace(LINKED, credentials={"password": "new"}, calendars=(WORK, TEAM, new))
    second = await accounts.link(ME, replace(again, address="Ana@example.org"))

    assert second == first
    assert (await accounts.connection(work.id)).credentials == {"password": "new"}
    kept = await accounts.calendars(first.id)
    assert [(one.name, one.counts_as_busy, one.remote) for one in kept] == [
        ("My work", False, "/ana/work/"),
        ("Team", True, "/ana/team/"),
        ("Work", True, "/ana/new/"),
    ]


async def test_calendars_of_one_name_are_told_apart(house: House, accounts: Accounts) -> None:
    other = replace(LINKED, address="ana@work.example", calendars=(replace(WORK, name="Personal"),))

    await accounts.link(ME, other)

    names = [one.name for one in await house.mirror.calendars((ME,))]
    assert names == ["Personal", "Personal (ana@work.example)"]


async def test_an_account_that_is_unwell_is_news_once(house: House, accounts: Accounts) -> None:
    account = await accounts.link(ME, LINKED)

    told = [await accounts.unwell(account.id, "Sign in again.") for _ in range(2)]
    (unwell,) = await accounts.of(ME)
    await accounts.well(account.id)
    (well,) = await accounts.of(ME)

    assert told == [True, False]
    assert (unwell.unwell_since, unwell.why) == (house.clock.now(), "Sign in again.")
    assert well == account
    assert await accounts.unwell(account.id, "Once more.") is True


async def test_unlinking_erases_everything_of_the_account(house: House, accounts: Accounts) -> None:
    account = await accounts.link(ME, LINKED)
    work, _ = await accounts.calendars(account.id)
    await house.mirror.absorb(work.id, [new_resource(an_event("Secret"), at=at("07:00"))])
    house.followed.told()

    with pytest.raises(NotFound):
        await accounts.unlink(account.id, ANA)
    gone, credentials = await accounts.unlink(account.id, ME)

    assert (gone, credentials) == (account, LINKED.credentials)
    assert house.followed.told() == [("removed", "unlinked")]
    assert await accounts.of(ME) == ()
    assert await house.mirror.calendars((ME,)) == (house.mine,)
    for table in ("linked_accounts", "events", "components", "occurrences", "sync_state"):
        assert await rows_of(house.database, table) == []
    with pytest.raises(NotFound):
        await accounts.connection(work.id)


async def test_a_free_busy_account_is_read_anew_when_it_becomes_one(
    house: House, accounts: Accounts
) -> None:
    account = await accounts.link(ME, LINKED)
    work, _ = await accounts.calendars(account.id)
    await house.mirror.absorb(work.id, [new_resource(an_event("Secret"), at=at("07:00"))])

    again = await accounts.link(ME, LINKED, free_busy_only=True)

    assert again == replace(account, free_busy_only=True)
    assert await rows_of(house.database, "events") == []
    assert [one.read_only for one in await accounts.calendars(account.id)] == [True, True]


async def test_keys_can_be_changed_and_lost(
    house: House, accounts: Accounts, vault: Vault, tmp_path: Path
) -> None:
    account = await accounts.link(ME, LINKED)
    work, _ = await accounts.calendars(account.id)
    vault.add_key()
    sealed = sealed_credentials(house.database, vault)

    before = (await sealed.count(), await sealed.old(), await sealed.lost())
    done = await sealed.seal_anew(), await sealed.seal_anew()

    assert (before, done) == ((1, 1, 0), (1, 0))
    assert (await accounts.connection(work.id)).credentials == LINKED.credentials
    stranger = Vault(tmp_path, new_key())
    assert await sealed_credentials(house.database, stranger).lost() == 1
    locked = Accounts(house.database, house.clock, stranger, house.mirror)
    assert await locked.connections(ME, "fake") == ()
    with pytest.raises(SignInNeeded):
        await locked.connection(work.id)
    assert await locked.unlink(account.id, ME) == (account, {})


async def test_two_who_become_one_have_each_account_once(house: House, accounts: Accounts) -> None:
    mine = await accounts.link(ME, LINKED)
    await accounts.link(ANA, LINKED)
    other = await accounts.link(ANA, replace(LINKED, address="other@example.org"))

    async with house.database.session() as session:
        await accounts.hand_over(session, ANA, ME)
        await house.mirror.hand_over(session, ANA, ME, called="Discord", known_as=())

    assert set(await accounts.of(ME)) == {mine, replace(other, owner=ME)}
    assert [one.owner for one in await accounts.calendars(other.id)] == [ME, ME]
    assert len(await house.mirror.calendars((ME,))) == 6
    assert isinstance(mine, Account)
