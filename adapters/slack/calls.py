"""The one way to the Web API and to response addresses: a timeout and a named error for each call.

Which token speaks is `workspaces`; what an error means is `refusals`.
"""

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.methods import LOOKUPS, ONCE, Method
from adapters.slack.refusals import Away, BlocksRefused, Refused, Silent, refusal
from bot.chat.platform import PlatformBusy, PlatformError

log = logging.getLogger("convene.slack.calls")

TIMEOUT = 15.0
"""Seconds for one answer of Slack."""
PATIENCE = 60.0
"""Seconds that a call waits for a limit to pass; longer ones are told to the caller."""
LOOKING = 10.0
"""The same for what is only looked up: it can be done without."""
OUTAGE = (0.5, 2.0)
"""Seconds after which what failed at Slack is tried again, where that says nothing twice."""
_AWAY = "Slack cannot be reached. Please try again shortly."


class LimitPasses(AsyncRetryHandler):
    """Waits as long as Slack says, when that is not too long."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        most = LOOKING if _name_of(request) in LOOKUPS else PATIENCE
        return (_retry_after(response.headers) or 1.0) <= most

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        seconds = _retry_after(response.headers) if response is not None else None
        state.next_attempt_requested = True
        # those who wait for the same limit do not all come back at once
        await asyncio.sleep((seconds or 1.0) + random.random() / 4)
        state.increment_current_attempt()


class ConnectionBroke(AsyncRetryHandler):
    """Tries again where that cannot say anything twice."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, aiohttp.ClientConnectorError):
            return True  # it never left this machine
        broken = isinstance(error, aiohttp.ServerConnectionError | aiohttp.ClientOSError)
        return broken and _name_of(request) not in ONCE


def _name_of(request: HttpRequest) -> str:
    """The method that a request calls."""
    return str(request.url).rsplit("/", 1)[-1]


def retry_handlers() -> list[AsyncRetryHandler]:
    """How every client of ours tries again."""
    return [LimitPasses(max_retry_count=9), ConnectionBroke(max_retry_count=1)]


async def call(client: AsyncWebClient, method: Method, **arguments: object) -> Mapping[str, Any]:
    """Call a method; arguments that are None are left out.

    Raises Refused, PlatformBusy, or another PlatformError.
    """
    try:
        data, _ = await call_with_headers(client, method, **arguments)
    except BlocksRefused as err:
        if not arguments.get("blocks"):
            raise
        # bare words are better than none; a card in them is answered in words
        log.error("without blocks method=%s error=%s", method.name, err)
        data, _ = await call_with_headers(client, method, **{**arguments, "blocks": []})
    return data


async def call_with_headers(
    client: AsyncWebClient, method: Method, **arguments: object
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The same, with the answer's headers, names in small letters."""
    given = {name: value for name, value in arguments.items() if value is not None}
    for wait in OUTAGE if method.repeatable else ():
        try:
            return await _answered(client, method, given)
        except Silent:
            raise  # it was waited for long enough
        except Away as err:
            log.info("again method=%s seconds=%.1f error=%s", method.name, wait, err)
        await asyncio.sleep(wait)
    return await _answered(client, method, given)


async def _answered(
    client: AsyncWebClient, method: Method, given: dict[str, object]
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    most = asyncio.timeout(TIMEOUT + 3 * PATIENCE)
    try:
        async with most:
            if method.reads:
                response = await client.api_call(method.name, http_verb="GET", params=given)
            else:
                response = await client.api_call(method.name, json=given)
    except SlackApiError as err:
        raise _from_slack(method.name, err) from err
    except TimeoutError as err:
        raise PlatformBusy(_AWAY) if most.expired() else Silent(_AWAY) from err
    except (SlackClientError, aiohttp.ClientError, OSError) as err:
        raise Away(_AWAY) from err
    headers = {name.lower(): str(value) for name, value in response.headers.items()}
    return (response.data if isinstance(response.data, dict) else {}), headers


def _from_slack(method: str, err: SlackApiError) -> PlatformError:
    response = err.response
    status = getattr(response, "status_code", getattr(response, "status", 200))
    data = getattr(response, "data", None)
    if not isinstance(data, dict) and int(status) == 200:
        return Away(_AWAY)  # an answer that is none
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    seconds = _retry_after(getattr(response, "headers", {}) or {})
    return refusal(method, code, status=int(status), seconds=seconds)


async def respond(
    url: str, body: Mapping[str, object], *, session: aiohttp.ClientSession | None
) -> None:
    """Answer at a response address; tried again where that says nothing twice. Raises Refused when
    it is used up, PlatformBusy."""
    for wait in OUTAGE if body.get("replace_original") else ():
        try:
            await _respond(url, body, session)
        except Away as err:
            log.info("again at a response address seconds=%.1f error=%s", wait, err)
        else:
            return
        await asyncio.sleep(wait)
    await _respond(url, body, session)


async def _respond(
    url: str, body: Mapping[str, object], session: aiohttp.ClientSession | None
) -> None:
    client = AsyncWebhookClient(url, session=session, retry_handlers=retry_handlers())
    client.proxy = None
    try:
        async with asyncio.timeout(TIMEOUT + 3 * PATIENCE):
            response = await client.send_dict(dict(body))
    except TimeoutError as err:
        raise PlatformBusy(_AWAY) from err
    except (aiohttp.ClientError, OSError) as err:
        raise Away(_AWAY) from err
    code = _refused_code(response.body)
    if response.status_code == 429 or response.status_code >= 500:
        seconds = _retry_after(response.headers)
        raise refusal("response_url", code, status=response.status_code, seconds=seconds)
    if response.status_code != 200 or code:
        raise Refused(code or "response_url")


def _refused_code(body: str) -> str:
    """The error that stands in an answer; empty when it is none."""
    if not body.startswith("{"):
        return ""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return "" if said.get("ok", True) else str(said.get("error", "refused"))


def _retry_after(headers: Mapping[str, Any]) -> float | None:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            text = value[0] if isinstance(value, list) else value
            try:
                return max(0.0, float(text))
            except ValueError:
                return None
    return None
