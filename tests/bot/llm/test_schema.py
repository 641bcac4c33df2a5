"""The strict dialect, pinned for every tool, and what the API refuses never in it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.schema import NOT_JSON, loosen, plain, read_arguments, strict, with_choices
from bot.tools.arguments import ARGUMENTS
from tests.goldens import matches_golden

REFUSED = {
    *("default", "format", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength"),
    *("$ref", "$defs", "oneOf", "allOf", "not", "title", "pattern", "uniqueItems"),
}


def schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all inside it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for one in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from schemas(one)


@pytest.mark.parametrize("tool", ARGUMENTS)
def test_each_tools_strict_schema_is_the_one_that_was_accepted(tool: str) -> None:
    found = strict(plain(ARGUMENTS[tool].model_json_schema()))
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    assert matches_golden(f"schemas/openai/{tool}.json", text)


@pytest.mark.parametrize("tool", ARGUMENTS)
def test_a_strict_schema_has_nothing_that_the_api_refuses(tool: str) -> None:
    whole = with_choices(plain(ARGUMENTS[tool].model_json_schema()), "calendar", ["Work"])
    for one in schemas(strict(whole)):
        assert not REFUSED & one.keys()
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])


@pytest.mark.parametrize("tool", ARGUMENTS)
def test_what_a_strict_model_leaves_out_gets_its_default(tool: str) -> None:
    kind = ARGUMENTS[tool]
    found = strict(plain(kind.model_json_schema()))
    minimal = {
        name: None if {"type": "null"} in one.get("anyOf", ()) else _value(one)
        for name, one in found["properties"].items()
    }
    read = kind.model_validate(read_arguments(json.dumps(minimal)))
    given_ = set(loosen(minimal))
    assert read.model_fields_set == given_
    assert given_ == {name for name, one in kind.model_fields.items() if one.is_required()}


def _value(schema: dict[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": "x", "array": ["x"]}[schema["type"]]


def test_references_are_put_in_place_and_own_words_win() -> None:
    schema = {
        "$defs": {"Day": {"type": "string", "title": "Day", "description": "A day."}},
        "type": "object",
        "properties": {
            "title": {"$ref": "#/$defs/Day", "description": "Which."},
            "days": {"type": "array", "items": {"$ref": "#/$defs/Day"}, "maxItems": 3},
        },
        "required": ["title"],
    }
    found = plain(schema)
    assert found["properties"]["title"] == {"type": "string", "description": "Which."}
    assert found["properties"]["days"]["items"] == {"type": "string", "description": "A day."}
    assert strict(found)["required"] == ["title", "days"]


@given(st.text())
def test_any_text_is_read_as_arguments_or_marked(text: str) -> None:
    found = read_arguments(text)
    assert isinstance(found, dict)
    assert None not in found.values()


@pytest.mark.parametrize("text", ['{"a":', "[1]", '"a"', "nan", "[" * 100_000])
def test_arguments_that_are_no_object_are_marked(text: str) -> None:
    assert read_arguments(text) == {NOT_JSON: True}


@pytest.mark.parametrize("text", ["", "null", '""', '"{}"'])
def test_no_arguments_at_all_are_none(text: str) -> None:
    assert read_arguments(text) == {}
