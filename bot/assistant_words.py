"""What is said about other assistants: which wish some words are, the cards, the sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.assistant_tokens import LONGEST_NAME, Assistant, shown
from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Secret, Strong, Tone
from bot.wording import say_day, say_instant

CONNECT, DISCONNECT, PUT_AWAY = "assistant", "unassistant", "hidetoken"
"""The verbs of the cards' buttons."""
PROPOSES, READS = "proposes", "reads"
"""What a new one may do: in a button, before its name."""
LISTED = 5
"""Assistants that have a button of their own."""
NONE = "No other assistant is connected."
DISCONNECTED = "✓ Disconnected: that token opens nothing any more."
PUT_AWAY_LINE = "✓ The token is put away. It can't be shown again."
_WHAT = r"(?:(?:mcp|ai|llm) )?(?:assistants?|agents?|clients?|apps?)|mcp(?: token)?"
_CONNECT = re.compile(
    r"(?:(?:please|can you|could you|can i|i(?:'d| would) like to|i want to|let me|how (?:do|can) "
    r"i) )*(?:(?P<sure>connect|let in|hook up|make (?:a |me a )?token for)|add|set up) "
    rf"(?:(?:my|an?|the|another|other|a new|new) )*(?:{_WHAT})"
    r"(?:(?P<called> (?:called|named))? (?P<name>.+))?"
)
_TOKEN = re.compile(
    r"(?:(?:please|give me|make|create|get|i (?:need|want)|i(?:'d| would) like|can i (?:have|get)|"
    r"an?|my|new|another) )*(?:mcp|assistant) token"
)
_STOP = re.compile(
    r"(?:please )?(?:disconnect|shut out|lock out|revoke|log out|sign out) "
    rf"(?:(?:my|the|all|an?|other|all my) )*(?:(?:{_WHAT})(?: (?:called|named))?|(?:mcp|assistant) "
    r"tokens?)(?: (?P<name>.+))?"
)
_LIST = re.compile(
    r"(?:(?:please|which|what|show|list|tell|me|do i have|are|is|my|the|other|all|connected) )+"
    rf"(?:{_WHAT})(?: (?:are|is|do i have|have i))?(?: connected)?"
)
_KNOWN = ("assistant", "mcp")


@dataclass(frozen=True, slots=True)
class AsksConnect:
    """Let one in, please."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class AsksDisconnect:
    """Let one, or all, in no more."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class AsksList:
    """Which are there?"""


Wish: TypeAlias = AsksConnect | AsksDisconnect | AsksList


def read_wish(text: str) -> Wish | None:
    """What some words wish about other assistants; None when they are about something else."""
    said = " ".join(text.replace("`", "").strip(" .!?").split())
    words = said.casefold()
    if not any(one in words for one in _KNOWN) or len(words) > 200:
        return None
    stop = _STOP.fullmatch(words)
    if stop is not None:
        return AsksDisconnect(_named(said, stop))
    begin = _CONNECT.fullmatch(words)
    if begin is not None:
        name = _named(said, begin)
        is_sure = begin["sure"] or begin["called"] or not name
        return AsksConnect(name) if is_sure and not _is_time(name) else None
    if _TOKEN.fullmatch(words) is not None:
        return AsksConnect()
    return AsksList() if _LIST.fullmatch(words) is not None else None


def _named(said: str, found: "re.Match[str]") -> str:
    """As it was written."""
    if not found["name"]:
        return ""
    start, end = found.span("name")
    return shown(said[start:end] if len(said) == len(found.string) else found["name"], LONGEST_NAME)


def _is_time(name: str) -> bool:
    """Whether the words go on as of an event: "add assistant interview tomorrow at 3"."""
    return re.search(r"\b(?:at|on|to|with|tomorrow|today|next|from|for)\b|\d", name) is not None


def choice_card(name: str, there: Sequence[Assistant], now: datetime) -> Card:
    """How much may it do? And which there are already."""
    called = f" “{name}”" if name else " another assistant"
    return Card(
        kind=CardKind.CARD,
        title=(f"Connect{called} to your calendars?",),
        body=(
            (
                "It speaks MCP and gets a token of its own. It sees what you see, and changes "
                "nothing: what it proposes is a card here, and only your press does it.",
            ),
            *((line,) for line in _listed(there, now)),
        ),
        buttons=(
            Button(
                label="May read and propose",
                value=f"{CONNECT}:{PROPOSES}.{name}",
                style=ButtonStyle.PRIMARY,
            ),
            Button(label="May only read", value=f"{CONNECT}:{READS}.{name}"),
            *_disconnecting(there),
        ),
        tone=Tone.ASKING,
    )


def made_card(assistant: Assistant, token: str, address: str) -> Card:
    """Here it is: the one time that its token is told."""
    how = "it reads and proposes" if assistant.may_propose else "it reads alone"
    over_http = "MCP over streamable HTTP, the token as bearer"
    where = [Field(name="address", value=(f"{address} ({over_http})",))] if address else []
    return Card(
        kind=CardKind.CARD,
        title=(f"✓ “{assistant.name}” may connect: {how}",),
        fields=(
            Field(name="token", value=(Secret(token),)),
            *where,
            Field(
                name="command",
                value=(
                    "convene mcp on the machine where I run, with the token as CONVENE_MCP_TOKEN",
                ),
            ),
            Field(
                name="careful",
                value=(
                    Strong("Whoever has this token sees your calendars."),
                    " I can't show it again. To end it, press Disconnect, or say “disconnect my "
                    "assistant”.",
                ),
            ),
        ),
        buttons=(
            Button(label="I have it, put it away", value=f"{PUT_AWAY}:{assistant.id}"),
            Button(
                label="Disconnect",
                value=f"{DISCONNECT}:{assistant.id}",
                style=ButtonStyle.DANGER,
            ),
        ),
        tone=Tone.DONE,
    )


def put_away_card(assistant: Assistant) -> Card:
    """The same without its token."""
    card = outcome_card(PUT_AWAY_LINE)
    return replace(card, buttons=tuple(_disconnecting([assistant])))


def list_card(there: Sequence[Assistant], now: datetime) -> Card:
    """Which there are, to be disconnected."""
    return Card(
        kind=CardKind.CARD,
        title=("These assistants may ask in your name",),
        body=tuple((line,) for line in _numbered(there, now)),
        buttons=tuple(_disconnecting(there)),
    )


def disconnected_words(withdrawn: int) -> str:
    """What came of disconnecting one."""
    if not withdrawn:
        return DISCONNECTED
    cards = "Its card is withdrawn" if withdrawn == 1 else f"Its {withdrawn} cards are withdrawn"
    return f"{DISCONNECTED} {cards}."


def outcome_card(words: str) -> Card:
    """What came of it."""
    return Card(kind=CardKind.CARD, title=(words,), tone=Tone.DONE)


def _disconnecting(there: Sequence[Assistant]) -> list[Button]:
    return [
        Button(
            label=f"Disconnect {at}" if len(there) > 1 else "Disconnect",
            value=f"{DISCONNECT}:{one.id}",
            style=ButtonStyle.DANGER,
        )
        for at, one in enumerate(there[:LISTED], start=1)
    ]


def _listed(there: Sequence[Assistant], now: datetime) -> list[str]:
    if len(there) > 1:
        return ["Connected already:", *_numbered(there, now)]
    return [f"Connected already: {told(one, now)}." for one in there]


def _numbered(there: Sequence[Assistant], now: datetime) -> list[str]:
    lines = [f"{at}. {told(one, now)}" for at, one in enumerate(there[:LISTED], start=1)]
    more = len(there) - len(lines)
    return [*lines, f"and {more} more"] if more else lines


def told(one: Assistant, now: datetime) -> str:
    """An assistant in a line: "“Desk” (claude-ai), reads and proposes, since Tue 10 Mar, …"."""
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    client = f" ({one.client})" if one.client else ""
    may = "reads and proposes" if one.may_propose else "reads alone"
    since = say_day(one.made_at.astimezone(zone).date(), now)
    used = (
        "never used" if one.used_at is None else f"last used {say_instant(one.used_at, zone, now)}"
    )
    return f"“{one.name}”{client}, {may}, since {since}, {used}"
