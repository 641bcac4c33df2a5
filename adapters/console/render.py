"""Cards drawn for a terminal, with rich. Foreign text is escaped here: shown, never obeyed.

Which key presses a button is `keys`; where the lines go is `terminal` and `plain_screen`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import assert_never

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from adapters.console.escape import safe
from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Field,
    Line,
    Link,
    Moment,
    Quiet,
    Span,
    Strong,
    Tone,
    plain_text,
)

WIDEST = 100
NARROWEST = 20
BETWEEN = "   "
TONES = {
    Tone.PLAIN: "blue",
    Tone.ASKING: "cyan",
    Tone.DONE: "green",
    Tone.CAREFUL: "yellow",
}
LABELS = {ButtonStyle.PLAIN: "", ButtonStyle.PRIMARY: "bold", ButtonStyle.DANGER: "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is drawn on."""

    width: int = 80
    """Columns."""
    colour: bool = False
    """Whether escape sequences may colour; else plain text comes out."""
    ascii: bool = False
    """Whether lines have to be drawn without box characters."""


def draw(
    card: Card, paper: Paper, *, keys: Sequence[str] = (), header: str = "", footer: str = ""
) -> str:
    """A card as text for the terminal, ending in a newline.

    `keys` are what presses each button, in their order; `header` says to whom and where, `footer`
    whatever else should stand below, quietly.
    """
    parts: list[RenderableType] = []
    if header:
        parts.append(Text(safe(header), "dim italic"))
    parts += _card(card, keys)
    if footer:
        parts.append(Text(safe(footer), "dim"))
    whole: RenderableType = Group(*parts)
    if card.kind is not CardKind.MESSAGE or card.fields or card.buttons:
        bar = "|" if paper.ascii else "┃"
        whole = _Barred(whole, bar, Style.parse(TONES[card.tone]))
    return to_text(whole, paper)


def to_text(drawn: RenderableType, paper: Paper) -> str:
    """What rich would print, as text."""
    out = StringIO()
    Console(
        file=out,
        width=max(NARROWEST, min(paper.width, WIDEST)),
        force_terminal=paper.colour,
        color_system="standard" if paper.colour else None,
        no_color=not paper.colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    ).print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _card(card: Card, keys: Sequence[str]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if card.title:
        title = _line(card.title)
        title.stylize("bold")
        parts.append(title)
    parts += [_paragraph(line) for line in card.body]
    if card.picture is not None:
        parts.append(Text(f"[{safe(card.picture.words)}]", "dim"))
    if card.fields:
        parts.append(_fields(card.fields))
    if card.late and "late" not in plain_text(card).casefold():
        parts.append(Text("late", "dim"))
    return parts + _buttons(card.buttons, keys)


def _fields(fields: Iterable[Field]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True, max_width=20)
    table.add_column(overflow="fold")
    for field in fields:
        table.add_row(Text(safe(field.name)), _line(field.value))
    return table


def _buttons(buttons: Iterable[Button], keys: Sequence[str]) -> list[RenderableType]:
    opened: list[RenderableType] = []
    pressed: list[Text] = []
    for place, button in enumerate(buttons):
        if button.url is not None:
            opened.append(_line((Link(button.label, button.url),)))
        else:
            pressed.append(_button(button, keys[place] if place < len(keys) else ""))
    return [*opened, _Row(pressed)] if pressed else opened


def _button(button: Button, key: str) -> Text:
    label = safe(button.label)
    if not key:
        return Text(f"[{label}]", LABELS[button.style])
    return Text.assemble((f"[{key}]", "bold cyan"), " ", (label, LABELS[button.style]))


def _paragraph(line: Line) -> RenderableType:
    """A line whose wrapped rest keeps its indentation."""
    text = _line(line)
    inner = text.plain.lstrip(" ")
    indent = len(text.plain) - len(inner)
    if not inner:
        return Text("")
    return Padding(text[indent:], (0, 0, 0, indent))


def _line(line: Line) -> Text:
    text = Text(overflow="fold")
    for span in line:
        text.append_text(_span(span))
    return text


def _span(span: Span) -> Text:
    match span:
        case str():
            return Text(safe(span))
        case Strong():
            return Text(safe(span.text), "bold")
        case Quiet():
            return Text(safe(span.text), "dim")
        case Moment():
            return Text(safe(span.text))
        case Link():
            return _link(safe(span.text), safe(span.url))
        case _:
            assert_never(span)


def _link(text: str, url: str) -> Text:
    if text == url:
        return Text(url, "underline")
    return Text.assemble(text, " (", (url, "underline"), ")")


class _Row:
    """Buttons side by side; one that does not fit begins a line."""

    def __init__(self, buttons: Sequence[Text]) -> None:
        self._buttons = buttons

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text(overflow="fold")
        for button in self._buttons:
            if line and line.cell_len + len(BETWEEN) + button.cell_len > options.max_width:
                yield line
                line = Text(overflow="fold")
            line.append(BETWEEN if line else "")
            line.append_text(button)
        yield line


class _Barred:
    """A bar at the left of something, in the card's colour."""

    def __init__(self, inner: RenderableType, bar: str, style: Style) -> None:
        self._inner = inner
        self._bar = Segment(f"{bar} ", style)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=options.max_width - 2)
        for line in console.render_lines(self._inner, narrower, pad=False):
            yield self._bar
            yield from line
            yield Segment.line()
