"""What people read and can press on a message, a modal or a home page."""

from collections.abc import Iterator
from typing import Any

from tests.servers.slack.blocks import elements_of
from tests.servers.slack.world import Json, Message, View


def words(shown: Message | View) -> str:
    """All that can be read on it, a line a piece; of a message with blocks, its blocks."""
    if isinstance(shown, Message):
        return "\n".join(_texts(shown.blocks)) if shown.blocks else shown.text
    title = [_text(shown.body["title"])] if "title" in shown.body else []
    return "\n".join([*title, *_texts(shown.body["blocks"])])


def everything(message: Message) -> str:
    """What can be read of a message, its text for notifications included."""
    return f"{message.text}\n{words(message)}"


def blocks_of(shown: Message | View) -> list[Json]:
    """The blocks that it is made of."""
    return shown.blocks if isinstance(shown, Message) else list(shown.body["blocks"])


def buttons(shown: Message | View) -> list[str]:
    """The labels of the buttons, in order."""
    return [
        _text(one["text"]) for _, one in elements_of(blocks_of(shown)) if one["type"] == "button"
    ]


def find_button(shown: Message | View, wanted: str) -> tuple[Json, Json]:
    """The block and the button of that label, action id or value. Raises LookupError."""
    for block, one in elements_of(blocks_of(shown)):
        if one["type"] == "button" and wanted in (
            _text(one["text"]),
            one["action_id"],
            one.get("value"),
        ):
            return block, one
    raise LookupError(f"no button {wanted!r}; there are {buttons(shown)}")


def find_choice(shown: Message | View, wanted: str) -> tuple[Json, Json, Json]:
    """The block, the element and the option of that label. Raises LookupError."""
    seen = []
    for block, one in elements_of(blocks_of(shown)):
        for option in options_of(one):
            if wanted in (_text(option["text"]), option["value"]):
                return block, one, option
            seen.append(_text(option["text"]))
    raise LookupError(f"no choice {wanted!r}; there are {seen}")


def options_of(element: Json) -> list[Json]:
    """What can be chosen in an element."""
    grouped = [one for group in element.get("option_groups", []) for one in group["options"]]
    return [*element.get("options", []), *grouped]


def _text(value: Any) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else ""


def _texts(blocks: list[Json]) -> Iterator[str]:
    for block in blocks:
        kind = block["type"]
        if kind in ("section", "header"):
            yield from filter(None, [_text(block.get("text"))])
            yield from (_text(one) for one in block.get("fields", []))
        elif kind == "context":
            yield from (_text(one) or one.get("alt_text", "") for one in block["elements"])
        elif kind == "input":
            yield _text(block["label"])
        elif kind == "markdown":
            yield block["text"]
        elif kind == "image":
            yield block["alt_text"]
        elif kind == "rich_text":
            yield "".join(_rich(block))


def _rich(value: Json) -> Iterator[str]:
    for one in value.get("elements", []):
        yield str(one.get("text") or one.get("fallback") or one.get("url") or "")
        yield from _rich(one)
