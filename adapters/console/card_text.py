"""Cards at rest: a card ↔ JSON text, losing nothing but what is shown once."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, assert_never

from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Field,
    Line,
    Link,
    Moment,
    Picture,
    Quiet,
    Span,
    Strong,
    Tone,
    is_secret,
)

ONCE = "(shown once)"
"""Stands where a secret stood."""


def to_text(card: Card) -> str:
    """A card as JSON; what is empty is left out."""
    parts: dict[str, object] = {
        "kind": card.kind.value,
        "title": _line_out(card.title),
        "body": [_line_out(line) for line in card.body],
        "fields": [{"name": f.name, "value": _line_out(f.value)} for f in card.fields],
        "buttons": [_button_out(button) for button in card.buttons],
        "picture": _picture_out(card.picture),
        "tone": card.tone.value,
        "late": card.late,
    }
    return json.dumps({name: part for name, part in parts.items() if part}, ensure_ascii=False)


def from_text(text: str) -> Card:
    """The card that `to_text` wrote."""
    parts: Mapping[str, Any] = json.loads(text)
    return Card(
        kind=CardKind(parts["kind"]),
        title=_line_in(parts.get("title", ())),
        body=tuple(_line_in(line) for line in parts.get("body", ())),
        fields=tuple(
            Field(name=f["name"], value=_line_in(f["value"])) for f in parts.get("fields", ())
        ),
        buttons=tuple(_button_in(button) for button in parts.get("buttons", ())),
        picture=_picture_in(parts.get("picture")),
        tone=Tone(parts["tone"]),
        late=parts.get("late", False),
    )


def _line_out(line: Line) -> list[object]:
    return [_span_out(span) for span in line]


def _span_out(span: Span) -> object:
    if is_secret(span):
        return ONCE
    match span:
        case str():
            return span
        case Strong():
            return {"strong": span.text}
        case Quiet():
            return {"quiet": span.text}
        case Link():
            return {"link": span.text, "url": span.url}
        case Moment():
            return {"moment": span.text, "at": span.at.isoformat()}
        case _:
            assert_never(span)


def _line_in(spans: Iterable[Any]) -> Line:
    return tuple(_span_in(span) for span in spans)


def _span_in(span: Any) -> Span:
    match span:
        case str():
            return span
        case {"strong": text}:
            return Strong(text)
        case {"quiet": text}:
            return Quiet(text)
        case {"link": text, "url": url}:
            return Link(text, url)
        case {"moment": text, "at": at}:
            return Moment(datetime.fromisoformat(at), text)
        case _:
            raise ValueError(f"not a span of a stored card: {span!r}")


def _button_out(button: Button) -> dict[str, str]:
    parts = {"label": button.label, "value": button.value, "style": button.style.value}
    return parts if button.url is None else parts | {"url": button.url}


def _button_in(parts: Mapping[str, Any]) -> Button:
    return Button(
        label=parts["label"],
        value=parts["value"],
        style=ButtonStyle(parts["style"]),
        url=parts.get("url"),
    )


def _picture_out(picture: Picture | None) -> dict[str, str] | None:
    if picture is None:
        return None
    return {"png": b64encode(picture.png).decode("ascii"), "words": picture.words}


def _picture_in(parts: Mapping[str, str] | None) -> Picture | None:
    if parts is None:
        return None
    return Picture(png=b64decode(parts["png"]), words=parts["words"])
