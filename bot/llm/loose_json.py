"""Reading JSON whose shape nobody promised: what is not there, or is something else, is empty."""

from collections.abc import Mapping
from typing import Any, cast


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; empty for anything else."""
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none for anything else."""
    return [mapping(one) for one in value] if isinstance(value, list) else []


def number(value: Any) -> int:
    """A whole number; 0 for anything else."""
    return value if isinstance(value, int) else 0
