"""The script door's output: a JSON object a line, flushed. Nothing else is written there."""

import json
from collections.abc import Iterable
from datetime import tzinfo
from typing import TextIO

from adapters.console.incoming import clean
from adapters.console.screen import OpenForm, Post
from bot.chat.cards import Card, Field, plain
from bot.chat.forms import FormField
from bot.chat.messages import Place, Sender
from calendar_core.clock import Clock


class JsonScreen:
    """Writes what is said as JSON lines.

    A status waits for what comes of it and is dropped where nothing does: it never comes last.
    """

    def __init__(self, out: TextIO, *, clock: Clock, zone: tzinfo) -> None:
        self.step = 0
        """The script's line number; 0 before the first line."""
        self._out = out
        self._clock = clock
        self._zone = zone
        self._held: list[dict[str, object]] = []

    async def show(self, post: Post) -> None:
        self._say(self._of_post(post, post.card.kind.value))

    async def show_edit(self, post: Post) -> None:
        self._say(self._of_post(post, "update"))

    async def grow(self, place: Place, seen_by: str | None, text: str) -> None:
        """Only finished answers are written."""

    async def ask(self, form: OpenForm) -> None:
        parts = self._parts(
            "form", to=form.sender.user, place=form.place, is_hidden=not form.place.is_private
        )
        parts["title"] = form.form.title
        parts["fields"] = [_form_field(field) for field in form.form.fields]
        parts["buttons"] = [{"label": form.form.submit}]
        self._say(parts)

    async def status(self, place: Place, sender: Sender, text: str) -> None:
        if text:
            parts = self._parts(
                "status", to=sender.user, place=place, is_hidden=not place.is_private
            )
            self._held.append(parts | {"text": text})

    def begin_step(self, number: int) -> None:
        """The line of this number is played."""
        self.step = number

    def end_step(self) -> None:
        """The line is over."""
        self._held.clear()

    def _of_post(self, post: Post, kind: str) -> dict[str, object]:
        parts = self._parts(kind, to=post.to, place=post.place, is_hidden=post.is_hidden)
        card = post.card
        return parts | {
            "card": post.id,
            "key": post.key,
            "text": body_text(card),
            "title": plain(card.title),
            "fields": _fields(card.fields),
            "buttons": [{"label": button.label} for button in card.buttons],
            "late": card.late,
        }

    def _parts(
        self, kind: str, *, to: str | None, place: Place, is_hidden: bool
    ) -> dict[str, object]:
        return {
            "step": self.step,
            "type": kind,
            "card": None,
            "key": None,
            "to": to,
            "in": None if place.is_private else place.channel,
            "only": is_hidden,
            "text": "",
            "title": "",
            "fields": [],
            "buttons": [],
            "late": False,
            "at": self._clock.now().astimezone(self._zone).isoformat(timespec="seconds"),
        }

    def _say(self, parts: dict[str, object]) -> None:
        for each in (*self._held, parts):
            self._out.write(clean(json.dumps(each, ensure_ascii=False)) + "\n")
        self._held.clear()
        self._out.flush()


def body_text(card: Card) -> str:
    """The body without markup; what only a picture says is said in its words."""
    lines = [plain(line) for line in card.body]
    if card.picture is not None:
        lines.append(card.picture.words)
    return "\n".join(lines)


def _fields(fields: Iterable[Field]) -> list[dict[str, str]]:
    return [{"name": field.name, "value": plain(field.value)} for field in fields]


def _form_field(field: FormField) -> dict[str, object]:
    return {
        "name": field.name,
        "label": field.label,
        "value": field.value,
        "options": [{"label": o.label, "value": o.value} for o in field.options],
        "required": field.required,
    }
