"""What the Slack door remembers over restarts, on both databases."""

from datetime import timedelta

from adapters.slack.store import KEPT, EnterpriseStore, KeyStore
from calendar_core.database import Database
from tests.builders import NOW


async def test_a_key_is_begun_once_and_then_tells_since_when(database: Database) -> None:
    keys = KeyStore(database)
    later = NOW + timedelta(minutes=1)
    assert await keys.begin("T1", "reminder:1", NOW) is None
    assert await keys.begin("T1", "reminder:1", later) == NOW
    assert await keys.begin("T2", "reminder:1", later) is None
    assert await keys.find("T1", "reminder:1") is None


async def test_where_a_key_stands_is_known(database: Database) -> None:
    keys = KeyStore(database)
    await keys.begin("T1", "reminder:1", NOW)
    await keys.remember("T1", "reminder:1", "C1", "1.2")
    assert await KeyStore(database).find("T1", "reminder:1") == ("C1", "1.2")
    assert await keys.find("T2", "reminder:1") is None


async def test_old_keys_are_forgotten(database: Database) -> None:
    keys = KeyStore(database)
    await keys.begin("T1", "old", NOW)
    await keys.begin("T1", "new", NOW + timedelta(days=1))
    await keys.forget_old(NOW + KEPT + timedelta(minutes=1))
    assert await keys.begin("T1", "old", NOW) is None
    assert await keys.begin("T1", "new", NOW) is not None


async def test_a_workspace_has_its_organization(database: Database) -> None:
    enterprises = EnterpriseStore(database)
    assert await enterprises.of("T1") is None
    await enterprises.note("T1", "E1", whole=False)
    await enterprises.note("T1", "E1", whole=True)
    assert await enterprises.of("T1") == ("E1", True)
