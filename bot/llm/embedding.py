"""Meanings of texts from a server: OpenAI's embeddings, and those that speak the same.

The `openai` package is imported on the first question. What is sent, and what becomes of the
answers, is `calendar_core.meaning`. Implements `Embedder`.
"""

from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.llm.failures import CONNECT
from bot.llm.hosted import NO_KEY
from calendar_core.embedder import EmbedderUnavailable

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

PATIENCE = timedelta(seconds=20)
"""How long to wait for an answer."""
SHORTENED = 256
"""Numbers of a vector, of models that can be asked for fewer: events say little."""
_CAN_SHORTEN = "text-embedding-3"
_AFTER_REFUSAL = timedelta(hours=1)
"""What is refused today is hardly granted in two minutes: somebody has to mend it."""
_AFTER_TROUBLE = timedelta(minutes=2)


class OpenAIEmbedder:
    """A model of embeddings by its name."""

    floor = 0.25
    """OpenAI's third models: texts of one subject lie around 0.4, others around 0.1."""
    is_outside = True

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None,
        base_url: str | None = None,
        patience: timedelta = PATIENCE,
        http_client: "httpx2.AsyncClient | None" = None,
    ) -> None:
        self._model = model
        self._api_key = api_key
        self._base_url = base_url
        self._patience = patience
        self._http_client = http_client
        self._made: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        """As chosen in the settings, with how long its vectors are."""
        short = f"/{SHORTENED}" if self._model.startswith(_CAN_SHORTEN) else ""
        return f"openai:{self._model}{short}"

    async def close(self) -> None:
        """Let go of the connections."""
        if self._made is not None:
            await self._made.close()

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """A vector for each text. Raises EmbedderUnavailable."""
        if self._api_key is None and self._base_url is None:
            raise EmbedderUnavailable(f"{self.name} needs a key.", _AFTER_REFUSAL)
        # By name, and late: no start waits for the package.
        openai = import_module("openai")
        fewer: dict[str, Any] = (
            {"dimensions": SHORTENED} if self._model.startswith(_CAN_SHORTEN) else {}
        )
        try:
            answer = await self._client().embeddings.create(
                model=self._model, input=list(texts), encoding_format="float", **fewer
            )
            told = sorted(answer.data, key=lambda one: one.index)
            vectors = [one.embedding for one in told]
        except (openai.APITimeoutError, openai.APIConnectionError) as err:
            raise EmbedderUnavailable(f"{self.name} does not answer.", _AFTER_TROUBLE) from err
        except openai.APIStatusError as err:
            passes = err.status_code in (408, 409, 429) or err.status_code >= 500
            after = _AFTER_TROUBLE if passes else _AFTER_REFUSAL
            said = f"{self.name} refused with status {err.status_code}."
            raise EmbedderUnavailable(said, after) from err
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as err:
            # A server that speaks something else: the package hands on whatever came.
            raise EmbedderUnavailable(f"{self.name} sent no vectors.", _AFTER_REFUSAL) from err
        if len(vectors) != len(texts) or len({len(one) for one in vectors}) > 1:
            raise EmbedderUnavailable(f"{self.name} sent other vectors.", _AFTER_REFUSAL)
        return vectors

    def _client(self) -> "AsyncOpenAI":
        if self._made is None:
            import httpx2
            from openai import AsyncOpenAI

            self._made = AsyncOpenAI(
                api_key=self._api_key or NO_KEY,
                base_url=self._base_url,
                timeout=httpx2.Timeout(self._patience.total_seconds(), connect=CONNECT),
                max_retries=1,
                http_client=self._http_client,
            )
        return self._made
