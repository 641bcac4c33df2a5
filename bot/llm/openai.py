"""Models behind chat completions: OpenAI's own, and every server that speaks the same.

The `openai` package is imported on the first question, never at start-up. What goes over the wire
is `openai_wire`; the schemas' dialect is `schema`, trying again and the words of errors `failures`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.llm.failures import Door, Failure, Kind, unavailable
from bot.llm.hosted import Hosted, plain, read_error, until_taken
from bot.llm.model import Finished, ModelCapabilities, ModelEvent, ModelRequest, Stop
from bot.llm.openai_wire import Dialect, Pieces, to_body
from bot.llm.replying import events_of
from bot.llm.toolless import answered_in_json

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI


class OpenAIModel:
    """A model by its name on a chat-completions server.

    Remembers while it lives what of the finer parameters (`strict` and such) a server refuses.
    """

    def __init__(self, hosted: Hosted) -> None:
        self._hosted = hosted
        self._made: AsyncOpenAI | None = None
        self._dialect = Dialect(effort=hosted.effort)

    @property
    def capabilities(self) -> ModelCapabilities:
        """What it can do, as it was told: servers don't say."""
        return self._hosted.capabilities

    @property
    def name(self) -> str:
        """As chosen in the settings."""
        return f"openai:{self._hosted.model}"

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
            typed=True,
        )

    async def _reply(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self._hosted.check_key(self.name, "OPENAI_API_KEY")
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
        reads = self.capabilities.tools
        return events_of(
            self._chunks(request), Pieces(), name=self.name, request=request, reads_calls=reads
        )

    async def _chunks(self, request: ModelRequest) -> AsyncGenerator[Mapping[str, Any], None]:
        begun = await self._begin(request)
        if not self.capabilities.streaming:
            yield plain(begun)
            return
        try:
            async for chunk in begun:
                yield plain(chunk)
        finally:
            await begun.close()

    async def _begin(self, request: ModelRequest) -> Any:
        """Ask; a server that refuses the finer parameters is asked again without."""

        def body_in(dialect: Dialect) -> dict[str, Any]:
            return to_body(request, dialect, self.capabilities)

        begun, self._dialect = await until_taken(
            self._dialect,
            lambda dialect: self._ask(body_in(dialect)),
            lambda dialect, failure: dialect.after(failure, body_in(dialect)),
            _door(),
        )
        return begun

    async def _ask(self, body: dict[str, Any]) -> Any:
        # Passed as an extra body: the SDK walks typed parameters leaf by leaf, 20 ms for our tools;
        # nothing in them needs its translation.
        return await self._client().chat.completions.create(
            model=self._hosted.model,
            messages=[],
            stream=self.capabilities.streaming,
            extra_body=body,
        )

    def _client(self) -> "AsyncOpenAI":
        if self._made is None:
            from openai import AsyncOpenAI

            hosted = self._hosted
            self._made = AsyncOpenAI(
                api_key=hosted.key,
                base_url=hosted.base_url,
                timeout=hosted.timeout,
                max_retries=0,
                http_client=hosted.http_client,
            )
        return self._made


def _door() -> Door:
    from openai import OpenAIError

    return Door(
        key="OPENAI_API_KEY", address="OPENAI_BASE_URL", library_error=OpenAIError, read=_read
    )


def _read(error: Exception) -> Failure:
    """The library's errors as failures."""
    import openai

    return read_error(error, openai, _refused)


def _refused(error: "APIStatusError") -> Failure:
    return Failure(
        kind=Kind.REFUSED,
        status=error.status_code,
        hint=f"{error.code} {error.type} {error.message}".casefold(),
        param=str(error.param or ""),
        retry_after=error.response.headers.get("retry-after"),
    )
