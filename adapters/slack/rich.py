"""Lines as Slack's rich text, where mrkdwn would read somebody's words as markup.

Slack documents no escape for `*`, `_`, `~`, a backtick or a quote at the start of a line: what is
foreign and holds one of them stands in a rich_text block, whose texts are never parsed.
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from adapters.slack.limits import SECTION, cut, folded
from adapters.slack.mrkdwn import Ink, Token, is_address, tokens_of
from bot.chat.cards import Line, Link, Moment, Quiet, Span, Strong, plain

Block: TypeAlias = dict[str, Any]
_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_MARK = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])|^\s*>", re.MULTILINE)
"""What mrkdwn may take for markup; an underscore inside a word is none."""
_LINK_TEXT = 1_000


def restyles(line: Line) -> bool:
    """Whether mrkdwn might read markup in words of a line; addresses are links of their own."""
    texts = (span if isinstance(span, str) else span.text for span in line)
    return any(_MARK.search(_ADDRESS.sub(" ", text)) for text in texts)


def rich_blocks(lines: Sequence[Line], ink: Ink) -> list[Block]:
    """Lines as blocks of rich text, each within what a section holds."""
    blocks: list[Block] = []
    held: list[Block] = []
    size = 0
    for line in _short(lines):
        length = len(plain(line)) + 1
        if held and size + length > SECTION:
            blocks.append(_block(held))
            held, size = [], 0
        if held:
            held.append({"type": "text", "text": "\n"})
        held += _elements(line, ink)
        size += length
    return [*blocks, _block(held)] if held else blocks


def _short(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that are too long for one block, in pieces without marks of their own."""
    for line in lines:
        if len(plain(line)) <= SECTION:
            yield line
        else:
            yield from ((part,) for part in folded([plain(line)]))


def _block(elements: list[Block]) -> Block:
    section = {"type": "rich_text_section", "elements": _joined(elements)}
    return {"type": "rich_text", "elements": [section]}


def _joined(elements: Iterable[Block]) -> list[Block]:
    """Neighbouring texts of one style as one."""
    found: list[Block] = []
    for one in elements:
        last = found[-1] if found else None
        same = last and last["type"] == one["type"] == "text"
        if last and same and last.get("style") == one.get("style"):
            found[-1] = {**last, "text": last["text"] + one["text"]}
        else:
            found.append(one)
    return found


def _elements(line: Line, ink: Ink) -> Iterator[Block]:
    for span in line:
        style = {Strong: "bold", Quiet: "italic"}.get(type(span))
        for part in ink.parts(span):
            yield from _element(part, style)


def _element(part: Span, style: str | None) -> Iterator[Block]:
    match part:
        case Moment():
            for one in tokens_of(part):
                yield _date(one) if isinstance(one, Token) else _text(one, None)
        case Link() if is_address(part.url):
            shown = {} if part.text == part.url else {"text": cut(part.text, _LINK_TEXT)}
            yield {"type": "link", "url": part.url, **shown}
        case str():
            yield from [_text(part, style)] if part else []
        case _:
            yield from [_text(part.text, style)] if part.text else []


def _text(text: str, style: str | None) -> Block:
    element: Block = {"type": "text", "text": text}
    return {**element, "style": {style: True}} if style and text.strip() else element


def _date(token: Token) -> Block:
    return {
        "type": "date",
        "timestamp": token.at,
        "format": token.form,
        "fallback": token.text or "–",
    }
