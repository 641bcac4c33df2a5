"""How an answer looks, in our own words. A platform's `render.py` turns a card into its own markup.

No vendor markup stands above `render.py`, and escaping happens there alone: every text here is
plain.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class CardKind(StrEnum):
    """What a card is for."""

    MESSAGE = "message"
    """A finished answer in words."""
    CARD = "card"
    """A question with all its facts, or its outcome."""
    REMINDER = "reminder"
    DIGEST = "digest"
    NOTICE = "notice"
    """News that nobody asked for: an invitation, an answer, something that was late."""


class Tone(StrEnum):
    """How it should feel; colour at most, never the only sign."""

    PLAIN = "plain"
    ASKING = "asking"
    DONE = "done"
    CAREFUL = "careful"
    """A conflict, something lost or refused."""


class ButtonStyle(StrEnum):
    """How a button stands out."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Secret(str):
    """Plain text that its reader is shown this once: where the house itself keeps messages, it is
    not kept with them."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Strong:
    """Text that stands out."""

    text: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Text that steps back."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads somewhere."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time. A platform that can shows it in each reader's own zone; else the text stands."""

    at: datetime
    """Aware."""
    text: str
    """The time in the addressee's zone, ready to read."""
    until: datetime | None = None
    """The end, where the text tells a stretch. Aware."""
    with_day: bool = True
    """Whether the text names the day; else the clock alone."""


Span: TypeAlias = str | Strong | Quiet | Link | Moment
Line: TypeAlias = tuple[Span, ...]
"""One line of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A named fact on a card."""

    name: str
    value: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to press. Carries `verb:id` and nothing else, so that it lives through restarts."""

    label: str
    value: str
    style: ButtonStyle = ButtonStyle.PLAIN
    url: str | None = None
    """For a button that opens an address (Join)."""


class Choice(NamedTuple):
    """One entry of a select."""

    label: str
    value: str
    """`verb:id`, as a button carries it: choosing it is pressing that button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A list to choose one entry from; where a platform has none, each choice is a button."""

    label: str
    """What stands there before anything is chosen: "Snooze …"."""
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image, with words for those who do not see it."""

    png: bytes
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything that one message of the bot says."""

    kind: CardKind = CardKind.MESSAGE
    title: Line = ()
    body: tuple[Line, ...] = ()
    """Lines of text. In a MESSAGE they are the whole answer."""
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    selects: tuple[Select, ...] = ()
    moments: tuple[Moment, ...] = ()
    """Times that are told in the texts of this card: where a platform shows each reader their own
    time, it does so wherever one's `text` stands."""
    zone: str = ""
    """The zone that its times are told in, where several people read it: said in a line where a
    platform does not show each reader their own."""
    picture: Picture | None = None
    tone: Tone = Tone.PLAIN
    late: bool = False
    """For a reminder: it fell due while nothing was running."""


def plain(line: Line) -> str:
    """A line without any markup."""
    return "".join(span if isinstance(span, str) else span.text for span in line)


def plain_text(card: Card) -> str:
    """The whole card as plain text, for platforms and logs of the screen that show nothing else."""
    lines = [plain(card.title)] if card.title else []
    lines += [plain(line) for line in card.body]
    lines += [f"{field.name}: {plain(field.value)}" for field in card.fields]
    return "\n".join(lines)


def in_one_zone(card: Card) -> Card:
    """The card for one reader at a plain screen: a button for each choice of its selects, times as
    they are told."""
    choices = (choice for select in card.selects for choice in select.choices)
    more = tuple(Button(label=choice.label, value=choice.value) for choice in choices)
    zone: tuple[Line, ...] = ((f"All times are in {card.zone}.",),) if card.zone else ()
    body = tuple((plain(line),) if has_moments(line) else line for line in card.body)
    return replace(
        card,
        body=(*body, *zone),
        buttons=(*card.buttons, *more),
        selects=(),
        moments=(),
        zone="",
    )


def has_moments(line: Line) -> bool:
    """Whether a time stands in a line by itself."""
    return any(isinstance(span, Moment) for span in line)


def message(text: str) -> Card:
    """A plain answer; line breaks stay."""
    return Card(body=tuple((line,) for line in text.split("\n")))


def has_secret(card: Card) -> bool:
    """Whether something on it is shown this once."""
    lines = (card.title, *card.body, *(field.value for field in card.fields))
    return any(is_secret(span) for line in lines for span in line)


def is_secret(span: Span) -> bool:
    """Whether it is shown this once: a text, or where a link leads."""
    return isinstance(span.url if isinstance(span, Link) else span, Secret)
