"""The rooms below the conversation, joined: calendars, people and due work."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.accounts import Accounts
from bot.app.providers import Late, MakeProvider
from bot.assistant_cards import KIND as ASSISTANT_CARD
from bot.assistant_cards import AssistantCards
from bot.assistant_tokens import AssistantTokens
from bot.channels import Channels
from bot.erasing import Erasing
from bot.erasure import KIND as ERASE
from bot.feeds import Feeds
from bot.gathering import KIND as GATHERED
from bot.gathering import GatheringFollower, GatheringTeller
from bot.groups import Groups
from bot.joining import KIND as JOINED
from bot.joining import Joining
from bot.linking import KIND as LINKING
from bot.linking_returns import LinkingReturns
from bot.linking_states import Linkings
from bot.news import NewsFollower, NewsTeller
from bot.newsbook import Newsbook
from bot.retention import Retention
from bot.signups import KIND as SIGNUPS
from bot.signups import SignUpFollower, SignUpTeller
from bot.store import Conversations, People
from bot.unanswered import UNANSWERED, Unanswered
from calendar_core.accounts import Accounts as LinkedAccounts
from calendar_core.changes.desk import ChangeDesk
from calendar_core.changes.writer import CalendarWriter
from calendar_core.clock import Clock, StandingClock
from calendar_core.database import Database
from calendar_core.embedder import Embedder
from calendar_core.meaning import Meanings
from calendar_core.mirror import Mirror
from calendar_core.providers.local.handover import LocalHandover
from calendar_core.providers.local.writer import LocalWriter
from calendar_core.report import EventFollower
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from scheduler.digests import Digests
from scheduler.embedded import EmbeddedQueue
from scheduler.finishing import EXPIRE, FINISH, UPKEEP, Finishing, Upkeep
from scheduler.following import ReminderFollower
from scheduler.jobs import Job, JobHandler
from scheduler.meanings import KIND as MEANING
from scheduler.meanings import MeaningFollower, MeaningMaker
from scheduler.missed import MissedTeller, Untold
from scheduler.notices import Notice, Notifier
from scheduler.reminders import Reminders
from scheduler.ringing import ReminderRinger
from scheduler.syncing import KIND as SYNC
from scheduler.syncing import SIDE_BY_SIDE as SYNCED_SIDE_BY_SIDE
from scheduler.syncing import Syncing
from scheduler.watches import Watches
from scheduler.watching import KIND as WATCH
from scheduler.watching import Watching
from scheduler.worker import Worker

NO_MAKERS: Mapping[str, MakeProvider] = MappingProxyType({})
NOWHERE = os.devnull
"""A data folder in which nothing can be sealed."""


class Followers:
    """Those who follow the mirror; joined after it, because they look into it."""

    def __init__(self) -> None:
        self._followers: list[EventFollower] = []

    def add(self, *followers: EventFollower) -> None:
        """Let more follow."""
        self._followers += followers

    async def follow(self, report: Any, session: Any) -> None:
        """Tell all, in order, in the absorb's own unit of work."""
        for follower in self._followers:
            await follower.follow(report, session)


class LateNotifier:
    """Stands in for the notices until they are joined: they need the desk, which needs the
    queue."""

    def __init__(self) -> None:
        self.notices: Notifier | None = None

    async def deliver(self, notice: Notice) -> None:
        """Pass on."""
        assert self.notices is not None, "the house is not joined yet"
        await self.notices.deliver(notice)


class LateLinking:
    """Stands in for what brings linkings to their end until it is joined: it speaks in chats."""

    def __init__(self) -> None:
        self.returns: LinkingReturns | None = None

    @property
    def door(self) -> LinkingReturns:
        """For browsers that come back."""
        assert self.returns is not None, "the house is not joined yet"
        return self.returns

    async def run(self, job: Job, *, late: bool) -> None:
        """Pass on."""
        await self.door.run(job, late=late)


class Core:
    """The rooms below the conversation, each made when it is first asked for."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        home_zone: ZoneInfo,
        *,
        writer: CalendarWriter | None = None,
        vault: Vault | None = None,
        makers: Mapping[str, MakeProvider] = NO_MAKERS,
        public_url: str | None = None,
        is_reached: bool = True,
        retention: timedelta | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """`writer` stands in for that of built-in calendars.

        `makers` are those of the calendars that accounts can be linked with; their credentials are
        sealed by the vault, without which nothing is linked here. `public_url` is where others
        reach the web door; `is_reached` says that it is open while this runs, here or beside it.
        What is older than `retention` is forgotten day by day; None: nothing is. Without an
        `embedder` events are found by their words alone.
        """
        self.database = database
        self.clock = clock
        self.unanswered = Unanswered(database, self.queue, clock)
        self.vault = vault or Vault(Path(NOWHERE))
        self.notifier = LateNotifier()
        self.linking = LateLinking()
        self._home_zone = home_zone
        self._writer = writer
        self._makers = makers
        self._public_url = public_url
        self._is_reached = is_reached
        self._retention = retention
        self._embedder = embedder
        self._followers = Followers()
        self._followers.add(
            ReminderFollower(self.queue, clock, self.mirror, self.people),
            NewsFollower(self.queue, clock, self._newsbook),
            GatheringFollower(self.queue, clock, self._newsbook),
            SignUpFollower(self.queue, clock),
        )
        if embedder is not None:
            self._followers.add(MeaningFollower(self.queue, clock, self.meanings))

    # People, and what is known of them.

    @cached_property
    def people(self) -> People:
        """Who is talked with."""
        return People(self.database, self.clock, self._home_zone)

    @cached_property
    def accounts(self) -> Accounts:
        """Who they are on each platform."""
        return Accounts(self.database, self.clock)

    @cached_property
    def groups(self) -> Groups:
        """People under one name."""
        return Groups(self.database)

    @cached_property
    def channels(self) -> Channels:
        """What a channel has of its own."""
        return Channels(self.database, self.clock, self._home_zone)

    @cached_property
    def assistants(self) -> AssistantTokens:
        """Other assistants that people let in."""
        return AssistantTokens(self.database, self.clock, self._public_url)

    @cached_property
    def assistant_cards(self) -> AssistantCards:
        """What those proposed, shown to their person."""
        return AssistantCards(self.queue, self.clock, self.desk, self.people)

    @cached_property
    def joining(self) -> Joining:
        """Makes two people one."""
        return Joining(
            self.database,
            self.clock,
            self.queue,
            self.mirror,
            LocalHandover(self.mirror),
            (self.reminders, self.digests),
            self.linked,
        )

    @cached_property
    def erasing(self) -> Erasing:
        """Takes out everything of a person."""
        return Erasing(
            self.database,
            self.clock,
            self.queue,
            self.mirror,
            self.linked,
            self.providers,
            self.watching,
        )

    # Calendars, and what changes them.

    @cached_property
    def mirror(self) -> Mirror:
        """Every calendar as last seen."""
        return Mirror(self.database, self.clock, [self._followers], self._retention)

    @cached_property
    def meanings(self) -> Meanings:
        """Finds events by what they mean."""
        return Meanings(self.database, self.clock, self._embedder)

    @cached_property
    def desk(self) -> ChangeDesk:
        """Where every change is drawn up, confirmed and carried out."""
        local = self._writer or LocalWriter(self.database, self.mirror, self.clock)
        writers = {"local": local, **self.providers}
        return ChangeDesk(self.database, self.mirror, writers, self.clock, self.providers)

    @cached_property
    def finishing(self) -> Finishing:
        """Brings changes that were cut short to their end."""
        return Finishing(self.desk, self.queue, self.clock, self.notifier)

    @cached_property
    def feeds(self) -> Feeds:
        """Calendars given out."""
        return Feeds(self.database, self.clock, self.mirror, self._public_url)

    # Linked accounts, and how their calendars are read.

    @cached_property
    def linked(self) -> LinkedAccounts:
        """Accounts at vendors, with their sealed credentials."""
        return LinkedAccounts(self.database, self.clock, self.vault, self.mirror)

    @cached_property
    def linkings(self) -> Linkings:
        """Linkings that were begun."""
        return Linkings(self.database, self.clock, self.vault)

    @cached_property
    def providers(self) -> Mapping[str, Late]:
        """Vendors by name; each is loaded when it is first asked."""
        return {
            name: Late(name, make, self.linked, self.database)
            for name, make in self._makers.items()
        }

    @cached_property
    def states(self) -> SyncStates:
        """How far each linked calendar was read, and how it is."""
        return SyncStates(self.database, self.clock)

    @cached_property
    def watches(self) -> Watches:
        """What vendors push."""
        return Watches(self.database)

    @cached_property
    def syncing(self) -> Syncing:
        """Reads linked calendars when they are due."""
        return Syncing(
            self.linked,
            self.states,
            SyncEngine(self.mirror, self.states, self.clock),
            self.providers,
            self.queue,
            self.clock,
            self.notifier,
            self.watches,
        )

    @cached_property
    def watching(self) -> Watching:
        """Asks vendors to push, and renews it."""
        here = self._public_url if self._is_reached else None
        return Watching(
            self.linked, self.providers, self.watches, self.syncing, self.queue, self.clock, here
        )

    # Due work.

    @cached_property
    def queue(self) -> EmbeddedQueue:
        """What is due, and when."""
        return EmbeddedQueue(self.database)

    @cached_property
    def reminders(self) -> Reminders:
        """What people want to be reminded of."""
        return Reminders(self.database, self.queue, self.clock, self.mirror, self.people)

    @cached_property
    def digests(self) -> Digests:
        """Agendas that are posted by themselves."""
        return Digests(self.queue, self.clock, self.people, self.notifier)

    @cached_property
    def missed(self) -> MissedTeller:
        """Tells what could not be told when it was due."""
        return MissedTeller(self.database, self.notifier)

    @cached_property
    def untold(self) -> Untold:
        """What could not be told yet."""
        return Untold(self.database, self.queue)

    @cached_property
    def upkeep(self) -> Upkeep:
        """What is done day by day: the horizon goes on, what is old is forgotten."""
        return Upkeep(
            self.queue,
            self.clock,
            [
                self.mirror.extend_horizon,
                self.reminders.forget_old,
                Conversations(self.database, self.clock).forget_heard,
                self.linkings.forget_old,
                self.mirror.forget_past,
                Retention(self.database, self.clock, self._retention).forget_old,
                self._newsbook.forget_old,
                self._meaning_maker.look_over,
            ],
        )

    @cached_property
    def worker(self) -> Worker:
        """Runs what is due, but for reading linked calendars."""
        news = NewsTeller(self.mirror, self.people, self.notifier, self._newsbook)
        ringer = ReminderRinger(
            self.database, self.queue, self.clock, self.mirror, self.people, self.notifier
        )
        gathering = GatheringTeller(
            self.queue, self.clock, self.mirror, self.people, self.notifier, self._newsbook
        )
        runs: dict[str, JobHandler] = {
            "reminder": ringer,
            "missed": self.missed,
            JOINED: self.joining,
            ERASE: self.erasing,
            SIGNUPS: SignUpTeller(self.database, self.desk, self.notifier),
            GATHERED: gathering,
            "digest": self.digests,
            FINISH: self.finishing,
            EXPIRE: self.finishing,
            UPKEEP: self.upkeep,
            "news": news,
            LINKING: self.linking,
            ASSISTANT_CARD: self.assistant_cards,
            UNANSWERED: self.unanswered,
        }
        if not isinstance(self.clock, StandingClock):
            return Worker(self.database, self.clock, runs)
        # In a script the reader does not run, and what falls due at one instant comes in one order.
        runs[MEANING] = self._meaning_maker
        return Worker(self.database, self.clock, runs, side_by_side=1)

    @cached_property
    def reader(self) -> Worker:
        """Runs what reads linked calendars: reminders do not wait until servers answer."""
        return Worker(
            self.database,
            self.clock,
            {SYNC: self.syncing, WATCH: self.watching, MEANING: self._meaning_maker},
            side_by_side=SYNCED_SIDE_BY_SIDE,
        )

    @cached_property
    def _newsbook(self) -> Newsbook:
        return Newsbook(self.database, self.clock)

    @cached_property
    def _meaning_maker(self) -> MeaningMaker:
        return MeaningMaker(self.queue, self.clock, self.meanings)
