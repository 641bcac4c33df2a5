"""Which Block Kit elements and composition objects Slack takes (Block Kit reference).

Checks give what is wrong as Slack words it, each with a JSON pointer to the place.
"""

import re
from collections.abc import Iterator
from typing import Any

TEXT_TYPES = ("plain_text", "mrkdwn")
IN_ACTIONS = {
    "button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "overflow",
    "radio_buttons", "static_select", "external_select", "users_select", "conversations_select",
    "channels_select", "multi_static_select", "multi_external_select", "multi_users_select",
    "multi_conversations_select", "multi_channels_select", "workflow_button",
}  # fmt: skip
IN_INPUT = (IN_ACTIONS - {"button", "overflow", "workflow_button"}) | {
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input",
    "file_input",
}  # fmt: skip
IN_SECTION = IN_ACTIONS | {"image"}
PLACEHOLDERS = {"static_select", "users_select", "plain_text_input", "datepicker", "timepicker"}
WITH_OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5,
                "radio_buttons": 10, "checkboxes": 10}  # fmt: skip
Wrong = Iterator[str]


def wrong(message: str, at: str) -> str:
    """A complaint as Slack words it."""
    return f"{message} [json-pointer:{at}]"


def text_object(value: Any, at: str, longest: int, types: tuple[str, ...] = TEXT_TYPES) -> Wrong:
    """What is wrong with a text object."""
    if not isinstance(value, dict):
        yield wrong("must be an object", at)
        return
    if value.get("type") not in types:
        yield wrong(f"must be one of: {', '.join(types)}", f"{at}/type")
    words = value.get("text")
    if not isinstance(words, str):
        yield wrong("missing required field: text", at)
        return
    if not words.strip():
        yield wrong("must be more than 0 characters", f"{at}/text")
    if len(words) > longest:
        yield wrong(f"must be less than {longest + 1} characters", f"{at}/text")
    if "emoji" in value and value.get("type") == "mrkdwn":
        yield wrong("emoji is only allowed on plain_text", at)
    if "verbatim" in value and value.get("type") == "plain_text":
        yield wrong("verbatim is only allowed on mrkdwn", at)


def plain(value: Any, at: str, longest: int) -> Wrong:
    """What is wrong with a text that may not have markup."""
    return text_object(value, at, longest, ("plain_text",))


def short(owner: dict[str, Any], field: str, at: str, longest: int) -> Wrong:
    """What is wrong with a string field that need not be there."""
    value = owner.get(field)
    if value is None:
        return
    if not isinstance(value, str):
        yield wrong("must be a string", f"{at}/{field}")
    elif len(value) > longest:
        yield wrong(f"must be less than {longest + 1} characters", f"{at}/{field}")
    elif not value and field in ("action_id", "block_id"):
        yield wrong("must be more than 0 characters", f"{at}/{field}")


def option(value: Any, at: str, *, described: int = 75, mrkdwn: bool = False) -> Wrong:
    """What is wrong with an option."""
    if not isinstance(value, dict):
        yield wrong("must be an object", at)
        return
    types = TEXT_TYPES if mrkdwn else ("plain_text",)
    yield from text_object(value.get("text"), f"{at}/text", 75, types)
    if not isinstance(value.get("value"), str) or not value["value"]:
        yield wrong("missing required field: value", at)
    yield from short(value, "value", at, 150)
    if "description" in value:
        yield from text_object(value["description"], f"{at}/description", described, types)


def options(element: dict[str, Any], at: str) -> Wrong:
    """What is wrong with what can be chosen."""
    most = WITH_OPTIONS[element["type"]]
    mrkdwn = element["type"] in ("radio_buttons", "checkboxes")
    groups = element.get("option_groups")
    if groups is not None:
        if not 1 <= len(groups) <= 100:
            yield wrong("must have between 1 and 100 items", f"{at}/option_groups")
        for n, group in enumerate(groups):
            yield from plain(group.get("label"), f"{at}/option_groups/{n}/label", 75)
            for m, one in enumerate(group.get("options", [])):
                yield from option(one, f"{at}/option_groups/{n}/options/{m}")
        return
    found = element.get("options")
    if not isinstance(found, list) or not found:
        yield wrong("missing required field: options", at)
        return
    if len(found) > most:
        yield wrong(f"no more than {most} items allowed", f"{at}/options")
    for n, one in enumerate(found):
        yield from option(one, f"{at}/options/{n}", mrkdwn=mrkdwn)
    values = [one.get("value") for one in found if isinstance(one, dict)]
    if len(set(values)) < len(values):
        yield wrong("options must have distinct values", f"{at}/options")
    initial = element.get("initial_option")
    if initial is not None and initial not in found:
        yield wrong("initial_option must be one of options", f"{at}/initial_option")
    for one in element.get("initial_options", []):
        if one not in found:
            yield wrong("initial_options must be among options", f"{at}/initial_options")


def button(element: dict[str, Any], at: str) -> Wrong:
    """What is wrong with a button."""
    yield from plain(element.get("text"), f"{at}/text", 75)
    yield from short(element, "value", at, 2000)
    yield from short(element, "url", at, 3000)
    yield from short(element, "accessibility_label", at, 75)
    if element.get("style", "primary") not in ("primary", "danger"):
        yield wrong("must be one of: primary, danger", f"{at}/style")
    url = element.get("url")
    if url is not None and not re.match(r"[a-z][a-z0-9+.-]*:", str(url)):
        yield wrong("must be a valid URL", f"{at}/url")


def confirm(value: Any, at: str) -> Wrong:
    """What is wrong with a dialog that asks again."""
    if not isinstance(value, dict):
        yield wrong("must be an object", at)
        return
    yield from plain(value.get("title"), f"{at}/title", 100)
    yield from text_object(value.get("text"), f"{at}/text", 300)
    yield from plain(value.get("confirm"), f"{at}/confirm", 30)
    yield from plain(value.get("deny"), f"{at}/deny", 30)


def initial_moment(element: dict[str, Any], at: str) -> Wrong:
    """What is wrong with the value that a picker begins with."""
    shapes = {"initial_date": r"\d{4}-\d{2}-\d{2}", "initial_time": r"([01]\d|2[0-3]):[0-5]\d"}
    for field, shape in shapes.items():
        value = element.get(field)
        if value is not None and not re.fullmatch(shape, str(value)):
            yield wrong(f"must match {shape}", f"{at}/{field}")
    moment = element.get("initial_date_time")
    if moment is not None and not (isinstance(moment, int) and 1e9 <= moment < 1e10):
        yield wrong("must be a 10 digit integer", f"{at}/initial_date_time")


def text_input(element: dict[str, Any], at: str) -> Wrong:
    """What is wrong with a field for text."""
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not 0 <= least <= 3000:
        yield wrong("must be between 0 and 3000", f"{at}/min_length")
    if not 1 <= most <= 3000 or most < least:
        yield wrong("must be between min_length and 3000", f"{at}/max_length")
    yield from short(element, "initial_value", at, most)


def element(value: Any, at: str, allowed: set[str]) -> Wrong:
    """What is wrong with an element that stands where only these kinds may."""
    if not isinstance(value, dict):
        yield wrong("must be an object", at)
        return
    kind = value.get("type")
    if kind not in allowed:
        yield wrong(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from short(value, "action_id", at, 255)
    if kind == "button":
        yield from button(value, at)
    elif kind == "image":
        yield from image(value, at)
    elif kind in WITH_OPTIONS:
        yield from options(value, at)
    elif kind == "plain_text_input":
        yield from text_input(value, at)
    elif kind == "number_input" and not isinstance(value.get("is_decimal_allowed"), bool):
        yield wrong("missing required field: is_decimal_allowed", at)
    if "placeholder" in value:
        yield from plain(value["placeholder"], f"{at}/placeholder", 150)
    if "confirm" in value:
        yield from confirm(value["confirm"], f"{at}/confirm")
    yield from initial_moment(value, at)


def image(value: dict[str, Any], at: str) -> Wrong:
    """What is wrong with a picture."""
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        yield wrong("must define either image_url or slack_file", at)
    yield from short(value, "image_url", at, 3000)
    if not value.get("alt_text"):
        yield wrong("missing required field: alt_text", at)
    yield from short(value, "alt_text", at, 2000)
