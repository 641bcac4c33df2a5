"""The manifest and the door say the same, both ways: what is asked for is used, what is used is
asked for."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from adapters.slack import methods
from adapters.slack.door import SCOPES
from adapters.slack.listeners import Listeners
from adapters.slack.methods import COMMAND, COMMAND_SCOPES, EVENT_SCOPES, METHODS
from bot.chat.messages import ShortcutKind
from tests.adapters.slack.house import MANIFEST, House, open_house

ROOM = Path("adapters/slack")
SETTINGS = MANIFEST["settings"]
EVENTS = SETTINGS["event_subscriptions"]["bot_events"]
OF_DISCORD = {ShortcutKind.TIME_WITH}
"""Slack has no menu on people."""


def test_every_scope_is_needed_and_every_need_has_its_scope() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert list(MANIFEST["oauth_config"]["scopes"]) == ["bot"]
    assert COMMAND_SCOPES.union(*(one.scopes for one in METHODS), *EVENT_SCOPES.values()) == SCOPES


def test_every_event_is_listened_to_and_every_listener_subscribed() -> None:
    assert set(EVENTS) == set(EVENT_SCOPES)
    told = set(re.findall(r'app\.event\("(\w+)"\)', source("listeners.py")))
    by_bolt = {"tokens_revoked", "app_uninstalled"}
    assert {name.split(".")[0] for name in EVENTS} == told | by_bolt


def test_every_shortcut_and_command_is_known() -> None:
    shortcuts = {one["callback_id"] for one in MANIFEST["features"]["shortcuts"]}
    assert shortcuts == {kind.value for kind in ShortcutKind if kind not in OF_DISCORD}
    [command] = MANIFEST["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == (COMMAND, True)


def test_every_method_that_is_called_is_listed() -> None:
    """No call passes by `calls.call`, whose methods are all in the list."""
    listed = {name for name, value in vars(methods).items() if isinstance(value, methods.Method)}
    assert {vars(methods)[name] for name in listed} == set(METHODS)
    direct = [
        file.name
        for file in ROOM.glob("*.py")
        if re.search(r"client\.(chat|views|users|conversations|assistant|auth)_", source(file.name))
        or ("api_call(" in source(file.name) and file.name != "calls.py")
    ]
    assert direct == []
    used = "\n".join(source(file.name) for file in ROOM.glob("*.py") if file.name != "methods.py")
    assert [name for name in sorted(listed) if not re.search(rf"\b{name}\b", used)] == []


def source(name: str) -> str:
    return (ROOM / name).read_text(encoding="utf-8")


def test_it_needs_no_public_address() -> None:
    assert SETTINGS["socket_mode_enabled"] is True
    assert not [line for line in addresses(MANIFEST) if "://" in line]
    assert "agent_view" in MANIFEST["features"]
    assert "assistant_view" not in MANIFEST["features"]
    assert MANIFEST["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def addresses(part: Any) -> list[str]:
    """Every text in it."""
    if isinstance(part, dict):
        return [line for value in part.values() for line in addresses(value)]
    if isinstance(part, list):
        return [line for value in part for line in addresses(value)]
    return [str(part)]


def test_its_words_fit() -> None:
    shown = MANIFEST["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert all(len(one["name"]) <= 24 for one in MANIFEST["features"]["shortcuts"])
    assert all(len(one["description"]) <= 150 for one in MANIFEST["features"]["shortcuts"])
    assert len(MANIFEST["features"]["agent_view"]["suggested_prompts"]) <= 4


CHANNEL_TYPES = {"channels": "channel", "groups": "group", "im": "im", "mpim": "mpim"}


@pytest.mark.parametrize("event", EVENTS)
async def test_every_event_finds_its_listener(house: House, event: str) -> None:
    kind, _, where = event.partition(".")
    body = {"type": kind, "ts": "1.2", "event_ts": "1.2", "tab": "home", "user": house.ben.id}
    more = {"channel": house.team.id, "channel_type": CHANNEL_TYPES.get(where, "channel")}
    delivery = await house.slack.post.event(house.acme.id, {**body, **more})
    assert delivery is not None
    assert delivery.is_acked


async def test_an_event_that_nobody_asked_for_is_not_sent_again() -> None:
    """Unacked, Slack would send it again and again."""
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"].append("agent_session_stopped")
    async with open_house(manifest) as house:
        said = await house.ana.dms("wait")
        await house.ana.stops(said)
        assert house.slack.deliveries[-1].is_acked


def test_listeners_are_registered_on_bolt_itself() -> None:
    registered: list[str] = []

    class Spy:
        def __getattr__(self, name: str) -> Any:
            def register(constraint: object) -> Any:
                if name != "middleware":
                    registered.append(f"{name} {getattr(constraint, 'pattern', constraint)}")
                return lambda listener: None

            return register

    Listeners.register(object.__new__(Listeners), Spy())  # type: ignore[arg-type]
    assert registered == [
        "event message",
        "event app_mention",
        "event app_home_opened",
        "event link_shared",
        "command .*",
        "action .*",
        "shortcut .*",
        "view form",
        "view .*",
        "view_closed .*",
        "event .*",
    ]
    assert all(hasattr(AsyncApp, line.split()[0]) for line in registered)
