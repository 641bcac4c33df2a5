"""Buttons and selects that live through restarts: what they mean stands in them, not in memory.

One template for every button: its id is the button's own value, `verb:id`. A select carries only a
number; what is chosen carries the value. Who is told of a press is the client's business.
"""

import re
from typing import Any, Protocol, cast

import discord
from discord import ui


class Pressed(Protocol):
    """A client that wants to know of presses."""

    async def on_pressed(self, interaction: discord.Interaction[Any], value: str) -> None:
        """Somebody pressed or chose `verb:id`."""
        ...


class PressButton(ui.DynamicItem[ui.Button[Any]], template=r"(?P<value>(?!~choose:)[^:]+:.*)"):
    """A button that carries `verb:id`."""

    def __init__(self, value: str, *, label: str, style: discord.ButtonStyle) -> None:
        super().__init__(ui.Button(label=label, style=style, custom_id=value))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> "PressButton":
        button = cast("ui.Button[Any]", item)
        return cls(match["value"], label=button.label or "…", style=button.style)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await cast("Pressed", interaction.client).on_pressed(interaction, self.custom_id)


class PressSelect(ui.DynamicItem[ui.Select[Any]], template=r"~choose:(?P<number>\d+)"):
    """A select whose options carry `verb:id`."""

    def __init__(
        self, number: int, *, placeholder: str | None, options: list[discord.SelectOption]
    ) -> None:
        super().__init__(
            ui.Select(custom_id=f"~choose:{number}", placeholder=placeholder, options=options)
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> "PressSelect":
        select = cast("ui.Select[Any]", item)
        return cls(int(match["number"]), placeholder=select.placeholder, options=select.options)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if self.item.values:
            await cast("Pressed", interaction.client).on_pressed(interaction, self.item.values[0])


def is_taken(interaction: discord.Interaction[Any]) -> bool:
    """Whether discord.py hands what was pressed to one of the two above: it does so only for what
    still stands on the message as it was told."""
    id = _id_of(interaction)
    message = interaction.message
    stands = message is not None and id in _ids([one.to_dict() for one in message.components])
    return stands and _is_ours(id)


def value_of(interaction: discord.Interaction[Any]) -> str | None:
    """The `verb:id` of something pressed that is ours; None for anything else."""
    data: Any = interaction.data or {}
    id = _id_of(interaction)
    if not _is_ours(id):
        return None
    chosen = [str(one) for one in data.get("values") or ()]
    if _matches(PressSelect, id):
        return chosen[0] if chosen else None
    return id


def _id_of(interaction: discord.Interaction[Any]) -> str:
    data: Any = interaction.data or {}
    return str(data.get("custom_id", ""))


def _is_ours(id: str) -> bool:
    return _matches(PressButton, id) or _matches(PressSelect, id)


def _matches(one: "type[PressButton | PressSelect]", id: str) -> bool:
    return one.__discord_ui_compiled_template__.fullmatch(id) is not None


def _ids(components: Any) -> set[str]:
    found: set[str] = set()
    for one in components:
        if one.get("custom_id"):
            found.add(str(one["custom_id"]))
        accessory = one.get("accessory")
        found |= _ids([*one.get("components", ()), *([accessory] if accessory else ())])
    return found
