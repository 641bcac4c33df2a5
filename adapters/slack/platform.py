"""Slack as a chat platform: implements `ChatPlatform`, `PersonalPages`, `GroupsThere`,
`MailAddresses` and `LinkPreviews`.

Saying is `posting`, growing `streams`, drawing `render` and `views`; here is what is asked of
them. What comes in is `listeners`.
"""

import logging
from collections.abc import Mapping, Sequence

from adapters.slack.addresses import Addresses
from adapters.slack.calls import call, respond
from adapters.slack.edits import Edits
from adapters.slack.incoming import PLATFORM, is_direct
from adapters.slack.methods import OPEN_VIEW, PUBLISH_VIEW, SET_PROMPTS, UNFURL, UPDATE
from adapters.slack.people import People
from adapters.slack.posting import Posting
from adapters.slack.refusals import NoEntry, Refused
from adapters.slack.render import Rendered, rendered
from adapters.slack.status import Statuses
from adapters.slack.streams import HOLD, PACE, EditedStream, ThreadStream
from adapters.slack.views import FormTooLarge, home, modal
from adapters.slack.workspaces import Wire, Workspaces
from bot.chat.cards import Card
from bot.chat.forms import Form
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import (
    PlaceGone,
    PlatformBusy,
    PlatformError,
    Prompt,
    Right,
    Stream,
)

log = logging.getLogger("convene.slack.platform")

PROMPTS = 4
"""Suggested prompts that Slack shows."""


class SlackPlatform:
    """Says things in Slack."""

    def __init__(
        self,
        *,
        posting: Posting,
        people: People,
        statuses: Statuses,
        edits: Edits,
        addresses: Addresses,
        workspaces: Workspaces,
        wire: Wire,
        hold: float = HOLD,
        pace: float = PACE,
    ) -> None:
        self._posting = posting
        self._people = people
        self._statuses = statuses
        self._edits = edits
        self._addresses = addresses
        self._workspaces = workspaces
        self._wire = wire
        self._hold = hold
        self._pace = pace

    @property
    def name(self) -> str:
        return PLATFORM

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        _check(place)
        try:
            ref = await self._posting.post(place, card, seen_by=seen_by, key=key)
        except NoEntry as err:
            raise _gone(place, err) from err
        if ref.place == place and "~" not in ref.id:
            self._statuses.answered(place)
        return ref

    async def update(self, message: MessageRef, card: Card, *, reply: str | None = None) -> None:
        _check(message.place)
        name = f"{message.place.workspace}/{message.place.channel}/{message.id}"
        shown = rendered(card)
        try:
            await self._edits.make(name, lambda: self._rewrite(message, shown, reply))
        except NoEntry as err:
            raise _gone(message.place, err) from err

    async def _rewrite(self, message: MessageRef, shown: Rendered, reply: str | None) -> None:
        user, alone, own = message.id.partition("~")
        if alone:
            kind = "ephemeral" if user else "in_channel"
            await self._replace(message.place, own, shown, reply=reply, kind=kind)
            return
        try:
            await call(
                await self._workspaces.client(message.place.workspace),
                UPDATE,
                channel=message.place.channel,
                ts=message.id,
                text=shown.text,
                blocks=shown.blocks,
            )
        except (NoEntry, PlatformBusy):
            raise
        except PlatformError as err:
            # Added through an address where the bot is no member, or what Slack edits no more: a
            # press on it may; else it is gone.
            log.info("not edited channel=%s error=%s", message.place.channel, err)
            await self._replace(message.place, message.id, shown, reply=reply, kind="in_channel")

    async def _replace(
        self, place: Place, message: str, shown: Rendered, *, reply: str | None, kind: str
    ) -> None:
        """Edit what the Web API cannot, through the address of a press on it."""
        url = self._addresses.of_message(place, message, reply)
        if url is None:
            raise PlaceGone("Slack lets nobody edit that any more.")
        body = {
            "replace_original": True,
            "response_type": kind,
            "text": shown.text,
            "blocks": shown.blocks,
        }
        await respond(url, body, session=self._wire.session)

    async def stream(self, place: Place, *, seen_by: Sender | None = None) -> Stream | None:
        _check(place)
        if not place.is_private:
            return None
        if place.thread is None:
            return EditedStream(self, place, self._hold, self._pace)
        return ThreadStream(
            self,
            self._workspaces,
            place,
            user=seen_by.user if seen_by is not None else None,
            hold=self._hold,
            pace=self._pace,
        )

    async def open_form(
        self, form: Form, *, place: Place, sender: Sender, trigger: str | None
    ) -> None:
        _check(place)
        if trigger is None:
            raise PlatformError("Slack opens forms from a button or command alone. Press one.")
        try:
            view = modal(form, place)
        except FormTooLarge as err:
            raise PlatformError("That form is too large for Slack. Say it in words.") from err
        client = await self._workspaces.client(sender.through)
        await call(client, OPEN_VIEW, trigger_id=trigger, view=view)

    async def reach(self, sender: Sender) -> Place:
        if sender.platform != PLATFORM or not sender.user:
            raise PlaceGone(f"{sender.name or 'This person'} is not in Slack.")
        try:
            return await self._posting.reach(sender)
        except NoEntry as err:
            raise PlaceGone(str(err)) from err

    async def may(self, sender: Sender, place: Place, right: Right) -> bool:
        """Speaking is for members; managing for who runs the workspace or made the channel."""
        if not sender.platform == place.platform == PLATFORM:
            return False
        if sender.through != place.workspace:  # a channel that companies share
            there = await self._people.sender(place.workspace, sender.user)
            if right is not Right.SPEAK or there.workspace != sender.workspace:
                return False
        if is_direct(place.channel) and right is not Right.GOVERN:
            return (await self.reach(sender)).channel == place.channel
        try:
            if right is Right.GOVERN:
                return await self._people.governs(place.workspace, sender)
            if right is Right.SPEAK:
                return await self._people.is_member(place, sender)
            return await self._people.manages(place, sender)
        except Refused:
            return False

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        """Who is in a user group, as Slack says at that moment."""
        _check(place)
        try:
            return await self._people.members_of(place.workspace, group)
        except PlatformBusy:
            raise
        except PlatformError as err:
            log.warning("no user groups workspace=%s error=%s", place.workspace, err)
            raise PlatformError(
                f"Slack doesn't let me see who is in {group}. Name the people, or make a list: "
                '"the design team is Ana, Bo and Kim".'
            ) from err

    async def mail_of(self, sender: Sender) -> str:
        """As it stands in somebody's profile, where the workspace shows it."""
        return (await self._people.sender(sender.through, sender.user)).email

    async def working(self, place: Place, sender: Sender, status: str) -> None:
        if place.platform != PLATFORM:
            return
        if status:
            await self._statuses.show(place, status)
        else:
            await self._statuses.end(place)

    async def show_page(self, sender: Sender, cards: Sequence[Card]) -> None:
        """Draw somebody's Home tab anew."""
        client = await self._workspaces.client(sender.through)
        view = home(cards, sender.through)
        await call(client, PUBLISH_VIEW, user_id=sender.user, view=view)

    async def preview(self, message: MessageRef, cards: Mapping[str, Card]) -> None:
        """Unfurl links of somebody's message."""
        client = await self._workspaces.client(message.place.workspace)
        unfurls = {url: {"blocks": rendered(card).blocks} for url, card in cards.items()}
        await call(client, UNFURL, channel=message.place.channel, ts=message.id, unfurls=unfurls)

    async def offer(self, place: Place, sender: Sender, prompts: Sequence[Prompt]) -> None:
        """Suggest something to begin with in the agent view.

        Without a thread: with one Slack's agent view ignores the call.
        """
        wanted = [{"title": one.title, "message": one.words} for one in prompts[:PROMPTS]]
        try:
            client = await self._workspaces.client(place.workspace)
            await call(client, SET_PROMPTS, channel_id=place.channel, prompts=wanted)
        except PlatformBusy:
            log.info("prompts not shown workspace=%s", place.workspace)
        except PlatformError as err:
            log.info("no prompts workspace=%s error=%s", place.workspace, err)


def _check(place: Place) -> None:
    """Raises PlaceGone for a place that Slack does not have."""
    if place.platform != PLATFORM or not place.channel:
        raise PlaceGone(f"There is no place {place.name or place.key} in Slack.")


def _gone(place: Place, err: NoEntry) -> PlaceGone:
    log.error("no entry workspace=%s: %s", place.workspace, err)
    return PlaceGone(str(err))
