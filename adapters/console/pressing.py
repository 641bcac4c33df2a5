"""Pressing a button of a card, however it was found."""

from adapters.console import incoming
from adapters.console.buttons import Pressable
from adapters.console.ports import Host
from bot.chat.cards import message
from bot.chat.messages import Sender


async def press_button(host: Host, button: Pressable, sender: Sender) -> None:
    """Press it where its card stands; what only opens an address is answered by the address."""
    if button.url is not None:
        address = message(f"{button.label}: {button.url}")
        await host.platform.post(button.post.place, address, seen_by=sender)
        return
    pressed = incoming.press(button.value, button.post, sender=sender, at=host.clock.now())
    await host.handler.on_press(pressed)
