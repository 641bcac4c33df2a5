"""Meanings of texts on this machine: WordLlama, a static table of word vectors whose weights come
with its package (`convene[meaning]`). Nothing is downloaded. Implements `Embedder`."""

import asyncio
import logging
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from calendar_core.embedder import EmbedderUnavailable

PACKAGE = "wordllama"


def is_installed() -> bool:
    """Whether the package is there; it is not loaded for that."""
    return find_spec(PACKAGE) is not None


class WordLlamaEmbedder:
    """The table, loaded on the first question: 0.4 seconds, and 110 MB of memory."""

    name = PACKAGE
    floor = 0.2
    """Measured (`score_meaning`): lower finds a few more, and tells of something where there is
    nothing more often."""
    is_outside = False

    def __init__(self) -> None:
        self._table: Any = None
        self._loading = asyncio.Lock()

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """A vector for each text. Raises EmbedderUnavailable where the package can't be loaded."""
        async with self._loading:
            if self._table is None:
                self._table = await asyncio.to_thread(_load)
        return await asyncio.to_thread(self._embedded, list(texts))

    def _embedded(self, texts: list[str]) -> Sequence[Sequence[float]]:
        vectors: Sequence[Sequence[float]] = self._table.embed(texts, norm=True).tolist()
        return vectors


def _load() -> Any:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        package = import_module(PACKAGE)
        # It sets up logging for the whole program, which is not its to do.
        root.handlers[:] = handlers
        root.setLevel(level)
        where = Path(str(package.__file__)).parent
        return package.WordLlama.load(cache_dir=where, disable_download=True)
    except (ImportError, OSError, ValueError) as err:
        raise EmbedderUnavailable("WordLlama can't be loaded. Run: make meaning") from err
