"""Forms → Discord's modals, and back.

A modal holds five fields. A longer form opens with what is required and the first others; the rest
follows on a button. What was filled in is kept for an hour, so that a form with something wrong in
it opens again as it was left.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import discord
from discord import ui

from adapters.discord import limits
from adapters.discord.addresses import Recent
from bot.chat.cards import Button, ButtonStyle, Card, Line, Strong
from bot.chat.forms import Form, FormField
from bot.chat.messages import Sender

OWN = "~draft:"
"""What buttons and modals of this module begin with."""
_MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form that somebody is filling in."""

    id: str
    form: Form
    user: str
    filled: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def pages(self) -> tuple[tuple[FormField, ...], ...]:
        """The fields by modal; what is required comes first where there are several."""
        fields = self.form.fields
        if len(fields) > limits.FORM_FIELDS:
            fields = tuple(sorted(fields, key=lambda one: not one.required))
        step = limits.FORM_FIELDS
        return tuple(fields[at : at + step] for at in range(0, len(fields), step)) or ((),)

    @property
    def values(self) -> dict[str, str]:
        """Every field: what was filled in, else what stood there."""
        return {one.name: self.filled.get(one.name, one.value) for one in self.form.fields}


class Drafts:
    """Forms that are open, or wait to be opened again. In memory."""

    def __init__(self) -> None:
        self._drafts: Recent[str, Draft] = Recent(_MOST)
        self._newest: Recent[tuple[str, str], str] = Recent(_MOST)

    def keep(self, form: Form, sender: Sender) -> Draft:
        """A form is opened for somebody."""
        draft = Draft(id=secrets.token_hex(8), form=form, user=sender.user)
        self._drafts.put(draft.id, draft)
        self._newest.put((sender.user, form.value), draft.id)
        return draft

    def get(self, id: str) -> Draft | None:
        """A draft by its id; None when it is forgotten."""
        return self._drafts.get(id)

    def of_form(self, user: str, value: str) -> Draft | None:
        """What somebody has open of a form."""
        id = self._newest.get((user, value))
        return self._drafts.get(id) if id is not None else None

    def fill(self, draft: Draft, values: Mapping[str, str]) -> Draft:
        """Keep what was filled in, but for what is secret: it stands in the draft that is returned
        alone."""
        filled = {**draft.filled, **values}
        secret = {one.name for one in draft.form.fields if one.secret}
        kept = {name: value for name, value in filled.items() if name not in secret}
        self._drafts.put(draft.id, replace(draft, filled=kept))
        return replace(draft, filled=filled)

    def offer(self, draft: Draft) -> Card:
        """A button that opens the form, where the time to open it by itself is over."""
        return Card(
            body=((f"{draft.form.title}: press to fill it in.",),),
            buttons=(_open(draft, 0, "Fill in …"),),
        )

    def more(self, draft: Draft, page: int) -> Card:
        """What is asked after one of several pages: go on, or take it as it is."""
        rest = [one.label for fields in draft.pages[page + 1 :] for one in fields]
        return Card(
            body=((f"There is more that you may fill in: {', '.join(rest)}.",),),
            buttons=(
                Button(
                    label=draft.form.submit,
                    value=f"{OWN}{draft.id}:save",
                    style=ButtonStyle.PRIMARY,
                ),
                _open(draft, page + 1, "More …"),
            ),
        )

    def wrong(self, draft: Draft, errors: Mapping[str, str]) -> Card:
        """What has to be corrected, and the way back into the form as it was left."""
        page = next(
            (
                number
                for number, fields in enumerate(draft.pages)
                if any(one.name in errors for one in fields)
            ),
            0,
        )
        return Card(
            body=tuple(_faults(draft.form, errors)), buttons=(_open(draft, page, "Correct …"),)
        )


def only_wrong(errors: Mapping[str, str]) -> Card:
    """The same, when the form is forgotten."""
    return Card(body=tuple((text,) for text in errors.values()))


def _faults(form: Form, errors: Mapping[str, str]) -> Iterable[Line]:
    labels = {one.name: one.label for one in form.fields}
    for name, text in errors.items():
        yield (Strong(labels[name]), f": {text}") if name in labels else (text,)


def _open(draft: Draft, page: int, label: str) -> Button:
    return Button(label=label, value=f"{OWN}{draft.id}:{page}")


def modal_of(draft: Draft, page: int = 0) -> ui.Modal:
    """A page of a form as a modal. A form of one page carries the form's own value, and so
    outlives a restart while it is open."""
    pages = draft.pages
    value = draft.form.value if len(pages) == 1 else f"{OWN}{draft.id}:{page}"
    title = draft.form.title if len(pages) == 1 else f"{draft.form.title} ({page + 1}/{len(pages)})"
    modal = ui.Modal(title=limits.cut(title, limits.FORM_TITLE), custom_id=value, timeout=None)
    for one in pages[page]:
        modal.add_item(_label(one, draft.values[one.name]))
    modal.stop()  # its answer is read from the interaction: discord.py needs not remember it
    return modal


def _label(one: FormField, value: str) -> ui.Label[Any]:
    return ui.Label(
        text=limits.cut(one.label, limits.FIELD_LABEL),
        description=limits.cut(_hint(one), limits.FIELD_HINT) or None,
        component=_select(one, value) if _is_list(one) else _input(one, value),
    )


def _is_list(one: FormField) -> bool:
    return 0 < len(one.options) <= limits.OPTIONS


def _hint(one: FormField) -> str:
    if one.hint or not one.options or _is_list(one):
        return one.hint
    return "For example " + ", ".join(option.label for option in one.options[:4])


def _input(one: FormField, value: str) -> ui.TextInput[Any]:
    labels = {option.value: option.label for option in one.options}
    return ui.TextInput(
        custom_id=one.name,
        style=discord.TextStyle.paragraph if one.multiline else discord.TextStyle.short,
        default=labels.get(value, value)[: limits.INPUT] or None,
        required=one.required,
        max_length=limits.INPUT,
    )


def _select(one: FormField, value: str) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=limits.cut(option.label, limits.OPTION) or limits.NOTHING,
            value=option.value or _EMPTY,
            default=option.value == value,
        )
        for option in one.options
    ]
    return ui.Select(
        custom_id=one.name, options=options, required=one.required, min_values=int(one.required)
    )


_EMPTY = "~empty"
"""Stands for an option whose value is the empty text, which Discord does not take."""


def values_of(form: Form | None, entered: Mapping[str, str]) -> dict[str, str]:
    """What was entered, options by their value: where a list was too long for Discord its label
    may have been typed."""
    values = {name: "" if value == _EMPTY else value for name, value in entered.items()}
    for one in form.fields if form is not None else ():
        if one.name in values and one.options:
            values[one.name] = _option(one, values[one.name])
    return values


def _option(one: FormField, typed: str) -> str:
    wanted = typed.strip().casefold()
    for option in one.options:
        if wanted in (option.value.casefold(), option.label.casefold()):
            return option.value
    return typed
