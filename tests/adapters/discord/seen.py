"""What people see of a message on Discord: its words, and what can be pressed."""

from collections.abc import Iterator
from typing import Any

from adapters.discord.render import draw_components
from bot.chat.cards import Card


def parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, however nested."""
    for one in components:
        yield one
        yield from parts(one.get("components", []))
        yield from parts([one["component"]] if "component" in one else [])


def words(content: str | None, components: list[dict[str, Any]]) -> str:
    """All that can be read: the content and every text of the components."""
    texts = [one["content"] for one in parts(components) if one.get("type") == 10]
    return "\n".join([*([content] if content else []), *texts])


def pressable(components: list[dict[str, Any]]) -> list[str]:
    """The values of buttons and choices, the addresses of links."""
    found: list[str] = []
    for one in parts(components):
        if one.get("type") == 2:
            found.append(one.get("url") or one["custom_id"])
        if one.get("type") == 3:
            found += [option["value"] for option in one["options"]]
    return found


def looks_like(card: Card, content: str | None, components: list[dict[str, Any]]) -> bool:
    """Whether a message on Discord shows this card."""
    drawn = draw_components(card).view
    assert drawn is not None
    wanted = drawn.to_components()
    return (words(None, wanted), pressable(wanted)) == (
        words(content, components),
        pressable(components),
    )
