"""A model of meanings that knows a handful of words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from calendar_core.embedder import EmbedderUnavailable

_SUBJECTS = (
    ("dentist", "teeth", "dr."),
    ("money", "budget", "invoice", "finance"),
    ("sport", "yoga", "swimming", "gym"),
)


@dataclass
class FakeEmbedder:
    """Points into one direction for each subject, and into another for words that it does not know.
    Implements `Embedder`."""

    name: str = "fake"
    is_outside: bool = False
    floor: float = 0.3
    told: list[str] = field(default_factory=list)
    """What it was asked for."""
    is_away: bool = False

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """A direction for each text."""
        if self.is_away:
            raise EmbedderUnavailable("away")
        self.told += texts
        return [_direction(text.casefold()) for text in texts]


def _direction(text: str) -> list[float]:
    found = [float(sum(word in text for word in subject)) for subject in _SUBJECTS]
    return [*found, 0.0 if any(found) else 1.0]
