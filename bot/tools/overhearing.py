"""What tools told a model of events, looked up again: where words on a card may come from. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.wording import say_line
from calendar_core.folding import folded

SHORTEST = 12
"""Characters of a text that is looked for; mail addresses always are."""
LONGEST_TITLE = 60
"""Characters of a title in a remark."""
RUN = 4
"""So many words in a row that stand in an event too came from it."""
ORDER = 8
"""So many words are no name."""
_TEXTS = ("title", "location", "from", "guests", "answers", "comment", "organizer")
_WORD = re.compile(r"\w+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Letters that nobody sees; a model that copies a word need not copy them."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """The words of one event, as a tool told them."""

    source: str
    """Its title."""
    text: str
    """Its words, folded, each between blanks."""
    by_stranger: bool


def overheard(contents: Iterable[str]) -> tuple[Overheard, ...]:
    """The events in what tools answered, each once."""
    found: dict[Overheard, None] = {}
    for content in contents:
        try:
            told = json.loads(content)
        except ValueError:
            continue
        if isinstance(told, dict):
            strange = told.get("strangers_text") is True
            found |= dict.fromkeys(_events_in(told, strange))
    return tuple(found)


def _events_in(told: Mapping[str, Any], strange: bool) -> Iterator[Overheard]:
    for value in told.values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict) and one.get("title"):
                # Where it is not said whose an event is, it may be anybody's.
                theirs = strange and one.get("written_by_a_stranger", "when" not in one) is True
                yield Overheard(str(one["title"]), _text_of(one), theirs)


def _text_of(event: Mapping[str, Any]) -> str:
    said: list[Any] = []
    for name in _TEXTS:
        value = event.get(name)
        said += value if isinstance(value, list) else [value or ""]
    return _words(" ".join(str(one) for one in said))


def orders_among(names: Iterable[str]) -> tuple[str, ...]:
    """Names of calendars and people that are no names: a stranger who shares a calendar may call it
    as they like, and models read what it is called."""
    return tuple(
        one
        for one in names
        if len(one.split()) >= ORDER or (" " in one.strip() and ("@" in one or "://" in one))
    )


def as_told(names: Iterable[str]) -> tuple[str, ...]:
    """Such names as a tool would tell them, to be found again."""
    told = [{"title": name} for name in names]
    return (json.dumps({"strangers_text": True, "names": told}),) if told else ()


def source_of(piece: str, heard: Iterable[Overheard], said: str = "") -> str | None:
    """Title of the stranger's event that words came from; None for the asker's own words."""
    words = _words_of(piece)
    if not words or is_said(piece, said):
        return None
    if "@" not in piece and len(piece) < SHORTEST:
        return None
    runs = [words[at : at + RUN] for at in range(max(len(words) - RUN, 0) + 1)]
    looked_for = [f" {' '.join(run)} " for run in runs]
    return next(
        (
            one.source
            for one in heard
            if one.by_stranger and any(run in one.text for run in looked_for)
        ),
        None,
    )


def repeats(text: str, contents: Iterable[str]) -> bool:
    """Whether words hold some that a stranger's event held, as tools told it."""
    return source_of(text, overheard(contents)) is not None


def short_title(title: str) -> str:
    """A title as one line of a remark."""
    line = say_line(title)
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def is_said(piece: str, said: str) -> bool:
    """Whether the asker said those words."""
    return _words(piece) in _words(said)


def own_in(piece: str, heard: Iterable[Overheard], said: str = "") -> tuple[str, ...]:
    """Titles of the asker's own events that words tell of, and that the asker did not name."""
    text, named = _words(piece), _words(said)
    titles = {one.source: _words(one.source) for one in heard if not one.by_stranger}
    return tuple(
        title
        for title, words in titles.items()
        if len(words) > 6 and words in text and words not in named
    )


def _words(text: str) -> str:
    return f" {' '.join(_words_of(text))} "


def _words_of(text: str) -> list[str]:
    return _WORD.findall(folded(_UNSEEN.sub("", text)))
