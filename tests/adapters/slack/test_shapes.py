"""Documented shapes of what Slack delivers that are not the everyday ones: conversations without
the bot, shared channels, fields that are left out. Nothing fails, and nobody waits in vain.
"""

import logging
from typing import Any

import pytest

from bot.chat.cards import message
from bot.chat.messages import Command, Opened, Page, PlaceKind
from bot.chat.platform import PlaceGone, Right
from tests.adapters.slack.house import House
from tests.servers.slack import payloads, web
from tests.servers.slack.delivery import COMMAND, EVENT, INTERACTION, event_body
from tests.servers.slack.world import Json

MISSING: Any = object()


def without(whole: Json, changes: Json) -> Json:
    """A payload with other values, and without those that are MISSING."""
    return {key: value for key, value in (whole | changes).items() if value is not MISSING}


async def tell(house: House, body: Json) -> None:
    """Deliver an event as it is, and let it be answered."""
    delivery = house.slack.post._new(EVENT, body)
    assert await house.slack.post._attempt(delivery, 0, "")
    await house.door.settle()


@pytest.fixture(autouse=True)
def _nothing_fails(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_a_conversation_of_two_others_is_read_by_both(house: House) -> None:
    """Commands and menus work there though the bot is not in it: what is private stays so."""
    theirs = house.acme.between(house.ana, house.ben)

    async def answer(command: Command) -> None:
        await house.platform.post(command.place, message("Salary talk"), seen_by=command.sender)

    house.heard.answer_command = answer
    await house.ben.commands("/cal", "today", channel=theirs)
    said = await house.ana.says(theirs, "dinner at 8?")
    await house.ben.uses_shortcut("event_of_message", on=said)
    await house.door.settle()
    shown = await house.ben.sees("Salary talk", theirs)
    assert shown.seen_by == house.ben.id
    assert house.ana.messages(theirs) == [said]
    await house.ben.commands("/cal", "today")
    await house.door.settle()
    commanded = [one.place.kind for one in house.heard.commands]
    assert commanded == [PlaceKind.CHANNEL, PlaceKind.DIRECT]
    assert [one.place.kind for one in house.heard.shortcuts] == [PlaceKind.CHANNEL]


SILENT: tuple[Json, ...] = (
    {"subtype": "bot_message", "bot_id": "B1", "user": MISSING},
    {"subtype": "message_changed", "user": MISSING, "text": MISSING, "message": {}},
    {"subtype": "message_deleted", "user": MISSING, "text": MISSING},
    {"subtype": "channel_join"},
    {"text": MISSING},
    {"text": None, "blocks": []},
    {"type": "app_mention", "channel_type": MISSING, "user": MISSING, "bot_id": "B1"},
)
SAID: tuple[Json, ...] = (
    {"subtype": "thread_broadcast", "thread_ts": "1700000000.000100", "root": {}},
    {"subtype": "file_share", "files": [{"id": "F1"}]},
    {"user": "U9FOREIGN", "user_team": "T9", "source_team": "T9", "team": "T9"},
    {"user": "W0GRID"},
    {"channel": "G0MPIM", "channel_type": "mpim"},
    {"edited": {"user": "U1", "ts": "1.2"}},
)


async def test_words_of_many_shapes(house: House) -> None:
    for changes in (*SILENT, *SAID):
        text = f"<@{house.acme.bot_user}> hello"
        event = {"type": "message", "channel": house.team.id, "channel_type": "channel",
                 "text": text, "user": house.ben.id, "ts": house.slack.backend.ts()}  # fmt: skip
        await tell(house, event_body(house.slack.backend, house.acme.id, without(event, changes)))
        heard = [one.text for one in house.heard.messages]
        assert heard == (["hello"] if changes in SAID else []), changes
        house.heard.messages.clear()


async def test_a_delivery_from_another_workspaces_channel_is_answered_in_ours(
    house: House,
) -> None:
    event = {"type": "app_mention", "channel": house.team.id, "user": "U9FOREIGN", "text": "hi",
             "ts": house.slack.backend.ts()}  # fmt: skip
    body = event_body(house.slack.backend, house.acme.id, event)
    body |= {"team_id": "T9OTHER", "context_team_id": house.acme.id, "is_ext_shared_channel": True}
    await tell(house, body)
    assert [one.place.workspace for one in house.heard.messages] == [house.acme.id]


async def test_the_smallest_event_is_enough(house: House) -> None:
    event = {"type": "app_home_opened", "user": house.ben.id, "tab": "home"}
    await tell(house, {"type": "event_callback", "team_id": house.acme.id, "event": event})
    [opened] = house.heard.opened
    assert isinstance(opened, Opened)
    assert (opened.page, opened.place.channel) == (Page.HOME, house.ben.dm.id)


BUTTON: Json = {"type": "button", "action_id": "press:0", "block_id": "b", "value": "undo:1"}


PRESSED: tuple[tuple[Json, Json], ...] = (
    ({}, {}),
    ({}, {"message": MISSING}),
    ({}, {"container": MISSING}),
    ({}, {"channel": MISSING, "response_url": MISSING, "team": None}),
)
NOTHING: tuple[tuple[Json, Json], ...] = (
    ({"type": "datepicker", "value": MISSING, "selected_date": "2026-03-12"}, {}),
    ({"type": "users_select", "value": MISSING, "selected_user": "U1"}, {}),
    ({"type": "checkboxes", "value": MISSING, "selected_options": []}, {}),
    ({}, {"view": {"id": "V1", "type": "modal"}, "message": MISSING}),
)


async def test_presses_of_many_shapes(house: House) -> None:
    slack = house.slack.backend
    for action, more in (*PRESSED, *NOTHING):
        stands = {"message_ts": "1700000000.000300", "channel_id": house.team.id}
        payload = {
            **payloads.who(slack, house.acme.team, house.ben.account, "block_actions"),
            "actions": [without(BUTTON, action)],
            "container": {"type": "message", "is_ephemeral": False, **stands},
            "channel": {"id": house.team.id, "name": "team"},
            "message": {"type": "message", "ts": stands["message_ts"], "bot_id": "B1"},
            "response_url": slack.reply_address("actions", house.team, house.ben.id),
        }
        await house.slack.post.interaction(INTERACTION, without(payload, more))
        await house.door.settle()
        heard = [one.value for one in house.heard.presses]
        assert heard == (["undo:1"] if (action, more) in PRESSED else []), (action, more)
        house.heard.presses.clear()
    assert house.slack.complaints == [], "all are acked"


async def test_what_nobody_asked_for_is_acked(house: House) -> None:
    who = payloads.who(house.slack.backend, house.acme.team, house.ben.account, "view_closed")
    view = {"id": "V1", "type": "modal", "callback_id": "an older one", "state": {"values": {}}}
    await house.slack.post.interaction(INTERACTION, {**who, "view": view, "is_cleared": True})
    await house.slack.post.interaction(INTERACTION, {**who, "type": "something_new"})
    assert house.slack.complaints == []


COMMANDED: tuple[Json, ...] = (
    {"trigger_id": MISSING, "response_url": MISSING, "user_name": MISSING},
    {"channel_name": MISSING, "team_domain": MISSING, "enterprise_id": None},
    {"channel_id": "G0MPIM", "channel_name": "mpdm-ana--ben-1"},
    {"channel_name": "privategroup"},
)


async def test_commands_of_many_shapes(house: House) -> None:
    slack, words = house.slack.backend, ("/cal", "today")
    for changes in COMMANDED:
        payload = payloads.command(slack, house.acme.team, house.ben.account, house.team, words)
        await house.slack.post.interaction(COMMAND, without(payload, changes))
    await house.door.settle()
    assert [one.name for one in house.heard.commands] == ["today"] * len(COMMANDED)
    assert house.slack.complaints == []


async def test_answers_of_slack_that_say_no_more_than_ok(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said stands; only a direct conversation that nobody names can't be spoken in."""
    for method in ("chat.postMessage", "chat.postEphemeral", "users.info", "conversations.open"):
        monkeypatch.setitem(web.METHODS, method, lambda *_: {})
    ben = house.sender(house.ben)
    place = house.place()
    assert (await house.platform.post(place, message("Hello"))).place == place
    assert (await house.platform.post(place, message("Hello"), seen_by=ben)).place == place
    with pytest.raises(PlaceGone):
        await house.platform.reach(ben)
    await house.ben.mentions(house.team, "hi")
    await house.door.settle()
    assert [one.sender.user for one in house.heard.messages] == [house.ben.id]


async def test_who_runs_another_workspace_does_not_run_ours(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a channel that both share."""
    place, ana, info = house.place(), house.sender(house.ana), web.METHODS["users.info"]
    assert await house.platform.may(ana, place, Right.MANAGE)
    other: Json = {}

    def told(*asked: Any) -> Json:
        return {"user": info(*asked)["user"] | other}

    monkeypatch.setitem(web.METHODS, "users.info", told)
    for other in ({"team_id": "T9OTHER"}, {"is_stranger": True}):
        assert not await house.platform.may(ana, place, Right.MANAGE), other
        assert not await house.platform.may(ana, place, Right.GOVERN), other


async def test_somebody_of_another_company_is_nobodys_colleague(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a channel that both companies share; spoken with through ours all the same."""
    info = web.METHODS["users.info"]
    theirs = {"team_id": "T9OTHER", "enterprise_user": {"enterprise_id": "E9"}}
    monkeypatch.setitem(
        web.METHODS, "users.info", lambda *asked: {"user": info(*asked)["user"] | theirs}
    )
    await house.ben.mentions(house.team, "hi")
    await house.slack.until(lambda: bool(house.heard.messages))
    sender, place = house.heard.messages[-1].sender, house.heard.messages[-1].place
    assert sender.workspace == f"{house.acme.id}:T9OTHER"
    assert place.is_abroad_for(sender)
    assert (sender.through, place.workspace) == (house.acme.id, house.acme.id)
    assert (await house.platform.reach(sender)).key == f"slack/{house.acme.id}/{house.ben.dm.id}/"
    assert await house.platform.may(sender, place, Right.SPEAK)
    assert not await house.platform.may(sender, place, Right.MANAGE)
    ref = await house.platform.post(place, message("for you"), seen_by=sender)
    assert ref.place == place
    await house.platform.show_page(sender, [message("yours")])
    assert house.ben.home()
