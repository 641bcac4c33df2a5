"""The house that every door opens to: calendars, people and due work, and the conversation."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from adapters.console.ports import CannotStart
from bot.account_codes import Codes
from bot.account_linking import AccountLinking
from bot.account_words import JOIN, LEAVE
from bot.accounts import Accounts
from bot.app.providers import Late, MakeProvider
from bot.change_presses import ChangePresses
from bot.channel_form import VERB as CHANNEL_FORM
from bot.channel_settings import ChannelSetting
from bot.contexts import Contexts
from bot.decisions import Decisions
from bot.engine import Engine, Tally
from bot.form_presses import FormPresses
from bot.joining import KIND as JOINED
from bot.joining import Joining
from bot.llm.model import LanguageModel
from bot.llm.offline.model import OfflineModel
from bot.menus import Menus
from bot.news import NewsFollower, NewsTeller
from bot.note_presses import NotePresses, RingPresses
from bot.notes import Notes
from bot.notices import Notices
from bot.page import Pages
from bot.plain_words import PlainWords
from bot.presses import Handler, Presses
from bot.reaching import Reaching
from bot.rests import RestPresses, Rests
from bot.settings import Settings
from bot.signup_cards import ANSWERED
from bot.signups import KIND as SIGNUPS
from bot.signups import SignUpFollower, SignUps, SignUpTeller
from bot.speaking import Speaking
from bot.store import Conversations, People
from bot.talking import Talking
from bot.tools.all import TOOLS
from bot.tools.toolbox import Toolbox
from bot.tools.world import World
from calendar_core.accounts import Accounts as LinkedAccounts
from calendar_core.changes.desk import ChangeDesk
from calendar_core.changes.writer import CalendarWriter
from calendar_core.clock import Clock, StandingClock
from calendar_core.database import Database
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
from scheduler.missed import MissedTeller, Untold
from scheduler.notices import Notice, Notifier
from scheduler.reminders import Reminders
from scheduler.ringing import ReminderRinger
from scheduler.syncing import KIND as SYNC
from scheduler.syncing import SIDE_BY_SIDE as SYNCED_SIDE_BY_SIDE
from scheduler.syncing import Syncing
from scheduler.worker import SIDE_BY_SIDE, Worker

log = logging.getLogger("convene.app")

NO_MAKERS: Mapping[str, MakeProvider] = MappingProxyType({})
NOWHERE = os.devnull
"""A data folder in which nothing can be sealed."""


def make_model(name: str, settings: Settings) -> LanguageModel:
    """The model of that name. Raises CannotStart for a name that is none."""
    if name == "offline":
        return OfflineModel()
    vendor, _, model = name.partition(":")
    if vendor == "openai" and model:
        from bot.llm.openai import OpenAIModel

        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
        return OpenAIModel(model, api_key=key, base_url=settings.openai_base_url)
    raise CannotStart(f"I know no model {name!r}. Set CONVENE_MODEL to offline or openai:NAME.")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The rooms below the conversation."""

    database: Database
    clock: Clock
    mirror: Mirror
    desk: ChangeDesk
    people: People
    queue: EmbeddedQueue
    reminders: Reminders
    digests: Digests
    finishing: Finishing
    notifier: LateNotifier
    worker: Worker
    upkeep: Upkeep
    accounts: Accounts
    joining: Joining
    missed: MissedTeller
    untold: Untold
    linked: LinkedAccounts
    providers: Mapping[str, Late]
    states: SyncStates
    syncing: Syncing
    reader: Worker
    """Runs what reads linked calendars."""


def make_core(
    database: Database,
    clock: Clock,
    home_zone: ZoneInfo,
    *,
    writer: CalendarWriter | None = None,
    vault: Vault | None = None,
    makers: Mapping[str, MakeProvider] = NO_MAKERS,
) -> Core:
    """Join calendars, people and due work. `writer` stands in for that of built-in calendars.

    `makers` are those of the calendars that accounts can be linked with; their credentials are
    sealed by the vault, without which nothing is linked here.
    """
    followers = Followers()
    mirror = Mirror(database, clock, [followers])
    people = People(database, clock, home_zone)
    local = writer or LocalWriter(database, mirror, clock)
    linked = LinkedAccounts(database, clock, vault or Vault(Path(NOWHERE)), mirror)
    providers = {name: Late(name, make, linked, database) for name, make in makers.items()}
    desk = ChangeDesk(database, mirror, {"local": local, **providers}, clock)
    queue = EmbeddedQueue(database)
    notifier = LateNotifier()
    reminders = Reminders(database, queue, clock, mirror, people)
    digests = Digests(queue, clock, people, notifier)
    finishing = Finishing(desk, queue, clock, notifier)
    heard = Conversations(database, clock)
    upkeep = Upkeep(queue, clock, [mirror.extend_horizon, reminders.forget_old, heard.forget_heard])
    news = NewsTeller(mirror, people, notifier)
    followers.add(
        ReminderFollower(queue, clock, mirror, people),
        NewsFollower(queue, clock),
        SignUpFollower(queue, clock),
    )
    missed = MissedTeller(database, notifier)
    joining = Joining(
        database, clock, queue, mirror, LocalHandover(mirror), (reminders, digests), linked
    )
    states = SyncStates(database, clock)
    syncing = Syncing(
        linked, states, SyncEngine(mirror, states, clock), providers, queue, clock, notifier
    )
    worker = Worker(
        database,
        clock,
        {
            "reminder": ReminderRinger(database, queue, clock, mirror, people, notifier),
            "missed": missed,
            JOINED: joining,
            SIGNUPS: SignUpTeller(database, desk, notifier),
            "digest": digests,
            FINISH: finishing,
            EXPIRE: finishing,
            UPKEEP: upkeep,
            "news": news,
        },
        # In a script what falls due at one instant comes in one order.
        side_by_side=1 if isinstance(clock, StandingClock) else SIDE_BY_SIDE,
    )
    return Core(
        database=database,
        clock=clock,
        mirror=mirror,
        desk=desk,
        people=people,
        queue=queue,
        reminders=reminders,
        digests=digests,
        finishing=finishing,
        notifier=notifier,
        worker=worker,
        upkeep=upkeep,
        accounts=Accounts(database, clock),
        joining=joining,
        missed=missed,
        untold=Untold(database, queue),
        linked=linked,
        providers=providers,
        states=states,
        syncing=syncing,
        # Of its own: reminders do not wait until servers answer.
        reader=Worker(database, clock, {SYNC: syncing}, side_by_side=SYNCED_SIDE_BY_SIDE),
    )


def make_notes(core: Core) -> Notes:
    """Join what is noted to where it is kept."""
    return Notes(core.database, core.clock, core.people, core.reminders, core.digests, core.mirror)


def make_contexts(core: Core, notes: Notes, platforms: dict[str, Any] | None = None) -> Contexts:
    """Join the tools to what they look at and propose through."""
    world = World(mirror=core.mirror, people=core.people, notebook=core.reminders)
    return Contexts(world, Decisions(core.desk, core.finishing), notes, platforms)


def make_engine(
    core: Core,
    platforms: dict[str, Any],
    model: LanguageModel,
    home_zone: ZoneInfo,
    tally: Tally | None = None,
) -> Engine:
    """Join the conversation to the rooms below."""
    conversations = Conversations(core.database, core.clock)
    speaking = Speaking(
        platforms,
        core.people,
        conversations,
        core.mirror,
        core.clock,
        home_zone,
        core.database,
    )
    notes = make_notes(core)
    decisions = Decisions(core.desk, core.finishing)
    contexts = make_contexts(core, notes, platforms)
    signups = SignUps(core.database, decisions, core.people, speaking)
    changes = ChangePresses(decisions, conversations, speaking, contexts, signups)
    note_presses = NotePresses(notes, conversations, speaking)
    rings = RingPresses(core.reminders, conversations, speaking)
    rests = Rests(core.database, core.clock)
    core.upkeep.also(rests.forget_old)
    talking = Talking(
        model,
        OfflineModel(),
        Toolbox(TOOLS),
        contexts,
        decisions,
        notes,
        conversations,
        rests,
        speaking,
        core.people,
        core.database,
    )
    pages = Pages(speaking, contexts, decisions)
    menus = Menus(speaking, talking, contexts, pages, notes)
    forms = FormPresses(speaking, contexts, menus, notes)
    more = RestPresses(rests, contexts, speaking)
    channels = ChannelSetting(
        speaking, contexts, speaking.channels, core.mirror, core.reminders, core.digests
    )
    reaching = Reaching(platforms, core.accounts, speaking, core.missed)
    linking = AccountLinking(
        speaking,
        core.people,
        core.accounts,
        Codes(core.database, core.clock),
        core.joining,
        platforms,
    )
    verbs: dict[str, Handler] = {
        JOIN: linking.join,
        LEAVE: linking.leave,
        **dict.fromkeys(ANSWERED, signups.press),
        CHANNEL_FORM: channels.press,
    }
    presses = Presses(
        changes,
        note_presses,
        rings,
        forms,
        more,
        core.people,
        speaking,
        verbs,
        {CHANNEL_FORM: channels.fill},
    )
    plain_words = PlainWords(decisions, notes, changes, note_presses, conversations, speaking)
    core.notifier.notices = Notices(
        speaking, core.people, contexts, decisions, core.clock, reaching, core.untold
    )
    return Engine(
        speaking,
        talking,
        presses,
        plain_words,
        notes,
        menus,
        pages,
        reaching,
        channels,
        (linking,),
        tally,
    )
