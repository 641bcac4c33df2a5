"""A card as one reads it in a test: its text, its buttons, how it feels."""

from bot.chat.cards import Card, plain_text


def drawn(card: Card) -> str:
    """Line by line: title, body, fields; then the labels of its buttons; then its tone."""
    buttons = " ".join(f"[{one.label}]" for one in card.buttons)
    return "\n".join(part for part in (plain_text(card), buttons, f"~ {card.tone}") if part)
