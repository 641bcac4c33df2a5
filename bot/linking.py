"""Conversations about linking a calendar: which one, by a form or on its vendor's page, and the
code that the browser brings back.

What browsers and vendors do meanwhile is `linking_returns`; looking after what is linked is
`linked_calendars`; joining accounts of chat platforms is `account_linking`.
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.chat.cards import Card, Tone, message
from bot.chat.messages import ButtonPress, FormAnswer
from bot.chat.platform import PlaceGone
from bot.first_reading import FirstReading
from bot.linker import Linker
from bot.linking_cards import (
    PASSWORD_IN_WORDS,
    Setup,
    code_card,
    enter_form,
    failed_card,
    form_card,
    linked_card,
    no_way_back,
    not_set_up,
    page_card,
    said_card,
    which_card,
    wrong_code_card,
)
from bot.linking_form import TIMES, is_free_busy_only, link_form, wish_of, wrong_link_fields
from bot.linking_states import Beginning, Linkings, Status, WrongCode, state_of
from bot.linking_words import FEED, KINDS, Kind, LinkWish, kind_of, read_wish
from bot.replies import BUTTON_UNKNOWN
from bot.speaking import Hearing, Speaking
from bot.tools.tool import Opening
from calendar_core.clock import Clock
from calendar_core.errors import (
    AlreadyDecided,
    CalendarError,
    DatabaseUnusable,
    Expired,
    KeysUnusable,
)
from calendar_core.linking import Wish
from calendar_core.people import PersonId
from scheduler.jobs import Job
from scheduler.queue import JobQueue

log = logging.getLogger("convene.linking")
KIND = "linking"
"""Of the jobs that look after what is being linked."""
FIRST_LOOK = timedelta(seconds=5)
_TOO_LATE = 'This has expired; nothing was linked. Say "link" to begin again.'
_DONE = "✓ Linked already."
_KEPT = ("server", "user", "keep")
_MOST_TYPED = 500


class CalendarLinking:
    """Answers wishes to link a calendar, their buttons and their forms."""

    def __init__(
        self,
        speaking: Speaking,
        linker: Linker,
        linkings: Linkings,
        setup: Setup,
        queue: JobQueue,
        clock: Clock,
        reading: FirstReading,
    ) -> None:
        self._speaking = speaking
        self._reading = reading
        self._linker = linker
        self._linkings = linkings
        self._setup = setup
        self._queue = queue
        self._clock = clock
        self._typed: OrderedDict[tuple[str, str], Mapping[str, str]] = OrderedDict()
        """What people typed of an account, but for passwords, by person and kind: a form opens with
        it again. In memory: it is a convenience."""

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer words that wish to link a calendar; False for all others."""
        wish = read_wish(text)
        if not isinstance(wish, LinkWish):
            return False
        await self.offer(hearing, wish)
        return True

    async def open(self, hearing: Hearing, opening: Opening) -> None:
        """Show what a tool wishes to be shown."""
        await self.offer(hearing, LinkWish(opening.what))

    async def offer(self, hearing: Hearing, wish: LinkWish) -> None:
        """Show how it is linked, to the asker alone."""
        kind = KINDS.get(wish.kind)
        if kind is None:
            await self._show(hearing, which_card(self._linker.known))
        elif kind is FEED and wish.server and kind.provider in self._linker.known:
            await self._link(hearing, kind, {"server": wish.server})
        else:
            card = await self._how(hearing, kind, wish)
            await self._show(hearing, card)

    async def _how(self, hearing: Hearing, kind: Kind, wish: LinkWish) -> Card:
        missing = self._setup.missing.get(kind.provider, ())
        if missing or kind.provider not in self._linker.known:
            return message(not_set_up(kind, missing))
        if kind.has_form:
            if wish.server:
                keep = {"keep": TIMES} if wish.free_busy_only else {}
                self._remember(hearing, kind, {"server": wish.server, **keep})
            return form_card(kind, careful=PASSWORD_IN_WORDS if wish.said_too_much else "")
        returns_to = self._setup.returns_to(kind)
        if not returns_to and kind.provider not in self._setup.by_code:
            return message(no_way_back(kind, hearing.me.id))
        try:
            begun = await self._linker.begin(
                kind,
                Wish(
                    owner=hearing.me.id,
                    user=wish.server,
                    return_to=returns_to,
                    free_busy_only=wish.free_busy_only,
                ),
            )
        except (DatabaseUnusable, KeysUnusable):
            raise
        except CalendarError as err:
            return failed_card(kind, str(err))
        only = True if wish.free_busy_only else None
        known = await self._linkings.begin(
            hearing.me.id, hearing.sender, kind.name, begun, free_busy_only=only
        )
        soon = self._clock.now() + FIRST_LOOK
        await self.look_at(
            known.id, min(soon, known.expires_at) if begun.code else known.expires_at
        )
        if begun.code:
            return code_card(kind, begun, known.id)
        return page_card(kind, self._setup.page_of(kind, state_of(begun)), known.id)

    async def look_at(self, linking: str, at: datetime) -> None:
        """Have a linking looked at: its code polled, or what was not kept forgotten."""
        job = Job(kind=KIND, key=f"{KIND}:{linking}", run_at=at, payload={"linking": linking})
        await self._queue.enqueue(job)

    async def begin(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The button that begins with a kind; `any` asks which."""
        await self.offer(hearing, LinkWish(subject if subject in KINDS else ""))

    async def ask(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The button that opens a kind's form."""
        kind = KINDS.get(subject)
        if kind is None or not kind.has_form:
            await self._say(hearing, BUTTON_UNKNOWN)
            return
        typed = self._typed.get((hearing.me.id, kind.name), {})
        form = link_form(
            kind,
            server=typed.get("server", ""),
            user=typed.get("user", ""),
            free_busy_only=is_free_busy_only(typed),
        )
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            form, place=hearing.place, sender=hearing.sender, trigger=press.trigger
        )

    async def again(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """Link an account of one's own again: its calendars and settings stay."""
        account = await self._linker.own(subject, hearing.me.id)
        kind = kind_of(account)
        if not kind.has_form:
            only = account.free_busy_only
            await self.offer(hearing, LinkWish(kind.name, account.address, only))
            return
        form = link_form(
            kind,
            server=account.url if kind is not FEED else "",
            user=account.address if kind is not FEED else "",
            free_busy_only=account.free_busy_only,
        )
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            form, place=hearing.place, sender=hearing.sender, trigger=press.trigger
        )

    async def fill(self, hearing: Hearing, answer: FormAnswer, subject: str) -> None:
        """A kind's form was filled in: link at once."""
        kind = KINDS.get(subject)
        if kind is None or not kind.has_form:
            await self._say(hearing, BUTTON_UNKNOWN)
            return
        wrong = wrong_link_fields(kind, answer.fields)
        if wrong:
            await self._show(hearing, failed_card(kind, " ".join(wrong.values())))
            return
        await self._link(hearing, kind, answer.fields)

    async def _link(self, hearing: Hearing, kind: Kind, fields: Mapping[str, str]) -> None:
        self._remember(hearing, kind, fields)
        await self._speaking.status(hearing, "Looking for your calendars")
        only = is_free_busy_only(fields) if "keep" in fields else None
        try:
            begun = await self._linker.begin(kind, wish_of(kind, hearing.me.id, fields))
        except (DatabaseUnusable, KeysUnusable):
            raise
        except CalendarError as err:
            await self._show(hearing, failed_card(kind, str(err)))
            return
        assert begun.linked is not None, "what is linked by a form is linked at once"
        self._typed.pop((hearing.me.id, kind.name), None)
        kept = await self._linker.keep(hearing.me.id, begun.linked, free_busy_only=only)
        await self._show(hearing, linked_card(kept.account, kept.calendars))
        await self._reading.await_(kept.account, hearing)

    def _remember(self, hearing: Hearing, kind: Kind, fields: Mapping[str, str]) -> None:
        """Keep what was typed for the next form; of feeds nothing, for all of it is secret."""
        if kind is FEED:
            return
        key = (hearing.me.id, kind.name)
        self._typed[key] = {name: fields[name] for name in _KEPT if name in fields}
        self._typed.move_to_end(key)
        while len(self._typed) > _MOST_TYPED:
            self._typed.popitem(last=False)

    async def enter(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The asker says that the account is theirs: with the browser's code, where it has one."""
        known = await self._linkings.get(subject)
        if known.status is Status.OPEN and not (known.begun and known.begun.code):
            await self._say(hearing, "Your browser shows the code once you have signed in there.")
        elif known.status is Status.ANSWERED and known.wants_code:
            platform = self._speaking.platform(hearing.place.platform)
            await platform.open_form(
                enter_form(subject),
                place=hearing.place,
                sender=hearing.sender,
                trigger=press.trigger,
            )
        else:
            await self._keep(hearing, subject, "", press)

    async def entered(self, hearing: Hearing, answer: FormAnswer, subject: str) -> None:
        """The code was typed."""
        await self._keep(hearing, subject, answer.fields.get("code", ""), None)

    async def _keep(
        self, hearing: Hearing, subject: str, code: str, press: ButtonPress | None
    ) -> None:
        try:
            known = await self._linkings.keep(subject, hearing.me.id, code)
        except WrongCode as err:
            if not err.left:
                await self.forget(subject)
            await self._show(hearing, wrong_code_card(subject, err.left))
            return
        except (AlreadyDecided, Expired) as err:
            await self._too_late(hearing, subject, press, err)
            return
        assert known.linked is not None, "what can be kept was answered"
        kept = await self._linker.keep(
            hearing.me.id, known.linked, free_busy_only=known.free_busy_only
        )
        await self._settle(hearing, subject, linked_card(kept.account, kept.calendars), press)
        await self._reading.await_(kept.account, hearing)

    async def drop(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The asker says that it is not theirs: nothing is kept, and the vendor is told."""
        try:
            await self.forget(subject, hearing.me.id)
        except AlreadyDecided as err:
            await self._too_late(hearing, subject, press, err)
            return
        await self._settle(hearing, subject, said_card("Nothing was linked."), press)

    async def forget(self, linking: str, by: PersonId | None = None) -> Beginning:
        """Keep nothing of a linking, and have the vendor forget what it granted. Raises NotYours,
        AlreadyDecided, NotFound."""
        known = await self._linkings.drop(linking, by)
        if known.linked is not None:
            await self._linker.forget(known.person, known.linked)
        return known

    async def _too_late(
        self, hearing: Hearing, subject: str, press: ButtonPress | None, err: CalendarError
    ) -> None:
        status = (await self._linkings.get(subject)).status
        if status is Status.TAKEN:
            await self._say(hearing, "I am asking there just now. Try it in a moment.")
            return
        done = status is Status.LINKED
        log.info("too late linking=%s error=%s", subject, type(err).__name__)
        card = said_card(_DONE if done else _TOO_LATE, Tone.DONE if done else Tone.PLAIN)
        await self._settle(hearing, subject, card, press)

    async def _settle(
        self, hearing: Hearing, subject: str, card: Card, press: ButtonPress | None
    ) -> None:
        """Turn the card that asked into its outcome; say it where that is not known."""
        standing = list(await self._speaking.conversations.where(subject))
        if press is not None and press.message is not None:
            standing = [press.message, *(one for one in standing if one != press.message)]
        stands = False
        for ref in standing:
            try:
                await self._speaking.rewrite(ref, card, reply=press.reply if press else None)
            except PlaceGone:
                continue
            stands = True
        if not stands:
            await self._show(hearing, card)

    async def _show(self, hearing: Hearing, card: Card) -> None:
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)

    async def _say(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)
