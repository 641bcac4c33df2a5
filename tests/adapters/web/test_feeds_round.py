"""A calendar given out by one house and linked as a feed by another, over real HTTP."""

from datetime import timedelta
from pathlib import Path

from adapters.web.feeds import FeedAnswers
from bot.app.providers import feed
from bot.feeds import Feeds
from bot.settings import Settings
from calendar_core.accounts import Accounts
from calendar_core.database import Database
from calendar_core.ics.giving import Shows
from calendar_core.ics.writing import new_resource
from calendar_core.linking import Wish
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.plan import Came
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault, new_key
from calendar_core.when import TimeSpan
from tests.adapters.web.test_server import House as Web
from tests.adapters.web.test_server import opened
from tests.calendar_core.house import ANA, BERLIN, ME, House, a_house, an_event, at, span, weekly


async def put(house: House, title: str, clock: str = "14:00") -> None:
    event = an_event(title, span(clock, f"{int(clock[:2]) + 1}:00"))
    made = new_resource(event, at=at("07:00"))
    await house.mirror.absorb(
        house.mine.id, [made.__class__(uid=made.uid, ics=made.ics, etag=f"{title} {clock}")], ()
    )


async def test_what_is_given_out_here_is_the_same_agenda_there(database: Database) -> None:
    house = await a_house(database)
    series = new_resource(weekly(rule="FREQ=WEEKLY;BYDAY=MO,WE"), at=at("07:00"))
    await house.mirror.absorb(house.mine.id, [series], ())
    await put(house, "Review")
    feeds = Feeds(database, house.clock, house.mirror, "http://here")
    given, address = await feeds.give(ME, ME, Shows.TITLES)
    accounts = Accounts(database, house.clock, Vault(Path("/nowhere"), new_key()), house.mirror)
    maker = feed(Settings(allow_private=True, _env_file=None))(accounts, database)  # type: ignore[call-arg]
    states = SyncStates(database, house.clock)
    engine = SyncEngine(house.mirror, states, house.clock)

    async with opened(Web(), *FeedAnswers(feeds).routes()) as url:
        begun = await maker.linking.begin(
            Wish(owner=ANA, server=address.replace("http://here", url))
        )
        assert begun.linked is not None
        assert token(address) not in repr(begun)
        account = await accounts.link(ANA, begun.linked)
        (calendar,) = await accounts.calendars(account.id)

        first = await engine.sync(calendar.id, maker.reader)
        nothing = await engine.sync(calendar.id, maker.reader)
        await put(house, "Review", "16:00")
        moved = await engine.sync(calendar.id, maker.reader)

        assert (first.added, nothing, moved) == (2, Came(), Came(moved=1, read=1))
        month = TimeSpan(start=at("00:00"), end=at("00:00") + timedelta(days=30))
        mine = (await house.mirror.occurrences((ME,), month, BERLIN)).occurrences
        theirs = (await house.mirror.occurrences((ANA,), month, BERLIN)).occurrences
        assert len(mine) == 10
        assert [(one.title, one.when) for one in theirs] == [(one.title, one.when) for one in mine]

        await feeds.revoke(given.id, ME)
        assert await feeds.feed(token(address)) is None


def token(address: str) -> str:
    return address.rsplit("/", 1)[1].removesuffix(".ics")
