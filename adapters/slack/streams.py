"""Answers that grow while they are thought, in direct conversations.

In a thread Slack streams itself (`chat.startStream`, which needs a thread). Elsewhere in a direct
conversation a message is posted and edited: an answer in a thread of its own would tear the one
conversation apart. What is quick is posted once, whole.
"""

import asyncio
import logging
import re
from abc import ABC, abstractmethod

from adapters.slack.calls import call
from adapters.slack.methods import APPEND_STREAM, START_STREAM, STOP_STREAM, Method
from adapters.slack.mrkdwn import escaped
from adapters.slack.workspaces import Workspaces
from bot.chat.cards import Card, message, plain_text
from bot.chat.messages import MessageRef, Place
from bot.chat.platform import ChatPlatform, PlaceGone, PlatformError

log = logging.getLogger("convene.slack.streams")

HOLD = 0.6
"""Seconds that an answer may take before its beginning is shown."""
PACE = 1.2
"""Seconds between two steps of growing."""
MOST = 11_000
"""Characters that are shown while they grow; Slack takes at most 12,000."""
_MARKDOWN = re.compile(
    r"[*`]|~~|\]\(|(?<!\w)_|_(?!\w)|^\s{0,3}(?:#{1,6}\s|>|\||\[[^\]]+\]:)", re.MULTILINE
)
"""What a stream would read as markup: it takes Markdown, and words may repeat a stranger's."""


class _Growing(ABC):
    """Text that is collected, and shown in steps."""

    def __init__(self, platform: ChatPlatform, place: Place, hold: float, pace: float) -> None:
        self._platform = platform
        self._place = place
        self._text = ""
        self._pace = pace
        self._next = asyncio.get_running_loop().time() + hold
        self._ref: MessageRef | None = None
        self._has_failed = False

    async def append(self, text: str) -> None:
        """Show more text, when it is time to."""
        self._text += text
        now = asyncio.get_running_loop().time()
        if self._has_failed or now < self._next or not self._text.strip():
            return
        if len(self._text) > MOST:
            return
        self._next = now + self._pace
        try:
            await self._grow()
        except PlatformError as err:
            log.info("stopped growing channel=%s error=%s", self._place.channel, err)
            self._has_failed = True

    @abstractmethod
    async def _grow(self) -> None:
        """Show what has come so far. Raises PlatformError."""

    async def _replace(self, card: Card) -> MessageRef:
        """The finished card where the growing text stands; anew where that is gone."""
        if self._ref is None:
            return await self._platform.post(self._place, card)
        try:
            await self._platform.update(self._ref, card)
        except PlaceGone:
            return await self._platform.post(self._place, card)
        return self._ref


class EditedStream(_Growing):
    """A message that is edited as the answer grows."""

    async def _grow(self) -> None:
        shown = message(f"{self._text.rstrip()} …")
        if self._ref is None:
            self._ref = await self._platform.post(self._place, shown)
        else:
            await self._platform.update(self._ref, shown)

    async def finish(self, card: Card) -> MessageRef:
        """Replace what was shown by the finished card."""
        return await self._replace(card)


class ThreadStream(_Growing):
    """Slack's own stream, in a thread."""

    def __init__(
        self,
        platform: ChatPlatform,
        workspaces: Workspaces,
        place: Place,
        *,
        user: str | None,
        hold: float,
        pace: float,
    ) -> None:
        super().__init__(platform, place, hold, pace)
        self._workspaces = workspaces
        self._user = user
        self._shown = 0

    async def _grow(self) -> None:
        if _MARKDOWN.search(self._text):
            return
        more = escaped(self._text[self._shown :])
        if self._ref is None:
            client = await self._workspaces.client(self._place.workspace)
            started = await call(
                client,
                START_STREAM,
                channel=self._place.channel,
                thread_ts=self._place.thread,
                markdown_text=more,
                recipient_team_id=self._place.workspace if self._user else None,
                recipient_user_id=self._user,
            )
            self._ref = MessageRef(place=self._place, id=str(started.get("ts") or ""))
        else:
            await self._call(APPEND_STREAM, markdown_text=more)
        self._shown = len(self._text)

    async def finish(self, card: Card) -> MessageRef:
        """End the stream; then it is a message like any other, and becomes the card.

        A stream that has died meanwhile is one already.
        """
        if self._ref is None:
            return await self._platform.post(self._place, card)
        try:
            if not self._has_failed and card == message(self._text) and self._is_whole():
                rest = escaped(self._text[self._shown :])
                await self._call(STOP_STREAM, markdown_text=rest or None)
                return self._ref
            await self._call(STOP_STREAM)
        except PlatformError as err:
            log.info("stream ended early channel=%s error=%s", self._place.channel, err)
        return await self._replace(card)

    def _is_whole(self) -> bool:
        """Whether a line of words is all that the answer is, so that it may stay as it grew."""
        if len(self._text) > MOST or "\n" in self._text or _MARKDOWN.search(self._text):
            return False
        return plain_text(message(self._text)) == self._text

    async def _call(self, method: Method, **arguments: object) -> None:
        assert self._ref is not None
        client = await self._workspaces.client(self._place.workspace)
        await call(client, method, channel=self._place.channel, ts=self._ref.id, **arguments)
