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


def is_ours(interaction: discord.Interaction[Any]) -> bool:
    """Whether one of the two above takes what was pressed."""
    data: Any = interaction.data or {}
    id = str(data.get("custom_id", ""))
    ours = (PressButton, PressSelect)
    return any(one.__discord_ui_compiled_template__.fullmatch(id) for one in ours)
