"""A long conversation told in short: refs, what waits, what happened and who wrote it are kept."""

import json
import re
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compacting import MOST_EVENTS, compacted, told_in_short
from bot.limits import has_heard_private
from bot.llm.exchanges import Told, exchanges
from bot.llm.measure import tokens_of_parts
from bot.tools.answering import heard_strangers
from bot.transcript import (
    AssistantSaid,
    Earlier,
    Happened,
    Part,
    ToolCalled,
    ToolReturned,
    UserSaid,
)
from tests.bot.turns import Play
from tests.fakes.models import ScriptedModel, calls, says
from tests.fakes.tools import NOW

REF = re.compile(r"event-\d+")


def asked(text: str, at: int = 0) -> UserSaid:
    return UserSaid(text=text, speaker="Ana", at=NOW + timedelta(minutes=at))


def told(number: int, **labels: Any) -> tuple[Part, ...]:
    """A question, a look at two events, and an answer."""
    events = [
        {"ref": f"event-{number}{n}", "title": f"Sync {number}", "when": "Tue 10:00", "guests": []}
        for n in range(2)
    ]
    told = {**labels, "text": "lines", "events": events}
    content = json.dumps(told, separators=(",", ":"))
    call = f"call-{number}"
    return (
        asked(f"what's on day {number}?", number),
        ToolCalled(id=call, tool="get_schedule", arguments={"when": f"day {number}"}),
        ToolReturned(id=call, tool="get_schedule", content=content),
        AssistantSaid(text=f"Two syncs on day {number}."),
    )


def proposed(number: int) -> tuple[Part, ...]:
    event = {"ref": f"event-9{number}", "title": "Review", "when": "Thu 15:00"}
    content = json.dumps({"proposed": True, "tool": "update_event", "events": [event]})
    call = f"move-{number}"
    return (
        asked("move the review"),
        ToolCalled(id=call, tool="update_event", arguments={}),
        ToolReturned(id=call, tool="update_event", content=content),
    )


def happened(number: int) -> tuple[Part, ...]:
    facts = {"tool": "update_event", "ref": f"event-8{number}", "title": "Lunch"}
    return (Happened(what="applied", text=f"Moved lunch {number}.", at=NOW, facts=facts),)


TURNS = st.lists(
    st.one_of(
        st.builds(told, st.integers(0, 99), public=st.booleans(), strangers_text=st.booleans()),
        st.builds(proposed, st.integers(0, 9)),
        st.builds(happened, st.integers(0, 9)),
        st.builds(lambda text: (asked(text),), st.text(max_size=400)),
    ),
    max_size=25,
)


def refs(parts: Any) -> set[str]:
    return set(REF.findall(str(parts)))


@settings(deadline=None)
@given(TURNS, st.integers(0, 3000))
def test_every_ref_and_every_mark_is_still_there(
    turns: list[tuple[Part, ...]], budget: int
) -> None:
    before = tuple(part for turn in turns for part in turn)
    now = (asked("and now?"),)
    kept = compacted(before, now, 3000 + budget)
    assert kept[-1] == now[-1]
    assert tokens_of_parts(kept) <= 3000 + budget
    assert refs(kept) == refs(before)
    assert any(map(heard_strangers, kept)) == any(map(heard_strangers, before))
    assert has_heard_private(kept) == has_heard_private(before)
    waiting = {one["ref"] for turn in turns for one in _proposals(turn)}
    short = [part for part in kept if isinstance(part, Earlier)]
    whole = [part for part in kept if part in before]
    assert waiting <= refs(whole) | {
        event["ref"]
        for part in short
        for one in json.loads(part.text).get("proposed", [])
        for event in one["events"]
    }
    if short:
        (first, *_) = exchanges(kept)
        assert isinstance(first, Told)
        assert first.text.splitlines()[1] == "<calendar_data>"


def _proposals(turn: tuple[Part, ...]) -> list[dict[str, str]]:
    contents = [json.loads(one.content) for one in turn if isinstance(one, ToolReturned)]
    return [event for one in contents if one.get("proposed") for event in one["events"]]


def test_what_fits_stays_as_it_is() -> None:
    before = told(1) + told(2)
    assert compacted(before, (asked("and now?"),), 24_000) == (*before, asked("and now?"))


def test_what_is_kept_begins_with_the_same_words_for_several_turns() -> None:
    before = tuple(part for number in range(40) for part in told(number))
    begins = []
    for number in range(40, 60):
        before += told(number)
        begins.append(compacted(before, (asked("and now?"),), 3_000)[1])
    assert len(set(map(str, begins))) <= 10


def test_it_is_told_what_was_said_what_waits_and_what_happened() -> None:
    short = told_in_short(told(1, strangers_text=True) + proposed(2) + happened(3), 2_000)
    content = json.loads(short.text)
    assert content.pop("note")
    assert content == {
        "strangers_text": True,
        "happened": ["Moved lunch 3."],
        "asked": ["what's on day 1?", "move the review"],
        "answered": ["Two syncs on day 1."],
        "proposed": [
            {
                "tool": "update_event",
                "events": [{"ref": "event-92", "title": "Review", "when": "Thu 15:00"}],
            }
        ],
        "events": [
            {"ref": "event-10", "title": "Sync 1", "when": "Tue 10:00"},
            {"ref": "event-11", "title": "Sync 1", "when": "Tue 10:00"},
            {"ref": "event-92", "title": "Review", "when": "Thu 15:00"},
            {"ref": "event-83", "title": "Lunch"},
        ],
    }
    assert (short.private, short.strangers_text) == (True, True)


def test_of_very_many_events_the_newest_are_told() -> None:
    parts = tuple(part for number in range(10, 90) for part in told(number))
    events = json.loads(told_in_short(parts, 50_000).text)["events"]
    assert len(events) == MOST_EVENTS
    assert events[-1]["ref"] == "event-891"


async def test_what_was_told_in_short_still_counts_for_what_is_drawn_up() -> None:
    play = Play()
    play.limits = play.limits.__class__(context=1_000)
    long = tuple(part for number in range(40) for part in told(number, strangers_text=number == 0))
    model = ScriptedModel(calls(("move", {"what": "lunch"})))
    await play(model, *long)
    assert play.proposals.tainted == [True]
    (request,) = model.requests
    assert isinstance(request.parts[0], Earlier)
    assert request.parts[0].strangers_text
    assert tokens_of_parts(request.parts) <= 1_100
    answering = ScriptedModel(says("Well."))
    assert (await play(answering, *long)).private
