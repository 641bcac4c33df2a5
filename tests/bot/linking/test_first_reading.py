"""Whoever linked an account is told once that its calendars are here."""

from datetime import timedelta

import pytest

from bot.chat.messages import Place
from bot.first_reading import AT_MOST, LOOK
from calendar_core.accounts import Account
from calendar_core.errors import SignInNeeded, TryLater
from calendar_core.ics.writing import new_resource
from tests.bot.house import TEAM, House
from tests.bot.linking.calendars import accounts
from tests.builders import NOW, an_event
from tests.fakes.calendars import LISTING, FakeProvider
from tests.fakes.linking import PASSWORD, FakeLinking, a_maker


@pytest.fixture
def held(house: House, vendors: dict[str, FakeLinking]) -> FakeProvider:
    """What stands at the server."""
    held = FakeProvider()
    house.core.providers["caldav"]._make = a_maker(vendors["caldav"], held)
    return held


async def link(house: House, held: FakeProvider, place: Place | None = None) -> Account:
    """Ana links an account with two calendars, of which one has two events."""
    await house.say("link caldav", place=place)
    await house.press("Fill in …")
    await house.fill(server="cal.example.org", user="ana@example.org", password=PASSWORD)
    [account] = await accounts(house)
    held.listed += await house.core.linked.calendars(account.id)
    work = held.listed[0]
    for title in ("Review", "Retro"):
        event = an_event(title)
        held.put(work.id, event.uid, new_resource(event, at=NOW).ics)
    return account


async def test_it_is_told_once_when_all_is_read(house: House, held: FakeProvider) -> None:
    account = await link(house, held)
    before = len(house.platform.said)
    await house.advance(LOOK)
    assert len(house.platform.said) == before, "nothing is read yet"
    await house.core.syncing.sync(account)
    await house.advance(LOOK)
    told = house.platform.said[before:]
    assert [one.text for one in told] == [
        "Your CalDAV calendars are here: 2 calendars, 2 events, up to date."
    ]
    await house.core.syncing.sync(account)
    await house.advance(timedelta(hours=2))
    assert len(house.platform.said) == before + 1


async def test_what_cannot_be_read_is_named_beside_what_is_here(
    house: House, held: FakeProvider
) -> None:
    account = await link(house, held)
    held.fail(LISTING, None, TryLater("The server is too slow."))
    await house.core.syncing.sync(account)
    await house.advance(LOOK)
    assert house.platform.last.text == (
        "Of your CalDAV calendars 1 of 2 are here, with 2 events.\n"
        "“Team plan”: The server is too slow. I go on trying by myself."
    )


async def test_an_account_that_is_refused_or_gone_is_not_told_of_twice(
    house: House, held: FakeProvider
) -> None:
    account = await link(house, held)
    held.fail(LISTING, SignInNeeded("The password is refused."))
    await house.core.syncing.sync(account)
    told = len(house.platform.said)
    await house.advance(AT_MOST)
    assert len(house.platform.said) == told, "that it is refused was told by itself"


async def test_who_linked_in_a_channel_is_told_alone(house: House, held: FakeProvider) -> None:
    account = await link(house, held, TEAM)
    await house.core.syncing.sync(account)
    await house.advance(LOOK)
    assert house.platform.last.text.startswith("Your CalDAV calendars are here")
    assert house.platform.last.ref.place.is_private
