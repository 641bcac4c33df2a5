"""The house that every door opens to: calendars, people and due work, and the conversation."""

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
from bot.engine import Engine
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
) -> Engine:
    """Join the conversation to the rooms below."""
    ways = ways or Ways()
    choosing = make_choosing(core, model, ways, tally)
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
    decisions = Decisions(core.desk, core.finishing, ways.allowed)
    contexts = make_contexts(core, notes, platforms, ways.allowed, choosing.models.names)
    signups = SignUps(core.database, decisions, core.people, speaking)
    changes = ChangePresses(decisions, conversations, speaking, contexts, signups)
    channels = ChannelSetting(speaking, contexts, core.channels, notes)
    note_presses = NotePresses(notes, conversations, speaking, channels)
    rings = RingPresses(core.reminders, conversations, speaking)
    rests = Rests(core.database, core.clock)
    core.upkeep.also(rests.forget_old)
    offers = Offers(core.database, core.clock)
    core.upkeep.also(offers.forget_old)
    previews = Previews(speaking, core.mirror, EventPages(core.database), offers)
    calendars = Joined(core, speaking, notes, setup or Setup())
    talking = Talking(
        choosing,
        Toolbox(TOOLS, allowed=ways.allowed),
        contexts,
        decisions,
        notes,
        conversations,
        rests,
        speaking,
        core.people,
        core.database,
        calendars.linking,
        ways.turn,
    )
    choice = ModelChoice(speaking, contexts, choosing)
    pages = Pages(speaking, contexts, decisions, calendars.linked)
    menus = Menus(speaking, talking, contexts, pages, notes)
    forms = FormPresses(speaking, contexts, menus, notes)
    more = RestPresses(rests, contexts, speaking)
    reaching = Reaching(platforms, core.accounts, speaking, core.missed)
    linking = AccountLinking(
        speaking,
        core.people,
        core.accounts,
        Codes(core.database, core.clock),
        core.joining,
        platforms,
    )
    core.assistant_cards.join(speaking, reaching, notes)
    connecting = AssistantAsking(speaking, core.assistants, core.assistant_cards, notes)
    core.erasing.farewell = Farewells(platforms)
    looking = Looking(core.accounts, core.linked, core.mirror, core.reminders)
    erasing = EraseAsking(speaking, looking, core.erasing)
    feeds = FeedSharing(speaking, core.feeds, core.channels, core.mirror)
    counters = CounterPresses(speaking, contexts, notes)
    verbs: dict[str, Handler] = {
        COUNTER: counters.ask,
        MOVE_IT: counters.move,
        ASKED: counters.show,
        LOOKED: Lookups(core.database, conversations, speaking).show,
        GIVE: feeds.give,
        REVOKE: feeds.revoke,
        CONNECT: connecting.connect,
        DISCONNECT: connecting.disconnect,
        PUT_AWAY: connecting.put_away,
        SHOW: previews.show,
        HIDE: previews.hide,
        **calendars.presses,
        ERASE: erasing.erase,
        KEEP: erasing.keep,
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
        {CHANNEL_FORM: channels.fill, COUNTER: counters.fill, **calendars.forms},
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
        previews,
        reaching,
        channels,
        (*calendars.asides, linking, erasing, feeds, connecting, previews, choice),
        tally,
    )
