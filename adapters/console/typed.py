"""What a typed line is: something to say, or one of the terminal's own words. Pure."""

import re
from dataclasses import dataclass
from typing import TypeAlias

HELP = """\
Write what you want: "what's on tomorrow", "lunch with Ana on Friday at 12", "remind me in 2 hours".

Pressing a button
  1, 2, 3       the numbered buttons of the last answer, as long as it is the last thing said here;
                without such buttons a number is something you say
  a, b, c       the buttons of reminders and other news, whenever they came
  conf          the beginning of a label of the last answer, from two letters on
  /press LABEL  the newest card with that button; /press c3 LABEL means one card

Playing somebody else
  /as NAME      write as NAME, in their direct messages
  /in #team     write in a channel; /in alone goes back to direct messages

Leaving
  /quit, or Ctrl-D; Ctrl-C clears the line, and leaves when it is empty"""


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be done here?"""


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave."""


@dataclass(frozen=True, slots=True)
class As:
    """Be somebody else."""

    name: str


@dataclass(frozen=True, slots=True)
class In:
    """Go to a channel; None goes back to direct messages."""

    channel: str | None


@dataclass(frozen=True, slots=True)
class PressLabel:
    """Press a button by its label."""

    label: str
    card: str | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A word of the terminal that does not fit; `why` is the sentence to show."""

    why: str


@dataclass(frozen=True, slots=True)
class Said:
    """Anything else."""

    text: str


Typed: TypeAlias = Nothing | Help | Quit | As | In | PressLabel | Wrong | Said


def read_typed(line: str) -> Typed:
    """What a line means, buttons' keys aside."""
    text = line.strip()
    if not text:
        return Nothing()
    if not text.startswith("/"):
        return Said(text)
    word, _, rest = text.partition(" ")
    return _own_word(word.casefold(), rest.strip())


def _own_word(word: str, rest: str) -> Typed:
    match word:
        case "/help" | "/?":
            return Help()
        case "/quit" | "/exit":
            return Quit()
        case "/as":
            return _as(rest)
        case "/in":
            return _in(rest)
        case "/press":
            return _press(rest)
        case _:
            return Wrong(f"There is no {word} here. /help tells what there is.")


def _as(name: str) -> Typed:
    name = name.removeprefix("@")
    if not is_person(name):
        return Wrong("Whom do you want to play? Write /as and a name, like /as Bo.")
    return As(name)


def _in(channel: str) -> Typed:
    if channel and not is_channel(channel):
        return Wrong("Channels begin with #. Write /in #team, or /in alone for direct messages.")
    return In(channel or None)


def _press(rest: str) -> Typed:
    card, _, label = rest.partition(" ")
    if re.fullmatch(r"c[0-9]+", card) and label.strip():
        return PressLabel(label.strip(), card)
    if not rest:
        return Wrong("Which button? Write /press and its label, like /press Confirm.")
    return PressLabel(rest, None)


def is_person(name: str) -> bool:
    """Whether somebody can be called so here."""
    return (
        bool(name) and not name.startswith(("#", "@")) and len(name) <= 100 and _is_one_line(name)
    )


def is_channel(name: str) -> bool:
    """Whether a channel can be called so here."""
    return re.fullmatch(r"#[^\s#@/]{1,80}", name) is not None and _is_one_line(name)


def _is_one_line(name: str) -> bool:
    return name.isprintable() and name == name.strip()
