"""The port to a model that knows what texts mean. Comparing what it says is `meaning`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from calendar_core.errors import CalendarError
from calendar_core.vectors import Vector


class EmbedderUnavailable(CalendarError):
    """The model that knows meanings can't be asked just now."""

    def __init__(self, message: str, after: timedelta = timedelta(minutes=2)) -> None:
        super().__init__(message)
        self.after = after
        """When it makes sense to ask again."""


class Embedder(Protocol):
    """A model that turns a text into a direction: texts of one meaning point one way."""

    @property
    def name(self) -> str:
        """Its name, with all that makes its directions others: kept beside what it made."""
        ...

    @property
    def is_outside(self) -> bool:
        """Whether texts leave this machine."""
        ...

    @property
    def floor(self) -> float:
        """The closeness (a cosine) below which two texts have nothing to do with each other."""
        ...

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector for each text, in their order, all as long. Repeating is harmless. Raises
        EmbedderUnavailable, within its own time-out."""
        ...
