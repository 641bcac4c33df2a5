"""Payloads of every sort → the chat's words, without a server: what Slack tells in odd cases."""

from typing import Any

import pytest

from adapters.slack import incoming, pressed
from adapters.slack.people import zone_of
from adapters.slack.submissions import on_blocks
from bot.chat.messages import PlaceKind, Sender
from tests.builders import NOW

ANA = Sender(platform="slack", workspace="T1", user="U1", name="Ana")


def an_event(**details: Any) -> dict[str, Any]:
    """Ana wrote in a channel."""
    usual = {
        "type": "message",
        "channel": "C1",
        "user": "U1",
        "text": "hi",
        "ts": "1773133200.0002",
    }
    return usual | details


def a_press(**details: Any) -> dict[str, Any]:
    """Ana pressed Confirm on a message in a channel."""
    return {
        "type": "block_actions",
        "trigger_id": "1.2.3",
        "response_url": "https://r/1",
        "container": {"type": "message", "message_ts": "5.5", "channel_id": "C1"},
        "channel": {"id": "C1", "name": "team"},
        "message": {"ts": "5.5"},
        "actions": [{"action_id": "press:0", "value": "confirm:1", "action_ts": "9.9"}],
    } | details


@pytest.mark.parametrize(
    "event",
    [
        an_event(bot_id="B1"),
        an_event(user="U0BOT"),
        an_event(user="USLACKBOT"),
        an_event(user=None),
        an_event(hidden=True),
        *(
            an_event(subtype=subtype)
            for subtype in ("message_changed", "message_deleted", "channel_join", "bot_message")
        ),
    ],
)
def test_what_nobody_said_is_not_heard(event: dict[str, Any]) -> None:
    event = event | {"channel": "D1"}
    assert not incoming.is_heard(event, bot="U0BOT")


def test_what_is_said_in_a_channel_is_heard_when_it_may_be_meant() -> None:
    heard = incoming.is_heard
    assert not heard(an_event(), bot="U0BOT")
    assert heard(an_event(text="<@U0BOT> hi"), bot="U0BOT")
    assert heard(an_event(text="<@U0BOT|convene> hi"), bot="U0BOT")
    assert heard(an_event(thread_ts="1.1"), bot="U0BOT")
    assert not heard(an_event(thread_ts="1773133200.0002"), bot="U0BOT")
    assert heard(an_event(channel="D1"), bot="U0BOT")
    assert not heard(an_event(channel="D1", text=" "), bot="U0BOT")
    assert heard(an_event(channel="D1", subtype="file_share"), bot="U0BOT")
    assert heard(an_event(channel="D1", text="", files=[{"id": "F1"}]), bot="U0BOT")


def test_a_mention_alone_asks_what_there_is() -> None:
    event = an_event(text="<@U0BOT>")
    said = incoming.message(event, workspace="T1", bot="U0BOT", sender=ANA, people={})
    assert (said.text, said.place.thread) == ("help", "1773133200.0002")
    assert (said.id, said.at.year) == ("T1/C1/1773133200.0002", 2026)


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("today", "today", ""),
        ("  Free  next week", "free", "next week"),
        ("freedom day", "", "freedom day"),
        ("link discord", "link", "discord"),
        ("", "", ""),
    ],
)
def test_a_command_begins_with_its_word(text: str, name: str, rest: str) -> None:
    body = {"channel_id": "D1", "text": text, "trigger_id": "1.2.3"}
    command = incoming.command(body, workspace="T1", sender=ANA, people={}, at=NOW)
    assert (command.name, command.text, command.trigger) == (name, rest, "1.2.3")
    again = incoming.command(body, workspace="T1", sender=ANA, people={}, at=NOW)
    assert again.id == command.id


def test_names_that_slack_hides_are_not_names() -> None:
    for hidden in ("directmessage", "privategroup", "mpdm-ana--bo-1"):
        body = {"channel_id": "C1", "channel_name": hidden, "text": ""}
        command = incoming.command(body, workspace="T1", sender=ANA, people={}, at=NOW)
        assert (command.place.name, command.place.kind) == ("", PlaceKind.CHANNEL)


def test_the_beginning_of_a_thread_stands_in_the_channel() -> None:
    root = a_press(message={"ts": "5.5", "thread_ts": "5.5"})
    reply = a_press(message={"ts": "5.5", "thread_ts": "4.4"})
    assert pressed.press_place(root, "T1") == incoming.place("T1", "C1", name="team")
    assert pressed.press_place(reply, "T1").thread == "4.4"


def test_pressing_twice_is_twice_and_delivering_twice_is_once() -> None:
    where = incoming.place("T1", "C1")

    def id_of(body: dict[str, Any]) -> str:
        press = pressed.press(body, "confirm:1", workspace="T1", sender=ANA, where=where, at=NOW)
        return press.id

    again = a_press(actions=[{"value": "confirm:1", "action_ts": "9.95"}])
    assert id_of(a_press()) == id_of(a_press(trigger_id="of another delivery"))
    assert id_of(a_press()) != id_of(again)


def test_a_long_value_makes_a_short_id() -> None:
    where = incoming.place("T1", "C1")
    value = "snooze:" + "x" * 1_000
    press = pressed.press(a_press(), value, workspace="T1", sender=ANA, where=where, at=NOW)
    assert (len(press.id) <= 150, press.value) == (True, value)


def test_what_one_person_sees_is_edited_by_the_press_alone() -> None:
    where = incoming.place("T1", "C1")
    container = {"message_ts": "5.5", "channel_id": "C1", "is_ephemeral": True}
    body = a_press(container=container, message={})
    press = pressed.press(body, "confirm:1", workspace="T1", sender=ANA, where=where, at=NOW)
    assert press.message is not None
    assert (press.reply, press.message.id) == ("https://r/1", "U1~5.5")


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"action_id": "press:0", "value": "confirm:1"}, "confirm:1"),
        ({"action_id": "choose:0.0", "selected_option": {"value": "snooze:1"}}, "snooze:1"),
        ({"action_id": "choose:0.0", "selected_option": None}, None),
        ({"action_id": "open:1", "value": "join:1"}, None),
        ({"action_id": "of an older version", "value": "undo:1"}, "undo:1"),
        ({"action_id": "picker", "selected_date": "2026-03-11"}, None),
    ],
)
def test_a_button_carries_its_value(action: dict[str, Any], value: str | None) -> None:
    assert pressed.press_value({"actions": [action]}) == value


def test_an_unknown_shortcut_or_tab_is_nothing() -> None:
    where = incoming.place("T1", "D1")
    body = {"callback_id": "of_old", "trigger_id": "1"}
    assert (
        incoming.shortcut(body, workspace="T1", sender=ANA, where=where, author="", at=NOW) is None
    )
    event = {"event": {"tab": "about", "channel": "D1"}}
    assert incoming.opened(event, workspace="T1", sender=ANA, at=NOW) is None


def test_faults_of_fields_that_are_not_shown_stand_under_the_first() -> None:
    view = {"blocks": [{"type": "context"}, {"type": "input", "block_id": "field:title"}]}
    assert on_blocks({"title": "One.", "notes": "Two."}, view) == {"field:title": "One. Two."}
    assert on_blocks({"title": "One."}, {"blocks": []}) == {}


def test_only_zones_that_exist_are_zones() -> None:
    assert zone_of("Europe/Berlin") == "Europe/Berlin"
    for odd in (None, "", "Mars/Olympus", "../etc/passwd", 7):
        assert zone_of(odd) is None
