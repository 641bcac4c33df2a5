"""Plain words under an open card that count as a press. Read by the engine, never by a model (law
1)."""

from enum import StrEnum

from calendar_core.events import Scope


class Decision(StrEnum):
    """What plain words decide."""

    YES = "yes"
    NO = "no"
    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"
    UNDO = "undo"

    @property
    def scope(self) -> Scope | None:
        """The scope that was said, if one was."""
        return Scope(self.value) if self.value in ("this", "following", "all") else None


_WORDS = {
    Decision.YES: (
        "yes|y|yep|yeah|yup|yes please|ok|okay|sure|confirm|confirmed|confirm it|do it|go ahead|"
        "go for it|please do|sounds good|looks good|perfect|right|correct|that's right|"
        "yes do it|yes confirm|great"
    ),
    Decision.NO: (
        "no|n|nope|nah|not now|no thanks|no thank you|never mind|nevermind|forget it|leave it|"
        "cancel that|don't|do not|stop|drop it|discard|discard it|skip it"
    ),
    Decision.UNDO: "undo|undo that|undo it|take that back|take it back|revert|revert that",
    Decision.THIS: (
        "this|only this|only this one|just this|just this one|this one|only that one|"
        "just that one|that one|this one only|this event|only this event"
    ),
    Decision.FOLLOWING: (
        "this and following|following|this and the following|this and all following|from now on|"
        "from then on|this and future|all following|this one and following|future ones|"
        "from here on"
    ),
    Decision.ALL: (
        "all|all of them|the whole series|whole series|series|every one|all events|the series|"
        "the entire series|entire series|all occurrences"
    ),
}
_DECISIONS = {word: decision for decision, words in _WORDS.items() for word in words.split("|")}


def plain_decision(text: str) -> Decision | None:
    """What a message decides, if it is nothing but a plain yes, no or scope."""
    bare = " ".join(text.casefold().replace("’", "'").split()).strip(" .!,✓👍")
    if not bare and text.strip() in ("👍", "✓"):
        return Decision.YES
    return _DECISIONS.get(bare)
