"""The rooms below the conversation, joined: calendars, people and due work."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
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
from scheduler.jobs import Job
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
from scheduler.worker import SIDE_BY_SIDE, Worker

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The rooms below the conversation."""

    database: Database
    clock: Clock
    mirror: Mirror
    meanings: Meanings
    desk: ChangeDesk
    people: People
    channels: Channels
    feeds: Feeds
    groups: Groups
    queue: EmbeddedQueue
    reminders: Reminders
    digests: Digests
    finishing: Finishing
    notifier: LateNotifier
    worker: Worker
    upkeep: Upkeep
    accounts: Accounts
    joining: Joining
    erasing: Erasing
    missed: MissedTeller
    untold: Untold
    linked: LinkedAccounts
    providers: Mapping[str, Late]
    states: SyncStates
    syncing: Syncing
    watches: Watches
    watching: Watching
    reader: Worker
    """Runs what reads linked calendars."""
    linkings: Linkings
    linking: LateLinking
    assistants: AssistantTokens
    assistant_cards: AssistantCards


def make_core(
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
) -> Core:
    """Join calendars, people and due work. `writer` stands in for that of built-in calendars.

    `makers` are those of the calendars that accounts can be linked with; their credentials are
    sealed by the vault, without which nothing is linked here. `public_url` is where others reach
    the web door; `is_reached` says that it is open while this runs, here or beside it. What is
    older than `retention` is forgotten day by day; None: nothing is. Without an `embedder` events
    are found by their words alone.
    """
    followers = Followers()
    mirror = Mirror(database, clock, [followers], retention)
    people = People(database, clock, home_zone)
    local = writer or LocalWriter(database, mirror, clock)
    vault = vault or Vault(Path(NOWHERE))
    linked = LinkedAccounts(database, clock, vault, mirror)
    linkings, linking = Linkings(database, clock, vault), LateLinking()
    providers = {name: Late(name, make, linked, database) for name, make in makers.items()}
    desk = ChangeDesk(database, mirror, {"local": local, **providers}, clock, providers)
    queue = EmbeddedQueue(database)
    notifier = LateNotifier()
    reminders = Reminders(database, queue, clock, mirror, people)
    digests = Digests(queue, clock, people, notifier)
    finishing = Finishing(desk, queue, clock, notifier)
    heard = Conversations(database, clock)
    upkeep = Upkeep(
        queue,
        clock,
        [
            mirror.extend_horizon,
            reminders.forget_old,
            heard.forget_heard,
            linkings.forget_old,
        ],
    )
    upkeep.also(mirror.forget_past)
    upkeep.also(Retention(database, clock, retention).forget_old)
    book = Newsbook(database, clock)
    upkeep.also(book.forget_old)
    news = NewsTeller(mirror, people, notifier, book)
    followers.add(
        ReminderFollower(queue, clock, mirror, people),
        NewsFollower(queue, clock, book),
        GatheringFollower(queue, clock, book),
        SignUpFollower(queue, clock),
    )
    meanings = Meanings(database, clock, embedder)
    maker = MeaningMaker(queue, clock, meanings)
    upkeep.also(maker.look_over)
    if embedder is not None:
        followers.add(MeaningFollower(queue, clock, meanings))
    missed = MissedTeller(database, notifier)
    joining = Joining(
        database, clock, queue, mirror, LocalHandover(mirror), (reminders, digests), linked
    )
    erasing = Erasing(database, clock, queue, mirror, linked, providers)
    states, watches = SyncStates(database, clock), Watches(database)
    syncing = Syncing(
        linked,
        states,
        SyncEngine(mirror, states, clock),
        providers,
        queue,
        clock,
        notifier,
        watches,
    )
    assistant_cards = AssistantCards(queue, clock, desk, people)
    here = public_url if is_reached else None
    watching = Watching(linked, providers, watches, syncing, queue, clock, here)
    worker = Worker(
        database,
        clock,
        {
            "reminder": ReminderRinger(database, queue, clock, mirror, people, notifier),
            "missed": missed,
            JOINED: joining,
            ERASE: erasing,
            SIGNUPS: SignUpTeller(database, desk, notifier),
            GATHERED: GatheringTeller(queue, clock, mirror, people, notifier, book),
            "digest": digests,
            FINISH: finishing,
            EXPIRE: finishing,
            UPKEEP: upkeep,
            "news": news,
            LINKING: linking,
            ASSISTANT_CARD: assistant_cards,
            # In a script, where the reader does not run.
            **({MEANING: maker} if isinstance(clock, StandingClock) else {}),
        },
        # In a script what falls due at one instant comes in one order.
        side_by_side=1 if isinstance(clock, StandingClock) else SIDE_BY_SIDE,
    )
    return Core(
        database=database,
        clock=clock,
        mirror=mirror,
        meanings=meanings,
        desk=desk,
        people=people,
        channels=Channels(database, clock, home_zone),
        groups=Groups(database),
        feeds=Feeds(database, clock, mirror, public_url),
        queue=queue,
        reminders=reminders,
        digests=digests,
        finishing=finishing,
        notifier=notifier,
        worker=worker,
        upkeep=upkeep,
        accounts=Accounts(database, clock),
        joining=joining,
        erasing=erasing,
        missed=missed,
        untold=Untold(database, queue),
        linked=linked,
        providers=providers,
        states=states,
        syncing=syncing,
        watches=watches,
        watching=watching,
        # Of its own: reminders do not wait until servers answer.
        reader=Worker(
            database,
            clock,
            {SYNC: syncing, WATCH: watching, MEANING: maker},
            side_by_side=SYNCED_SIDE_BY_SIDE,
        ),
        linkings=linkings,
        linking=linking,
        assistants=AssistantTokens(database, clock, public_url),
        assistant_cards=assistant_cards,
    )
