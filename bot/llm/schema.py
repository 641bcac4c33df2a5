"""JSON schemas of tools in vendors' strict dialects; reading arguments back.

pydantic makes the schemas (`bot.tools`); this room makes them plain, and then strict. Chat
completions: every property is required, no others are allowed, what may be left out is a union with
null, and nothing stays that strict mode refuses (OpenAI's guide "Structured model outputs"); models
then send nulls, which `loosen` drops again. Anthropic: what may be left out is left out, not too
often in all (its guide "Structured outputs").
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.llm.model import ToolSpec

Schema: TypeAlias = dict[str, Any]

NOT_JSON = "arguments_were_not_json"
"""Stands alone in a call whose arguments could not be read; the toolbox answers it with words."""

_STRICT_KEYS = frozenset({"type", "description", "enum", "const", "properties", "items", "anyOf"})
"""What a strict schema keeps; bounds and defaults are dropped, the toolbox checks them again."""
_MAPS = ("properties", "$defs")
STRICT_TOOLS, STRICT_OPTIONS, STRICT_UNIONS = 20, 24, 16
"""How many strict tools a request to Anthropic may have, how many properties of all of these may be
left out, and how many may be one thing or another (its guide "Structured outputs")."""
_FIRST = ("proposes", "notes", "reads")
"""Whose tools are held to their schema first."""


def plain(schema: Mapping[str, Any]) -> Schema:
    """pydantic's schema with references put in place and made-up titles left out."""
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    found = _plain({key: value for key, value in schema.items() if key != "$defs"}, definitions)
    found.pop("description", None)
    return found


def _plain(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    if "$ref" in schema:
        target = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {key: _each(key, value, definitions) for key, value in schema.items() if key != "title"}


def _each(key: str, value: Any, definitions: Mapping[str, Any]) -> Any:
    if key in _MAPS:
        return {name: _plain(one, definitions) for name, one in value.items()}
    if isinstance(value, Mapping) and key in ("items", "additionalProperties"):
        return _plain(value, definitions)
    if key in ("anyOf", "oneOf", "allOf"):
        return [_plain(one, definitions) for one in value]
    return value


def strict(schema: Mapping[str, Any]) -> Schema:
    """A plain schema in the strict dialect."""
    found = {key: value for key, value in schema.items() if key in _STRICT_KEYS}
    if "anyOf" in found:
        found["anyOf"] = [strict(one) for one in found["anyOf"]]
    if "items" in found:
        found["items"] = strict(found["items"])
    if found.get("type") == "object":
        required = schema.get("required", ())
        found["properties"] = {
            name: strict(one) if name in required else _or_null(strict(one))
            for name, one in schema.get("properties", {}).items()
        }
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    return found


def _or_null(schema: Schema) -> Schema:
    """The same, or null: left out."""
    choices: Sequence[Schema] = schema.get("anyOf", ())
    if any(one.get("type") == "null" for one in choices):
        return schema
    words = {"description": schema["description"]} if "description" in schema else {}
    bare = {key: value for key, value in schema.items() if key != "description"}
    return {"anyOf": [*(choices or [bare]), {"type": "null"}], **words}


def lean(schema: Mapping[str, Any]) -> Schema:
    """A plain schema in which what may be left out is left out, and is never null."""
    found = {key: value for key, value in schema.items() if key != "default"}
    if "properties" in found:
        found["properties"] = {name: lean(one) for name, one in found["properties"].items()}
    if isinstance(found.get("items"), Mapping):
        found["items"] = lean(found["items"])
    if "anyOf" in found:
        choices = [lean(one) for one in found.pop("anyOf") if one.get("type") != "null"]
        found |= choices[0] | found if len(choices) == 1 else {"anyOf": choices}
    return found


def without_bounds(schema: Mapping[str, Any]) -> Schema:
    """A lean schema as a grammar can be made of it: others are not allowed, nothing is counted."""
    found = {key: value for key, value in schema.items() if key in _STRICT_KEYS}
    if "properties" in schema:
        found["properties"] = {
            name: without_bounds(one) for name, one in schema["properties"].items()
        }
    if "items" in found:
        found["items"] = without_bounds(found["items"])
    if "anyOf" in found:
        found["anyOf"] = [without_bounds(one) for one in found["anyOf"]]
    if found.get("type") == "object":
        found["required"] = list(schema.get("required", ()))
        found["additionalProperties"] = False
    return found


def strict_tools(specs: Sequence[ToolSpec]) -> frozenset[str]:
    """The tools that Anthropic can hold to their schema, all together: proposing ones first.

    Those that name a person's calendars are left out: a grammar takes seconds to make, and is
    made once for everybody only where it is the same for everybody.
    """
    found: list[str] = []
    options, unions = STRICT_OPTIONS, STRICT_UNIONS
    known = [(spec, lean(spec.parameters)) for spec in specs]
    for spec, schema in sorted(
        known, key=lambda one: (_FIRST.index(one[0].kind), len(_may_lack(one[1])), one[0].name)
    ):
        properties: Mapping[str, Any] = schema.get("properties", {})
        lacks, either = len(_may_lack(schema)), sum("anyOf" in one for one in properties.values())
        is_personal = "enum" in properties.get("calendar", {})
        if lacks <= options and either <= unions and not is_personal:
            found.append(spec.name)
            options, unions = options - lacks, unions - either
    return frozenset(found[:STRICT_TOOLS])


def _may_lack(schema: Schema) -> list[str]:
    required = schema.get("required", ())
    return [name for name in schema.get("properties", {}) if name not in required]


def loosen(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments without their nulls, so that defaults apply."""
    return {
        name: loosen(value) if isinstance(value, Mapping) else value
        for name, value in arguments.items()
        if value is not None
    }


def read_arguments(text: str) -> dict[str, Any]:
    """Arguments from a model's JSON text; `NOT_JSON` alone when it is anything but an object, or a
    text that is the JSON of one. Nothing, or null, is none."""
    try:
        found = json.loads(text or "{}")
        if isinstance(found, str):
            found = json.loads(found or "{}")
    except (ValueError, RecursionError):
        return {NOT_JSON: True}
    found = {} if found is None else found
    return loosen(found) if isinstance(found, dict) else {NOT_JSON: True}


def with_choices(schema: Schema, name: str, choices: Sequence[str]) -> Schema:
    """The schema whose property `name` may only be one of these; unchanged where it has none."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    if name not in properties or not choices:
        return schema
    narrowed = _narrowed(properties[name], choices)
    return {**schema, "properties": {**properties, name: narrowed}}


def _narrowed(schema: Mapping[str, Any], choices: Sequence[str]) -> Schema:
    if schema.get("type") == "string":
        return {**schema, "enum": list(choices)}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_narrowed(one, choices) for one in schema["anyOf"]]}
    return dict(schema)
