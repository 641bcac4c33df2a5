"""What is said about erasing everything of a person: which words wish it, the card, the lines.
Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.account_words import on_platform
from bot.accounts import Account
from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Strong, Tone
from bot.wording import say_count, say_line, say_names
from calendar_core.accounts import Account as LinkedAccount
from calendar_core.errors import NotFound
from calendar_core.events import Calendar
from calendar_core.people import PersonId

ERASE, KEEP = "erase", "noerase"
"""The verbs of the card's buttons."""
LIVES = timedelta(minutes=10)
"""The card can be pressed so long: what it says of what goes is true then."""
_WISH = re.compile(
    r"(?:please |i (?:want|would like|wish) (?:you )?to |(?:can|could) you )*"
    r"(?:erase|delete|remove|forget|wipe)"
    r"(?: all| of| everything| that| you| i| have| know| is| known| the| my| data)*"
    r" (?:(?:about|of|on|from) me|me|my (?:account|data))"
    r"(?: completely| for good| forever| please| now| here)*[.!? ]*",
    re.IGNORECASE,
)
_BARE = re.compile(r"erase(?: everything| all| me)?[.!? ]*", re.IGNORECASE)
ERASING = "✓ Erasing everything about you …"
KEPT = "Left as it was: nothing was erased."
GONE = (
    "✓ Everything about you is erased: I don't know you any more. "
    "If you write to me again, we start from the beginning."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What goes, counted."""

    accounts: Sequence[Account]
    linked: Sequence[LinkedAccount]
    calendars: Sequence[Calendar]
    events: int
    """On built-in calendars."""
    reminders: int


def wishes_erasure(text: str) -> bool:
    """Whether some words wish that everything about their speaker be erased."""
    words = " ".join(text.replace("`", "").replace("*", "").split())
    return bool(_WISH.fullmatch(words) or _BARE.fullmatch(words))


def erases(value: str) -> bool:
    """Whether that is what a button that erases carries."""
    return value.startswith(f"{ERASE}:")


def subject_of(person: PersonId, now: datetime) -> str:
    """What the buttons carry: whose card it is, and since when."""
    return f"{person}.{int(now.timestamp())}"


def read_subject(subject: str) -> tuple[PersonId, datetime]:
    """The same, read. Raises NotFound for what is none."""
    person, _, since = subject.rpartition(".")
    if not (person and since.isascii() and since.isdecimal() and len(since) < 12):
        raise NotFound("I no longer know this card. Ask me again, please.")
    return PersonId(person), datetime.fromtimestamp(int(since), UTC)


def erase_card(there: Belongings, subject: str) -> Card:
    """The question: what goes, and what stays."""
    goes = Field(name="goes", value=(f"{told(there)}.",))
    fields = [goes]
    if there.linked:
        named = say_names([say_line(one.address) for one in there.linked])
        words = f"{named} is" if len(there.linked) == 1 else f"{named} are"
        field = Field(
            name="linked",
            value=(
                f"{words} unlinked, and I give my access back. "
                "The events there stay: they are not mine to erase.",
            ),
        )
        fields.append(field)
    fields += [
        Field(
            name="stays",
            value=(
                "events on calendars of others and of channels; where they name you, they name a "
                "former member. Guests of your events keep their copies. Messages that stand here "
                "already stay until you delete them.",
            ),
        ),
        Field(name="careful", value=(Strong("It can't be undone. Export your calendar first."),)),
    ]
    return Card(
        kind=CardKind.CARD,
        title=("Erase everything about you?",),
        fields=tuple(fields),
        buttons=(
            Button(label="Erase everything", value=f"{ERASE}:{subject}", style=ButtonStyle.DANGER),
            Button(label="Keep it", value=f"{KEEP}:{subject}", style=ButtonStyle.PRIMARY),
        ),
        tone=Tone.CAREFUL,
    )


def told(there: Belongings) -> str:
    """What goes, in words: "your calendar with 12 events, 3 reminders …"."""
    parts = [f"your {one}" for one in _counted(there)]
    parts += ["your settings", "what we said to each other, as far as I keep it"]
    named = _known_by(there)
    return say_names(parts) + (f". I forget who you are {say_names(named)}" if named else "")


def told_to_operator(name: str, there: Belongings) -> list[str]:
    """The same for whoever runs the house, a line each."""
    lines = [f"Everything of {say_line(name)} will be erased:"]
    lines += [f"  {one}" for one in _counted(there)]
    lines += [f"  {one.provider} {say_line(one.address)}, unlinked" for one in there.linked]
    lines += ["  settings, conversations, changes and their trail"]
    lines += [f"  who they are {one}" for one in _known_by(there)]
    lines.append("Events of others stay; where they name this person, they name a former member.")
    return lines


def _counted(there: Belongings) -> list[str]:
    own = [one for one in there.calendars if not one.account_id]
    parts = []
    if own:
        what = "calendar" if len(own) == 1 else f"{len(own)} calendars"
        full = f" with {say_count(there.events, 'event')}" if there.events else ""
        parts.append(f"{what}{full}")
    if there.reminders:
        parts.append(say_count(there.reminders, "reminder"))
    return parts


def _known_by(there: Belongings) -> list[str]:
    return [
        f"{on_platform(one.sender.platform)} ({say_line(one.sender.name or one.sender.user)})"
        for one in there.accounts
    ]


def farewell(unrevoked: Sequence[LinkedAccount]) -> str:
    """The last line."""
    if not unrevoked:
        return GONE
    named = say_names([say_line(one.address) for one in unrevoked])
    return f"{GONE} Take my access to {named} back there yourself: I could not."


def outcome_card(words: str, tone: Tone = Tone.PLAIN) -> Card:
    """What came of the question."""
    return Card(kind=CardKind.CARD, title=(words,), tone=tone)
