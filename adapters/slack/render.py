"""Cards as Block Kit, and the plain text beside it. Pure; forms and pages are `views`.

Limits are kept here: long bodies fold into several sections, what still does not fit is told at
the end in words, and a value is never cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.slack import limits
from adapters.slack.limits import cut, folded
from adapters.slack.mrkdwn import Ink, escaped, is_address, text_object
from adapters.slack.rich import restyles, rich_blocks
from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    Choice,
    Field,
    Line,
    Select,
    Strong,
    plain,
    plain_text,
)

Block: TypeAlias = dict[str, Any]

PRESS = "press"
"""Beginning of the action ids of buttons."""
OPEN = "open"
"""Of buttons that lead to an address: pressing them says nothing to us."""
CHOOSE = "choose"
"""Of selects."""
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]+")
"""Bidirectional overrides (Unicode TR 36, 3.2): a title with one could make the rest of a card read
as something else."""
_COLUMN = re.compile(r"(?<=\S) {3,}(?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as the Web API takes it."""

    text: str
    """What notifications and screen readers say."""
    blocks: tuple[Block, ...]


def rendered(card: Card) -> Rendered:
    """A card as a message."""
    text, blocks = fallback(card), blocks_of(card)
    if _OVERRIDES.search(text):
        text, blocks = tamed(text), tamed(blocks)
    return Rendered(text=text, blocks=tuple(blocks))


def tamed(drawn: Any) -> Any:
    """A text, or all texts of blocks, without what would turn others' letters around."""
    if isinstance(drawn, str):
        return _OVERRIDES.sub(" ", drawn)
    if isinstance(drawn, dict):
        return {name: tamed(value) for name, value in drawn.items()}
    return [tamed(one) for one in drawn] if isinstance(drawn, list | tuple) else drawn


def fallback(card: Card) -> str:
    """The whole card in plain words; cut where it is long, for the blocks say it all."""
    text = plain_text(card) or (card.picture.words if card.picture else "")
    whole = escaped(cut(text if text.strip() else "…", limits.FALLBACK))
    # one character may become five
    return whole if len(whole) <= limits.FALLBACK else escaped(cut(text, limits.FALLBACK // 5))


def blocks_of(card: Card, *, most: int = limits.BLOCKS, prefix: str = "") -> list[Block]:
    """A card's blocks, at most `most`. `prefix` keeps the action ids of several cards on one page
    apart."""
    ink = Ink(card.moments)
    start = _title(card, ink)
    end = [*_picture(card), *_actions(card, prefix)]
    facts = _whole(_field_sections(card.fields, ink), most - len(start) - len(end) - 3)
    end = [*facts, *end]
    body = _body(card.body, most - len(start) - len(end) - 1, ink) if card.body else []
    blocks = [*start, *body, *end]
    return blocks[:most] if blocks else [_section(text_object("…"))]


def _section(text: dict[str, object]) -> Block:
    return {"type": "section", "text": text}


def context(text: str) -> Block:
    """A small line that steps back."""
    return {"type": "context", "elements": [text_object(cut(text, limits.FIELD))]}


def _title(card: Card, ink: Ink) -> list[Block]:
    """A heading over facts; a title that is all there is reads as a sentence."""
    if not card.title:
        return []
    words = plain(card.title)
    unmarked = tuple(span.text if isinstance(span, Strong) else span for span in card.title)
    heads = bool(card.body or card.fields) and not ink.needs_markup(unmarked)
    if heads and len(words) <= limits.HEADER and "\n" not in words:
        return [{"type": "header", "text": text_object(words)}]
    return _sections([card.title], ink)


def _body(lines: Sequence[Line], room: int, ink: Ink) -> list[Block]:
    """As many lines as there is room for; what is left is counted, not hidden."""
    room = max(1, room)
    shown, size = 0, 0
    for line in lines:
        size += len(plain(line)) + 1
        if size > limits.MESSAGE and shown:
            break
        shown += 1
    while shown > 1 and len(_sections(lines[:shown], ink)) > room:
        shown -= 1
    left = sum(1 for line in lines[shown:] if plain(line).strip())
    told = [context(f"… and {left} more {'line' if left == 1 else 'lines'}")] if left else []
    return [*_whole(_sections(lines[:shown], ink), room), *told]


def _whole(sections: list[Block], room: int) -> list[Block]:
    """What goes beyond the room ends there, and says so."""
    return sections if len(sections) <= room else [*sections[:room], context("… and more")]


def _sections(lines: Sequence[Line], ink: Ink) -> list[Block]:
    """Sections of lines; with markup only where a line needs it."""
    marked = any(ink.needs_markup(line) and not _is_long(line) for line in lines)
    if marked and any(map(restyles, lines)):
        return rich_blocks([_narrowed(line) for line in lines], ink)
    texts = [_text(line, ink, marked=marked) for line in lines]
    return [
        _section(text_object(text, marked=marked))
        for text in folded("\n".join(texts).rstrip().split("\n"))
        if text.strip()
    ]


def _text(line: Line, ink: Ink, *, marked: bool) -> str:
    if not marked:
        return _narrow(plain(line))
    return _narrow(escaped(plain(line)) if _is_long(line) else ink.mrkdwn(line))


def _narrow(text: str) -> str:
    """Columns that were drawn with spaces only look ragged where letters differ in width."""
    return _COLUMN.sub("  ", text)


def _narrowed(line: Line) -> Line:
    return tuple(_narrow(span) if isinstance(span, str) else span for span in line)


def _is_long(line: Line) -> bool:
    """Whether a line may have to be broken, which markup would not survive."""
    return len(plain(line)) > limits.FIELD // 2


def _field_sections(fields: Sequence[Field], ink: Ink) -> list[Block]:
    """Facts in two columns; what is too long for a column, or would be read as markup there, stands
    in a block of its own."""
    found: list[Block] = []
    row: list[dict[str, object]] = []

    def end_row() -> None:
        if row:
            found.append({"type": "section", "fields": list(row)})
            row.clear()

    for field in fields:
        if restyles((field.name,)) or restyles(field.value):
            end_row()
            found += rich_blocks([(Strong(_name(field)),), field.value or ("–",)], ink)
            continue
        text = _fact(field, ink)
        if len(text) > limits.FIELD:
            end_row()
            found += _sections([(f"{field.name}: ", *field.value)], ink)
            continue
        row.append(text_object(text, marked=True))
        if len(row) == limits.FIELDS:
            end_row()
    end_row()
    return found


def _fact(field: Field, ink: Ink) -> str:
    name = escaped(_name(field))
    heading = f"*{name}*" if name else name
    return f"{heading}\n{ink.mrkdwn(field.value) or '–'}"


def _name(field: Field) -> str:
    name = field.name[:1].upper() + field.name[1:] if field.name.islower() else field.name
    return " ".join(name.split())


def _picture(card: Card) -> list[Block]:
    """Pictures would need a scope for files of its own: their words stand for them."""
    return [context(card.picture.words)] if card.picture and card.picture.words else []


def _actions(card: Card, prefix: str) -> list[Block]:
    buttons, selects = list(card.buttons), []
    for select in card.selects:
        if fits(select):
            selects.append(select)
        else:
            buttons += [Button(label=one.label, value=one.value) for one in select.choices]
    elements = [_button(one, f"{prefix}{at}") for at, one in enumerate(buttons)]
    for at, select in enumerate(selects):
        elements += _selects(select, f"{prefix}{at}")
    return [
        {"type": "actions", "elements": elements[start : start + limits.BUTTONS]}
        for start in range(0, len(elements), limits.BUTTONS)
    ]


def fits(select: Select) -> bool:
    """Whether every entry carries its value whole; else each becomes a button, which holds more."""
    return all(len(choice.value) <= limits.OPTION_VALUE for choice in select.choices)


def _button(button: Button, name: str) -> Block:
    if len(button.value) > limits.VALUE:
        raise ValueError(f"a button's value of {len(button.value)} characters")
    url = button.url or ""
    leads = is_address(url) and len(url) <= limits.URL  # a wrong one would cost the whole message
    element: Block = {
        "type": "button",
        "action_id": f"{OPEN if leads else PRESS}:{name}",
        "text": text_object(cut(button.label, limits.LABEL)),
        "value": button.value,
    }
    if leads:
        element["url"] = url
    if button.style is not ButtonStyle.PLAIN:
        element["style"] = button.style.value
    return element


def _selects(select: Select, name: str) -> list[Block]:
    """One list, or several where one does not hold all."""
    choices = list(select.choices)
    parts = [choices[at : at + limits.OPTIONS] for at in range(0, len(choices), limits.OPTIONS)]
    return [
        {
            "type": "static_select",
            "action_id": f"{CHOOSE}:{name}.{number}",
            "placeholder": text_object(cut(select.label, limits.PLACEHOLDER)),
            "options": [_option(choice) for choice in part],
        }
        for number, part in enumerate(parts)
    ]


def _option(choice: Choice) -> Block:
    return {"text": text_object(cut(choice.label, limits.LABEL)), "value": choice.value}
