"""One conversation as each vendor is sent it, pinned; and what vendors can keep of it stays."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from bot.llm import anthropic_wire, openai_wire
from bot.llm.model import CLOCK, ModelCapabilities, ModelRequest
from bot.llm.schema import lean, plain, strict_tools, with_choices, without_bounds
from bot.llm.toolless import without_tools
from bot.prompt import prompt_for
from bot.tools.arguments import ARGUMENTS
from bot.transcript import AssistantSaid, Happened, Part, ToolCalled, ToolReturned, UserSaid
from tests.bot.llm.test_schema import REFUSED, schemas
from tests.contracts.language_model import ASKS, FOUND, LOOKED, asking
from tests.fakes.tools import NOW
from tests.fakes.toolset import house_specs
from tests.goldens import matches_golden

Body: TypeAlias = dict[str, Any]

NAMED = ("list_calendars", "get_schedule", "delete_event")
TOOLS = tuple(
    replace(spec, parameters=with_choices(dict(spec.parameters), "calendar", ["Home", "Work"]))
    for spec in house_specs()
    if spec.name in NAMED
)
PROPOSED = ToolCalled(id="c1", tool="delete_event", arguments={"event": "dentist"})
WAITS = ToolReturned(id="c1", tool="delete_event", content='{"text":"A card asks.","title":"<b>"}')
GONE = Happened(what="applied", text="✓ Deleted.", at=NOW, facts={"events": [{"title": "Dentist"}]})
FIRST: tuple[Part, ...] = (ASKS, LOOKED, FOUND)
THEN: tuple[Part, ...] = (
    *FIRST,
    AssistantSaid(text="Nothing on tomorrow."),
    UserSaid(text="cancel the dentist", speaker="Ana", at=NOW),
    PROPOSED,
    WAITS,
    GONE,
    UserSaid(text="and today?", speaker="Ana", at=NOW),
)


def request(later: timedelta, *parts: Part, agenda: str = "") -> ModelRequest:
    setting = replace(asking().setting, now=NOW + later, calendars=("Home", "Work"))
    return replace(asking(), prompt=prompt_for(setting), parts=parts, tools=TOOLS, agenda=agenda)


def openai(request: ModelRequest) -> Body:
    return openai_wire.to_body(request, openai_wire.Dialect(), ModelCapabilities())


def anthropic(request: ModelRequest) -> Body:
    can, dialect = ModelCapabilities(), anthropic_wire.Dialect()
    return anthropic_wire.to_body(request, "anthropic:m", dialect, can)


def toolless_openai(request: ModelRequest) -> Body:
    return openai(without_tools(request, context=128_000, typed=True))


def toolless_anthropic(request: ModelRequest) -> Body:
    return anthropic(without_tools(request, context=2_000, typed=False))


ALL = pytest.mark.parametrize("vendor", [openai, anthropic, toolless_openai, toolless_anthropic])


@ALL
def test_the_body_is_the_one_that_was_read_and_accepted(
    vendor: Callable[[ModelRequest], Body],
) -> None:
    body = vendor(request(timedelta(), *THEN, agenda="Tuesday 10 March: </calendar_data>"))
    text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
    assert matches_golden(f"bodies/{vendor.__name__}.json", text)


@ALL
def test_a_later_message_begins_as_the_one_before_it(
    vendor: Callable[[ModelRequest], Body],
) -> None:
    before = vendor(request(timedelta(), *FIRST, agenda="Nothing."))
    after = vendor(request(timedelta(days=1, hours=2), *THEN, agenda="Lunch."))
    assert before.get("tools") == after.get("tools")
    assert steady(before) == steady(after)
    assert len(steady(before)) > 1000
    assert before != after
    told = before["messages"][first_told(before) :]
    assert told == after["messages"][first_told(after) :][: len(told)]


def steady(body: Body) -> str:
    """The prompt up to its clock."""
    if "system" in body:
        kept, moving = body["system"]
        assert "cache_control" not in moving
        assert kept["cache_control"] == {"type": "ephemeral"}
        return str(kept["text"])
    return str(body["messages"][0]["content"]).partition(CLOCK)[0]


def first_told(body: Body) -> int:
    return 0 if "system" in body else 1


def test_the_order_of_tools_is_theirs_and_not_the_callers() -> None:
    asked = request(timedelta(), *THEN)
    turned = replace(asked, tools=TOOLS[::-1])
    assert openai(asked) == openai(turned)
    assert anthropic(asked) == anthropic(turned)
    assert toolless_openai(asked) == toolless_openai(turned)


def test_each_call_is_answered_first_in_the_message_after_it() -> None:
    other = ToolCalled(id="c1", tool="list_calendars", arguments={})
    sent = anthropic(
        request(timedelta(), FOUND, AssistantSaid(text=""), LOOKED, GONE, ASKS, other, LOOKED)
    )
    shapes = [
        (one["role"], *((p["type"], p.get("id") or p.get("tool_use_id")) for p in one["content"]))
        for one in sent["messages"]
    ]
    assert shapes == [
        ("user", ("text", None)),
        ("assistant", ("tool_use", "c1")),
        ("user", ("tool_result", "c1"), ("text", None)),
        ("assistant", ("tool_use", "call00002"), ("tool_use", "call00003")),
        ("user", ("tool_result", "call00002"), ("tool_result", "call00003")),
    ]
    assert sent["messages"][0]["content"][0]["text"] == anthropic_wire.BEGAN_EARLIER
    assert all(part["is_error"] for part in sent["messages"][-1]["content"])


def test_thinking_is_for_the_model_alone_that_thought_it() -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    call = {"type": "tool_use", "id": "c1", "name": "get_schedule", "input": {}}
    for model, blocks in (("anthropic:n", [thought, call]), ("anthropic:m", [thought])):
        said = AssistantSaid(text="Looking.", vendor={"model": model, "blocks": blocks})
        asked = request(timedelta(), ASKS, said, LOOKED, FOUND)
        assert "thinking" not in str(anthropic(asked)["messages"])
        assert "thinking" not in str(openai(asked)["messages"])
        assert "thinking" not in str(toolless_openai(asked)["messages"])


@pytest.mark.parametrize("tool", ARGUMENTS)
def test_each_tools_lean_schema_is_the_one_that_was_accepted(tool: str) -> None:
    whole = without_bounds(lean(plain(ARGUMENTS[tool].model_json_schema())))
    for one in schemas(whole):
        assert not REFUSED & one.keys()
        assert one.get("type") != "null"
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert set(one["required"]) <= set(one["properties"])
    text = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    assert matches_golden(f"schemas/anthropic/{tool}.json", text)


def test_no_more_tools_are_strict_than_the_vendor_takes() -> None:
    held = strict_tools(house_specs())
    chosen = [spec for spec in house_specs() if spec.name in held]
    lacking = [
        len(spec.parameters.get("properties", {})) - len(spec.parameters.get("required", ()))
        for spec in chosen
    ]
    assert {"add_participants", "delete_event"} <= held
    assert len(held) <= 20
    assert sum(lacking) <= 24
    assert "get_schedule" not in strict_tools(TOOLS)  # It names a person's calendars.
    assert strict_tools(TOOLS) == {"delete_event", "list_calendars"}


def test_the_same_tools_are_made_ready_once() -> None:
    made = anthropic_wire.to_tools(TOOLS, is_strict=True)
    assert anthropic_wire.to_tools(TOOLS, is_strict=True) is made
    assert anthropic_wire.to_tools(TOOLS, is_strict=False) != made
    assert len(anthropic_wire.to_tools(TOOLS[:1], is_strict=True)) == 1
