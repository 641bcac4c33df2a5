"""The words of a script, a JSON object a line: what each line asks for. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from adapters.console.typed import is_channel, is_person


class BadScript(Exception):
    """A line of a script is not one; the message says why, without the line's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Write something."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Press a button by its label."""

    label: str
    card: str | None = None
    """c3, when one card is meant."""
    optional: bool = False
    """Skip the line unless a card shows such a button now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Answer the open form."""

    fields: Mapping[str, str]
    """Field name → value; what is not named keeps its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    """Close the open form without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """Let time pass."""

    length: timedelta


Action: TypeAlias = Say | Press | Fill | Dismiss | Advance


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line: who speaks where from now on, and what they do."""

    person: str | None = None
    """Set when the line changes who speaks."""
    channel: str | None = None
    """#team; None with a change of person or place means direct messages."""
    moves: bool = False
    """Whether the line changes person or place."""
    action: Action | None = None


KNOWN = ("say", "as", "in", "press", "card", "optional", "fill", "dismiss", "advance")
ACTIONS = ("say", "press", "fill", "dismiss", "advance")
LENGTH = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def read_step(line: str) -> Step:
    """What a line asks for. Raises BadScript."""
    parts = _parts(line)
    actions = [name for name in ACTIONS if name in parts]
    if len(actions) > 1:
        raise BadScript(f'"{actions[0]}" and "{actions[1]}" need a line each')
    moves = "as" in parts or "in" in parts
    if not actions and not moves:
        raise BadScript(f"one of {', '.join(ACTIONS)}, as or in is needed")
    _only_with_press(parts)
    return Step(
        person=_name(parts["as"]) if "as" in parts else None,
        channel=_channel(parts.get("in")),
        moves=moves,
        action=_action(actions[0], parts) if actions else None,
    )


def read_length(text: str) -> timedelta:
    """An ISO 8601 duration without years and months, whose lengths differ. Raises BadScript."""
    match = LENGTH.fullmatch(text)
    if match is None or not any(match.groups()):
        raise BadScript(f'{text!r} is no length of time; write it like "PT15M", "PT2H" or "P1D"')
    try:
        return timedelta(**{name: float(n) for name, n in match.groupdict().items() if n})
    except OverflowError:
        raise BadScript(f"{text!r} is longer than a calendar reaches") from None


def _parts(line: str) -> dict[str, Any]:
    try:
        parts = json.loads(line, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise BadScript(f"not a JSON object: {error.msg} at character {error.pos + 1}") from None
    except (ValueError, RecursionError) as error:
        raise BadScript(f"not a JSON object: {error}") from None
    if not isinstance(parts, dict):
        raise BadScript('a line is a JSON object, like {"say": "what is on today"}')
    for name in parts:
        if name not in KNOWN:
            raise BadScript(f'unknown word "{name}"; known are {", ".join(KNOWN)}')
    return parts


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parts = dict(pairs)
    if len(parts) < len(pairs):
        raise BadScript("a word stands twice in one object")
    return parts


def _only_with_press(parts: Mapping[str, Any]) -> None:
    for name in ("card", "optional"):
        if name in parts and "press" not in parts:
            raise BadScript(f'"{name}" belongs to "press"')


def _action(name: str, parts: Mapping[str, Any]) -> Action:
    match name:
        case "say":
            return Say(text=_text("say", parts["say"]))
        case "press":
            return _press(parts)
        case "fill":
            return Fill(fields=_fields(parts["fill"]))
        case "dismiss":
            if parts["dismiss"] is not True:
                raise BadScript('"dismiss" is true or not there')
            return Dismiss()
        case _:
            return Advance(length=read_length(_text("advance", parts["advance"])))


def _press(parts: Mapping[str, Any]) -> Press:
    label = _text("press", parts["press"]).strip()
    card = parts.get("card")
    optional = parts.get("optional", False)
    if not label:
        raise BadScript('"press" needs the label of a button')
    if card is not None and not re.fullmatch(r"c[0-9]+", _text("card", card)):
        raise BadScript(f'{card!r} is no card; they are called "c1", "c2" …')
    if not isinstance(optional, bool):
        raise BadScript('"optional" is true or false')
    return Press(label=label, card=card, optional=optional)


def _fields(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BadScript('"fill" is an object: {"field name": "value"}')
    return {name: _entered(name, entry) for name, entry in value.items()}


def _entered(name: str, value: object) -> str:
    """What was entered in a field; a whole option, as the output shows it, counts as its value."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case {"value": str(chosen)}:
            return chosen
        case _:
            raise BadScript(f'the field "{name}" takes a text')


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadScript(f'"{name}" is a text')
    return value


def _name(value: object) -> str:
    name = _text("as", value).strip().removeprefix("@")
    if not is_person(name):
        raise BadScript(f"{value!r} is no name of a person")
    return name


def _channel(value: object) -> str | None:
    if value is None:
        return None
    channel = _text("in", value).strip()
    if not is_channel(channel):
        raise BadScript(f'{value!r} is no channel; they are called "#team"')
    return channel
