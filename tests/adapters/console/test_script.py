"""The script door: what lines do, and the objects that come out."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.console import script
from adapters.console.json_screen import JsonScreen
from adapters.console.script import ScriptStopped
from adapters.console.store import Store
from bot.chat.messages import ButtonPress, IncomingMessage
from calendar_core.clock import StandingClock
from tests.adapters.console.host import FakeHost

Output = list[dict[str, Any]]


class Run:
    """A script that was played."""

    def __init__(self, host: FakeHost, out: io.StringIO) -> None:
        self.host = host
        self.out = out

    @property
    def said(self) -> Output:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]

    @property
    def texts(self) -> list[str]:
        return [each["title"] or each["text"] for each in self.said]


class Player:
    def __init__(self, store: Store, clock: StandingClock) -> None:
        self._store = store
        self._clock = clock
        self.run: Run | None = None

    async def __call__(self, *lines: object, raw: bytes = b"") -> Run:
        out = io.StringIO()
        screen = _json_screen(out, self._clock)
        host = FakeHost(self._store, screen, self._clock)
        self.run = Run(host, out)
        given = [raw] if raw else [f"{json.dumps(line)}\n".encode() for line in lines]
        await script.play(host, _each(b"".join(given).splitlines(True)), screen)
        return self.run


def _json_screen(out: io.StringIO, clock: StandingClock) -> JsonScreen:
    return JsonScreen(out, clock=clock, zone=ZoneInfo("Europe/Berlin"))


async def _each(lines: list[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line


@pytest.fixture
def play(store: Store, clock: StandingClock) -> Player:
    return Player(store, clock)


async def test_an_answer_comes_out_whole(play: Player) -> None:
    run = await play({"say": "hello"})
    assert run.said == [
        {
            "step": 1, "type": "status", "card": None, "key": None, "to": "me", "in": None,
            "only": False, "text": "Thinking", "title": "", "fields": [], "buttons": [],
            "late": False, "at": "2026-03-10T08:00:00+01:00",
        },
        {
            "step": 1, "type": "message", "card": "c1", "key": None, "to": "me", "in": None,
            "only": False, "text": "You said: hello", "title": "", "fields": [], "buttons": [],
            "late": False, "at": "2026-03-10T08:00:00+01:00",
        },
    ]  # fmt: skip
    assert run.host.people == ["me"]


async def test_a_card_names_its_facts_and_buttons(play: Player) -> None:
    card = (await play({"say": "ask lunch"})).said[-1]
    assert (card["type"], card["title"]) == ("card", "lunch?")
    assert card["fields"] == [{"name": "when", "value": "Wed 11 March 13:00–13:45"}]
    assert [b["label"] for b in card["buttons"]] == ["Confirm", "Edit", "Not now", "Join"]


async def test_a_status_never_comes_last(play: Player) -> None:
    run = await play({"say": "silence"}, {"say": "hello"}, {"say": "silence"})
    assert [(each["step"], each["type"]) for each in run.said] == [(2, "status"), (2, "message")]


async def test_a_streamed_answer_comes_out_once(play: Player) -> None:
    assert (await play({"say": "slow on Wednesday"})).texts == ["Thinking", "on Wednesday"]


async def test_people_and_places_hold_until_changed(play: Player) -> None:
    run = await play(
        {"as": "bo", "in": "#team"}, {"say": "a"}, {"say": "private b"}, {"as": "ana"}, {"say": "c"}
    )
    said = [each for each in run.said if each["type"] == "message"]
    assert [(each["to"], each["in"], each["only"]) for each in said] == [
        (None, "#team", False),
        ("bo", "#team", True),
        ("ana", None, False),
    ]
    assert run.host.people == ["me", "bo", "ana"]


async def test_a_line_may_say_who_speaks_as_well(play: Player) -> None:
    run = await play({"as": "bo", "in": "#team", "say": "a"}, {"in": None, "say": "b"})
    heard = [h for h in run.host.handler.heard if isinstance(h, IncomingMessage)]
    assert [(h.sender.user, h.place.channel) for h in heard] == [("bo", "#team"), ("bo", "@bo")]


async def test_a_press_edits_the_card(play: Player) -> None:
    update = (await play({"say": "ask x"}, {"press": "confirm"})).said[-1]
    assert (update["step"], update["type"], update["card"]) == (2, "update", "c1")
    assert update["title"] == "✓ confirm:1 by me"
    assert update["buttons"] == [{"label": "Undo"}]


async def test_the_beginning_of_a_label_presses(play: Player) -> None:
    assert (await play({"say": "ask x"}, {"press": "CONF"})).texts[-1] == "✓ confirm:1 by me"


async def test_the_newest_card_that_shows_the_button_is_pressed(play: Player) -> None:
    run = await play(
        {"say": "ask one"}, {"say": "ask two"}, {"press": "Confirm"}, {"press": "Confirm"}
    )
    assert [e["card"] for e in run.said if e["type"] == "update"] == ["c2", "c1"]


async def test_an_old_button_can_be_pressed_again_also_from_an_earlier_process(
    play: Player,
) -> None:
    await play({"say": "ask one"}, {"press": "Confirm"})
    run = await play({"as": "ana"}, {"press": "Confirm"})
    assert [(e["type"], e["card"]) for e in run.said] == [("update", "c1")]


async def test_an_edit_that_changes_nothing_is_not_shown_again(play: Player) -> None:
    await play({"say": "ask one"}, {"press": "Confirm"})
    assert (await play({"press": "Confirm"})).said == []


async def test_a_card_may_be_named(play: Player) -> None:
    run = await play({"say": "ask one"}, {"say": "ask two"}, {"press": "Confirm", "card": "c1"})
    assert run.said[-1]["card"] == "c1"


async def test_an_optional_press_is_skipped_unless_shown_now(play: Player) -> None:
    run = await play(
        {"say": "ask one"},
        {"press": "Confirm", "optional": True},
        {"press": "Confirm", "optional": True},
        {"press": "Nothing", "optional": True},
    )
    assert [e["step"] for e in run.said if e["type"] == "update"] == [2]


async def test_a_press_is_made_by_who_speaks_where_the_card_stands(play: Player) -> None:
    run = await play({"say": "ask one"}, {"as": "bo", "in": "#team"}, {"press": "Confirm"})
    press = run.host.handler.heard[-1]
    assert isinstance(press, ButtonPress)
    assert (press.sender.user, press.place.channel) == ("bo", "@me")


async def test_a_link_is_answered_by_its_address(play: Player) -> None:
    assert (await play({"say": "ask one"}, {"press": "Join"})).texts[-1] == (
        "Join: https://meet.example/1"
    )


async def test_a_form_is_shown_and_filled(play: Player) -> None:
    run = await play({"say": "ask one"}, {"press": "Edit"}, {"fill": {"repeat": "every week"}})
    form = next(each for each in run.said if each["type"] == "form")
    assert (form["title"], form["to"], form["card"]) == ("Edit the lunch", "me", None)
    assert form["fields"] == [
        {"name": "title", "label": "Title", "value": "Lunch", "options": [], "required": True},
        {
            "name": "repeat", "label": "Repeat", "value": "once", "required": False,
            "options": [
                {"label": "Once", "value": "once"}, {"label": "Every week", "value": "weekly"}
            ],
        },
    ]  # fmt: skip
    assert run.texts[-1] == "Filled: title=Lunch, repeat=weekly"


async def test_a_dismissed_form_is_gone(play: Player) -> None:
    with pytest.raises(ScriptStopped, match=r"Line 4 .*no form is open for me"):
        await play({"say": "ask one"}, {"press": "Edit"}, {"dismiss": True}, {"fill": {}})


async def test_time_moves_through_each_due_instant(play: Player) -> None:
    run = await play({"say": "remind 5"}, {"say": "remind 20"}, {"advance": "PT30M"})
    due = [(e["step"], e["type"], e["text"], e["at"]) for e in run.said if e["step"] == 3]
    assert due == [
        (3, "reminder", "⏰ Due at 07:05.", "2026-03-10T08:05:00+01:00"),
        (3, "reminder", "⏰ Due at 07:20.", "2026-03-10T08:20:00+01:00"),
    ]
    assert run.host.clock.now().isoformat() == "2026-03-10T07:30:00+00:00"


async def test_work_that_falls_due_at_the_end_is_done(play: Player) -> None:
    assert (await play({"say": "remind 5"}, {"advance": "PT5M"})).said[-1]["type"] == "reminder"


async def test_blank_lines_count_and_are_skipped(play: Player) -> None:
    run = await play(raw=b'\xef\xbb\xbf\n  \n{"say": "x"}\r\n\n')
    assert [each["step"] for each in run.said] == [3, 3]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"hello", "not a JSON object: Expecting value at character 1"),
        (b"[]", "a line is a JSON object"),
        (b"{}", "is needed"),
        (b'{"shout": "x"}', 'unknown word "shout"'),
        (b'{"say": 5}', '"say" is a text'),
        (b'{"say": "a", "press": "b"}', "need a line each"),
        (b'{"say": "a", "card": "c1"}', "belongs to"),
        (b'{"press": ""}', "label"),
        (b'{"press": "x", "card": "7"}', "no card"),
        (b'{"press": "x", "optional": "yes"}', "true or false"),
        (b'{"press": "Never"}', "no card ever had"),
        (b'{"fill": {"a": "b"}}', "no form is open"),
        (b'{"fill": "b"}', "an object"),
        (b'{"dismiss": false}', "true or not there"),
        (b'{"advance": "15 minutes"}', "no length"),
        (b'{"advance": "PT"}', "no length"),
        (b'{"advance": "P1M"}', "no length"),
        (b'{"advance": "P99999999999D"}', "longer than"),
        (b'{"advance": "P9999999D"}', "further than"),
        (b'{"advance": "P2900000D"}', "further than"),
        (b'{"as": ""}', "no name"),
        (b'{"in": "team"}', "no channel"),
        (b'{"say": "a", "say": "b"}', "twice"),
        (b'{"say": "\xff"}', "UTF-8"),
        (b"[" * 100_000, "not a JSON object"),
    ],
)
async def test_a_bad_line_is_named_by_its_number(play: Player, line: bytes, why: str) -> None:
    with pytest.raises(ScriptStopped, match=why) as stopped:
        await play(raw=b'{"say": "before"}\n\n' + line)
    assert stopped.value.number == 3
    assert play.run is not None
    assert play.run.texts[-1] == "You said: before"


@pytest.mark.parametrize(
    ("entered", "why"),
    [({"colour": "red"}, "no field"), ({"repeat": "daily"}, "one of"), ({"title": " "}, "needed")],
)
async def test_a_form_takes_only_what_it_asks(
    play: Player, entered: dict[str, str], why: str
) -> None:
    with pytest.raises(ScriptStopped, match=why):
        await play({"say": "ask one"}, {"press": "Edit"}, {"fill": entered})


async def test_half_characters_and_nul_are_kept_out(play: Player) -> None:
    run = await play(raw=b'{"say": "a\\ud800b\\u0000c"}')
    assert run.texts[-1] == "You said: a\ufffdbc"
