"""What Block Kit holds, and how longer text is made to fit: cut honestly, or folded into more.

Numbers as Slack's Block Kit reference and `slack_sdk.models.blocks` state them.
"""

from collections.abc import Iterable, Iterator, Sequence

BLOCKS = 50
"""Blocks of a message."""
PAGE_BLOCKS = 100
"""Blocks of a view."""
SECTION = 3000
"""Characters of a section."""
FIELDS = 10
"""Fields of a section."""
FIELD = 2000
HEADER = 150
BUTTONS = 25
"""Elements of one row of buttons."""
LABEL = 75
"""A button's or an option's label."""
VALUE = 2000
"""What a button carries."""
URL = 3000
OPTIONS = 100
OPTION_VALUE = 150
PLACEHOLDER = 150
MODAL_TITLE = 24
METADATA = 3000
INPUT = 3000
"""Characters of a text input."""
INPUT_LABEL = 2000
FALLBACK = 3000
"""Of the plain text beside the blocks; Slack recommends at most 4000."""
MESSAGE = 12_000
"""Characters of one message's body; what is longer is told, not sent."""


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def folded(lines: Sequence[str], most: int = SECTION) -> Iterator[str]:
    """Lines joined into texts of at most `most` characters, broken between lines where they can."""
    held = ""
    for line in lines:
        for part in _parts(line, most):
            if held and len(held) + 1 + len(part) > most:
                yield held
                held = part
            else:
                held = f"{held}\n{part}" if held else part
    if held:
        yield held


def _before_escape(line: str, at: int) -> int:
    """Where a line without spaces is broken: not within an escape (`&amp;`), which is short."""
    begun = line.rfind("&", at - 4, at)
    return begun if begun > 0 and ";" in line[at : at + 4] and ";" not in line[begun:at] else at


def _parts(line: str, most: int) -> Iterable[str]:
    """A line, or the pieces of one that is too long, broken at a space where there is one."""
    while len(line) > most:
        at = line.rfind(" ", most // 2, most)
        at = at if at > 0 else _before_escape(line, most)
        yield line[:at]
        line = line[at:].lstrip(" ")
    yield line
