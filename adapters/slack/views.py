"""Forms as modals, and a person's page as the Home tab. Pure; the cards on it are `render`'s.

A modal carries where and for whom it was opened in its `private_metadata`, so that it can be
answered after a restart.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack import limits
from adapters.slack.limits import cut
from adapters.slack.mrkdwn import text_object
from adapters.slack.render import Block, blocks_of, context, tamed
from bot.chat.cards import Card
from bot.chat.forms import Form, FormField, Option
from bot.chat.messages import Place, PlaceKind

FORM = "form"
"""The callback id of every modal."""
FIELD = "field:"
"""Beginning of the block ids of a modal's fields."""
VALUE = "value"
"""The action id of a field's element."""


class FormTooLarge(ValueError):
    """A form says more than a modal can carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a modal knows of itself."""

    value: str
    """The form's own `verb:id`."""
    place: Place
    long_values: Mapping[str, Sequence[str]]
    """Field name → the values of its options, where Slack's options do not hold them."""


def modal(form: Form, place: Place) -> Block:
    """A form as a modal. Raises FormTooLarge."""
    long_values = {
        field.name: [option.value for option in field.options]
        for field in form.fields
        if any(len(option.value) > limits.OPTION_VALUE for option in field.options)
    }
    blocks = [_input(field, long=field.name in long_values) for field in form.fields]
    title = cut(form.title, limits.MODAL_TITLE)
    if title != form.title:
        blocks.insert(0, {"type": "section", "text": text_object(form.title[: limits.SECTION])})
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": text_object(title),
        "submit": text_object(cut(form.submit, limits.MODAL_TITLE)),
        "close": text_object("Cancel"),
        "private_metadata": _metadata(form, place, long_values),
        "blocks": blocks,
    }


def _metadata(form: Form, place: Place, long_values: Mapping[str, Sequence[str]]) -> str:
    known: dict[str, object] = {
        "form": form.value,
        "place": [place.workspace, place.channel, place.thread, place.kind.value, place.name],
    }
    if long_values:
        known["options"] = long_values
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    if len(text) > limits.METADATA:
        raise FormTooLarge(f"a form whose own data has {len(text)} characters")
    return text


def opened_of(metadata: str, platform: str) -> Opened:
    """What `modal` wrote. Raises ValueError for anything else."""
    try:
        known: Mapping[str, Any] = json.loads(metadata)
        workspace, channel, thread, kind, name = known["place"]
        place = Place(
            platform=platform,
            workspace=workspace,
            channel=channel,
            thread=thread,
            kind=PlaceKind(kind),
            name=name,
        )
        return Opened(value=known["form"], place=place, long_values=known.get("options", {}))
    except (KeyError, TypeError, AttributeError) as err:
        raise ValueError("not a modal of ours") from err


def _input(field: FormField, *, long: bool) -> Block:
    if not field.options and len(field.value) > limits.INPUT:
        # cut text would be saved over the whole one: a field that is not asked stays as it is
        return context(f"{field.label}: too long to be edited here. It stays as it is.")
    return {
        "type": "input",
        "block_id": f"{FIELD}{field.name}",
        "label": text_object(cut(field.label, limits.INPUT_LABEL)),
        "optional": not field.required,
        "element": _select(field, long=long) if field.options else _text_input(field),
    }


def _text_input(field: FormField) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": field.multiline or "\n" in field.value,
        "max_length": limits.INPUT,
    }
    if field.value:
        element["initial_value"] = field.value
    if field.hint:
        element["placeholder"] = text_object(cut(field.hint, limits.PLACEHOLDER))
    return element


def _select(field: FormField, *, long: bool) -> Block:
    options = [
        (option, _option(option, str(at) if long else option.value))
        for at, option in enumerate(field.options)
    ]
    element: Block = {"type": "static_select", "action_id": VALUE}
    if field.hint:
        element["placeholder"] = text_object(cut(field.hint, limits.PLACEHOLDER))
    entries = [entry for _, entry in options]
    if len(entries) <= limits.OPTIONS:
        element["options"] = entries
    else:
        element["option_groups"] = _groups(entries)
    chosen = [entry for option, entry in options if option.value == field.value]
    if chosen:
        element["initial_option"] = chosen[0]
    return element


def _groups(entries: Sequence[Block]) -> list[Block]:
    most = limits.OPTIONS
    return [
        {
            "label": text_object(f"{start + 1}–{min(start + most, len(entries))}"),
            "options": list(entries[start : start + most]),
        }
        for start in range(0, len(entries), most)
    ]


def _option(option: Option, value: str) -> Block:
    label = cut(option.label or option.value or "–", limits.LABEL)
    return {"text": text_object(label), "value": value}


def home(cards: Sequence[Card], workspace: str = "") -> Block:
    """Somebody's page in a workspace, a section a card; cards that do not fit are counted at the
    end."""
    blocks: list[Block] = []
    for at, card in enumerate(cards):
        most = min(limits.BLOCKS, limits.PAGE_BLOCKS - len(blocks) - 2)
        drawn = blocks_of(card, prefix=f"{at}.") if most > 0 else []
        if most <= 0 or len(drawn) > most:
            blocks.append(context(f"… and {len(cards) - at} more, in the conversation"))
            break
        blocks += [{"type": "divider"}, *drawn] if blocks else drawn
    known = {"private_metadata": json.dumps({"workspace": workspace})} if workspace else {}
    return {"type": "home", "blocks": tamed(blocks), **known}
