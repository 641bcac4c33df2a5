"""Several cards in one message, where no more messages are allowed."""

from dataclasses import replace

from bot.chat.cards import Card, Line, Strong, plain


def joined(older: Card, newer: Card) -> Card:
    """The newer card under the words of the older one; only the newer one's buttons count."""
    return replace(newer, body=(*_words(older), (), *_titled(newer)), title=(), fields=())


def _words(card: Card) -> tuple[Line, ...]:
    facts: tuple[Line, ...] = tuple((f"{one.name}: ", *one.value) for one in card.fields)
    return (*_title(card), *card.body, *facts)


def _titled(card: Card) -> tuple[Line, ...]:
    return _words(card)


def _title(card: Card) -> tuple[Line, ...]:
    return ((Strong(plain(card.title)),),) if card.title else ()
