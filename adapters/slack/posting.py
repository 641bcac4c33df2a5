"""Saying things in Slack: to everybody in a place, or to one person there.

Each delivery key is said once: keys are kept, and after a crash between "posted" and "written
down", or where Slack broke off, the channel itself is asked, by the metadata of its messages.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from adapters.slack.addresses import ADDED, Addresses
from adapters.slack.calls import call, respond
from adapters.slack.incoming import place as place_of
from adapters.slack.methods import (
    HISTORY,
    OPEN_CONVERSATION,
    POST,
    POST_EPHEMERAL,
    REPLIES,
    Method,
)
from adapters.slack.people import Cache
from adapters.slack.ports import PostedKeys
from adapters.slack.pressed import seen_by as seen_by_id
from adapters.slack.refusals import Away, Refused
from adapters.slack.render import Rendered, rendered
from adapters.slack.whereabouts import Whereabouts
from adapters.slack.works import Lanes
from adapters.slack.workspaces import Wire, Workspaces
from bot.chat.cards import Card
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError
from calendar_core.clock import Clock

log = logging.getLogger("convene.slack.posting")

OUTAGE = (0.5, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds after which what Slack failed to post is tried again."""
OUTAGE_ALONE = (2.0, 8.0, 20.0)
"""The same for what one person alone sees: whether Slack did it can't be asked."""
EVENT_TYPE = "convene_delivery"
"""Of the metadata that carries a delivery key."""
LONGEST_KEY = 200
"""Characters of a key; of a longer one its digest is kept."""
MARGIN = timedelta(minutes=5)
"""How far Slack's clock and ours may stand apart."""
PAGES = 10
PAGE = 100


class Posting:
    """Brings cards to where they are read."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        wire: Wire,
        keys: PostedKeys,
        addresses: Addresses,
        whereabouts: Whereabouts,
        clock: Clock,
    ) -> None:
        self._workspaces = workspaces
        self._wire = wire
        self._keys = keys
        self._addresses = addresses
        self._whereabouts = whereabouts
        self._clock = clock
        self._lanes = Lanes()
        self._directs: Cache[str] = Cache(clock)

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None, key: str | None
    ) -> MessageRef:
        """Say it; under a key, once. Raises PlaceGone, PlatformBusy."""
        if key is None:
            return await self._say(place, card, seen_by, None)
        key = key if len(key) <= LONGEST_KEY else sha256(key.encode()).hexdigest()
        async with self._lanes.of(f"{place.workspace}/{key}"):
            known = await self._keys.find(place.workspace, key)
            if known is not None:
                return _ref(place, *known)
            begun = await self._keys.begin(place.workspace, key, self._clock.now())
            ref = await self._stands(place, key, begun, seen_by) if begun is not None else None
            if ref is None:
                ref = await self._say(place, card, seen_by, key)
            await self._keys.remember(place.workspace, key, ref.place.channel, ref.id)
            return ref

    async def _stands(
        self, place: Place, key: str, begun: datetime, seen_by: Sender | None
    ) -> MessageRef | None:
        """What an earlier try may have posted. What one person alone sees in a channel can't be
        looked up there, only in their direct conversation, where it may have gone instead: such a
        message is said again rather than lost."""
        if seen_by is None or place.is_private:
            return await self._look_up(place, key, begun)
        return await self._look_up(await self.reach(seen_by), key, begun)

    async def _say(
        self, place: Place, card: Card, seen_by: Sender | None, key: str | None
    ) -> MessageRef:
        message = rendered(card)
        if seen_by is not None and not place.is_private:
            return await self._whisper(place, message, seen_by, key)
        try:
            return await self._publish(place, message, key)
        except Refused as err:
            url = self._addresses.of_anyone(place) if err.is_absence else None
            if place.is_private or url is None:
                raise
            await self._add(url, message, kind="in_channel")
            return MessageRef(place=place, id=f"~{ADDED}{uuid4().hex}")

    async def _publish(self, place: Place, message: Rendered, key: str | None) -> MessageRef:
        """To all who read there. Where it is not known whether Slack did it, Slack is looked at
        before it is said again."""
        key, begun = key or uuid4().hex, self._clock.now()
        is_known = True
        for wait in (*OUTAGE, None):
            try:
                ref = None if is_known else await self._look_up(place, key, begun)
                return ref or await self._put(place, message, key)
            except Away as err:
                is_known = False
                if wait is None:
                    raise
                log.warning("away channel=%s seconds=%.1f error=%s", place.channel, wait, err)
            await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _put(self, place: Place, message: Rendered, key: str) -> MessageRef:
        async with self._turn(place):
            said = await self._call(
                place,
                POST,
                channel=place.channel,
                thread_ts=place.thread,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
                metadata=_metadata(key),
            )
        self._whereabouts.replied(place)
        return MessageRef(place=place, id=str(said.get("ts") or ""))

    async def _whisper(
        self, place: Place, message: Rendered, seen_by: Sender, key: str | None
    ) -> MessageRef:
        """To one person in a channel; where the bot is no member, through their own last command
        or press; else directly. It can't be looked up: it is said again rather than lost."""
        try:
            for wait in OUTAGE_ALONE:
                try:
                    return await self._post_ephemeral(place, message, seen_by)
                except Away as err:
                    log.warning("away channel=%s error=%s", place.channel, err)
                await asyncio.sleep(wait)
            return await self._post_ephemeral(place, message, seen_by)
        except Refused as err:
            log.info("not ephemeral channel=%s error=%s", place.channel, err.code)
        url = self._addresses.of_person(place, seen_by.user)
        if url is not None:
            try:
                await self._add(url, message, kind="ephemeral")
            except Refused as err:
                log.info("address used up channel=%s error=%s", place.channel, err.code)
            else:
                return MessageRef(place=place, id=seen_by_id(seen_by.user, ADDED + uuid4().hex))
        return await self._publish(await self.reach(seen_by), message, key)

    async def _post_ephemeral(self, place: Place, message: Rendered, seen_by: Sender) -> MessageRef:
        thread = self._whereabouts.open_thread(place)
        async with self._turn(place):
            said = await self._call(
                place,
                POST_EPHEMERAL,
                channel=place.channel,
                user=seen_by.user,
                thread_ts=thread,
                text=message.text,
                blocks=message.blocks,
            )
        ts = str(said.get("message_ts") or "")
        if thread is None:
            self._addresses.note_thread(place, ts)
        return MessageRef(place=place, id=seen_by_id(seen_by.user, ts))

    def _turn(self, place: Place) -> AbstractAsyncContextManager[None]:
        """One at a time in a channel: in a flood those that Slack limits wait in a row, and do not
        all knock again at once."""
        return self._lanes.of(f"{place.workspace} {place.channel}")

    async def _add(self, url: str, message: Rendered, *, kind: str) -> None:
        body = {
            "response_type": kind,
            "replace_original": False,
            "text": message.text,
            "blocks": message.blocks,
        }
        await respond(url, body, session=self._wire.session)

    async def reach(self, sender: Sender) -> Place:
        """Somebody's direct conversation. Raises PlaceGone, PlatformBusy."""
        channel = await self._directs.get((sender.through, sender.user), lambda: self._open(sender))
        return place_of(sender.through, channel)

    async def _open(self, sender: Sender) -> str:
        client = await self._workspaces.client(sender.through)
        opened = await call(client, OPEN_CONVERSATION, users=sender.user)
        channel = (opened.get("channel") or {}).get("id")
        if not channel:
            raise PlaceGone("Slack told no direct conversation with that person.")
        return str(channel)

    async def _look_up(self, place: Place, key: str, begun: datetime) -> MessageRef | None:
        """What an earlier try may have posted: asked of the channel itself.

        Raises PlatformBusy: better late than twice.
        """
        oldest = f"{(begun - MARGIN).timestamp():.6f}"
        cursor: str | None = None
        for _ in range(PAGES):
            try:
                page = await self._page(place, oldest, cursor)
            except PlatformBusy:
                raise
            except PlatformError as err:
                log.warning("cannot look up key channel=%s error=%s", place.channel, err)
                return None
            for said in page.get("messages") or ():
                if _key_of(said) == key:
                    return MessageRef(place=place, id=str(said["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return None
        return None

    async def _page(self, place: Place, oldest: str, cursor: str | None) -> Mapping[str, Any]:
        return await self._call(
            place,
            HISTORY if place.thread is None else REPLIES,
            channel=place.channel,
            ts=place.thread,
            oldest=oldest,
            include_all_metadata=True,
            limit=PAGE,
            cursor=cursor,
        )

    async def _call(self, place: Place, method: Method, **arguments: object) -> Mapping[str, Any]:
        return await call(await self._workspaces.client(place.workspace), method, **arguments)


def _ref(place: Place, channel: str, message: str) -> MessageRef:
    there = place if place.channel == channel else place_of(place.workspace, channel)
    return MessageRef(place=there, id=message)


def _metadata(key: str) -> Mapping[str, object]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _key_of(said: Mapping[str, Any]) -> str | None:
    metadata = said.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str((metadata.get("event_payload") or {}).get("key", ""))
