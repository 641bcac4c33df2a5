"""The house that every door opens to: calendars, people and due work, and the conversation."""

from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bot.account_codes import Codes
from bot.account_linking import AccountLinking
from bot.account_words import JOIN, LEAVE
from bot.allowing import ALL, Allowed
from bot.app.core import Core
from bot.app.linking import Joined
from bot.app.models import Counting, Ways, make_choosing
from bot.assistant_asking import AssistantAsking
from bot.assistant_words import CONNECT, DISCONNECT, PUT_AWAY
from bot.change_presses import ChangePresses
from bot.channel_form import VERB as CHANNEL_FORM
from bot.channel_keeping import ChannelKeeping
from bot.channel_settings import ChannelSetting
from bot.contexts import Contexts
from bot.counter_presses import CounterPresses
from bot.countering import COUNTER, MOVE_IT
from bot.decisions import Decisions
from bot.engine import Aside, Engine
from bot.erase_asking import EraseAsking, Farewells, Looking
from bot.erase_words import ERASE, KEEP
from bot.feed_sharing import FeedSharing
from bot.feed_words import GIVE, REVOKE
from bot.form_presses import FormPresses
from bot.gathered_cards import ASKED
from bot.linked_health import Links
from bot.linking_cards import Setup
from bot.llm.model import LanguageModel
from bot.lookups import LOOKED, Lookups
from bot.menus import Menus
from bot.model_choice import ModelChoice
from bot.models import Models
from bot.note_presses import NotePresses, RingPresses
from bot.notes import Notes
from bot.notices import Notices
from bot.outside_busy import OutsideBusy
from bot.page import Pages
from bot.plain_words import PlainWords
from bot.presses import Handler, Presses
from bot.previews import HIDE, SHOW, Offers, Previews
from bot.reaching import Reaching
from bot.rests import RestPresses, Rests
from bot.signup_cards import ANSWERED
from bot.signups import SignUps
from bot.speaking import Speaking
from bot.store import Conversations
from bot.talking import Talking
from bot.tools.all import TOOLS
from bot.tools.toolbox import Toolbox
from bot.tools.world import World
from bot.zone_asking import ZoneAsking
from calendar_core.pages import EventPages


def make_notes(core: Core) -> Notes:
    """Join what is noted to where it is kept."""
    channels = ChannelKeeping(core.channels, core.mirror, core.reminders, core.digests, core.clock)
    return Notes(
        core.database,
        core.clock,
        core.people,
        core.reminders,
        core.digests,
        core.mirror,
        channels,
        core.groups,
    )


def make_contexts(
    core: Core,
    notes: Notes,
    platforms: dict[str, Any] | None = None,
    allowed: Allowed = ALL,
    models: tuple[str, ...] = (),
) -> Contexts:
    """Join the tools to what they look at and propose through."""
    world = World(
        mirror=core.mirror,
        meanings=core.meanings,
        people=core.people,
        groups=core.groups,
        notebook=core.reminders,
        channels=core.channels,
        links=Links(core.linked, core.states),
        outside=OutsideBusy(core.linked, core.providers),
        models=models,
    )
    return Contexts(world, Decisions(core.desk, core.finishing), notes, platforms, allowed)


def make_engine(
    core: Core,
    platforms: dict[str, Any],
    model: LanguageModel | Models,
    home_zone: ZoneInfo,
    tally: Counting | None = None,
    setup: Setup | None = None,
    ways: Ways | None = None,
    *,
    remembers: bool = False,
) -> Engine:
    """Join the conversation to the rooms below. `remembers`: who waits for an answer is told after
    a crash that there will be none."""
    rooms = _Rooms(core, platforms, model, home_zone, tally, setup or Setup(), ways or Ways())
    rooms.remembers = remembers
    rooms.join()
    return rooms.engine


class _Rooms:
    """The rooms of the conversation, each made when it is first asked for."""

    def __init__(
        self,
        core: Core,
        platforms: dict[str, Any],
        model: LanguageModel | Models,
        home_zone: ZoneInfo,
        tally: Counting | None,
        setup: Setup,
        ways: Ways,
    ) -> None:
        self._core = core
        self.remembers = False
        self._platforms = platforms
        self._tally = tally
        self._ways = ways
        self._choosing = make_choosing(core, model, ways, tally)
        self._conversations = Conversations(core.database, core.clock)
        self._speaking = Speaking(
            platforms,
            core.people,
            self._conversations,
            core.mirror,
            core.clock,
            home_zone,
            core.database,
        )
        self._notes = make_notes(core)
        self._decisions = Decisions(core.desk, core.finishing, ways.allowed)
        self._contexts = make_contexts(
            core, self._notes, platforms, ways.allowed, self._choosing.models.names
        )
        self._calendars = Joined(core, self._speaking, self._notes, setup)

    def join(self) -> None:
        """Hand what the rooms below need of the conversation to them."""
        core = self._core
        core.upkeep.also(self._rests.forget_old)
        core.upkeep.also(self._offers.forget_old)
        core.assistant_cards.join(self._speaking, self._reaching, self._notes)
        core.unanswered.teller = self._speaking
        core.erasing.farewell = Farewells(self._platforms)
        core.notifier.notices = Notices(
            self._speaking,
            core.people,
            self._contexts,
            self._decisions,
            core.clock,
            self._reaching,
            core.untold,
        )

    @cached_property
    def engine(self) -> Engine:
        return Engine(
            self._speaking,
            self._talking,
            self._presses,
            self._plain_words,
            self._notes,
            self._menus,
            self._pages,
            self._previews,
            self._reaching,
            self._channels,
            ZoneAsking(self._speaking, self._core.people),
            self._asides,
            self._tally,
            self._core.unanswered if self.remembers else None,
        )

    # What people write.

    @cached_property
    def _talking(self) -> Talking:
        return Talking(
            self._choosing,
            Toolbox(TOOLS, allowed=self._ways.allowed),
            self._contexts,
            self._decisions,
            self._notes,
            self._conversations,
            self._rests,
            self._speaking,
            self._core.people,
            self._core.database,
            self._calendars.linking,
            self._ways.turn,
        )

    @cached_property
    def _plain_words(self) -> PlainWords:
        return PlainWords(
            self._decisions,
            self._notes,
            self._changes,
            self._note_presses,
            self._conversations,
            self._speaking,
        )

    @cached_property
    def _asides(self) -> tuple[Aside, ...]:
        """What is answered before any model hears it."""
        choice = ModelChoice(self._speaking, self._contexts, self._choosing)
        return (
            *self._calendars.asides,
            self._linking,
            self._erasing,
            self._feeds,
            self._connecting,
            self._previews,
            choice,
        )

    # What people press, fill in and open.

    @cached_property
    def _presses(self) -> Presses:
        return Presses(
            self._changes,
            self._note_presses,
            RingPresses(self._core.reminders, self._conversations, self._speaking),
            FormPresses(self._speaking, self._contexts, self._menus, self._notes),
            RestPresses(self._rests, self._contexts, self._speaking),
            self._core.people,
            self._speaking,
            self._verbs,
            {
                CHANNEL_FORM: self._channels.fill,
                COUNTER: self._counters.fill,
                **self._calendars.forms,
            },
        )

    @cached_property
    def _verbs(self) -> dict[str, Handler]:
        """What buttons do that no card of a change or a note carries."""
        looked = Lookups(self._core.database, self._conversations, self._speaking)
        return {
            COUNTER: self._counters.ask,
            MOVE_IT: self._counters.move,
            ASKED: self._counters.show,
            LOOKED: looked.show,
            GIVE: self._feeds.give,
            REVOKE: self._feeds.revoke,
            CONNECT: self._connecting.connect,
            DISCONNECT: self._connecting.disconnect,
            PUT_AWAY: self._connecting.put_away,
            SHOW: self._previews.show,
            HIDE: self._previews.hide,
            **self._calendars.presses,
            ERASE: self._erasing.erase,
            KEEP: self._erasing.keep,
            JOIN: self._linking.join,
            LEAVE: self._linking.leave,
            **dict.fromkeys(ANSWERED, self._signups.press),
            CHANNEL_FORM: self._channels.press,
        }

    @cached_property
    def _changes(self) -> ChangePresses:
        return ChangePresses(
            self._decisions, self._conversations, self._speaking, self._contexts, self._signups
        )

    @cached_property
    def _note_presses(self) -> NotePresses:
        return NotePresses(self._notes, self._conversations, self._speaking, self._channels)

    @cached_property
    def _menus(self) -> Menus:
        return Menus(self._speaking, self._talking, self._contexts, self._pages, self._notes)

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self._speaking, self._contexts, self._decisions, self._calendars.linked)

    @cached_property
    def _counters(self) -> CounterPresses:
        return CounterPresses(self._speaking, self._contexts, self._notes)

    @cached_property
    def _signups(self) -> SignUps:
        core = self._core
        return SignUps(core.database, self._decisions, core.people, self._speaking)

    @cached_property
    def _rests(self) -> Rests:
        return Rests(self._core.database, self._core.clock)

    @cached_property
    def _offers(self) -> Offers:
        return Offers(self._core.database, self._core.clock)

    @cached_property
    def _previews(self) -> Previews:
        pages = EventPages(self._core.database)
        return Previews(self._speaking, self._core.mirror, pages, self._offers)

    # Who people are, where they are reached, and what they let in and out.

    @cached_property
    def _channels(self) -> ChannelSetting:
        return ChannelSetting(self._speaking, self._contexts, self._core.channels, self._notes)

    @cached_property
    def _reaching(self) -> Reaching:
        core = self._core
        return Reaching(self._platforms, core.accounts, self._speaking, core.missed)

    @cached_property
    def _linking(self) -> AccountLinking:
        core = self._core
        return AccountLinking(
            self._speaking,
            core.people,
            core.accounts,
            Codes(core.database, core.clock),
            core.joining,
            self._platforms,
        )

    @cached_property
    def _connecting(self) -> AssistantAsking:
        core = self._core
        return AssistantAsking(self._speaking, core.assistants, core.assistant_cards, self._notes)

    @cached_property
    def _erasing(self) -> EraseAsking:
        core = self._core
        looking = Looking(core.accounts, core.linked, core.mirror, core.reminders)
        return EraseAsking(self._speaking, looking, core.erasing)

    @cached_property
    def _feeds(self) -> FeedSharing:
        core = self._core
        return FeedSharing(self._speaking, core.feeds, core.channels, core.mirror)
