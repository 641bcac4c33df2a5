"""What is said about joining accounts: which wish some words are, the card, the sentences. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.account_codes import LinkCode, read_code
from bot.accounts import Account
from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Strong, Tone
from bot.wording import say_instant, say_line, say_names

JOIN, LEAVE = "link", "nolink"
"""The verbs of the card's buttons."""
TITLES = {"slack": "Slack", "discord": "Discord", "console": "the terminal"}
_CALLED = {"slack": "slack", "discord": "discord", "terminal": "console", "console": "console"}
_STATUS = re.compile(
    r"(?:link(?: (?:my |an? |another )?accounts?)?"
    r"|(?:which|what)(?: of my)? accounts? (?:are|is|do i have)(?: linked| joined)?"
    r"|(?:my )?(?:linked|joined) accounts|my accounts)[?.! ]*",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?:please )?(?:link|connect|join|pair)"
    r"(?: (?:my|this|an?|the|another|account|with|to|up|on))*"
    r" (?P<where>[a-z]+)(?: (?:account|user|too|please|with|to|this|one|me))*[.! ]*",
    re.IGNORECASE,
)
_APART = re.compile(
    r"(?:please )?(?:unlink|disconnect|separate|split|unjoin)"
    r"(?: (?:my|this|the|from|with|of|accounts?))* (?P<where>[a-z]+)(?: accounts?)?[.! ]*",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:link(?: (?:with|the|my|code))* )?"
    r"(?P<code>[a-z0-9]{4}[-\u2010\u2013]?[a-z0-9]{4})[.! ]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AsksAccounts:
    """Which accounts are joined?"""


@dataclass(frozen=True, slots=True)
class AsksApart:
    """Two accounts shall be two people again."""


@dataclass(frozen=True, slots=True)
class AsksCode:
    """A code, please, to enter on this platform."""

    platform: str


@dataclass(frozen=True, slots=True)
class EntersCode:
    """Here is one."""

    code: str


Wish: TypeAlias = AsksAccounts | AsksApart | AsksCode | EntersCode


def read_wish(text: str, platforms: Collection[str], *, alone: bool) -> Wish | None:
    """What some words wish about accounts; None when they are about something else.

    A code without a word before it counts where one is `alone` with the bot.
    """
    words = " ".join(text.replace("`", "").replace("*", "").split())
    if _STATUS.fullmatch(words):
        return AsksAccounts()
    found = _CODE.fullmatch(words)
    if found is not None:
        code = found["code"]
        bare = not words.casefold().startswith("link")
        if _looks_like_a_code(code) and (not bare or (alone and read_code(code))):
            return EntersCode(code)
    found = _APART.fullmatch(words)
    if found is not None and found["where"].casefold() in _CALLED:
        return AsksApart()
    found = _TO.fullmatch(words)
    if found is not None:
        where = found["where"].casefold()
        platform = _CALLED.get(where, where)
        if platform in platforms or platform in TITLES:
            return AsksCode(platform)
    return None


def _looks_like_a_code(words: str) -> bool:
    """Every code has a digit and is told with its dash: "whatsapp" is none."""
    return any(one.isdigit() or not one.isalnum() for one in words)


def title_of(platform: str) -> str:
    """What people call a platform."""
    return TITLES.get(platform, platform.title())


def on_platform(platform: str) -> str:
    """Says "on Discord", "in the terminal"."""
    return f"{'in' if platform == 'console' else 'on'} {title_of(platform)}"


def command(words: str, platform: str) -> str:
    """How a wish is said there."""
    return f'"{words}"' if platform == "console" else f'"/cal {words}"'


def told_accounts(accounts: Sequence[Account], here: str) -> str:
    """Which accounts somebody has, and how to join one more."""
    named = [f"{_capital(title_of(one.sender.platform))} ({_name(one)})" for one in accounts]
    other = next((name for name in ("slack", "discord") if name != here), "slack")
    how = (
        f"To join another one, say {command(f'link {other}', here)} here, and enter the code there."
    )
    if len(named) < 2:
        return f"This is your only account: {say_names(named)}. {how}"
    return f"Your accounts: {say_names(named)}. I write to you where you were active last. {how}"


def told_inseparable(accounts: Sequence[Account], here: str) -> str:
    """Joined accounts stay joined."""
    if len(accounts) < 2:
        return told_accounts(accounts, here)
    return (
        "Joined accounts can't be taken apart again: what is yours can't be told by account any "
        'more. "Erase everything about me" forgets all of them; from then on each begins anew.'
    )


def _name(account: Account) -> str:
    return say_line(account.sender.name or account.sender.user)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def told_code(code: str, platform: str, here: str, more: bool) -> str:
    """The code, and where to enter it."""
    one_more = (
        f" You have an account {on_platform(platform)} already; this joins one more."
        if more and platform != here
        else ""
    )
    there = other_account(platform, here)
    own = ", from your own account" if platform != here else ""
    return (
        f"Your code: {code}\n"
        f"Say {command(f'link {code}', platform)} to me {there}{own}, "
        f"within ten minutes. It works once; show it to nobody.{one_more}"
    )


def other_account(platform: str, here: str) -> str:
    """Says "on Discord"; of the platform where one is, which other account."""
    if platform != here:
        return on_platform(platform)
    return "in your other workspace" if platform == "slack" else "from your other account"


def wrong_code(here: str) -> str:
    """No such code waits."""
    again = command(f"link {'slack' if here == 'console' else here}", "")
    return (
        "I know no such code. A code lives ten minutes and works once. "
        f"For a new one say {again} on your other account."
    )


def too_many(until: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A pause."""
    return f"Those were too many wrong codes. Try again {say_instant(until, zone, now)}."


def join_card(code: LinkCode, theirs: str, mine: str, here: str) -> Card:
    """The question: what becomes part of whom, and what that means."""
    there = code.account.platform
    name, me = say_line(theirs), say_line(mine)
    return Card(
        kind=CardKind.CARD,
        title=(f"Join this account with {name}'s?",),
        fields=(
            Field(name="this account", value=(f"{me}, {on_platform(here)}",)),
            Field(name="becomes part of", value=(Strong(f"{name}, {on_platform(there)}"),)),
            Field(
                name="shared",
                value=(
                    "all calendars, reminders and conversations of both. Zone and settings of "
                    f"{name} {on_platform(there)} are kept. "
                    "People in either place may ask me when you are free.",
                ),
            ),
            Field(
                name="careful",
                value=(
                    Strong(f"Press Join only if {name} {on_platform(there)} is yourself."),
                    " Otherwise somebody else sees and changes all that is yours. "
                    "It can't be taken apart again.",
                ),
            ),
        ),
        buttons=(
            Button(label="Join", value=f"{JOIN}:{code.id}", style=ButtonStyle.DANGER),
            Button(label="Not now", value=f"{LEAVE}:{code.id}", style=ButtonStyle.PRIMARY),
        ),
        tone=Tone.CAREFUL,
    )


def outcome_card(words: str, tone: Tone = Tone.PLAIN) -> Card:
    """What came of it."""
    return Card(kind=CardKind.CARD, title=(words,), tone=tone)
