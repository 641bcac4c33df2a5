"""Cards → Discord messages. Pure; the one place that knows how a card looks here.

A card with a title or fields is a container of components (Components V2); plain words are plain
message content, which every notification shows. A message may become one of components, never the
other way (the flag cannot be taken back), so what is edited is always drawn with components.
Escaping is `markup`; forms are `forms`; Discord's limits stand in `limits`.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import discord
from discord import ui

from adapters.discord import limits
from adapters.discord.buttons import PressButton, PressSelect
from adapters.discord.folding import fold
from adapters.discord.markup import Ink, escaped, is_web_address
from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Choice,
    Link,
    Picture,
    Select,
    Tone,
)

_COLOURS = {Tone.ASKING: 0x5865F2, Tone.DONE: 0x2D7D46, Tone.CAREFUL: 0xF0B132}
_STYLES = {
    ButtonStyle.PLAIN: discord.ButtonStyle.secondary,
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
}
_PICTURE = "picture.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A message as discord.py takes it; files are made anew for each try."""

    content: str | None = None
    view: ui.View | ui.LayoutView | None = None
    pictures: tuple[Picture, ...] = field(default=())

    @property
    def files(self) -> list[discord.File]:
        """The pictures, ready to be sent once."""
        return [
            discord.File(io.BytesIO(one.png), filename=_PICTURE, description=one.words[:1024])
            for one in self.pictures
        ]

    def to_send(self) -> dict[str, Any]:
        """What a new message is sent with."""
        parts: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
        if self.content is not None:
            parts["content"] = self.content
            parts["suppress_embeds"] = True
        if self.view is not None:
            parts["view"] = self.view
        if self.pictures:
            parts["files"] = self.files
        return parts

    def to_edit(self) -> dict[str, Any]:
        """What a message is edited with: nothing of what it was stays."""
        return {
            "content": self.content,
            "view": self.view,
            "attachments": self.files,
            "allowed_mentions": discord.AllowedMentions.none(),
        }


def draw(card: Card) -> Drawn:
    """A card as a new message."""
    card = _with_links(card)
    if _is_plain(card):
        ink = Ink(card.moments)
        content = "\n".join(ink.marked(line) for line in _whole(card))
        if len(content) <= limits.CONTENT:
            view = _classic(card)
            return Drawn(content=content if content.strip() else limits.NOTHING, view=view)
    return draw_components(card)


def draw_components(card: Card) -> Drawn:
    """A card as a message of components: what any message may be edited into."""
    card = _with_links(card)
    layout = ui.LayoutView(timeout=None)
    texts = fold(card)
    parts: list[ui.Item[Any]] = [ui.TextDisplay(text) for text in texts]
    pictures = (card.picture,) if card.picture is not None else ()
    if card.picture is not None:
        parts.append(
            ui.MediaGallery(
                discord.MediaGalleryItem(
                    f"attachment://{_PICTURE}", description=card.picture.words[:256] or None
                )
            )
        )
    if not parts:
        parts.append(ui.TextDisplay(limits.NOTHING))
    rows: list[ui.Item[Any]] = [ui.ActionRow(*row) for row in _rows(card)]
    if _is_plain(card):
        for item in (*parts, *rows):
            layout.add_item(item)
    else:
        if rows:
            parts.append(ui.Separator(visible=False))
        layout.add_item(ui.Container(*parts, *rows, accent_colour=_COLOURS.get(card.tone)))
    return Drawn(view=layout, pictures=pictures)


def _with_links(card: Card) -> Card:
    """Addresses that are too long for a button stand as links in the text."""
    long = [one for one in card.buttons if one.url and len(one.url) > limits.ADDRESS]
    if not long:
        return card
    links = tuple((Link(one.label, one.url or ""),) for one in long)
    buttons = tuple(one for one in card.buttons if one not in long)
    return replace(card, body=(*card.body, *links), buttons=buttons)


def _is_plain(card: Card) -> bool:
    """Whether it is words and buttons alone."""
    return (
        not card.fields
        and card.picture is None
        and (not card.title or card.kind is CardKind.REMINDER)
    )


def _whole(card: Card) -> Sequence[Any]:
    return (card.title, *card.body) if card.title else card.body


def _classic(card: Card) -> ui.View | None:
    rows = _rows(card)
    if not rows:
        return None
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            view.add_item(item)
    return view


def _rows(card: Card) -> list[list[Any]]:
    """Buttons by fives, a select a row, five rows at most; what does not fit is chosen from a
    list."""
    seen: set[str] = set()
    buttons = [one for one in card.buttons if not _is_twice(one, seen)]
    room = limits.ROWS - min(len(card.selects), limits.ROWS - 1)
    most = room * limits.ROW
    selects = list(card.selects)
    if len(buttons) > most:
        shown = (room - 1) * limits.ROW
        more = [one for one in buttons[shown:] if one.url is None]
        selects.insert(0, _list_of(more))
        buttons = buttons[:shown]
    drawn = [_button(one) for one in buttons]
    rows = [drawn[at : at + limits.ROW] for at in range(0, len(drawn), limits.ROW)]
    rows += [[_select(one, number)] for number, one in enumerate(selects) if one.choices]
    return rows[: limits.ROWS]


def _is_twice(button: Button, seen: set[str]) -> bool:
    mark = button.url or button.value
    if mark in seen:
        return True
    seen.add(mark)
    return button.url is not None and not is_web_address(button.url)


def _list_of(buttons: Sequence[Button]) -> Select:
    return Select(label="More …", choices=tuple(Choice(b.label, b.value) for b in buttons))


def _button(button: Button) -> ui.Item[Any]:
    label = limits.cut(button.label, limits.LABEL) or limits.NOTHING
    if button.url is not None:
        return ui.Button(label=label, url=button.url, style=discord.ButtonStyle.link)
    return PressButton(button.value, label=label, style=_STYLES[button.style])


def _select(select: Select, number: int) -> ui.Item[Any]:
    choices = list({one.value: one for one in select.choices}.values())
    shown = choices[: limits.OPTIONS]
    label = select.label or "Choose …"
    if len(choices) > len(shown):
        label = f"{label} (the first {len(shown)} of {len(choices)})"
    options = [
        discord.SelectOption(
            label=limits.cut(one.label, limits.OPTION) or limits.NOTHING, value=one.value
        )
        for one in shown
    ]
    return PressSelect(number, placeholder=limits.cut(label, limits.PLACEHOLDER), options=options)


def growing(text: str) -> str:
    """A text in the making as message content; of a long one the end."""
    lines = [escaped(line) for line in text.split("\n")]
    content = "\n".join(lines)
    if len(content) <= limits.CONTENT - 2:
        return f"{content} …" if content.strip() else limits.NOTHING
    return "… " + content[-(limits.CONTENT - 100) :]
