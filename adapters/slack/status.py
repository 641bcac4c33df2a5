"""What goes on, shown quietly under a message ("Looking at Tuesday"). Never fails, never lingers.

See Slack's `assistant.threads.setStatus`. It is shown only where the answer takes a moment.
"""

import asyncio
import logging
from dataclasses import dataclass

from adapters.slack.calls import call
from adapters.slack.methods import SET_STATUS
from adapters.slack.refusals import Refused
from adapters.slack.whereabouts import Whereabouts
from adapters.slack.workspaces import Workspaces
from bot.chat.messages import Place
from bot.chat.platform import PlatformBusy, PlatformError

log = logging.getLogger("convene.slack.status")

DELAY = 0.4
"""Seconds after which a silence is explained."""
MOST = 20
"""Statuses at a time. Where more wait, Slack's limits and our time are for the answers."""
WORKING = "is thinking…"
"""Stands behind the app's name. In channels it is all that is said: others read along."""


@dataclass(slots=True)
class _Status:
    thread: str
    words: str
    task: "asyncio.Task[None] | None" = None
    is_shown: bool = False


class Statuses:
    """The status of each place."""

    def __init__(
        self, workspaces: Workspaces, whereabouts: Whereabouts, delay: float = DELAY
    ) -> None:
        self._workspaces = workspaces
        self._whereabouts = whereabouts
        self._delay = delay
        self._statuses: dict[str, _Status] = {}
        self._mute: set[str] = set()
        """Workspaces whose Slack refuses it: without the agent view, or the scope for it."""

    async def show(self, place: Place, words: str) -> None:
        """Show it after a moment; in place of what stands there, at once."""
        thread = self._whereabouts.last_said(place)
        if thread is None or place.workspace in self._mute:
            return
        status = self._statuses.get(place.key)
        if status is None:
            if len(self._statuses) >= MOST:
                return
            status = _Status(thread, words)
            self._statuses[place.key] = status
            status.task = asyncio.create_task(self._later(place, status))
            return
        changed, status.words = status.words != words, words
        if status.is_shown and changed and place.is_private:
            await self._send(place, status.thread, words)

    async def end(self, place: Place) -> None:
        """Take it away."""
        status = self._statuses.pop(place.key, None)
        if status is None or status.task is None:
            return
        if not status.is_shown:
            status.task.cancel()
            return
        await status.task
        if place.workspace not in self._mute:
            await self._send(place, status.thread, "")

    def answered(self, place: Place) -> None:
        """An answer that all see was posted: Slack takes away the status of that thread itself."""
        status = self._statuses.get(place.key)
        if status is None or place.thread != status.thread:
            return
        if status.task is not None:
            status.task.cancel()
        del self._statuses[place.key]

    async def _later(self, place: Place, status: _Status) -> None:
        await asyncio.sleep(self._delay)
        status.is_shown = True
        await self._send(place, status.thread, status.words)

    async def _send(self, place: Place, thread: str, words: str) -> None:
        shown = [words] if words and place.is_private else None
        try:
            await call(
                await self._workspaces.client(place.workspace),
                SET_STATUS,
                channel_id=place.channel,
                thread_ts=thread,
                status=WORKING if words else "",
                loading_messages=shown,
            )
        except PlatformBusy:
            log.info("status not shown workspace=%s", place.workspace)
        except PlatformError as err:
            log.info("no status workspace=%s error=%s", place.workspace, err)
            if not (isinstance(err, Refused) and err.is_here_alone):
                self._mute.add(place.workspace)
