"""How a question with several fields looks: a modal on Slack and Discord, prompts in a terminal."""

from dataclasses import dataclass
from typing import NamedTuple


class Option(NamedTuple):
    """One choice."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing to fill in."""

    name: str
    label: str
    value: str = ""
    """What stands there at first."""
    options: tuple[Option, ...] = ()
    """When not empty: one of these."""
    required: bool = False
    hint: str = ""
    multiline: bool = False
    secret: bool = False
    """A password: a platform shows, keeps and logs nothing of it where it can; it is never filled
    in beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A titled set of fields."""

    value: str
    """`verb:id`, comes back with the answer."""
    title: str
    fields: tuple[FormField, ...]
    submit: str = "Save"
