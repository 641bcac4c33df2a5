"""Models behind Anthropic's messages, and every server that speaks the same.

The `anthropic` package is imported on the first question, never at start-up. What goes over the
wire is `anthropic_wire` and `anthropic_pieces`; trying again and the words for errors, `failures`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.llm.anthropic_pieces import Pieces
from bot.llm.anthropic_wire import Dialect, to_body
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
from bot.llm.model import ModelCapabilities, ModelEvent, ModelRequest, ModelUnavailable
from bot.llm.replying import events_of
from bot.llm.toolless import answered_in_json

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic

_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""What an error that comes inside a stream, under status 200, would have been without one."""


class AnthropicModel:
    """A model by its name on a server of Anthropic's messages.

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
        self._made: AsyncAnthropic | None = None
        self._dialect = Dialect()
        self._capabilities = capabilities or ModelCapabilities()

    @property
    def capabilities(self) -> ModelCapabilities:
        """What it can do, as it was told."""
        return self._capabilities

    @property
    def name(self) -> str:
        """As chosen in the settings."""
        return f"anthropic:{self._model}"

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
            typed=False,
        )

    async def _reply(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if self._api_key is None and self._base_url is None:
            raise ModelUnavailable(f"{self.name} needs a key: set ANTHROPIC_API_KEY.")
        if self._made is None:  # A large package: the loop goes on while it is imported.
            await asyncio.to_thread(import_module, "anthropic.resources.messages")
        with unavailable(self.name, _door()):
            async with aclosing(self._events(request)) as events:
                async for event in events:
                    yield event

    def _events(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        pieces, reads = Pieces(self.name), self._capabilities.tools
        return events_of(
            self._chunks(request), pieces, name=self.name, request=request, reads_calls=reads
        )

    async def _chunks(self, request: ModelRequest) -> AsyncGenerator[Mapping[str, Any], None]:
        first, stream = await self._begin(request)
        yield _plain(first)
        if stream is None:
            return
        try:
            async for event in stream:
                yield _plain(event)
        finally:
            await stream.close()

    async def _begin(self, request: ModelRequest) -> tuple[Any, Any]:
        """Ask; a server that refuses the finer parameters is asked again without."""
        from anthropic import BadRequestError, UnprocessableEntityError

        dialect = self._dialect
        for left in reversed(range(PLAINER + 1)):
            body = to_body(request, self.name, dialect, self._capabilities)
            try:
                begun = await tried(lambda body=body: self._ask(body), _door())  # type: ignore[misc]
            except (BadRequestError, UnprocessableEntityError) as err:
                plainer = dialect.after(_read(err))
                if plainer is None or not left:
                    raise
                dialect = plainer
            else:
                self._dialect = replace(dialect, thoughts=True)
                return begun
        raise AssertionError("the plainest request returns or raises")

    async def _ask(self, body: dict[str, Any]) -> tuple[Any, Any]:
        """The first event and the stream of the others; or the whole message and no stream.

        An overloaded server may say so in the stream's first event: that can be tried again.
        """
        # Passed as an extra body: the SDK walks typed parameters leaf by leaf; nothing in them
        # needs its translation.
        answer: Any = await self._client().messages.create(
            model=self._model,
            messages=[],
            max_tokens=body["max_tokens"],
            stream=self._capabilities.streaming,
            extra_body=body,
        )
        if not self._capabilities.streaming:
            return answer, None
        async with AsyncExitStack() as stack:
            stack.push_async_callback(answer.close)
            first = await anext(answer, None)
            stack.pop_all()
        return first, answer

    def _client(self) -> "AsyncAnthropic":
        if self._made is None:
            import httpx2
            from anthropic import AsyncAnthropic

            key, own = self._api_key or NO_KEY, self._base_url
            self._made = AsyncAnthropic(
                api_key=key,
                # People write the address as other vendors want it.
                base_url=own.rstrip("/").removesuffix("/v1") if own else None,
                # Servers that speak the same read the key where it used to stand.
                default_headers={"x-api-key": key} if own else None,
                timeout=httpx2.Timeout(self._patience.total_seconds(), connect=CONNECT),
                max_retries=0,
                http_client=self._http_client,
            )
        return self._made


def _plain(answer: Any) -> Mapping[str, Any]:
    """An event or a message as data; what is none has nothing in it."""
    found: Mapping[str, Any] = (
        answer.model_dump(warnings=False) if hasattr(answer, "model_dump") else {}
    )
    return found


def _door() -> Door:
    from anthropic import AnthropicError

    return Door(
        key="ANTHROPIC_API_KEY",
        address="ANTHROPIC_BASE_URL",
        library_error=AnthropicError,
        read=_read,
    )


def _read(error: Exception) -> Failure:
    """The library's errors as failures."""
    import anthropic

    if isinstance(error, anthropic.APITimeoutError):
        return Failure(kind=Kind.LATE)
    if isinstance(error, anthropic.APIConnectionError):
        return Failure(kind=Kind.AWAY)
    if isinstance(error, anthropic.APIStatusError):
        status = error.status_code
        return Failure(
            kind=Kind.REFUSED,
            status=_STATUSES.get(str(error.type), 500) if status < 400 else status,
            hint=f"{error.type} {error.error_code} {error.api_message}".casefold(),
            retry_after=error.response.headers.get("retry-after"),
        )
    return Failure(kind=Kind.BROKEN)
