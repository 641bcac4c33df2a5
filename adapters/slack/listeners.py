"""Every listener of the Slack app: acks at once, translates, hands over. Deciding is the engine's.

Redelivery is harmless: the same delivery makes the same id, and the engine takes an id on once.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from adapters.slack import incoming, pressed
from adapters.slack.addresses import Addresses
from adapters.slack.incoming import Payload, is_direct
from adapters.slack.origins import workspace_of
from adapters.slack.people import People
from adapters.slack.submissions import Submissions
from adapters.slack.views import FORM
from adapters.slack.whereabouts import Whereabouts
from adapters.slack.words import groups_in, mentioned, text_in
from adapters.slack.works import Lanes, Works
from bot.chat.messages import ButtonPress, Place, PlaceKind, Sender
from bot.chat.platform import ChatHandler, ChatPlatform, MenuHandler, PlatformError
from calendar_core.clock import Clock

log = logging.getLogger("convene.slack.listeners")

ANY = re.compile(".*")


class Listeners:
    """What happens when Slack says something."""

    def __init__(
        self,
        *,
        handler: ChatHandler,
        menus: MenuHandler,
        platform: ChatPlatform,
        people: People,
        addresses: Addresses,
        whereabouts: Whereabouts,
        works: Works,
        clock: Clock,
        on_removed: Callable[[], None],
    ) -> None:
        self._handler = handler
        self._menus = menus
        self._platform = platform
        self._people = people
        self._addresses = addresses
        self._whereabouts = whereabouts
        self._works = works
        self._clock = clock
        self._on_removed = on_removed
        self._submissions = Submissions(
            handler=handler, menus=menus, people=people, works=works, clock=clock
        )
        self._lanes = Lanes()

    def register(self, app: AsyncApp) -> None:
        """Listen. What nobody asked for is acked too, so that it is not delivered again."""
        app.event("message")(self.on_words)  # what comes most is looked for first
        app.event("app_mention")(self.on_words)
        app.event("app_home_opened")(self.on_home)
        app.event("link_shared")(self.on_links)
        app.command(ANY)(self.on_command)
        app.action(ANY)(self.on_action)
        app.shortcut(ANY)(self.on_shortcut)
        app.view(FORM)(self.on_view)
        app.view(ANY)(self.on_unknown)
        app.view_closed(ANY)(self.on_unknown)
        app.event(ANY)(self.on_other_event)

    async def on_words(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Somebody wrote, with a mention, directly, or in a thread."""
        event: Payload = body["event"]
        bot, workspace = context.bot_user_id or "", workspace_of(body, context)
        if not incoming.is_heard(event, bot=bot):
            return
        # a mention comes twice, as `app_mention` and as `message`: the engine would drop it too
        if self._whereabouts.is_new(workspace, event["channel"], event["ts"]):
            self._works.begin(self._hear(event, workspace, bot))

    async def _hear(self, event: Payload, workspace: str, bot: str) -> None:
        channel = event["channel"]
        async with self._lanes.of(f"{workspace}/{channel}"):
            text = text_in(event)
            sender = await self._people.sender(workspace, event["user"], name=_called(event))
            people, groups, name = await self._named(workspace, channel, text, bot)
            message = incoming.message(
                event,
                workspace=workspace,
                bot=bot,
                sender=sender,
                people=people,
                groups=groups,
                channel_name=name,
            )
            in_thread = incoming.in_thread(event)
            self._whereabouts.heard(message.place, event["ts"], in_thread=in_thread)
        if message.is_addressed:
            self._works.waits(message.place, sender)
        await self._handler.on_message(message)

    async def _named(
        self, workspace: str, channel: str, text: str, bot: str
    ) -> tuple[dict[str, Sender], dict[str, str], str]:
        """Whom words mention, which user groups, and what the channel is called."""
        others, groups = _others(text, bot), groups_in(text)
        if is_direct(channel) and not others and not groups:
            return {}, {}, ""  # most words: nothing is to be asked
        return await asyncio.gather(
            self._people.senders(workspace, others),
            self._people.group_names(workspace, groups),
            self._people.channel_name(workspace, channel),
        )

    async def on_command(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Somebody used the slash command."""
        await ack()
        self._works.begin(
            self._command(body, workspace_of(body, context), context.bot_user_id or "")
        )

    async def _command(self, body: Payload, workspace: str, bot: str) -> None:
        at, channel = self._clock.now(), body["channel_id"]
        async with self._lanes.of(f"{workspace}/{channel}"):
            text = text_in(body)
            user, called = body["user_id"], body.get("user_name", "")
            sender = await self._people.sender(workspace, user, name=called)
            people, groups, name = await self._named(workspace, channel, text, bot)
            named = {**body, "channel_name": name or body.get("channel_name", "")}
            command = incoming.command(
                named,
                workspace=workspace,
                sender=sender,
                people=people,
                groups=groups,
                at=at,
                bot=bot,
            )
            where = await self._as_read(command.place, sender)
            command = replace(command, place=where)
            self._note_address(where, sender, body)
        self._works.waits(command.place, sender)
        await self._handler.on_command(command)

    async def on_action(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Somebody pressed a button or chose from a list."""
        await ack()
        value = pressed.press_value(body)
        if value is not None:
            self._works.begin(self._press(body, value, workspace_of(body, context)))

    async def _press(self, body: Payload, value: str, workspace: str) -> None:
        at = self._clock.now()
        sender = await self._sender(body, workspace)
        if pressed.is_on_view(body):
            where = await self._direct(sender)
            if where is None or not pressed.is_on_page(body):
                return
        else:
            where = await self._as_read(await self._pressed_place(body, workspace), sender)
        press = pressed.press(body, value, workspace=workspace, sender=sender, where=where, at=at)
        self._note_press(press, body)
        self._works.waits(press.place, sender)
        await self._handler.on_press(press)

    async def _pressed_place(self, body: Payload, workspace: str) -> Place:
        place = pressed.press_place(body, workspace)
        ts = pressed.pressed_ts(body)
        name = place.name or await self._people.channel_name(workspace, place.channel)
        thread = place.thread or self._addresses.thread_of(place, ts)
        return incoming.place(workspace, place.channel, thread=thread, name=name)

    def _note_press(self, press: ButtonPress, body: Payload) -> None:
        ts = pressed.pressed_ts(body)
        self._note_address(press.place, press.sender, body, message=ts or None)
        if ts and press.reply is None:
            self._whereabouts.replied(press.place)

    async def on_shortcut(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Somebody chose an entry of a menu."""
        await ack()
        self._works.begin(self._shortcut(body, workspace_of(body, context)))

    async def _shortcut(self, body: Payload, workspace: str) -> None:
        at = self._clock.now()
        sender = await self._sender(body, workspace)
        said: Payload | None = body.get("message")
        if said is None:
            where = await self._direct(sender)
            author = ""
        else:
            where = await self._as_read(incoming.shortcut_place(body, workspace), sender)
            author = await self._author(said, workspace)
        if where is None:
            return
        if said is not None and said.get("thread_ts"):
            self._whereabouts.replied(where)
        shortcut = incoming.shortcut(
            body,
            workspace=workspace,
            sender=sender,
            where=where,
            author=author,
            at=at,
            names=await self._names_in(said, workspace),
        )
        if shortcut is None:
            log.info("unknown shortcut=%s", body.get("callback_id"))
            return
        self._note_address(where, sender, body)
        await self._menus.on_shortcut(shortcut)

    async def _names_in(self, said: Payload | None, workspace: str) -> dict[str, str]:
        """How those are called whom a message mentions."""
        text = text_in(said or {})
        people, groups = await asyncio.gather(
            self._people.senders(workspace, mentioned(text)),
            self._people.group_names(workspace, groups_in(text)),
        )
        return incoming.names_of(people, groups)

    async def _author(self, said: Payload, workspace: str) -> str:
        if said.get("user"):
            return (await self._people.sender(workspace, said["user"])).name
        profile: Payload = said.get("bot_profile") or {}
        return str(said.get("username") or profile.get("name") or "")

    async def on_view(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Somebody filled in a form."""
        await self._submissions.take(ack, body, workspace_of(body, context))

    async def on_home(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Somebody opened the app's Home or Messages tab."""
        self._works.begin(self._open(body, workspace_of(body, context)))

    async def _open(self, body: Payload, workspace: str) -> None:
        at = self._clock.now()
        sender = await self._people.sender(workspace, body["event"]["user"])
        where = await self._direct(sender) if not body["event"].get("channel") else None
        opened = incoming.opened(body, workspace=workspace, sender=sender, at=at, where=where)
        if opened is not None:
            await self._menus.on_open(opened)

    async def on_links(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Somebody shared links to calendars: domains that the manifest names."""
        if incoming.is_shared(body["event"]):
            self._works.begin(self._links(body, workspace_of(body, context)))

    async def _links(self, body: Payload, workspace: str) -> None:
        event: Payload = body["event"]
        sender, name = await asyncio.gather(
            self._people.sender(workspace, event["user"]),
            self._people.channel_name(workspace, event["channel"]),
        )
        at = self._clock.now()
        shared = incoming.links(body, workspace=workspace, sender=sender, name=name, at=at)
        if event.get("thread_ts"):
            self._whereabouts.replied(shared.place)
        await self._menus.on_links(shared)

    async def on_unknown(self, ack: AsyncAck) -> None:
        """Something of an older version of the app."""
        await ack()

    async def on_other_event(self, body: dict[str, Any]) -> None:
        """An event that nobody subscribed to, or the end of an installation."""
        event: Payload = body["event"]
        kind = event.get("type")
        revoked = kind == "tokens_revoked" and (event.get("tokens") or {}).get("bot")
        log.debug("event=%s workspace=%s", kind, body.get("team_id"))
        if revoked or kind == "app_uninstalled":
            self._on_removed()

    async def _sender(self, body: Payload, workspace: str) -> Sender:
        user: Payload = body["user"]
        name = user.get("name") or user.get("username") or ""
        return await self._people.sender(workspace, user["id"], name=name)

    async def _direct(self, sender: Sender) -> Place | None:
        try:
            return await self._platform.reach(sender)
        except PlatformError as err:
            log.warning("unreachable user=%s error=%s", sender.user, err)
            return None

    async def _as_read(self, place: Place, sender: Sender) -> Place:
        """The place as it is read: a direct conversation of two people, in which commands and
        menus work though the bot is not in it, is a room that others read."""
        if not place.is_private:
            return place
        own = await self._direct(sender)
        if own is None or own.channel == place.channel:
            return place
        return replace(place, kind=PlaceKind.CHANNEL)

    def _note_address(
        self, place: Place, sender: Sender, body: Payload, *, message: str | None = None
    ) -> None:
        url = body.get("response_url")
        if url:
            self._addresses.note(place, sender.user, url, message=message)


def _called(event: Payload) -> str:
    """What somebody of another company is called, whom Slack may tell no more of."""
    profile: Payload = event.get("user_profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or "")


def _others(text: str, bot: str) -> list[str]:
    return [user for user in mentioned(text) if user != bot]
