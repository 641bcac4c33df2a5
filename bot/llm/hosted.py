"""What is the same for every model behind a vendor's library: where it is, with which key, and
asking until a server takes the request. What differs stands in `openai` and `anthropic`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from bot.llm.failures import CONNECT, PATIENCE, Door, Failure, Kind, tried
from bot.llm.model import ModelCapabilities, ModelUnavailable

if TYPE_CHECKING:
    import httpx2

NO_KEY = "none"
"""What a server of one's own is sent when there is no key."""
PLAINER = 5
"""How many times at most a request is put in plainer words."""

D = TypeVar("D")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hosted:
    """A model by its name, and the server that has it."""

    model: str
    """As the server calls it."""
    api_key: str | None = field(kw_only=True, repr=False)
    base_url: str | None = field(default=None, kw_only=True)
    """None: the vendor's own."""
    effort: str = field(default="", kw_only=True)
    """How hard it is to think, in its vendor's words; empty: as it does by itself."""
    capabilities: ModelCapabilities = field(default_factory=ModelCapabilities, kw_only=True)
    """What it can do, as it was told: servers don't say."""
    patience: timedelta = field(default=PATIENCE, kw_only=True)
    """How long to wait for the next piece of an answer."""
    http_client: "httpx2.AsyncClient | None" = field(default=None, kw_only=True)
    """Stands in for the library's own."""

    @property
    def key(self) -> str:
        """What is sent as the key."""
        return self.api_key or NO_KEY

    @property
    def timeout(self) -> "httpx2.Timeout":
        """As the libraries take it."""
        import httpx2

        return httpx2.Timeout(self.patience.total_seconds(), connect=CONNECT)

    def check_key(self, name: str, setting: str) -> None:
        """A server of one's own may want none. Raises ModelUnavailable where the vendor does."""
        if self.api_key is None and self.base_url is None:
            raise ModelUnavailable(f"{name} needs a key: set {setting}.")


def read_error(error: Exception, library: ModuleType, refused: Callable[[Any], Failure]) -> Failure:
    """A library's error as a failure: one program wrote all these libraries, so their errors have
    the same names. `refused` reads an answer with a status."""
    if isinstance(error, library.APITimeoutError):
        return Failure(kind=Kind.LATE)
    if isinstance(error, library.APIConnectionError):
        return Failure(kind=Kind.AWAY)
    if isinstance(error, library.APIStatusError):
        return refused(error)
    return Failure(kind=Kind.BROKEN)


async def until_taken(
    dialect: D,
    ask: Callable[[D], Awaitable[T]],
    plainer: Callable[[D, Failure], D | None],
    door: Door,
) -> tuple[T, D]:
    """Ask; a server that refuses finer parameters is asked again in plainer words. The answer, and
    the words that it took. Raises the library's own error when it takes none."""
    for left in reversed(range(PLAINER + 1)):
        try:
            return await tried(lambda words=dialect: ask(words), door), dialect  # type: ignore[misc]
        except door.library_error as err:
            failure = door.read(err)
            plain = plainer(dialect, failure) if failure.status in (400, 422) else None
            if plain is None or not left:
                raise
            dialect = plain
    raise AssertionError("the plainest request returns or raises")


def plain(answer: Any) -> Mapping[str, Any]:
    """A piece of an answer, or a whole one, as data; what is none has nothing in it."""
    found: Mapping[str, Any] = (
        answer.model_dump(warnings=False) if hasattr(answer, "model_dump") else {}
    )
    return found
