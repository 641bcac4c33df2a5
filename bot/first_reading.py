"""Telling whoever linked an account that its calendars are here: once, when the first round of all
of them has ended, or what can't be read.

Reading is `scheduler.syncing`; how each calendar is later on, `linked_health` says.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.chat.cards import Button, Card, CardKind, Tone
from bot.chat.messages import Place, Sender
from bot.chat.platform import PlatformError
from bot.linked_health import StatesOf
from bot.linking_cards import ME
from bot.linking_words import CALENDARS, FEED, kind_of
from bot.speaking import Hearing, Speaking
from bot.wording import say_count, say_line
from calendar_core.accounts import Account, AccountId, Accounts
from calendar_core.clock import Clock
from calendar_core.errors import NotFound
from calendar_core.sync.state import SyncState
from scheduler.jobs import Job
from scheduler.queue import JobQueue

log = logging.getLogger("convene.linking")
LOOK = timedelta(seconds=5)
"""How often it is looked whether reading has ended."""
AT_MOST = timedelta(hours=1)
"""So long; a calendar that takes longer is left out of what is told."""
_PLACE, _SENDER = TypeAdapter(Place), TypeAdapter(Sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Somebody who waits for an account to be read."""

    account: AccountId
    place: Place
    sender: Sender
    since: datetime

    def job(self, kind: str, at: datetime) -> Job:
        """Looks again, then."""
        payload = {
            "account": self.account,
            "place": _PLACE.dump_json(self.place).decode(),
            "sender": _SENDER.dump_json(self.sender).decode(),
            "since": self.since.isoformat(),
        }
        return Job(kind=kind, key=f"{kind}:read:{self.account}", run_at=at, payload=payload)


class FirstReading:
    """Looks whether accounts that were just linked are read, and says so where it was asked."""

    def __init__(
        self,
        speaking: Speaking,
        accounts: Accounts,
        states: StatesOf,
        queue: JobQueue,
        clock: Clock,
        *,
        kind: str,
    ) -> None:
        self._speaking = speaking
        self._accounts = accounts
        self._states = states
        self._queue = queue
        self._clock = clock
        self._kind = kind

    async def await_(self, account: Account, hearing: Hearing) -> None:
        """Tell this person, here, once the account is read; linking it again begins anew."""
        now = self._clock.now()
        waiting = _Waiting(
            account=account.id, place=hearing.place, sender=hearing.sender, since=now
        )
        await self._queue.enqueue(waiting.job(self._kind, now + LOOK))

    async def look(self, job: Job) -> None:
        """See whether reading has ended: tell it, or look again."""
        waiting = _Waiting(
            account=AccountId(job.payload["account"]),
            place=_PLACE.validate_json(job.payload["place"]),
            sender=_SENDER.validate_json(job.payload["sender"]),
            since=datetime.fromisoformat(job.payload["since"]),
        )
        try:
            account = await self._accounts.get(waiting.account)
        except NotFound:
            return
        if account.unwell_since is not None:
            # Its owner is told that the account itself is refused.
            return
        states = await self._states.all(account.id)
        now = self._clock.now()
        has_ended = all(_has_ended(one, waiting.since) for one in states)
        if not has_ended and now - waiting.since < AT_MOST:
            await self._queue.enqueue(waiting.job(self._kind, now + LOOK))
            return
        await self._tell(waiting, read_card(account, states, waiting.since))

    async def _tell(self, waiting: _Waiting, card: Card) -> None:
        key = f"read:{waiting.account}:{waiting.since:%Y%m%dT%H%M%S}"
        try:
            place = waiting.place
            if not place.is_private:
                place = await self._speaking.platform(place.platform).reach(waiting.sender)
            ref = await self._speaking.post(place, waiting.sender, card, private=True, key=key)
            person = await self._speaking.welcome(waiting.sender)
            await self._speaking.interrupted(ref.place, person.id)
        except PlatformError as err:
            log.info("not told account=%s error=%s", waiting.account, type(err).__name__)


def _has_ended(state: SyncState, since: datetime) -> bool:
    """Whether a calendar was read since, or could not be."""
    return _is_read(state, since) or state.failures > 0


def _is_read(state: SyncState, since: datetime) -> bool:
    return state.calendar.synced_at is not None and state.calendar.synced_at >= since


def read_card(account: Account, states: Sequence[SyncState], since: datetime) -> Card:
    """What came of the first reading."""
    read = [one for one in states if _is_read(one, since)]
    title = kind_of(account).title
    events = say_count(sum(one.events for one in read), "event")
    is_one = len(states) == 1
    which = f"Your {title}" if kind_of(account) is FEED else f"Your {title} calendar"
    if not read:
        told = f"{which}{'' if is_one else 's'} can't be read yet."
    elif is_one:
        told = f"{which} is here: {events}, up to date."
    elif len(read) == len(states):
        calendars = say_count(len(read), "calendar")
        told = f"{which}s are here: {calendars}, {events}, up to date."
    else:
        told = f"Of your {title} calendars {len(read)} of {len(states)} are here, with {events}."
    lines = [_missing(one, alone=is_one) for one in states if not _is_read(one, since)]
    odd = sum(one.last.unreadable for one in read)
    if odd:
        lines.append(f"{say_count(odd, 'event')} can't be read: what stands there is no calendar.")
    return Card(
        kind=CardKind.CARD,
        title=(told,),
        body=tuple((line,) for line in lines),
        buttons=(Button(label="Your calendars", value=f"{CALENDARS}:{ME}"),),
        tone=Tone.CAREFUL if lines else Tone.DONE,
    )


def _missing(state: SyncState, *, alone: bool) -> str:
    why = say_line(state.why).rstrip(".") or "it is being read still"
    where = "" if alone else f"“{say_line(state.calendar.name)}”: "
    return f"{where}{why}. I go on trying by myself."
