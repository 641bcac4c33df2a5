"""Reaching people: where they were active last, else on another account of theirs; where none takes
direct messages, one quiet line in a channel, and what they should have heard once they speak.

What is said is `notices`; which accounts there are is `accounts`.
"""

import logging
from collections.abc import Mapping, Sequence

from bot.accounts import Account, Accounts
from bot.chat.cards import Card, CardKind, message
from bot.chat.messages import MessageRef, Place
from bot.chat.platform import ChatPlatform, PlaceGone, PlatformBusy, PlatformError, Right
from bot.people import Person
from bot.speaking import Hearing, Speaking
from bot.wording import say_line, say_names
from calendar_core.errors import NotFound
from calendar_core.people import PersonId
from scheduler.missed import MissedTeller
from scheduler.notices import RemindersMissed

log = logging.getLogger("convene.reaching")


class Unreached(Exception):
    """No account of theirs takes direct messages."""


class Reaching:
    """Brings cards to people, wherever they take them."""

    def __init__(
        self,
        platforms: Mapping[str, ChatPlatform],
        accounts: Accounts,
        speaking: Speaking,
        missed: MissedTeller,
    ) -> None:
        self._platforms = platforms
        self._accounts = accounts
        self._speaking = speaking
        self._missed = missed

    async def tell(self, person: Person, card: Card, key: str) -> MessageRef:
        """Say it to somebody directly, once under its key; where it stands. Raises Unreached,
        PlatformBusy, NotFound."""
        known = await self._accounts.of(person.id)
        if not known:
            raise NotFound("I can't reach that person.")
        open_ = [one for one in known if one.sender.platform in self._platforms]
        if not open_:
            raise PlatformBusy("None of their platforms is connected here.")
        for account in await self._in_order(open_, key):
            try:
                ref = await self._say(account, card, key, routed=len(open_) > 1)
            except PlaceGone:
                log.info("refused person=%s platform=%s", person.id, account.sender.platform)
                continue
            if person.is_unreached:
                await self._accounts.reached(person.id)
            return ref
        await self._say_once(person, open_)
        raise Unreached

    async def _in_order(self, known: Sequence[Account], key: str) -> Sequence[Account]:
        """Where they were active last comes first; before that, where this very thing was being
        said when something broke."""
        if len(known) < 2:
            return known
        begun = await self._accounts.route(key)
        return sorted(known, key=lambda one: one.key != begun)

    async def _say(self, account: Account, card: Card, key: str, *, routed: bool) -> MessageRef:
        platform = self._platforms[account.sender.platform]
        place = await platform.reach(account.sender)
        if routed:
            await self._accounts.choose(key, account)
        return await platform.post(place, card, key=key)

    async def retell(self, person: Person, ref: MessageRef, card: Card) -> bool:
        """Edit what somebody was told into what is so now; False where they would not see it: the
        message is gone, or they are elsewhere now. Raises PlatformBusy."""
        known = await self._accounts.of(person.id)
        here = next((one.sender for one in known if one.sender.platform in self._platforms), None)
        if here is None or person.is_unreached:
            return False
        platform = self._platforms[here.platform]
        try:
            place = await platform.reach(here)
            if (place.platform, place.channel) != (ref.place.platform, ref.place.channel):
                return False
            await platform.update(ref, card)
        except PlaceGone:
            log.info("news gone person=%s message=%s", person.id, ref.id)
            return False
        return True

    async def may_read(self, person: PersonId, place: Place) -> bool:
        """Whether they can read a place, by any of their accounts. Raises PlatformBusy."""
        platform = self._platforms.get(place.platform)
        if platform is None:
            return False
        for account in await self._accounts.of(person):
            if account.sender.platform != place.platform:
                continue
            try:
                if await platform.may(account.sender, place, Right.SPEAK):
                    return True
            except PlatformBusy:
                raise
            except PlatformError as err:
                log.warning("can't tell who reads place=%s error=%s", place.key, err)
        return False

    async def _say_once(self, person: Person, known: Sequence[Account]) -> None:
        """Say where they spoke last that they can't be reached; not again until they are."""
        since, told = await self._accounts.unreached(person.id)
        if told:
            return
        for account in known:
            if account.channel is None:
                continue
            key = f"unreached:{person.id}:{since:%Y%m%dT%H%M%S}"
            card = message(_unreached_line(account))
            try:
                await self._platforms[account.channel.platform].post(account.channel, card, key=key)
            except PlaceGone:
                continue
            await self._accounts.told(person.id)
            return

    async def here(self, hearing: Hearing) -> None:
        """Somebody is here, now."""
        await self._accounts.seen(hearing.me.id, hearing.sender, hearing.place)

    async def catch_up(self, hearing: Hearing) -> None:
        """Tell who speaks again what they could not be told."""
        if not hearing.me.is_unreached:
            return

        async def say(notice: RemindersMissed) -> None:
            card = missed_card(notice, hearing.me)
            await self._speaking.post(
                hearing.place, hearing.sender, card, private=True, key=notice.key
            )

        try:
            await self._missed.tell(hearing.me.id, say)
        except PlatformError as err:
            log.info("not caught up person=%s error=%s", hearing.me.id, type(err).__name__)
            return
        if hearing.place.is_private:
            await self._accounts.reached(hearing.me.id)


def missed_card(notice: RemindersMissed, person: Person | None) -> Card:
    """What came while nobody could tell it."""
    titles = say_names([f'"{title}"' for title in notice.titles])
    unreached = person is not None and person.is_unreached
    while_ = "I could not reach you" if unreached else "I was not running"
    text = f"While {while_}, these came and went: {titles}."
    return Card(kind=CardKind.NOTICE, body=((text,),), late=True)


def _unreached_line(account: Account) -> str:
    """Says no more than that: others read it (law 9)."""
    name = say_line(account.sender.name or account.sender.user)
    here = "server" if account.sender.platform == "discord" else "workspace"
    return (
        f"@{name}, I can't reach you directly. Allow direct messages from this {here}, "
        "or write to me."
    )
