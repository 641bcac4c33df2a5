"""A house whose people link calendars: at makers that a test plays."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.chat.cards import Card
from bot.linking_cards import Setup
from bot.linking_returns import LinkingReturns
from calendar_core.accounts import Account
from calendar_core.database import Database
from calendar_core.vault import Vault, new_key
from tests.bot.house import House, button
from tests.fakes.calendars import FakeProvider
from tests.fakes.linking import FakeLinking, a_maker

PUBLIC = "https://convene.example.org"


def a_house(
    database: Database, vendors: dict[str, FakeLinking], folder: Path, **setup: object
) -> House:
    """One whose operator set this."""
    usual = Setup(
        public_url=PUBLIC,
        in_browser=frozenset({"google", "microsoft"}),
        by_code=frozenset({"microsoft"}),
    )
    return House(
        database,
        makers={name: a_maker(one, FakeProvider()) for name, one in vendors.items()},
        vault=Vault(folder, new_key()),
        setup=replace(usual, **setup),  # type: ignore[arg-type]
    )


def returns(house: House) -> LinkingReturns:
    """What the web door asks."""
    return house.core.linking.door


async def accounts(house: House, name: str = "Ana") -> tuple[Account, ...]:
    """Somebody's linked accounts."""
    return await house.core.linked.of((await house.welcome(name)).id)


def labels(card: Card) -> list[str]:
    """What can be pressed on a card."""
    return [one.label for one in card.buttons] + [
        choice.label for select in card.selects for choice in select.choices
    ]


async def visit(house: House, label: str = "Open Google") -> str:
    """Press the button that leads to the vendor, in a browser; the state that it went there
    with."""
    address = button(house.card_with(label), label).url
    assert address is not None
    assert address.startswith(f"{PUBLIC}/link/")
    provider, state = re.fullmatch(r".*/link/(\w+)/start/([^/]+)", address).groups()  # type: ignore[union-attr]
    page = await returns(house).page(provider, state)
    assert page is not None
    assert parse_qs(urlsplit(page).query)["redirect_uri"] == [f"{PUBLIC}/link/{provider}/callback"]
    return state
