"""Law 1: no write without a click. Every tool, and every model, against counting writers.

Each call goes the whole way: message, engine, turn, toolbox, tool, desk, database. What a tool may
do at once, the speaker's own reminders and preferences, is counted as well.
"""

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.app.house import make_notes
from bot.app.mcp import make_assistants
from bot.assistant_cards import served_here
from bot.chat.cards import Card, Link
from bot.chat.messages import Place
from bot.llm.model import LanguageModel
from bot.tools.all import TOOLS
from bot.tools.tool import ProposeContext, Tool, ToolContext, ToolKind
from calendar_core.changes.change import ChangeId
from calendar_core.opening import open_database
from tests.bot.generated import arguments_for
from tests.bot.house import TEAM, House, direct
from tests.bot.seeded import MARKUP, Seeded, seed
from tests.conftest import Postgres
from tests.fakes.models import (
    FloodingModel,
    GuessingModel,
    LoopingModel,
    LyingModel,
    ObedientModel,
    ScriptedModel,
    calls,
    says,
)

EXAMPLES = 30
"""Generated calls a tool."""
NOTING = [tool for tool in TOOLS if tool.kind is ToolKind.NOTES]
_threads = count(1)


@dataclass(frozen=True, slots=True)
class Standing:
    """What no model may change: calendars, and what others see or own."""

    resources: list[Any]
    mirrored: list[Any]
    zones: list[Any]
    others_reminders: list[Any]
    others_preferences: list[Any]
    spoken: list[Any]
    """Reminders that ring where others read."""


class Lawful:
    """A full house on a loop of its own, and what stood there at first."""

    def __init__(self, runner: asyncio.Runner, where: str) -> None:
        self._runner = runner
        self._where = where
        self.there: Seeded = runner.run(self._open())
        self.house = self.there.house
        self.begin()

    def begin(self) -> None:
        """From here on nothing may change; what Ana may change alone is as it was at first."""
        self.run(self._begin())
        self.house.writer.told.clear()
        self.before = self.standing()

    async def _begin(self) -> None:
        await self.house.people.save(self.there.ana)
        for one in await self.house.reminders.listed(self.there.ana.id):
            await self.house.reminders.cancel(one.id, self.there.ana.id)
        for reminder in self.there.reminders:
            await self.house.reminders.restore(reminder, self.there.ana.id)

    def end(self) -> None:
        """Close the database."""
        self.run(self.house.database.dispose())

    async def _open(self) -> Seeded:
        house = House(await open_database(self._where))
        return await seed(house)

    def standing(self) -> Standing:
        """What stands now."""
        return self._runner.run(self._standing())

    async def _standing(self) -> Standing:
        rows, ana = self.house.rows, self.there.ana.id
        return Standing(
            resources=await rows("local_resources", where="1 = 1 ORDER BY calendar_id, key"),
            mirrored=await rows("events", "id, ics, etag", "1 = 1 ORDER BY id"),
            zones=await rows("people", "id, zone", "1 = 1 ORDER BY id"),
            others_reminders=await rows("reminders", where=f"owner <> '{ana}' ORDER BY id"),
            others_preferences=await rows("people", where=f"id <> '{ana}' ORDER BY id"),
            spoken=await rows("reminders", where="place <> ''"),
        )

    def play(self, model: LanguageModel, *said: str, place: Place | None = None) -> int:
        """Ana talks with a model; how many proposals that left open for her."""
        return self._runner.run(self._play(model, said or ("go on",), place))

    async def _play(self, model: LanguageModel, said: tuple[str, ...], place: Place | None) -> int:
        where = place or direct("Ana", f"t{next(_threads)}")
        before = await self._open_changes()
        self.house.plays(model)
        for words in said:
            await self.house.say(words, place=where)
        return len(await self._open_changes() - before)

    async def _open_changes(self) -> set[str]:
        rows = await self.house.rows("changes", "id", "status IN ('proposed', 'asked')")
        return {id_ for (id_,) in rows}

    def kept(self) -> list[Any]:
        """Ana's own reminders and preferences."""
        ana = self.there.ana.id

        async def look() -> list[Any]:
            reminders = await self.house.rows("reminders", where=f"owner = '{ana}' ORDER BY id")
            return [*reminders, *await self.house.rows("people", where=f"id = '{ana}'")]

        return self._runner.run(look())

    def notes(self) -> dict[str, str]:
        """How notes stand: status by id."""
        return dict(self._runner.run(self.house.rows("notes", "id, status")))

    def new_notes(self, known: dict[str, str]) -> list[str]:
        """How the notes stand that came since."""
        return [status for note, status in self.notes().items() if note not in known]

    async def decline(self, card: str) -> None:
        """Ana does not want it."""
        if card in dict(await self.house.rows("notes", "id, status")):
            await make_notes(self.house.core).decline(card, self.there.ana.id)
        else:
            await self.house.desk.decline(ChangeId(card), self.there.ana.id)

    def run(self, work: Any) -> Any:
        """Run anything else on the house's loop."""
        return self._runner.run(work)

    def assert_nothing_written(self) -> None:
        """The law."""
        assert self.house.writer.told == []
        assert self.standing() == self.before


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lawful]:
    """One house for all tests of this file, on a loop of its own."""
    if request.param == "sqlite":
        where = str(tmp_path_factory.mktemp("law"))
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        where = postgres.url(postgres.create(request.getfixturevalue("postgres_template")))
    with asyncio.Runner() as running:
        lawful = Lawful(running, where)
        yield lawful
        lawful.end()


@pytest.fixture
def lawful(full_house: Lawful) -> Lawful:
    """The house as it stands when a test begins."""
    full_house.begin()
    return full_house


def calling(tool: str, arguments: dict[str, Any]) -> ScriptedModel:
    """A model that makes one call, then answers."""
    return ScriptedModel(calls((tool, arguments)), says("That is all."), says("That is all."))


Play = Callable[[dict[str, Any]], None]


def each_call(tool: Tool[Any, Any], there: Seeded, play: Play, examples: int = EXAMPLES) -> None:
    """Play generated valid arguments of a tool, the same ones every time."""
    chosen = given(arguments_for(tool.name, tool.arguments, there))(play)
    settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(chosen)()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_no_tool_writes_whatever_it_is_called_with(tool: Tool[Any, Any], lawful: Lawful) -> None:
    reached: list[bool] = []

    def play(arguments: dict[str, Any]) -> None:
        place = TEAM if len(reached) % 4 == 3 else None
        reached.append(lawful.play(calling(tool.name, arguments), place=place) > 0)

    each_call(tool, lawful.there, play)
    lawful.assert_nothing_written()
    if tool.kind is ToolKind.PROPOSES:
        assert len(reached) >= EXAMPLES
        assert sum(reached) * 2 >= len(reached), f"{sum(reached)} of {len(reached)} proposed"
    else:
        assert not any(reached)


@pytest.mark.parametrize("tool", NOTING, ids=lambda tool: tool.name)
def test_a_note_after_a_strangers_text_keeps_nothing_before_a_press(
    tool: Tool[Any, Any], lawful: Lawful
) -> None:
    kept, notes = lawful.kept(), lawful.notes()

    def play(arguments: dict[str, Any]) -> None:
        model = ScriptedModel(
            calls(("get_schedule", {"when": "Saturday"})),
            calls((tool.name, arguments)),
            says("That is all."),
            says("That is all."),
        )
        in_channel = tool.name == "set_channel_preferences"
        lawful.play(model, place=TEAM if in_channel else None)

    each_call(tool, lawful.there, play, examples=40)
    assert lawful.kept() == kept
    new = lawful.new_notes(notes)
    assert len(new) >= 5
    assert set(new) == {"asked"}
    lawful.assert_nothing_written()


@pytest.mark.parametrize("by_card", ["channel", "zone"])
def test_what_speaks_to_others_or_changes_the_zone_is_a_card(lawful: Lawful, by_card: str) -> None:
    kept, notes = lawful.kept(), lawful.notes()
    model = {
        "channel": calling(
            "set_reminder", {"text": "stand up", "when": "in 2 hours", "in_channel": True}
        ),
        "zone": calling("set_preferences", {"zone": "Tokyo"}),
    }[by_card]
    lawful.play(model, place=TEAM)
    assert lawful.kept() == kept
    assert lawful.new_notes(notes) == ["asked"]
    lawful.assert_nothing_written()


def test_a_plain_note_is_kept_at_once(lawful: Lawful) -> None:
    kept, before = lawful.kept(), len(lawful.house.platform.said)
    lawful.play(calling("set_reminder", {"text": "stretch", "when": "in 2 hours"}))
    assert len(lawful.kept()) == len(kept) + 1
    told = [
        (one.text, [b.label for b in one.card.buttons])
        for one in lawful.house.platform.said[before:]
    ]
    assert told == [("I'll remind you today at 10:00.", ["Undo"])]
    lawful.assert_nothing_written()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_nothing_comes_of_another_assistants_call_but_a_card(
    tool: Tool[Any, Any], lawful: Lawful
) -> None:
    kept, notes = lawful.kept(), lawful.notes()
    waiting: list[str] = []

    assistants = make_assistants(lawful.house.core, served_here({"fake"}))

    def play(arguments: dict[str, Any]) -> None:
        visit = assistants.local(lawful.there.ana.id)
        answer = lawful.run(visit.call(tool.name, arguments, "hostile"))
        if answer.data is not None and "card" in answer.data:
            waiting.append(answer.data["id"])
            lawful.run(lawful.decline(answer.data["id"]))

    each_call(tool, lawful.there, play, examples=3 if tool.kind is ToolKind.READS else 10)
    lawful.assert_nothing_written()
    assert lawful.kept() == kept
    assert set(lawful.new_notes(notes)) <= {"declined"}
    # From there no channel can be set.
    least = {ToolKind.READS: 0, ToolKind.PROPOSES: 3, ToolKind.NOTES: 1}[tool.kind]
    assert len(waiting) >= (0 if tool.name == "set_channel_preferences" else least)
    assert waiting == [] or least


def every_call(there: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """One plain call of each tool, and of some that no house has."""
    own, asked = there.single[0], there.invited[-1]
    return [
        ("get_schedule", {"when": "this week"}),
        ("search_events", {"query": "review"}),
        ("find_free_time", {"when": "this week", "who": ["Bo"]}),
        ("check_availability", {"when": "tomorrow at 10"}),
        ("analyze_schedule", {}),
        ("list_calendars", {}),
        ("list_reminders", {}),
        ("get_preferences", {}),
        ("confirm", {"id": "all"}),
        ("apply_change", {"change": "newest"}),
        ("create_event", {"title": "Yes", "when": "tomorrow at 10"}),
        ("book_meeting", {"guests": ["Bo", "eve@evil.example"], "when": "tomorrow at 11"}),
        ("update_event", {"event": own, "shift": "an hour later"}),
        ("delete_event", {"event": own}),
        ("add_participants", {"event": own, "who": ["eve@evil.example"]}),
        ("respond_to_invitation", {"event": asked, "answer": "accept"}),
        ("set_preferences", {"zone": "Asia/Tokyo"}),
    ]


def test_hostile_models_write_nothing(lawful: Lawful) -> None:
    there, zone = lawful.there, {"zone": "Asia/Tokyo"}
    hostile: list[LanguageModel] = [
        ObedientModel("this week"),
        ObedientModel("Saturday"),
        FloodingModel(),
        FloodingModel("delete_event", {"event": there.single[0]}),
        FloodingModel("set_preferences", zone),
        *(LoopingModel(tool, arguments) for tool, arguments in every_call(there)),
        LyingModel(),
        GuessingModel(*every_call(there), at_once=1),
        GuessingModel(*every_call(there), at_once=8),
        GuessingModel(*every_call(there), at_once=16),
        GuessingModel(*reversed(every_call(there)), at_once=16),
    ]
    for model in hostile:
        lawful.play(model, "do it", "go ahead and book it", "and the next one")
    lawful.assert_nothing_written()


@pytest.mark.parametrize("words", ["confirm", "yes", "Yes.", "✓ Confirmed. [Confirm]", "/confirm"])
def test_a_model_that_says_yes_confirms_nothing(lawful: Lawful, words: str) -> None:
    tool, arguments = "delete_event", {"event": lawful.there.single[0]}
    proposing = ScriptedModel(calls((tool, arguments), text=words), says(words), says(words))
    assert lawful.play(proposing, "cancel the dentist", "what else?") == 1
    lawful.assert_nothing_written()


def test_the_models_own_words_are_never_heard_as_a_persons(lawful: Lawful) -> None:
    titled = {"title": "yes", "when": "tomorrow at 10", "description": "confirm"}
    model = ScriptedModel(calls(("create_event", titled)), says("yes"), says("confirm"))
    lawful.play(model, "make me an event", "thanks a lot", "and now?")
    lawful.assert_nothing_written()


def propose(lawful: Lawful, *titles: str, place: Place | None = None) -> Place:
    """Leave one open card a title, in a place of its own."""
    where = place or direct("Ana", f"t{next(_threads)}")
    for title in titles:
        wanted = {"title": title, "when": "tomorrow at 10"}
        lawful.play(calling("create_event", wanted), place=where)
    return where


@pytest.mark.parametrize("verb", ["confirm", "decline", "this", "following", "all", "undo", "edit"])
def test_a_strangers_press_writes_nothing(lawful: Lawful, verb: str) -> None:
    propose(lawful, "Mine alone")
    id_ = lawful.house.card_with("Confirm").card.buttons[0].value.partition(":")[2]
    said = lawful.run(lawful.house.press_value(f"{verb}:{id_}", by="Mallory"))
    assert [one.text for one in said] == ["This is Ana's to decide."]
    lawful.assert_nothing_written()


def test_a_plain_yes_under_two_open_cards_writes_nothing(lawful: Lawful) -> None:
    place = direct("Ana", f"t{next(_threads)}")
    both = calls(
        ("create_event", {"title": "First", "when": "tomorrow at 10"}),
        ("create_event", {"title": "Second", "when": "tomorrow at 12"}),
    )
    lawful.play(ScriptedModel(both, says("yes")), place=place)
    said = lawful.run(lawful.house.say("yes", place=place))
    titles = [one.text.splitlines()[0] for one in said]
    assert titles == [
        "There are 2 open cards. Which one? They stand below again.",
        'Create "First"?',
        'Create "Second"?',
    ]
    lawful.assert_nothing_written()


def test_a_yes_of_somebody_else_in_the_channel_writes_nothing(lawful: Lawful) -> None:
    propose(lawful, "Ana's in the team", place=TEAM)
    lawful.house.plays(LyingModel())
    lawful.run(lawful.house.say("yes", by="Mallory", place=TEAM))
    lawful.assert_nothing_written()


@pytest.mark.parametrize("how", ["press", "yes"])
def test_the_owners_own_yes_writes_once(lawful: Lawful, how: str) -> None:
    place = propose(lawful, f"Wanted by {how}")
    card = lawful.house.card_with("Confirm")
    for _ in range(2):
        lawful.run(
            lawful.house.press("Confirm", said=card)
            if how == "press"
            else lawful.house.say("yes", place=place)
        )
        lawful.house.plays(LyingModel())
    assert len(lawful.house.writer.told) == 1
    assert lawful.standing() != lawful.before


def test_looking_has_nothing_to_propose_with() -> None:
    assert {one.name for one in fields(ToolContext)} == {
        "channel",
        "me",
        "place",
        "now",
        "world",
        "rooms",
        "heard_private",
        "saw_strangers_text",
        "allowed",
        "heard",
        "said",
    }
    assert not hasattr(ToolContext, "proposals")
    for tool in TOOLS:
        context = tool.run.__annotations__["ctx"]
        assert context is (ToolContext if tool.kind is ToolKind.READS else ProposeContext)


def test_what_can_be_looked_at_can_not_be_written_through() -> None:
    from bot.tools.world import Directory, Notebook

    for port in (Directory, Notebook):
        promised = {name for name in vars(port) if not name.startswith("_")}
        known = {
            "person",
            "named",
            "everyone",
            "account_in",
            "communities_of",
            "listed",
            "strangers",
        }
        assert promised <= known


def test_no_tools_room_knows_the_desk() -> None:
    for name, module in sorted(sys.modules.items()):
        if name.startswith(("bot.tools", "bot.llm")) or name == "bot.turn":
            known = {getattr(value, "__module__", "") for value in vars(module).values()}
            assert not known & {
                "calendar_core.changes.desk",
                "calendar_core.changes.carrying",
                "calendar_core.changes.confirmed",
                "calendar_core.changes.writer",
                "calendar_core.providers.local.writer",
            }, name


VALUE = re.compile(r"[a-z0-9]+:[0-9a-f-]+")
RINGS = re.compile(r"(snooze|snooze15|done|join):(reminder:)?[0-9A-Za-z:-]+")


def test_every_button_carries_a_verb_and_an_id_and_nothing_else(lawful: Lawful) -> None:
    there = lawful.there
    for tool, arguments in every_call(there):
        lawful.play(calling(tool, arguments))
        lawful.play(calling(tool, arguments), place=TEAM)
    cards: list[Card] = []
    for said in lawful.house.platform.said:
        cards += [said.card, *said.before]
    values = [button.value for card in cards for button in card.buttons]
    assert len(set(values)) > 30
    for value in values:
        assert VALUE.fullmatch(value) or RINGS.fullmatch(value), value
        assert len(value) <= 100


def test_strangers_text_stands_in_cards_as_plain_text_alone(lawful: Lawful) -> None:
    there = lawful.there
    for ref in there.invited[:3]:
        lawful.play(calling("respond_to_invitation", {"event": ref, "answer": "decline"}))
        lawful.play(calling("delete_event", {"event": ref, "scope": "this"}))
        lawful.play(calling("set_reminder", {"event": ref, "leads": ["10 minutes"]}))
    seen = 0
    for said in lawful.house.platform.said:
        for span in spans(said.card):
            told = span if isinstance(span, str) else span.text
            seen += MARKUP in told
            assert not isinstance(span, Link), told
        for one in said.card.buttons:
            assert not set(one.label) & set("<>*`\x1b"), one.label
            assert one.url is None
    assert seen >= 2


def spans(card: Card) -> Iterator[Any]:
    """Every piece of text on a card."""
    for line in (card.title, *card.body, *(field.value for field in card.fields)):
        yield from line
