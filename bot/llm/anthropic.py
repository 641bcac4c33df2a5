"""Models behind Anthropic's messages, and every server that speaks the same.

The `anthropic` package is imported on the first question, never at start-up. What goes over the
wire is `anthropic_wire` and `anthropic_pieces`; trying again and the words for errors, `failures`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.llm.anthropic_pieces import Pieces
from bot.llm.anthropic_wire import Dialect, to_body
from bot.llm.failures import Door, Failure, Kind, unavailable
from bot.llm.hosted import Hosted, plain, read_error, until_taken
from bot.llm.model import ModelCapabilities, ModelEvent, ModelRequest
from bot.llm.replying import events_of
from bot.llm.toolless import answered_in_json

if TYPE_CHECKING:
    from anthropic import APIStatusError, AsyncAnthropic

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

    def __init__(self, hosted: Hosted) -> None:
        self._hosted = hosted
        self._made: AsyncAnthropic | None = None
        self._dialect = Dialect(effort=hosted.effort)

    @property
    def capabilities(self) -> ModelCapabilities:
        """What it can do, as it was told: servers don't say."""
        return self._hosted.capabilities

    @property
    def name(self) -> str:
        """As chosen in the settings."""
        return f"anthropic:{self._hosted.model}"

    async def close(self) -> None:
        """Let go of the connections."""
        if self._made is not None:
            await self._made.close()

    def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """Stream the reply. Raises ModelUnavailable, also in the middle."""
        if self.capabilities.tools:
            return self._reply(request)
        return answered_in_json(
            request,
            self._reply,
            name=self.name,
            context=self.capabilities.context,
            typed=False,
        )

    async def _reply(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self._hosted.check_key(self.name, "ANTHROPIC_API_KEY")
        if self._made is None:  # A large package: the loop goes on while it is imported.
            await asyncio.to_thread(import_module, "anthropic.resources.messages")
        with unavailable(self.name, _door()):
            async with aclosing(self._events(request)) as events:
                async for event in events:
                    yield event

    def _events(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        pieces, reads = Pieces(self.name), self.capabilities.tools
        return events_of(
            self._chunks(request), pieces, name=self.name, request=request, reads_calls=reads
        )

    async def _chunks(self, request: ModelRequest) -> AsyncGenerator[Mapping[str, Any], None]:
        first, stream = await self._begin(request)
        yield plain(first)
        if stream is None:
            return
        try:
            async for event in stream:
                yield plain(event)
        finally:
            await stream.close()

    async def _begin(self, request: ModelRequest) -> tuple[Any, Any]:
        """Ask; a server that refuses the finer parameters is asked again without."""
        begun, dialect = await until_taken(
            self._dialect,
            lambda dialect: self._ask(to_body(request, self.name, dialect, self.capabilities)),
            Dialect.after,
            _door(),
        )
        self._dialect = replace(dialect, thoughts=True)
        return begun

    async def _ask(self, body: dict[str, Any]) -> tuple[Any, Any]:
        """The first event and the stream of the others; or the whole message and no stream.

        An overloaded server may say so in the stream's first event: that can be tried again.
        """
        # Passed as an extra body: the SDK walks typed parameters leaf by leaf; nothing in them
        # needs its translation.
        answer: Any = await self._client().messages.create(
            model=self._hosted.model,
            messages=[],
            max_tokens=body["max_tokens"],
            stream=self.capabilities.streaming,
            extra_body=body,
        )
        if not self.capabilities.streaming:
            return answer, None
        async with AsyncExitStack() as stack:
            stack.push_async_callback(answer.close)
            first = await anext(answer, None)
            stack.pop_all()
        return first, answer

    def _client(self) -> "AsyncAnthropic":
        if self._made is None:
            from anthropic import AsyncAnthropic

            hosted, key, own = self._hosted, self._hosted.key, self._hosted.base_url
            self._made = AsyncAnthropic(
                api_key=key,
                # People write the address as other vendors want it.
                base_url=own.rstrip("/").removesuffix("/v1") if own else None,
                # Servers that speak the same read the key where it used to stand.
                default_headers={"x-api-key": key} if own else None,
                timeout=hosted.timeout,
                max_retries=0,
                http_client=hosted.http_client,
            )
        return self._made


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

    return read_error(error, anthropic, _refused)


def _refused(error: "APIStatusError") -> Failure:
    status = error.status_code
    return Failure(
        kind=Kind.REFUSED,
        status=_STATUSES.get(str(error.type), 500) if status < 400 else status,
        hint=f"{error.type} {error.error_code} {error.api_message}".casefold(),
        retry_after=error.response.headers.get("retry-after"),
    )
