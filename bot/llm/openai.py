"""Models behind chat completions: OpenAI's own, and every server that speaks the same.

The `openai` package is imported on the first question, never at start-up. What goes over the wire
is `openai_wire`; the schemas' dialect is `schema`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.llm.openai_wire import Pieces, to_messages, to_tools
from bot.llm.written_calls import Words, read_held

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI, OpenAIError

PATIENCE = timedelta(seconds=60)
"""How long to wait for the next piece of an answer."""
NO_KEY = "none"
"""What a server of one's own is sent when there is no key."""
TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds; a server that asks for more is unavailable: a person waits."""


class OpenAIModel:
    """A model by its name on a chat-completions server.

    Remembers while it lives that a server refuses the finer parameters (`strict` and such).
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
        self._is_plain = False
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

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """Stream the reply. Raises ModelUnavailable, also in the middle."""
        if self._api_key is None and self._base_url is None:
            raise ModelUnavailable(f"{self.name} needs a key: set OPENAI_API_KEY.")
        import httpx2
        from openai import OpenAIError

        pieces, words = Pieces(), Words()
        try:
            async for chunk in self._chunks(request):
                if shown := words.add(pieces.add(chunk)):
                    yield TextDelta(shown)
        except OpenAIError as err:
            raise self._unavailable(err) from err
        except (httpx2.HTTPError, httpx2.StreamError) as err:
            raise ModelUnavailable(f"{self.name} broke off in the middle.") from err
        except ValueError as err:  # A malformed chunk is a bare JSONDecodeError.
            raise ModelUnavailable(f"{self.name} sent something that is no answer.") from err
        if pieces.stop is None:
            raise ModelUnavailable(f"{self.name} broke off in the middle.")
        for event in _ending(pieces, words, pieces.stop, step=len(request.parts)):
            yield event

    async def _chunks(self, request: ModelRequest) -> AsyncIterator[Mapping[str, Any]]:
        stream = await self._open(request)
        try:
            async for chunk in stream:
                yield chunk.model_dump(warnings=False) if hasattr(chunk, "model_dump") else {}
        finally:
            await stream.close()

    async def _open(self, request: ModelRequest) -> Any:
        """Begin the stream; a server that refuses the finer parameters is asked again without."""
        from openai import BadRequestError, UnprocessableEntityError

        try:
            return await self._try(self._body(request, is_plain=self._is_plain))
        except (BadRequestError, UnprocessableEntityError) as err:
            if self._is_plain or not request.tools or _is_too_long(err):
                raise
            stream = await self._try(self._body(request, is_plain=True))
            self._is_plain = True
            return stream

    async def _try(self, body: dict[str, Any]) -> Any:
        """Send it; what may pass by itself is tried again, as soon as the server allows."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        for attempt in range(1, TRIES + 1):
            try:
                # Passed as an extra body: the SDK walks typed parameters leaf by leaf, 20 ms for
                # our tools; nothing in them needs its translation.
                return await self._client().chat.completions.create(
                    model=self._model, messages=[], stream=True, extra_body=body
                )
            except APITimeoutError:
                raise
            except (APIConnectionError, APIStatusError) as err:
                wait = _wait_before_next(err, attempt)
                if attempt == TRIES or wait is None:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _body(self, request: ModelRequest, *, is_plain: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"messages": to_messages(request)}
        if request.tools:
            found["tools"] = to_tools(request.tools, is_strict=not is_plain)
        if not is_plain:
            found["stream_options"] = {"include_usage": True}
            if request.tools:
                found["parallel_tool_calls"] = True
        return found

    def _client(self) -> "AsyncOpenAI":
        if self._made is None:
            import httpx2
            from openai import AsyncOpenAI

            self._made = AsyncOpenAI(
                api_key=self._api_key or NO_KEY,
                base_url=self._base_url,
                timeout=httpx2.Timeout(self._patience.total_seconds(), connect=5),
                max_retries=0,
                http_client=self._http_client,
            )
        return self._made

    def _unavailable(self, error: "OpenAIError") -> ModelUnavailable:
        """The vendor's errors in our words; its own text may hold private things."""
        return ModelUnavailable(f"{self.name} {_why(error)}")


def _ending(pieces: Pieces, words: Words, stop: Stop, *, step: int) -> list[ModelEvent]:
    """What follows when a stream is over: words that were held back, calls, and the end."""
    read = read_held(words.held)
    calls: tuple[ToolCall, ...] = pieces.calls(step) or read.calls
    if stop in (Stop.ANSWERED, Stop.CALLED):
        stop = Stop.CALLED if calls else Stop.ANSWERED
    if stop is Stop.REFUSED:
        calls = ()
    ending = Finished(stop=stop, tokens_in=pieces.tokens_in, tokens_out=pieces.tokens_out)
    return [*([TextDelta(read.text)] if read.text else []), *calls, ending]


def _wait_before_next(error: Exception, attempt: int) -> float | None:
    """Seconds until another try makes sense; None: it never does."""
    from openai import APIStatusError

    if not isinstance(error, APIStatusError):
        return 0.2 * attempt
    if error.status_code not in (408, 409, 429) and error.status_code < 500:
        return None
    if error.code == "insufficient_quota":
        return None
    try:
        wait = float(error.response.headers.get("retry-after", 0.1 * 2**attempt))
    except ValueError:
        return None
    return wait if wait <= LONGEST_WAIT else None


def _is_too_long(error: Any) -> bool:
    return bool(error.code == "context_length_exceeded")


def _why(error: "OpenAIError") -> str:
    """What is wrong and where to look, in half a sentence."""
    import openai

    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return "refused the key: check OPENAI_API_KEY."
        case openai.NotFoundError():
            return "is not there: check CONVENE_MODEL and OPENAI_BASE_URL."
        case openai.RateLimitError() if error.code == "insufficient_quota":
            return "is over its quota: check the plan behind OPENAI_API_KEY."
        case openai.RateLimitError():
            return "is asked too often just now."
        case openai.APITimeoutError():
            return "took too long to answer."
        case openai.APIConnectionError():
            return "can't be reached: check OPENAI_BASE_URL and the network."
        case openai.BadRequestError() if _is_too_long(error):
            return "can't take a conversation this long."
        case openai.APIStatusError():
            return f"refused the request with status {error.status_code}."
        case _:
            return "failed: check OPENAI_API_KEY and OPENAI_BASE_URL."
