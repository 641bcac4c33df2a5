"""One person over several platforms: which accounts they have, codes for joining another, the card
that asks, and the press that joins.

Codes are `account_codes`, the joining itself is `joining`, its words are `account_words`. Linking
calendars is another matter.
"""

import logging
from collections.abc import Collection

from bot.account_codes import Codes, CodeStatus, LinkCode, TooManyTries, WrongCode
from bot.account_words import (
    AsksAccounts,
    AsksApart,
    AsksCode,
    EntersCode,
    Wish,
    join_card,
    on_platform,
    other_account,
    outcome_card,
    read_wish,
    title_of,
    told_accounts,
    told_code,
    told_inseparable,
    too_many,
    wrong_code,
)
from bot.accounts import Accounts, account_key
from bot.chat.cards import Card, Tone, message
from bot.chat.messages import ButtonPress
from bot.chat.platform import PlatformError
from bot.joining import Joining
from bot.replies import EXPIRED
from bot.speaking import Hearing, Speaking
from bot.store import People
from calendar_core.errors import AlreadyDecided, Expired

log = logging.getLogger("convene.accounts")
LEFT = "Left as it was: the two accounts stay apart."
ALREADY_ONE = "That account and this one are yours already; there is nothing to join."


class AccountLinking:
    """Answers wishes about accounts, and the presses on their card."""

    def __init__(
        self,
        speaking: Speaking,
        people: People,
        accounts: Accounts,
        codes: Codes,
        joining: Joining,
        platforms: Collection[str],
    ) -> None:
        self._speaking = speaking
        self._people = people
        self._accounts = accounts
        self._codes = codes
        self._joining = joining
        self._platforms = platforms

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer words that are about accounts; False for all others."""
        wish = read_wish(text, self._platforms, alone=hearing.place.is_private)
        if wish is None:
            return False
        said = await self._said_to(hearing, wish)
        card = message(said) if isinstance(said, str) else said
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)
        return True

    async def _said_to(self, hearing: Hearing, wish: Wish) -> str | Card:
        """What is answered, to the asker alone."""
        match wish:
            case AsksAccounts():
                known = await self._accounts.of(hearing.me.id)
                return told_accounts(known, hearing.place.platform)
            case AsksApart():
                known = await self._accounts.of(hearing.me.id)
                return told_inseparable(known, hearing.place.platform)
            case AsksCode(platform):
                known = await self._accounts.of(hearing.me.id)
                code = await self._codes.make(hearing.me.id, hearing.sender, platform)
                there = {one.sender.platform for one in known if one.sender.user}
                return told_code(code, platform, hearing.place.platform, platform in there)
            case EntersCode(code):
                return await self._entered(hearing, code)

    async def _entered(self, hearing: Hearing, words: str) -> str | Card:
        here = hearing.place.platform
        try:
            code = await self._codes.look(words, hearing.sender)
            if account_key(code.account) == account_key(hearing.sender):
                return (
                    "That is your own code, made on this very account. "
                    f"Enter it {other_account(code.platform, here)}."
                )
            if code.person == hearing.me.id:
                return ALREADY_ONE
            if code.platform != here:
                return f"This code is to be entered {on_platform(code.platform)}."
            code = await self._codes.enter(code, hearing.me.id, hearing.sender)
        except WrongCode:
            return wrong_code(here)
        except TooManyTries as err:
            return too_many(err.until, hearing.me.zone, hearing.now)
        theirs = await self._people.person(code.person)
        return join_card(code, theirs.name, hearing.me.name, here)

    async def join(self, hearing: Hearing, press: ButtonPress, code: str) -> None:
        """The press that joins."""
        called = title_of(hearing.place.platform).removeprefix("the ")
        try:
            joined = await self._joining.join(code, hearing.me.id, called)
        except (AlreadyDecided, Expired) as err:
            await self._too_late(hearing, press, code, err)
            return
        log.info("join person=%s into=%s", hearing.me.id, joined.person)
        name = (await self._people.person(joined.person)).name
        there = on_platform(joined.account.platform)
        words = f"✓ Joined: this account and {name}'s {there} are one person now."
        await self._settle(hearing, press, outcome_card(words, Tone.DONE))
        await self._tell_the_other(joined, hearing)

    async def leave(self, hearing: Hearing, press: ButtonPress, code: str) -> None:
        """The press that says no; the code is used up."""
        try:
            await self._codes.leave(code, hearing.me.id)
        except (AlreadyDecided, Expired) as err:
            await self._too_late(hearing, press, code, err)
            return
        await self._settle(hearing, press, outcome_card(LEFT))

    async def _too_late(
        self, hearing: Hearing, press: ButtonPress, code: str, err: AlreadyDecided | Expired
    ) -> None:
        status = (await self._codes.get(code)).status
        words = {
            CodeStatus.JOINED: "✓ Joined already: they are one person.",
            CodeStatus.LEFT: LEFT,
        }.get(status, EXPIRED)
        await self._settle(hearing, press, outcome_card(words))

    async def _settle(self, hearing: Hearing, press: ButtonPress, card: Card) -> None:
        """Turn the card into its outcome; where it is not known, say it."""
        if press.message is None:
            await self._speaking.post(hearing.place, hearing.sender, card, private=True)
            return
        await self._speaking.rewrite(press.message, card, reply=press.reply)

    async def _tell_the_other(self, joined: LinkCode, hearing: Hearing) -> None:
        """Say it also where the code was made: whoever made it should know."""
        words = (
            f"{hearing.me.name}'s account {on_platform(hearing.place.platform)} is joined with "
            "this one: they are one person now."
        )
        platform = joined.account.platform
        if platform not in self._platforms:
            return
        try:
            place = await self._speaking.platform(platform).reach(joined.account)
            key = f"joined:{joined.id}"
            await self._speaking.platform(platform).post(place, message(words), key=key)
        except PlatformError as err:
            log.info("not told code=%s error=%s", joined.id, type(err).__name__)
