"""Which key presses which button, as the terminal's help tells it.

Buttons of an answer have numbers, and a number counts while that answer is the last thing said
here; else it is text ("2" chooses from a list). News that nobody asked for, such as a reminder,
may come while a line is being typed: its buttons have letters of their own, so that it can't
catch a number that was meant for something else.
"""

from dataclasses import dataclass
from itertools import cycle
from string import ascii_lowercase

from adapters.console.buttons import Pressable, folded
from adapters.console.screen import Post
from bot.chat.cards import Button, CardKind
from bot.chat.messages import Place

ANSWERS = (CardKind.MESSAGE, CardKind.CARD)
SHORTEST = 2
"""Letters of a label that are enough to press it."""
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class _Shown:
    post: Post
    keys: tuple[str, ...]


class Keys:
    """Remembers what the screen shows, and reads what is typed against it."""

    def __init__(self) -> None:
        self._shown: list[_Shown] = []
        self._letters = cycle(ascii_lowercase)

    def note(self, post: Post) -> tuple[str, ...]:
        """A post is shown, or shown anew: the keys of its buttons, empty for links."""
        self._shown = [shown for shown in self._shown if shown.post.id != post.id][-REMEMBERED:]
        keys = self._keys(post)
        self._release(set(keys) if post.card.kind not in ANSWERS else set())
        self._shown.append(_Shown(post, keys))
        return keys

    def meaning(self, typed: str, *, person: str, place: Place) -> Pressable | None:
        """The button that a typed line presses; None when it is something to say."""
        word = folded(typed)
        if not word:
            return None
        seen = [shown for shown in reversed(self._shown) if shown.post.to in (None, person)]
        answer = next((s for s in seen if _is_answer(s.post) and s.post.place == place), None)
        if answer is not None and (button := _of_answer(answer, word)):
            return _pressable(answer.post, button)
        for news in seen:
            if not _is_answer(news.post) and (button := _of_news(news, word)):
                return _pressable(news.post, button)
        return None

    def _keys(self, post: Post) -> tuple[str, ...]:
        numbers = iter(range(1, len(post.card.buttons) + 1))
        is_answer = _is_answer(post)
        return tuple(
            "" if button.url else str(next(numbers)) if is_answer else next(self._letters)
            for button in post.card.buttons
        )

    def _release(self, letters: set[str]) -> None:
        """After z comes a: whoever had the letter before loses it."""
        for place, shown in enumerate(self._shown):
            if not _is_answer(shown.post) and letters.intersection(shown.keys):
                left = tuple("" if key in letters else key for key in shown.keys)
                self._shown[place] = _Shown(shown.post, left)


def _is_answer(post: Post) -> bool:
    return post.card.kind in ANSWERS


def _of_answer(shown: _Shown, word: str) -> Button | None:
    return _by_key(shown, word) or _by_label(shown.post, word) or _by_beginning(shown.post, word)


def _of_news(shown: _Shown, word: str) -> Button | None:
    return _by_key(shown, word) or _by_label(shown.post, word)


def _by_key(shown: _Shown, word: str) -> Button | None:
    pairs = zip(shown.keys, shown.post.card.buttons, strict=True)
    return next((button for key, button in pairs if key == word), None)


def _by_label(post: Post, word: str) -> Button | None:
    return next((b for b in post.card.buttons if folded(b.label) == word), None)


def _by_beginning(post: Post, word: str) -> Button | None:
    """The one button whose label begins so; with two of them it is no press."""
    fitting = [b for b in post.card.buttons if folded(b.label).startswith(word)]
    return fitting[0] if len(fitting) == 1 and len(word) >= SHORTEST else None


def _pressable(post: Post, button: Button) -> Pressable:
    return Pressable(post=post, label=button.label, value=button.value, url=button.url)
