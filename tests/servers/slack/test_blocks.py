"""What the stand-in takes as Block Kit, and what it refuses with Slack's words."""

from typing import Any

import pytest

from tests.servers.slack.blocks import checked_blocks, message_faults, view_faults
from tests.servers.slack.filling import CantSubmit, state_of
from tests.servers.slack.world import Json, Refused


def text(words: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": words}


def section(words: str = "Lunch") -> Json:
    return {"type": "section", "text": text(words, "mrkdwn")}


def button(**more: Any) -> Json:
    return {"type": "button", "text": text("Confirm"), "action_id": "a", "value": "v", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Json:
    options = [{"text": text("One"), "value": "1"}, {"text": text("Two"), "value": "2"}]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": text("New event"), "submit": text("Save"),
            "blocks": list(blocks), **more}  # fmt: skip


def field(label: str = "Title", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "in"}
    return {"type": "input", "block_id": label, "label": text(label), "element": element, **more}


GOOD = [
    section(),
    {"type": "divider"},
    {"type": "header", "text": text("Today")},
    {"type": "context", "elements": [text("*soon*", "mrkdwn")]},
    actions(button(style="primary"), button(action_id="b", url="https://meet.test/x")),
    {"type": "section", "text": text("x"), "accessory": select(placeholder=text("Which?"))},
    {"type": "markdown", "text": "**bold**"},
    {"type": "image", "image_url": "https://x.test/a.png", "alt_text": "a week"},
]


def test_good_blocks_pass_and_get_ids() -> None:
    assert list(message_faults(GOOD)) == []
    given = checked_blocks(GOOD)
    assert len({one["block_id"] for one in given}) == len(GOOD)


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        (section("x" * 3001), "less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "must define either text or fields [json-pointer:/blocks/0]"),
        (
            {"type": "section", "fields": [text("x")] * 11},
            "must have between 1 and 10 items [json-pointer:/blocks/0/fields]",
        ),
        ({"type": "header", "text": text("x", "mrkdwn")}, "/blocks/0/text/type"),
        ({"type": "header", "text": text("x" * 151)}, "must be less than 151 characters"),
        ({"type": "button"}, "unsupported type: button [json-pointer:/blocks/0/type]"),
        ({**section(), "block_id": "x" * 256}, "/blocks/0/block_id"),
        (actions(), "missing required field: elements [json-pointer:/blocks/0]"),
        (actions(*[button(action_id=str(n)) for n in range(26)]), "no more than 25 items allowed"),
        (actions(button(), button()), "action_id a already exists in this block"),
        (actions(button(text=text("x" * 76))), "/blocks/0/elements/0/text/text"),
        (actions(button(text=text("x", "mrkdwn"))), "/blocks/0/elements/0/text/type"),
        (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
        (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id"),
        (actions(button(style="loud")), "must be one of: primary, danger"),
        (actions(button(url="not an address")), "must be a valid URL"),
        (actions(select(options=[])), "missing required field: options"),
        (actions(select(options=select()["options"] * 51)), "no more than 100 items allowed"),
        (
            actions(select(options=[{"text": text("x"), "value": "x" * 151}])),
            "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        ),
        (actions(select(initial_option={"text": text("x"), "value": "9"})), "one of options"),
        (actions(select(placeholder=text("x" * 151))), "/blocks/0/elements/0/placeholder/text"),
        (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
        ({"type": "context", "elements": [text("x")] * 11}, "no more than 10 items allowed"),
        ({"type": "image", "image_url": "https://x.test/a.png"}, "required field: alt_text"),
    ],
)  # fmt: skip
def test_bad_blocks_are_named(block: Json, complaint: str) -> None:
    with pytest.raises(Refused) as caught:
        checked_blocks([block])
    assert caught.value.error == "invalid_blocks"
    assert any(complaint in one for one in caught.value.more["errors"]), caught.value.more


def test_a_message_has_fifty_blocks_at_most() -> None:
    assert list(message_faults([section()] * 50)) == []
    assert list(message_faults([section()] * 51)) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]


def test_block_ids_stand_once() -> None:
    twice = [{**section(), "block_id": "x"}] * 2
    assert list(message_faults(twice)) == ["block_id x already exists [json-pointer:/blocks]"]


def test_what_is_no_list_is_no_blocks() -> None:
    with pytest.raises(Refused, match="invalid_blocks_format"):
        checked_blocks("[{")


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal(field(), title=text("x" * 25)), "/view/title/text"),
        (modal(field(), submit=text("x" * 25)), "/view/submit/text"),
        ({"type": "modal", "title": text("x"), "blocks": [field()]}, "required field: submit"),
        (modal(field(), private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(*[section()] * 101), "no more than 100 items allowed"),
        (modal(field(label="x" * 2001)), "/view/blocks/0/label/text"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        ({"type": "popup", "blocks": []}, "/view/type"),
        ({"type": "modal"}, "missing required field: blocks"),
    ],
)
def test_bad_views_are_named(view: Json, complaint: str) -> None:
    assert any(complaint in one for one in view_faults(view, ("modal",)))


def test_a_good_modal_passes() -> None:
    assert list(view_faults(modal(field(), section()), ("modal",))) == []
    assert list(view_faults({"type": "home", "blocks": GOOD[:6]}, ("home",))) == []


def test_a_form_is_filled_by_its_labels() -> None:
    blocks = checked_view_blocks(field("Title"), field("Where", optional=True))
    state = state_of(blocks, {"Title": "Lunch"})
    assert state["Title"]["in"] == {"type": "plain_text_input", "value": "Lunch"}
    assert state["Where"]["in"]["value"] is None


def test_a_required_field_keeps_the_modal_open() -> None:
    with pytest.raises(CantSubmit, match="Title"):
        state_of(checked_view_blocks(field("Title")), {})
    with pytest.raises(LookupError, match="Titel"):
        state_of(checked_view_blocks(field("Title")), {"Title": "x", "Titel": "y"})


def checked_view_blocks(*blocks: Json) -> list[Json]:
    return checked_blocks(list(blocks))
