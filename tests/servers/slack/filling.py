"""Filling in a modal as Slack lets people do it, and the state that the app is sent."""

from collections.abc import Mapping
from typing import Any

from tests.servers.slack.looking import options_of
from tests.servers.slack.world import Json, View

Values = Mapping[str, "str | list[str] | None"]


class CantSubmit(Exception):
    """Slack keeps the modal open: a field is missing or not what it should be."""


def state_of(blocks: list[Json], typed: Values, *, lenient: bool = False) -> Json:
    """What the fields hold after this was typed: block id → action id → value.

    Fields are named by label, block id or action id; what is not named keeps what it began with;
    `lenient` lets required fields be empty, as they may be before submitting.
    Raises LookupError for a field that is not there, CantSubmit for what Slack would not take.
    """
    left = dict(typed)
    state: Json = {}
    for block in blocks:
        for element in _stateful(block):
            names = (_label(block), block["block_id"], element["action_id"])
            given = next((name for name in names if name and name in left), None)
            value = _initial(element)
            if given is not None:
                value = _typed(element, left.pop(given))
            if block["type"] == "input" and not lenient:
                _check(block, element, value)
            held = {"type": element["type"], **value}
            state.setdefault(block["block_id"], {})[element["action_id"]] = held
    if left:
        there = [_label(one) for one in blocks if one["type"] == "input"]
        raise LookupError(f"no fields {sorted(left)}; there are {there}")
    return state


def input_blocks(view: View) -> set[str]:
    """The block ids that an error can be shown at."""
    return {one["block_id"] for one in view.body["blocks"] if one["type"] == "input"}


def _stateful(block: Json) -> list[Json]:
    found: list[Any] = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [
        one
        for one in found
        if isinstance(one, dict)
        and "action_id" in one
        and one["type"] not in ("button", "overflow", "workflow_button")
    ]


def _label(block: Json) -> str:
    return str(block["label"]["text"]) if "label" in block else ""


_SINGLE = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_INITIAL = {"value": "initial_value"}


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "external_select"):
        return {"selected_option": element.get("initial_option")}
    if kind in ("multi_static_select", "checkboxes", "multi_external_select"):
        return {"selected_options": element.get("initial_options", [])}
    key = _SINGLE[kind]
    initial = _INITIAL.get(key, key.replace("selected_", "initial_"))
    return {key: element.get(initial, [] if kind.startswith("multi_") else None)}


def _typed(element: Json, value: "str | list[str] | None") -> Json:
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "external_select"):
        return {"selected_option": None if value is None else _option(element, str(value))}
    if kind in ("multi_static_select", "checkboxes", "multi_external_select"):
        return {"selected_options": [_option(element, one) for one in value or []]}
    if kind == "datetimepicker" and value is not None:
        return {"selected_date_time": int(str(value))}
    return {_SINGLE[kind]: value or ([] if kind.startswith("multi_") else None)}


def _option(element: Json, wanted: str) -> Json:
    for one in options_of(element):
        if wanted in (one["text"]["text"], one["value"]):
            return {"text": one["text"], "value": one["value"]}
    raise LookupError(f"no choice {wanted!r}")


def _check(block: Json, element: Json, held: Json) -> None:
    value = next(iter(held.values()))
    if value in (None, "", []):
        if not block.get("optional", False):
            raise CantSubmit(f"{_label(block)}: please complete this required field")
        return
    if element["type"] == "plain_text_input":
        if len(str(value)) > element.get("max_length", 3000):
            raise CantSubmit(f"{_label(block)}: too long")
        if len(str(value)) < element.get("min_length", 0):
            raise CantSubmit(f"{_label(block)}: too short")
