"""Models behind chat completions: OpenAI's own, and every server that speaks the same.

The `openai` package is imported on the first question, never at start-up. What goes over the wire
is `openai_wire`; the schemas' dialect is `schema`, trying again and the words of errors `failures`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.llm.failures import (
    CONNECT,
    NO_KEY,
    PATIENCE,
    PLAINER,
    Door,
    Failure,
    Kind,
    tried,
    unavailable,
)
from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
)
from bot.llm.openai_wire import Dialect, Pieces, to_body
from bot.llm.replying import events_of
from bot.llm.toolless import answered_in_json

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


class OpenAIModel:
    """A model by its name on a chat-completions server.

    Remembers while it lives what of the finer parameters (`strict` and such) a server refuses.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None,
        base_url: str | None = None,
        patience: timedelta = PATIENCE,
        http_client: "httpx2.AsyncClient | None" = None,
        capabilities: ModelCapabilities | None = None,
    ) -> None:
        self._model = model
        self._api_key = api_key
        self._base_url = base_url
        self._patience = patience
        self._http_client = http_client
        self._made: AsyncOpenAI | None = None
        self._dialect = Dialect()
        self._capabilities = capabilities or ModelCapabilities()

    @property
    def capabilities(self) -> ModelCapabilities:
        """What it can do, as it was told: servers don't say."""
        return self._capabilities

    @property
    def name(self) -> str:
        """As chosen in the settings."""
        return f"openai:{self._model}"

    async def close(self) -> None:
        """Let go of the connections."""
        if self._made is not None:
            await self._made.close()

    def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """Stream the reply. Raises ModelUnavailable, also in the middle."""
        if self._capabilities.tools:
            return self._reply(request)
        return answered_in_json(
            request,
            self._reply,
            name=self.name,
            context=self._capabilities.context,
            typed=True,
        )

    async def _reply(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if self._api_key is None and self._base_url is None:
            raise ModelUnavailable(f"{self.name} needs a key: set OPENAI_API_KEY.")
        if self._made is None:  # A large package: the loop goes on while it is imported.
            await asyncio.to_thread(import_module, "openai.resources.chat.completions")
        from openai import BadRequestError

        with unavailable(self.name, _door()):
            try:
                async with aclosing(self._events(request)) as events:
                    async for event in events:
                        yield event
            except BadRequestError as err:
                if not _read(err).is_filtered:
                    raise
                yield Finished(stop=Stop.REFUSED)

    def _events(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        reads = self._capabilities.tools
        return events_of(
            self._chunks(request), Pieces(), name=self.name, request=request, reads_calls=reads
        )

    async def _chunks(self, request: ModelRequest) -> AsyncGenerator[Mapping[str, Any], None]:
        begun = await self._begin(request)
        if not self._capabilities.streaming:
            yield _plain(begun)
            return
        try:
            async for chunk in begun:
                yield _plain(chunk)
        finally:
            await begun.close()

    async def _begin(self, request: ModelRequest) -> Any:
        """Ask; a server that refuses the finer parameters is asked again without."""
        from openai import BadRequestError, UnprocessableEntityError

        dialect = self._dialect
        for left in reversed(range(PLAINER + 1)):
            body = to_body(request, dialect, self._capabilities)
            try:
                begun = await tried(lambda body=body: self._ask(body), _door())  # type: ignore[misc]
            except (BadRequestError, UnprocessableEntityError) as err:
                plainer = dialect.after(_read(err), body)
                if plainer is None or not left:
                    raise
                dialect = plainer
            else:
                self._dialect = dialect
                return begun
        raise AssertionError("the plainest request returns or raises")

    async def _ask(self, body: dict[str, Any]) -> Any:
        # Passed as an extra body: the SDK walks typed parameters leaf by leaf, 20 ms for our tools;
        # nothing in them needs its translation.
        return await self._client().chat.completions.create(
            model=self._model, messages=[], stream=self._capabilities.streaming, extra_body=body
        )

    def _client(self) -> "AsyncOpenAI":
        if self._made is None:
            import httpx2
            from openai import AsyncOpenAI

            self._made = AsyncOpenAI(
                api_key=self._api_key or NO_KEY,
                base_url=self._base_url,
                timeout=httpx2.Timeout(self._patience.total_seconds(), connect=CONNECT),
                max_retries=0,
                http_client=self._http_client,
            )
        return self._made


def _plain(answer: Any) -> Mapping[str, Any]:
    """A chunk or an answer as data; what is none has nothing in it."""
    found: Mapping[str, Any] = (
        answer.model_dump(warnings=False) if hasattr(answer, "model_dump") else {}
    )
    return found


def _door() -> Door:
    from openai import OpenAIError

    return Door(
        key="OPENAI_API_KEY", address="OPENAI_BASE_URL", library_error=OpenAIError, read=_read
    )


def _read(error: Exception) -> Failure:
    """The library's errors as failures."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return Failure(kind=Kind.LATE)
    if isinstance(error, openai.APIConnectionError):
        return Failure(kind=Kind.AWAY)
    if isinstance(error, openai.APIStatusError):
        return Failure(
            kind=Kind.REFUSED,
            status=error.status_code,
            hint=f"{error.code} {error.type} {error.message}".casefold(),
            param=str(error.param or ""),
            retry_after=error.response.headers.get("retry-after"),
        )
    return Failure(kind=Kind.BROKEN)
