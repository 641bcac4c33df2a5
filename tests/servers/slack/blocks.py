"""Which blocks and views Slack takes (Block Kit reference, view object reference)."""

import json
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.elements import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Wrong,
    element,
    image,
    plain,
    short,
    text_object,
    wrong,
)
from tests.servers.slack.world import Json, Refused

IN_MESSAGES = {
    "section", "divider", "header", "actions", "context", "image", "markdown", "rich_text", "video",
    "file", "context_actions", "table", "input", "task_card", "plan", "alert", "card", "carousel",
    "container",
}  # fmt: skip
IN_VIEWS = {"section", "divider", "header", "actions", "context", "image", "rich_text", "video",
            "input"}  # fmt: skip
MOST_IN_MESSAGE, MOST_IN_VIEW, MOST_MARKDOWN = 50, 100, 12_000
VIEW_BYTES = 250_000


def checked_blocks(value: Any) -> list[Json]:
    """The blocks of a message, as they came or as JSON text. Raises Refused."""
    found = _decoded(value)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refused("invalid_blocks_format")
    faults = list(message_faults(found))
    if faults:
        raise Refused("invalid_blocks", errors=faults, response_metadata=_told(faults))
    return _with_ids(found)


def checked_view(value: Any, kinds: tuple[str, ...]) -> Json:
    """A view, as it came or as JSON text. Raises Refused."""
    found = _decoded(value)
    if not isinstance(found, dict):
        raise Refused("invalid_arguments", response_metadata=_told(["must be an object"]))
    if len(json.dumps(found).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    faults = list(view_faults(found, kinds))
    if faults:
        raise Refused("invalid_arguments", response_metadata=_told(faults))
    return {**found, "blocks": _with_ids(found["blocks"])}


def message_faults(blocks: list[Json]) -> Wrong:
    """What is wrong with the blocks of a message."""
    yield from _blocks(blocks, "/blocks", IN_MESSAGES, MOST_IN_MESSAGE)
    markdown = sum(len(str(one.get("text", ""))) for one in blocks if one["type"] == "markdown")
    if markdown > MOST_MARKDOWN:
        yield wrong(f"markdown blocks may have {MOST_MARKDOWN} characters in all", "/blocks")


def view_faults(view: Json, kinds: tuple[str, ...]) -> Wrong:
    """What is wrong with a modal or a home page."""
    if view.get("type") not in kinds:
        yield wrong(f"must be one of: {', '.join(kinds)}", "/view/type")
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        yield wrong("missing required field: blocks", "/view")
        return
    yield from short(view, "private_metadata", "/view", 3000)
    yield from short(view, "callback_id", "/view", 255)
    yield from short(view, "external_id", "/view", 255)
    if view.get("type") == "modal":
        yield from plain(view.get("title"), "/view/title", 24)
        for field in ("submit", "close"):
            if field in view:
                yield from plain(view[field], f"/view/{field}", 24)
        if any(one.get("type") == "input" for one in blocks) and "submit" not in view:
            yield wrong("missing required field: submit", "/view")
    else:
        for field in ("title", "submit", "close"):
            if field in view:
                yield wrong(f"invalid additional property: {field}", "/view")
    yield from _blocks(blocks, "/view/blocks", IN_VIEWS, MOST_IN_VIEW)


def _blocks(blocks: list[Json], at: str, allowed: set[str], most: int) -> Wrong:
    if len(blocks) > most:
        yield wrong(f"no more than {most} items allowed", at)
    for n, block in enumerate(blocks):
        yield from _block(block, f"{at}/{n}", allowed)
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    for twice in {one for one in ids if ids.count(one) > 1}:
        yield wrong(f"block_id {twice} already exists", at)
    yield from _one_focus(blocks, at)


def _block(block: Json, at: str, allowed: set[str]) -> Wrong:
    kind = block.get("type")
    if kind not in allowed:
        yield wrong(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from short(block, "block_id", at, 255)
    check = _CHECKS.get(str(kind))
    if check is not None:
        yield from check(block, at)


def _section(block: Json, at: str) -> Wrong:
    fields = block.get("fields")
    if not block.get("text") and not fields:
        yield wrong("must define either text or fields", at)
    if block.get("text"):
        yield from text_object(block["text"], f"{at}/text", 3000)
    if fields is not None:
        if not 1 <= len(fields) <= 10:
            yield wrong("must have between 1 and 10 items", f"{at}/fields")
        for n, one in enumerate(fields):
            yield from text_object(one, f"{at}/fields/{n}", 2000)
    if "accessory" in block:
        yield from element(block["accessory"], f"{at}/accessory", IN_SECTION)


def _actions(block: Json, at: str) -> Wrong:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield wrong("missing required field: elements", at)
        return
    if len(elements) > 25:
        yield wrong("no more than 25 items allowed", f"{at}/elements")
    for n, one in enumerate(elements):
        yield from element(one, f"{at}/elements/{n}", IN_ACTIONS)
    ids = [one.get("action_id") for one in elements if isinstance(one, dict)]
    for twice in {one for one in ids if one and ids.count(one) > 1}:
        yield wrong(f"action_id {twice} already exists in this block", f"{at}/elements")


def _context(block: Json, at: str) -> Wrong:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield wrong("missing required field: elements", at)
        return
    if len(elements) > 10:
        yield wrong("no more than 10 items allowed", f"{at}/elements")
    for n, one in enumerate(elements):
        if isinstance(one, dict) and one.get("type") == "image":
            yield from image(one, f"{at}/elements/{n}")
        else:
            yield from text_object(one, f"{at}/elements/{n}", 3000)


def _input(block: Json, at: str) -> Wrong:
    yield from plain(block.get("label"), f"{at}/label", 2000)
    if "hint" in block:
        yield from plain(block["hint"], f"{at}/hint", 2000)
    yield from element(block.get("element"), f"{at}/element", IN_INPUT)


def _header(block: Json, at: str) -> Wrong:
    yield from plain(block.get("text"), f"{at}/text", 150)


def _image(block: Json, at: str) -> Wrong:
    yield from image(block, at)
    if "title" in block:
        yield from plain(block["title"], f"{at}/title", 2000)


def _markdown(block: Json, at: str) -> Wrong:
    if not block.get("text"):
        yield wrong("missing required field: text", at)
    yield from short(block, "text", at, MOST_MARKDOWN)


def _context_actions(block: Json, at: str) -> Wrong:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 5:
        yield wrong("must have between 1 and 5 items", f"{at}/elements")
    for n, one in enumerate(elements):
        if one.get("type") not in ("feedback_buttons", "icon_button"):
            yield wrong(f"unsupported type: {one.get('type')}", f"{at}/elements/{n}/type")


_RICH = {"text": ("text",), "link": ("url",), "date": ("timestamp", "format", "fallback")}
"""What each element of rich text must have, of those that are known here."""


def _rich_text(block: Json, at: str) -> Wrong:
    sections = block.get("elements")
    if not isinstance(sections, list) or not sections:
        yield wrong("missing required field: elements", at)
        return
    for n, section in enumerate(sections):
        here = f"{at}/elements/{n}"
        if section.get("type") != "rich_text_section":
            yield wrong(f"unsupported type: {section.get('type')}", f"{here}/type")
            continue
        if not section.get("elements"):
            yield wrong("missing required field: elements", here)
        for m, one in enumerate(section.get("elements") or ()):
            wanted = _RICH.get(one.get("type"))
            if wanted is None:
                yield wrong(f"unsupported type: {one.get('type')}", f"{here}/elements/{m}/type")
                continue
            for field in wanted:
                if one.get(field) in (None, ""):
                    yield wrong(f"missing required field: {field}", f"{here}/elements/{m}")


_CHECKS = {
    "rich_text": _rich_text,
    "section": _section,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "header": _header,
    "image": _image,
    "markdown": _markdown,
    "context_actions": _context_actions,
}


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that can be used, each with the block that it stands in."""
    for block in blocks:
        found = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for one in found:
            if isinstance(one, dict) and one.get("type") in IN_ACTIONS | IN_INPUT:
                yield block, one


def _one_focus(blocks: list[Json], at: str) -> Wrong:
    if sum(bool(one.get("focus_on_load")) for _, one in elements_of(blocks)) > 1:
        yield wrong("only one element can have focus_on_load", at)


def _with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with the ids that Slack gives to what has none."""
    named = [{**block, "block_id": block.get("block_id") or f"b{n}"} for n, block in
             enumerate(blocks)]  # fmt: skip
    for block in named:
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                block[key] = dict(block[key])
        if block.get("type") == "actions":
            block["elements"] = [dict(one) for one in block["elements"]]
    for n, (_, one) in enumerate(elements_of(named)):
        one.setdefault("action_id", f"a{n}")
    return named


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return None


def _told(faults: list[str]) -> Json:
    return {"messages": [f"[ERROR] {one}" for one in faults]}
