"""A vendor's JSON as it might come one day: fields that are missing, null, empty, of another kind,
with words that nobody knew, and fields besides."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Json = dict[str, Any]
OTHERS: tuple[Any, ...] = (None, "someFutureValue", {}, [], "", ["x"], 7, False)


def variants(item: Json) -> Iterator[tuple[str, Json]]:
    """Each field by itself otherwise, at any depth; with what is otherwise about it."""
    for name, value in item.items():
        yield f"{name} is missing", {key: one for key, one in item.items() if key != name}
        for other in OTHERS:
            yield f"{name} is {other!r}", {**item, name: other}
        inner = value[0] if isinstance(value, list) and value else value
        if not isinstance(inner, dict):
            continue
        for how, changed in variants(inner):
            within = [changed, *value[1:]] if isinstance(value, list) else changed
            yield f"{name}.{how}", {**deepcopy(item), name: within}
    yield "something besides", {**item, "newField": {"a": [1]}}
