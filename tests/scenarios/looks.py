"""What people see of a message, a form or a page, in words that are the same for every platform.

Markup is taken away. A time that a platform shows on each reader's own clock stands in ‹…›, as the
one who looks reads it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Something that stands somewhere, as it looks now."""

    id: str
    where: str
    """"#team", "a thread of #team", "Ana's page"; empty for direct messages."""
    only: str = ""
    """Who alone sees it; empty for all who are there."""
    lines: tuple[str, ...] = ()
    pressable: tuple[str, ...] = ()
    """Labels of buttons and choices."""
    is_form: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A named fact on a card."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """Buttons side by side, or a list to choose from."""

    labels: tuple[str, ...]
    heading: str = ""
    """Of a list."""

    def __str__(self) -> str:
        if self.heading:
            return f"[{self.heading}: {' | '.join(self.labels)}]"
        return " ".join(f"[{label}]" for label in self.labels)


Piece = str | Fact | Row


def lines_of(pieces: Iterable[Piece]) -> Iterator[str]:
    """Pieces as lines; facts that follow each other stand in columns."""
    facts: list[Fact] = []
    for piece in [*pieces, ""]:
        if isinstance(piece, Fact):
            facts.append(piece)
            continue
        width = max((len(one.name) for one in facts), default=0)
        for one in facts:
            value = one.value.replace("\n", "\n" + " " * (width + 2))
            yield from f"{one.name:<{width}}  {value}".rstrip().split("\n")
        facts.clear()
        yield from (line.rstrip() for line in str(piece).split("\n") if line.strip())


def labels_of(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """All that can be pressed."""
    return tuple(label for one in pieces if isinstance(one, Row) for label in one.labels)


_TO_MESSAGE = re.compile(
    r"https://(?:\w+\.slack\.com/archives|discord\.com/channels)/[\w/]+",
)


def _columns(text: str) -> str:
    """Columns by two spaces, as where letters differ in width; links to messages of the story,
    whose numbers differ each time, in words."""
    text = _TO_MESSAGE.sub("(link to the message)", text)
    return re.sub(r"(?<=\S) {2,}(?=\S)", "  ", text)


def _time(stamp: str, form: str, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(int(stamp), UTC).astimezone(zone)
    return f"‹{at:{form}}›".replace("{day}", str(at.day))


_DAY = "%a {day} %b %H:%M"
_CLOCK = "%H:%M"


def of_mrkdwn(text: str, zone: ZoneInfo) -> str:
    """Slack's mrkdwn as it is read."""
    text = re.sub(
        r"<!date\^(\d+)\^([^|>]*)\|[^>]*>",
        lambda found: _time(found[1], _DAY if "date" in found[2] else _CLOCK, zone),
        text,
    )
    text = re.sub(r"<([^|>]+)\|([^>]*)>", r"\2 → \1", text)
    text = re.sub(r"<(https?:[^>]*)>", r"\1", text)
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<![\w_])_([^_\n]+)_(?![\w_])", r"\1", text)
    return _columns(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _slack_text(value: Json, zone: ZoneInfo) -> str:
    text = str(value.get("text", ""))
    return of_mrkdwn(text, zone) if value.get("type") == "mrkdwn" else _columns(text)


def of_blocks(blocks: Iterable[Json], zone: ZoneInfo) -> list[Piece]:
    """Slack's blocks."""
    return [piece for block in blocks for piece in _of_block(block, zone)]


def _of_block(block: Json, zone: ZoneInfo) -> Iterator[Piece]:
    match block["type"]:
        case "section":
            if "text" in block:
                yield _slack_text(block["text"], zone)
            for one in block.get("fields", ()):
                name, _, value = _slack_text(one, zone).partition("\n")
                yield Fact(name[:1].lower() + name[1:], value)
        case "rich_text":
            yield from _of_rich_text(block, zone)
        case "header":
            yield _slack_text(block["text"], zone)
        case "context":
            for one in block["elements"]:
                yield _slack_text(one, zone)
        case "divider":
            yield "–––"
        case "actions":
            yield from _of_actions(block["elements"])
        case "input":
            yield Fact(block["label"]["text"], _held(block["element"]))
        case other:
            raise ValueError(f"a block of an unknown kind: {other}")


def _of_rich_text(block: Json, zone: ZoneInfo) -> Iterator[Piece]:
    """Rich text; a fact with its name in bold over it reads as a fact."""
    for section in block["elements"]:
        told = "".join(_of_rich_element(one, zone) for one in section["elements"])
        name, broken, value = told.partition("\n")
        is_fact = "bold" in section["elements"][0].get("style", {}) and broken
        yield Fact(name[:1].lower() + name[1:], value) if is_fact else told


def _of_rich_element(one: Json, zone: ZoneInfo) -> str:
    match one["type"]:
        case "text":
            return _columns(one["text"])
        case "link":
            return _columns(f"{one['text']} → {one['url']}" if one.get("text") else one["url"])
        case "date":
            return _time(one["timestamp"], _DAY if "date" in one["format"] else _CLOCK, zone)
        case other:
            raise ValueError(f"a rich text element of an unknown kind: {other}")


def _of_actions(elements: Iterable[Json]) -> Iterator[Piece]:
    buttons = []
    for one in elements:
        if one["type"] == "button":
            url = one.get("url")
            buttons.append(one["text"]["text"] + (f" → {url}" if url else ""))
    if buttons:
        yield Row(tuple(buttons))
    for one in elements:
        if one["type"] == "static_select":
            labels = tuple(option["text"]["text"] for option in one["options"])
            yield Row(labels, one["placeholder"]["text"])


def _held(element: Json) -> str:
    chosen = element.get("initial_option")
    held = chosen["text"]["text"] if chosen else _columns(element.get("initial_value", ""))
    hint = (element.get("placeholder") or {}).get("text", "")
    return held or (f"({hint})" if hint else "")


_FACT = re.compile(r"\*\*(.+?)\*\*\u2002(.*)", re.DOTALL)


def of_markdown(text: str, zone: ZoneInfo) -> list[Piece]:
    """Discord's markdown as it is read, line by line."""
    pieces: list[Piece] = []
    for line in text.split("\n"):
        fact = _FACT.fullmatch(line)
        if fact is not None:
            pieces.append(Fact(_line(fact[1], zone), _line(fact[2], zone)))
        else:
            pieces.append(_line(re.sub(r"^(?:###|-#) ", "", line), zone))
    return pieces


def _line(text: str, zone: ZoneInfo) -> str:
    text = re.sub(
        r"<t:(\d+):(\w)>",
        lambda found: _time(found[1], _CLOCK if found[2] == "t" else _DAY, zone),
        text,
    )
    text = re.sub(r"\[((?:\\.|[^\]\\])*)\]\(<([^>]*)>\)", r"\1 → \2", text)
    text = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"\1", text)
    text = re.sub(r"\\([^\w\s])", r"\1", text)
    return _columns(text.replace("\u200b", ""))


def of_components(components: Iterable[Json], zone: ZoneInfo) -> list[Piece]:
    """Discord's components."""
    return [piece for one in components for piece in _of_component(one, zone)]


def _of_component(one: Json, zone: ZoneInfo) -> Iterator[Piece]:
    match int(one["type"]):
        case 1:
            yield from _of_row(one["components"])
        case 10:
            yield from of_markdown(one["content"], zone)
        case 14:
            pass
        case 17:
            yield from of_components(one["components"], zone)
        case 18:
            yield Fact(one["label"], _entered(one))
        case other:
            raise ValueError(f"a component of an unknown kind: {other}")


def _of_row(items: Iterable[Json]) -> Iterator[Piece]:
    buttons = []
    for one in items:
        if int(one["type"]) == 2:
            url = one.get("url")
            buttons.append(one["label"] + (f" → {url}" if url else ""))
        else:
            labels = tuple(option["label"] for option in one["options"])
            yield Row(labels, one.get("placeholder") or "…")
    if buttons:
        yield Row(tuple(buttons))


def _entered(label: Json) -> str:
    one: Json = label["component"]
    chosen = [option["label"] for option in one.get("options", ()) if option.get("default")]
    held = chosen[0] if chosen else _columns(one.get("value") or "")
    hint = label.get("description") or ""
    return held or (f"({hint})" if hint else "")
