"""Other assistants: they see what their person sees, and nothing comes of a call but a card."""

import json
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from bot.app.mcp import make_assistants, make_tool_answers, tool_routes
from bot.assistant_cards import KIND, served_beside, served_here
from bot.assistant_pace import CALLS, PROPOSALS
from bot.assistant_tokens import MOST, Assistant, TooManyAssistants, shown
from bot.assistants import LARGEST, MOST_WAITING, READS_ALONE, Answer, Assistants
from bot.chat.cards import plain
from bot.chat.messages import Place
from bot.doctor.assistants import check_assistants
from bot.replies import FROM_ASSISTANT
from bot.settings import Settings
from bot.tools.toolbox import Toolbox
from calendar_core.changes.change import ChangeId, ChangeStatus
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.opening import DATABASE_FILE
from scheduler.jobs import Job
from tests.adapters.web.test_server import House as Well
from tests.adapters.web.test_server import opened
from tests.bot.house import House, button
from tests.bot.seeded import ORDERS, seed

LUNCH = {"title": "Lunch", "when": "tomorrow 12:30"}


class Desk:
    """An assistant called Desk, in Ana's house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.is_running = True
        self.assistants: Assistants = make_assistants(
            house.core, served_beside(lambda: self.is_running)
        )
        self.token = ""
        self.assistant: Assistant

    async def connect(self, name: str = "Ana", *, may_propose: bool = True) -> "Desk":
        """Let it in for somebody."""
        person = await self.house.welcome(name)
        self.assistant, self.token = await self.house.core.assistants.let_in(
            person.id, "Desk", may_propose=may_propose
        )
        return self

    async def call(self, tool: str, arguments: Mapping[str, Any] | None = None) -> Answer:
        """It calls a tool."""
        visit = await self.assistants.visitor(self.token)
        assert visit is not None
        found = await visit.call(tool, arguments or {}, "claude-ai <b>")
        assert found is not None, f"there is no tool {tool}"
        return found

    async def data(self, tool: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """What came of it, as data."""
        found = await self.call(tool, arguments)
        assert found.data is not None, found.text
        return found.data

    async def propose(self, **arguments: Any) -> str:
        """It proposes an event; the proposal's id."""
        return str((await self.data("create_event", {**LUNCH, **arguments}))["id"])

    async def state(self, id_: str) -> Any:
        """What it is told of a proposal."""
        (one,) = (await self.data("pending_changes", {"id": id_}))["changes"]
        return one


@pytest.fixture
async def desk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """What does not hang on the database needs but one."""
    shutil.copy(sqlite_template, tmp_path / DATABASE_FILE)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / DATABASE_FILE}")
    yield await Desk(House(database)).connect()
    await database.dispose()


@pytest.fixture
async def kept(database: Database) -> Desk:
    """On either database."""
    return await Desk(House(database)).connect()


def fields(desk: Desk) -> dict[str, str]:
    """What the newest card says, by name."""
    return {one.name: plain(one.value) for one in desk.house.platform.last.card.fields}


async def test_a_proposal_is_a_card_and_the_press_makes_it(kept: Desk) -> None:
    told = await kept.data("create_event", LUNCH)
    assert told["proposed"] is True
    assert told["card"] == "A card asks the person on Fake within seconds."
    assert (await kept.state(told["id"]))["waits_for"] == "the person's press on the card"
    assert kept.house.platform.said == []
    assert kept.house.writer.told == []

    await kept.house.settle()
    (said,) = kept.house.platform.said
    assert said.ref.place.is_private
    assert said.text.splitlines()[:2] == [
        'Create "Lunch"?',
        "from: your assistant “Desk” (claude-ai b)",
    ]

    await kept.house.press("Confirm")
    assert await kept.house.titles() == ["Lunch"]
    assert (await kept.state(told["id"]))["told"].startswith('✓ Created "Lunch"')
    trail = await kept.house.rows("change_audit", "what, outcome", "1 = 1 ORDER BY id")
    signed = 'create "Lunch", by your assistant “Desk” (claude-ai b)'
    assert trail == [(signed, "proposed"), (signed, "confirmed"), (signed, "applied")]


async def test_a_card_is_shown_once_whatever_comes_between(desk: Desk) -> None:
    id_ = await desk.propose()
    await desk.house.settle()
    payload = {"change": id_, "owner": desk.assistant.person}
    again = Job(kind=KIND, key=f"{KIND}:{id_}", run_at=desk.house.clock.now(), payload=payload)
    await desk.house.core.queue.enqueue(again)
    await desk.house.settle()
    assert len(desk.house.platform.said) == 1
    assert len(await desk.house.rows("posted_cards")) == 1


async def test_what_is_decided_before_is_shown_no_more(desk: Desk) -> None:
    id_ = await desk.propose()
    await desk.house.desk.decline(ChangeId(id_), desk.assistant.person)
    await desk.house.settle()
    assert desk.house.platform.said == []
    assert (await desk.state(id_))["told"] == 'Left as it was: "Lunch".'


async def test_nothing_is_shown_where_nobody_serves(desk: Desk) -> None:
    desk.is_running = False
    told = await desk.data("create_event", LUNCH)
    assert told["card"].startswith("No card is shown yet: it waits until convene serve runs")


def test_an_assistant_is_told_when_and_where_a_card_is_shown() -> None:
    there = served_here({"slack": 1})
    assert there(["discord", "slack"]) == "A card asks the person on Slack now."
    assert there(["console"]) == (
        "No card is shown yet: it waits until convene chat runs, then it asks the person in the "
        "terminal."
    )
    assert "in their chat" in there([])


async def test_a_plain_word_in_the_chat_decides_none_of_its_cards(desk: Desk) -> None:
    await desk.house.say("hello")
    await desk.propose()
    await desk.house.settle()
    said = await desk.house.say("yes")
    assert [one.text.splitlines()[0] for one in said] == [FROM_ASSISTANT, 'Create "Lunch"?']
    assert await desk.house.statuses() == [ChangeStatus.PROPOSED]
    assert desk.house.writer.told == []
    await desk.house.press("Confirm")
    assert await desk.house.statuses() == [ChangeStatus.APPLIED]


async def test_a_call_made_again_replaces_its_own_card(kept: Desk) -> None:
    first = await kept.propose()
    await kept.house.settle()
    second = await kept.propose()
    await kept.house.settle()
    assert (await kept.state(first))["replaced_by"] == second
    texts = [said.text.splitlines()[0] for said in kept.house.platform.said]
    assert texts == ['Replaced by a newer card: "Lunch".', 'Create "Lunch"?']


async def test_events_of_one_title_stand_side_by_side(desk: Desk) -> None:
    await desk.propose()
    await desk.propose(when="Thursday 12:30")
    await desk.propose(title="Walk")
    assert await desk.house.statuses() == [ChangeStatus.PROPOSED] * 3


async def test_two_assistants_know_nothing_of_each_others_cards(desk: Desk) -> None:
    mine = await desk.propose()
    other = await Desk(desk.house).connect()
    assert (await other.data("pending_changes"))["changes"] == []
    assert (await other.call("pending_changes", {"id": mine})).is_error
    await other.propose()
    assert await desk.house.statuses() == [ChangeStatus.PROPOSED] * 2


async def test_another_persons_things_are_out_of_reach(desk: Desk) -> None:
    there = await seed(desk.house)
    mine = await desk.propose()
    bos = await Desk(desk.house).connect("Bo")
    assert (await bos.call("pending_changes", {"id": mine})).is_error
    assert "Dentist" in json.dumps(await desk.data("get_schedule", {"when": "tomorrow"}))
    assert "Dentist" not in json.dumps(await bos.data("get_schedule", {"when": "tomorrow"}))
    deleted = await bos.call("delete_event", {"event": there.single[0]})
    assert deleted.is_error
    assert "Dentist" not in deleted.text


async def test_a_note_is_asked_about_too_and_once(kept: Desk) -> None:
    wish = {"text": "stretch", "when": "in 2 hours"}
    told = await kept.data("set_reminder", wish)
    assert (await kept.data("set_reminder", wish))["id"] == told["id"]
    await kept.house.settle()
    assert len(kept.house.platform.said) == 1
    assert fields(kept)["from"] == "your assistant “Desk” (claude-ai b)"
    assert await kept.house.reminders.listed(kept.assistant.person) == ()
    assert (await kept.state(told["id"]))["state"] == "asked"

    await kept.house.press("Confirm")
    assert len(await kept.house.reminders.listed(kept.assistant.person)) == 1
    assert (await kept.state(told["id"]))["state"] == "done"


async def test_who_asked_stays_on_the_card_at_every_stage(desk: Desk) -> None:
    there = await seed(desk.house)
    await desk.call("update_event", {"event": there.series[0], "when": "10:00"})
    await desk.house.settle()
    assert fields(desk)["from"].startswith("your assistant “Desk”")
    await desk.house.press("Whole series")
    assert fields(desk)["from"].startswith("your assistant “Desk”")

    await desk.propose()
    await desk.house.settle()
    await desk.house.press("Edit")
    await desk.house.fill(title="Late lunch")
    assert desk.house.platform.last.text.startswith('Create "Late lunch"?')
    assert fields(desk)["from"].startswith("your assistant “Desk”")


async def test_guests_are_named_on_the_card_as_after_strangers_words(desk: Desk) -> None:
    await desk.propose(guests=["eve@evil.example"])
    await desk.house.settle()
    assert "eve@evil.example" in desk.house.platform.last.text


async def test_what_others_wrote_stays_between_its_marks(desk: Desk) -> None:
    await seed(desk.house)
    found = await desk.call("search_events", {"query": "party"})
    found = (
        found
        if ORDERS[:20] in found.text
        else await desk.call("get_schedule", {"when": "this month"})
    )
    assert found.text.count("</calendar_data>") == 1
    assert found.text.endswith("</calendar_data>")
    assert found.text.startswith("Others wrote some of these titles")


async def test_one_that_may_read_alone_proposes_nothing(desk: Desk) -> None:
    reading = await Desk(desk.house).connect(may_propose=False)
    visit = await reading.assistants.visitor(reading.token)
    assert visit is not None
    assert all(one.hints.reads_only for one in await visit.tools())
    assert await reading.call("create_event", LUNCH) == Answer(text=READS_ALONE, is_error=True)
    assert (await reading.data("get_schedule", {"when": "today"}))["count"] == 0
    assert await desk.house.statuses() == []


async def test_tools_that_are_not_allowed_here_are_none(desk: Desk) -> None:
    from bot.tools.agenda import get_schedule

    desk.assistants.toolbox = Toolbox((get_schedule,))
    visit = await desk.assistants.visitor(desk.token)
    assert visit is not None
    assert [one.name for one in await visit.tools()] == ["get_schedule", "pending_changes"]
    assert await visit.call("create_event", LUNCH, "") is None


async def test_a_revoked_token_opens_nothing(kept: Desk) -> None:
    with pytest.raises(NotFound):
        await kept.house.core.assistants.shut_out(
            kept.assistant.id, (await kept.house.welcome("Bo")).id
        )
    await kept.house.core.assistants.shut_out(kept.assistant.id, kept.assistant.person)
    assert await kept.assistants.visitor(kept.token) is None
    assert await kept.assistants.visitor("convene-") is None
    assert kept.token not in str(await kept.house.rows("assistants"))


async def test_one_may_call_so_often_and_has_so_many_cards(desk: Desk) -> None:
    for number in range(MOST_WAITING):
        await desk.propose(title=f"Lunch {number}")
    assert "wait for the person's press already" in (await desk.call("create_event", LUNCH)).text
    left = PROPOSALS - MOST_WAITING - 1
    for _ in range(left):
        await desk.call("create_event", LUNCH)
    too_fast = await desk.call("create_event", LUNCH)
    assert "That is too fast. Try again in 3600 seconds." in too_fast.text
    for _ in range(CALLS - PROPOSALS - 1):
        await desk.data("get_schedule", {"when": "today"})
    assert "Try again in 60 seconds" in (await desk.call("get_schedule", {"when": "today"})).text
    await desk.house.advance(timedelta(minutes=1))
    assert not (await desk.call("get_schedule", {"when": "today"})).is_error


async def test_what_can_not_be_done_says_why(desk: Desk) -> None:
    assert "more than I read" in (await desk.call("create_event", {"title": "x" * LARGEST})).text
    assert "`when` is missing" in (await desk.call("create_event", {"title": "Lunch"})).text
    assert "link my calendar" in (await desk.call("link_calendar")).text
    for wrong in (5, "\x00", "none", "c0ffee00c0ffee00"):
        assert (await desk.call("pending_changes", {"id": wrong})).is_error


async def test_somebody_has_so_many_assistants(desk: Desk) -> None:
    for _ in range(MOST - 1):
        await desk.house.core.assistants.let_in(desk.assistant.person, "One more")
    with pytest.raises(TooManyAssistants):
        await desk.house.core.assistants.let_in(desk.assistant.person, "One more")


async def test_whoever_is_not_reached_is_tried_again_until_it_expires(desk: Desk) -> None:
    place = Place(platform="fake", workspace="w", channel="@ana")
    desk.house.platform.gone.add(place.key)
    await desk.propose()
    await desk.house.settle()
    assert desk.house.platform.said == []
    desk.house.platform.gone.clear()
    await desk.house.advance(timedelta(minutes=30))
    assert button(desk.house.platform.last, "Confirm")


def test_a_name_that_somebody_else_chose_is_one_short_line() -> None:
    assert shown("Desk”\n(confirmed)\u202e\x1b[31m <!channel>", 40) == "Desk confirmed 31m !channel"
    assert shown("x" * 500, 40) == "x" * 40


async def test_the_doctor_names_tokens_that_nobody_uses(desk: Desk) -> None:
    house, settings = desk.house, Settings(public_url="https://convene.example.org")

    async def told() -> list[str]:
        found = await check_assistants(settings, house.database, house.clock)
        return [str(one) for one in found]

    where = "1 token, over HTTP at https://convene.example.org/mcp"
    assert await told() == [f"✓ other assistants: {where}"]
    house.clock.advance(timedelta(days=90))
    assert await told() == [
        f"! other assistants: {where}; 1 not used for 90 days, of {desk.assistant.person}. "
        "Revoke what is lost: convene mcp token revoke."
    ]


async def test_from_a_request_over_http_to_the_press(desk: Desk) -> None:
    house = desk.house
    answers = make_tool_answers(house.core, Settings(), {"fake": house.platform})
    async with opened(Well(), *tool_routes(answers)) as address:
        sending = httpx2.AsyncClient(headers={"Authorization": f"Bearer {desk.token}"})
        async with sending, Client(
            streamable_http_client(f"{address}/mcp", http_client=sending), mode="legacy"
        ) as client:  # fmt: skip
            found = await client.call_tool("create_event", LUNCH)
        await answers.stop()
    assert found.structured_content["card"] == "A card asks the person on Fake now."
    await house.settle()
    assert fields(desk)["from"] == "your assistant “Desk” (mcp)"
    await house.press("Confirm")
    assert await house.titles() == ["Lunch"]
