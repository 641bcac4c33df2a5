"""Feeds in conversation: asked for, made, shown once, revoked; by whom, and where it is said."""

from datetime import timedelta

import pytest

from bot.chat.cards import plain_text
from bot.feed_words import NO_ADDRESS, REVOKED, AsksFeed, StopsFeed, read_wish
from bot.feeds import MOST
from calendar_core.database import Database
from calendar_core.ics.giving import Shows
from tests.bot.house import TEAM, House, direct
from tests.fakes.platform import Said

PUBLIC = "https://convene.example.org"


@pytest.fixture
async def house(database: Database) -> House:
    made = House(database, public_url=PUBLIC)
    await made.welcome("Ana")
    return made


def words(said: list[Said]) -> str:
    return "\n".join(plain_text(one.card) for one in said)


def token_in(said: list[Said]) -> str:
    """The secret part of the one address that was told."""
    (address,) = [one for one in words(said).split() if one.startswith(f"{PUBLIC}/feeds/")]
    return address.removeprefix(f"{PUBLIC}/feeds/").removesuffix(".ics")


async def text_of(house: House, token: str) -> str | None:
    feed = await house.core.feeds.feed(token)
    return None if feed is None else "".join([piece async for piece in feed.pieces()])


WISHES = [
    ("feed", AsksFeed()),
    ("Give me a feed of my calendar", AsksFeed()),
    ("Can I have an ICS link for my calendars?", AsksFeed()),
    ("which feeds do I have?", AsksFeed()),
    ("I'd like a calendar feed, busy only", AsksFeed(Shows.BUSY)),
    ("create a feed with titles", AsksFeed(Shows.TITLES)),
    ("feed with everything", AsksFeed(Shows.ALL)),
    ("give me a free/busy feed of my Work calendar", AsksFeed(Shows.BUSY, "Work")),
    ("feed of work with titles", AsksFeed(Shows.TITLES, "Work")),
    ("feed Work", AsksFeed(None, "Work")),
    ("give us a feed of this channel", AsksFeed(of_channel=True)),
    ("feed of this channel's calendar, busy only", AsksFeed(Shows.BUSY, of_channel=True)),
    ("feed channel", AsksFeed(of_channel=True)),
    ("feed of Work busy only", AsksFeed(Shows.BUSY, "Work")),
    ("stop the feed", StopsFeed(is_sure=True)),
    ("Revoke all my feeds.", StopsFeed(is_sure=True)),
    ("stop the feed of this channel", StopsFeed(is_sure=True, of_channel=True)),
    ("cancel the feed", StopsFeed(is_sure=False)),
]


@pytest.mark.parametrize(("text", "wish"), WISHES)
def test_wishes_about_feeds_are_understood(text: str, wish: object) -> None:
    assert read_wish(text, ["Personal", "Work"]) == wish


@pytest.mark.parametrize(
    "text",
    [
        "feed the cat at 5",
        "remind me to feed the cat",
        "give me feedback",
        "cancel the feed meeting",
        "move the feed review to 3",
        "feed of my Dentist calendar",
        "add this ics feed https://example.org/team.ics",
        "link feed https://example.org/team.ics",
        "what's on today?",
        "create feed planning tomorrow at 9",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert read_wish(text, ["Personal", "Work"]) is None


async def test_a_feed_is_asked_for_made_and_revoked(house: House) -> None:
    await house.say("lunch tomorrow at 12")
    await house.press("Confirm")

    asked = await house.say("give me a feed of my calendar")
    assert "how much may it show?" in words(asked)
    assert PUBLIC not in words(asked)
    made = house.card_with("With titles")
    await house.press("With titles")
    token = token_in([made])

    told = await text_of(house, token)
    assert told is not None
    assert "SUMMARY:Lunch" in told
    assert "Whoever has this address can read it." in words([made])

    await house.press("Revoke", said=made)
    assert plain_text(made.card) == REVOKED
    assert await text_of(house, token) is None
    assert words(await house.say("stop the feed")) == "You give out no feed."


async def test_the_words_may_say_it_all_at_once(house: House) -> None:
    await house.say("lunch tomorrow at 12")
    await house.press("Confirm")

    token = token_in(await house.say("/cal feed busy only".removeprefix("/cal ")))

    told = await text_of(house, token)
    assert told is not None
    assert "SUMMARY:Busy" in told
    assert "Lunch" not in told


async def test_at_rest_an_address_is_a_hash(house: House) -> None:
    token = token_in(await house.say("feed with titles"))

    rows = await house.rows("feeds")
    assert len(rows) == 1
    assert token not in str(rows)
    again = words(await house.say("feed"))
    assert "Given out already: all calendars, with titles" in again
    assert token not in again


async def test_without_an_address_of_the_house_it_says_what_to_do(database: Database) -> None:
    house = House(database)
    await house.welcome("Ana")

    assert words(await house.say("give me a feed of my calendar")) == NO_ADDRESS
    assert await house.rows("feeds") == []


async def test_in_a_channel_an_address_is_seen_by_its_owner_alone(house: House) -> None:
    (said,) = await house.say("feed with titles", place=TEAM)

    assert said.seen_by is not None
    assert said.seen_by.name == "Ana"


async def test_a_feed_of_the_channel_is_for_those_who_manage_it(house: House) -> None:
    house.platform.powerless.add("bo")
    await house.say("add team lunch to the team calendar tomorrow at 12", place=TEAM)
    await house.press("Confirm", place=TEAM)

    refused = await house.say("feed of this channel, with titles", by="Bo", place=TEAM)
    assert "may give out the calendar of #team" in words(refused)
    token = token_in(await house.say("feed of this channel, with titles", place=TEAM))
    told = await text_of(house, token)
    assert told is not None
    assert "SUMMARY:Team lunch" in told

    assert "Say that in the channel" in words(await house.say("feed of this channel"))
    refused = await house.say("stop the feed of this channel", by="Bo", place=TEAM)
    assert "may give out" in words(refused)
    assert await text_of(house, token) is not None
    await house.say("stop the feed of this channel", place=TEAM)
    assert await text_of(house, token) is None


async def test_nobody_revokes_what_is_another_persons(house: House) -> None:
    made = (await house.say("feed with titles"))[-1]
    await house.welcome("Bo")

    said = await house.press("Revoke", by="Bo", said=made, place=direct("Bo"))

    assert await text_of(house, token_in([made])) is not None
    assert words(said) != REVOKED
    assert "somebody else" in words(said)


async def test_a_feed_of_one_calendar_holds_no_other(house: House) -> None:
    ana = await house.welcome("Ana")
    await house.mirror.add_calendar(ana.id, "Work")
    await house.say("lunch tomorrow at 12")
    await house.press("Confirm")

    token = token_in(await house.say("give me a feed of my Work calendar with titles"))

    told = await text_of(house, token)
    assert told is not None
    assert "X-WR-CALNAME:Work" in told
    assert "Lunch" not in told


async def test_of_several_feeds_the_one_that_shall_end_is_chosen(house: House) -> None:
    first = token_in(await house.say("feed with titles"))
    await house.advance(timedelta(minutes=1))
    second = token_in(await house.say("feed busy only"))

    asked = await house.say("stop the feed")
    assert "Which feed shall end?" in words(asked)
    await house.press("Revoke 1")

    assert await text_of(house, first) is None
    assert await text_of(house, second) is not None


async def test_cancelling_a_feed_that_is_none_is_about_an_event(house: House) -> None:
    await house.say("Feed tomorrow at 12")
    await house.press("Confirm")

    said = await house.say("cancel the feed")

    assert "Cancel" in words(said)
    assert "give out no feed" not in words(said)


async def test_somebody_gives_out_so_many_and_no_more(house: House) -> None:
    ana = await house.welcome("Ana")
    for _ in range(MOST):
        await house.core.feeds.give(ana.id, ana.id, Shows.BUSY)

    assert "Revoke one of them first" in words(await house.say("feed busy only"))


async def test_feeds_go_on_when_two_people_become_one(house: House) -> None:
    from bot.feeds import hand_over

    ana, bo = await house.welcome("Ana"), await house.welcome("Bo")
    token = token_in(await house.say("feed with titles"))
    async with house.database.session() as session:
        await hand_over(session, ana.id, bo.id)

    assert [one.owner for one in await house.core.feeds.of(bo.id)] == [bo.id]
    assert await text_of(house, token) is not None
