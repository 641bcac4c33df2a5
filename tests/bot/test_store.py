"""People and conversations at rest."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.chat.messages import MessageRef, Place, PlaceKind, Sender
from bot.conversations import HEARD_FOR, REMEMBERED, Conversations
from bot.people import Person, Preferences
from bot.store import NamesNear, People
from bot.tables import GroupMemberRow
from bot.transcript import AssistantSaid, Happened, Part, ToolCalled, ToolReturned, UserSaid
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.people import PersonId, WorkingHours
from scheduler.quiet import ReminderPreferences
from tests.builders import BERLIN, NOW

ANA = Sender(platform="fake", workspace="w", user="u1", name="Ana")
BO = Sender(platform="fake", workspace="w", user="u2", name="Bo")
ELSEWHERE = Sender(platform="fake", workspace="other", user="u1", name="Zed")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def people(database: Database, clock: StandingClock) -> People:
    return People(database, clock, BERLIN)


@pytest.fixture
def conversations(database: Database, clock: StandingClock) -> Conversations:
    return Conversations(database, clock)


async def test_somebody_is_welcomed_once(people: People) -> None:
    first = await people.welcome(ANA, BERLIN)
    again = await people.welcome(replace(ANA, name="Another"), ZoneInfo("Asia/Tokyo"))
    assert first == again == await people.of(ANA) == await people.person(first.id)
    assert await people.account_of(first.id) == ANA
    assert await people.first_user("fake") == "u1"


async def test_wishes_come_back_as_they_were_kept(people: People) -> None:
    ana = await people.welcome(ANA, BERLIN)
    wishes = Preferences(
        hours=WorkingHours(start=time(8, 30), end=time(16), days=(0, 1, 2)),
        week_start=6,
        clock_24h=False,
        default_length=timedelta(minutes=45),
        leads=(timedelta(minutes=5), timedelta(days=1)),
        guest_leads=(),
        all_day_at=time(8),
        quiet=(time(22), time(7)),
        weekend_reminders=False,
        paused_until=NOW,
        digest_at=time(7, 30),
        buffer=timedelta(minutes=10),
    )
    changed = replace(ana, zone=ZoneInfo("Asia/Tokyo"), email="ana@example.org", preferences=wishes)
    await people.save(changed)
    assert await people.person(ana.id) == changed


async def test_nobody_is_found_who_was_never_here(people: People) -> None:
    nobody = PersonId("nobody")
    assert await people.of(ANA) is None
    assert await people.account_of(nobody) is None
    assert await people.first_user("fake") is None
    with pytest.raises(NotFound, match="don't know that person"):
        await people.person(nobody)


async def test_one_knows_those_of_ones_own_workspace_alone(people: People) -> None:
    ana, bo = await people.welcome(ANA, BERLIN), await people.welcome(BO, BERLIN)
    zed = await people.welcome(ELSEWHERE, BERLIN)
    assert await people.everyone(near=ana.id) == (ana, bo)
    assert await people.everyone(near=zed.id) == (zed,)
    assert await people.named("bo", near=ana.id) == (bo,)
    assert await people.named("zed", near=ana.id) == ()


async def test_the_names_around_one_come_in_order_with_ones_own_lists(
    people: People, database: Database
) -> None:
    ana, bo = await people.welcome(ANA, BERLIN), await people.welcome(BO, BERLIN)
    await people.welcome(replace(BO, user="u3", name="Al"), BERLIN)
    zed = await people.welcome(ELSEWHERE, BERLIN)
    listed = [(ana.id, "design"), (ana.id, "board"), (bo.id, "secret")]
    async with database.session() as session:
        for owner, name in listed:
            for place, said in enumerate(("Kim", "Lee")):
                session.add(
                    GroupMemberRow(owner=owner, key=name, place=place, name=name, said=said)
                )

    async def near(person: Person) -> NamesNear:
        return await database.read(lambda connection: people.read_names_near(connection, person.id))

    assert await near(ana) == NamesNear(people=("Al", "Bo"), groups=("board", "design"))
    assert await near(zed) == NamesNear(people=(), groups=())


async def test_reminders_follow_a_persons_wishes_and_a_channels_place(people: People) -> None:
    ana = await people.welcome(ANA, BERLIN)
    assert await people.reminder_preferences(ana.id) == ReminderPreferences(
        zone=BERLIN,
        leads=(timedelta(minutes=10),),
        guest_leads=(timedelta(minutes=10), timedelta(hours=24)),
    )
    team = await people.reminder_preferences(PersonId("channel:fake/w/#team"))
    assert Place.channel_from_key(team.place) == Place(
        platform="fake", workspace="w", channel="#team", kind=PlaceKind.CHANNEL, name="#team"
    )


PARTS: tuple[Part, ...] = (
    UserSaid(text="what's on", speaker="Ana", at=NOW),
    ToolCalled(id="1", tool="get_schedule", arguments={"when": "today"}),
    ToolReturned(id="1", tool="get_schedule", content='{"text":"Nothing."}'),
    AssistantSaid(text="Nothing.", asks_for="create_event", known={"title": "x"}),
    Happened(what="applied", text="✓ Done.", at=NOW, facts={"events": []}),
)


async def test_a_conversation_comes_back_as_it_was(conversations: Conversations) -> None:
    await conversations.append("k", PersonId("ana"), PARTS)
    assert (await conversations.load("k", PersonId("ana"))).parts == PARTS


async def test_nobody_elses_part_of_a_conversation_is_seen(conversations: Conversations) -> None:
    await conversations.append("k", PersonId("ana"), PARTS)
    assert (await conversations.load("k", PersonId("bo"))).parts == ()
    assert (await conversations.load("other", PersonId("ana"))).parts == ()


async def test_a_long_conversation_begins_with_a_person(conversations: Conversations) -> None:
    for part in PARTS * 8:  # one by one, as what happens outside of turns is kept
        await conversations.append("k", PersonId("ana"), [part])
    parts = (await conversations.load("k", PersonId("ana"))).parts
    assert len(PARTS) < len(parts) <= REMEMBERED
    assert isinstance(parts[0], UserSaid | Happened)
    assert parts[-1] == PARTS[-1]


async def test_turns_and_what_happens_between_them_come_back_in_order(
    conversations: Conversations,
) -> None:
    turn, happened = PARTS[:4], PARTS[4]
    for _ in range(REMEMBERED):
        await conversations.append("k", PersonId("ana"), turn)
        await conversations.append("k", PersonId("ana"), [happened])
    parts = (await conversations.load("k", PersonId("ana"))).parts
    assert parts == (*turn, happened) * (REMEMBERED // 2)


async def test_a_redelivered_message_is_known_for_a_week(
    conversations: Conversations, clock: StandingClock
) -> None:
    assert await conversations.hear("fake", "m1")
    assert not await conversations.hear("fake", "m1")
    assert await conversations.hear("other", "m1")
    clock.advance(HEARD_FOR)
    await conversations.forget_heard()
    assert not await conversations.hear("fake", "m1")
    clock.advance(timedelta(seconds=1))
    await conversations.forget_heard()
    assert await conversations.hear("fake", "m1")


async def test_where_a_card_stands_is_remembered_once(conversations: Conversations) -> None:
    place = Place(platform="fake", workspace="w", channel="c", thread="t", name="#c")
    first, second = MessageRef(place=place, id="1"), MessageRef(place=place, id="2")
    for ref in (first, second, first):
        await conversations.posted("change", ref)
    assert await conversations.where("change") == (first, second)
    assert await conversations.where("other") == ()


async def test_two_processes_that_hear_one_message_at_once_take_it_on_once(
    database: Database,
) -> None:
    other = Database(database.url)
    both = [Conversations(one, StandingClock(NOW)) for one in (database, other)]
    heard = await asyncio.gather(*(one.hear("fake", "m1") for one in both * 8))
    await other.dispose()
    assert sorted(heard) == [False] * 15 + [True]


async def test_people_know_of_each_other_where_they_share_a_community(database: Database) -> None:
    people = People(database, StandingClock(NOW), BERLIN)

    def account(user: str) -> Sender:
        return Sender(platform="chat", workspace="", user=user, name=user.title())

    ana, bo, kim = [await people.welcome(account(user), BERLIN) for user in ("ana", "bo", "kim")]
    for community, one in (("s1", ana), ("s1", bo), ("s1", bo), ("s2", bo), ("s2", kim)):
        await people.seen_in(community, account(one.name.lower()), one.id)

    async def known_to(person: Person) -> list[str]:
        return [one.name for one in await people.everyone(near=person.id)]

    assert await known_to(ana) == ["Ana", "Bo"]
    assert await known_to(bo) == ["Ana", "Bo", "Kim"]
    assert await known_to(kim) == ["Bo", "Kim"]
    assert await people.named("kim", near=ana.id) == ()
