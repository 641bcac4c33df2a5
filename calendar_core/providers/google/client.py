"""The way to Google: one service over Google's own client, every call in a thread with a connection
of its own.

What is asked is `reader`, `writer` and the rest of this room; what refusals mean is `refusals`;
tokens are `tokens`. https://developers.google.com/workspace/calendar/api/guides/errors
"""

import asyncio
import http.client
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

import google.auth.exceptions
import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials as Bearer
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from calendar_core.clock import Clock
from calendar_core.errors import SignInNeeded
from calendar_core.linking import AccountId, Connections
from calendar_core.providers.google.app import App
from calendar_core.providers.google.mapping import Json, Place
from calendar_core.providers.google.refusals import REFUSED, Unanswered, Unauthorized, refused
from calendar_core.providers.google.tokens import Tokens

Make: TypeAlias = Callable[[Any], Any]
"""Makes a request of the service: `lambda service: service.events().get(…)`."""
_T = TypeVar("_T")
_THREADS = 32
_PLACES = 2000
_SILENT = "Google does not answer."
_BROKEN = (OSError, http.client.HTTPException, httplib2.HttpLib2Error, ValueError)

for _name in ("googleapiclient", "google.auth", "google_auth_httplib2"):
    # They warn with addresses and whole answers, which hold people's names.
    logging.getLogger(_name).setLevel(logging.ERROR)


class Google:
    """Google Calendar, for all accounts that were linked with it."""

    def __init__(self, app: App, connections: Connections, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self._places: dict[tuple[AccountId, str], Place] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="google")
        self._tokens = Tokens(app, connections, clock, self.run)
        # Without network: the description of the API comes with the library.
        self._service = build(
            "calendar",
            "v3",
            http=httplib2.Http(),
            cache_discovery=False,
            static_discovery=True,
            client_options={"api_endpoint": app.api_url},
        )

    async def ask(
        self, account_id: AccountId, make: Make, headers: Mapping[str, str] | None = None
    ) -> Json:
        """One call for an account; its answer, empty where there is none to give.

        Raises SignInNeeded (401, or a token that can't be renewed), NotFound, Gone, Taken,
        ChangedMeanwhile (412), NotAllowed, TryLater (asked to wait), Unanswered.
        """
        token = await self._tokens.fresh(account_id)
        try:
            return await self.with_token(token, make, headers)
        except Unauthorized:
            # It may have been taken back early, or the clocks differ.
            token = await self._tokens.renewed(account_id, refused=token)
        try:
            return await self.with_token(token, make, headers)
        except Unauthorized as err:
            raise SignInNeeded(REFUSED) from err

    async def with_token(
        self, token: str, make: Make, headers: Mapping[str, str] | None = None
    ) -> Json:
        """One call with an access token. Raises as `ask`, and Unauthorized for a 401."""
        return await self.run(lambda: self._execute(token, make, dict(headers or {})))

    async def run(self, work: Callable[[], _T]) -> _T:
        """What blocks, in a thread. Raises Unanswered when it takes too long."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.app.longest):
                return await loop.run_in_executor(self._threads, work)
        except TimeoutError as err:
            raise Unanswered(_SILENT) from err

    def remember(self, account_id: AccountId, place: Place) -> None:
        """Keep what a list told of its calendar."""
        self._places[account_id, place.remote] = place
        while len(self._places) > _PLACES:
            del self._places[next(iter(self._places))]

    def remembered(self, account_id: AccountId, remote: str) -> Place | None:
        """What the latest list of a calendar told; None where there was none yet."""
        return self._places.get((account_id, remote))

    def close(self) -> None:
        """Let no new call begin."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _execute(self, token: str, make: Make, headers: dict[str, str]) -> Json:
        request = make(self._service)
        request.headers.update(headers)
        # An Http of its own: httplib2 is not safe between threads.
        http_ = google_auth_httplib2.AuthorizedHttp(
            Bearer(token=token),  # type: ignore[no-untyped-call]
            http=self.app.http(),
            max_refresh_attempts=0,
        )
        try:
            said = request.execute(http=http_)
        except HttpError as err:
            raise refused(err.resp.status, err.resp, err.content, self.clock.now()) from err
        except (*_BROKEN, google.auth.exceptions.GoogleAuthError) as err:
            raise Unanswered(_SILENT) from err
        finally:
            http_.close()
        if isinstance(said, dict):
            return said
        if said:
            raise Unanswered("Google's answer makes no sense.")
        return {}
