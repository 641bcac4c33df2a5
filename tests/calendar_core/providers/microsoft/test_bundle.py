"""Microsoft among the makers of calendars: when it is there, and what it brings along."""

import asyncio

import pytest

from bot.app.providers import makers
from bot.settings import Settings
from calendar_core.database import Database
from tests.calendar_core.providers.microsoft.stand import Stand


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("bare"))
    monkeypatch.delenv("MICROSOFT_CLIENT_ID", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)


def test_microsoft_is_there_when_its_app_is_set() -> None:
    assert "microsoft" not in makers(Settings())
    assert "microsoft" in makers(Settings(microsoft_client_id="an app"))


async def test_it_reads_writes_links_watches_and_asks_for_colleagues(
    stand: Stand, database: Database
) -> None:
    settings = Settings(microsoft_client_id="an app", graph_api_url=stand.server.url)

    made = await asyncio.to_thread(makers(settings)["microsoft"], stand.connections, database)

    assert made.name == "microsoft"
    assert made.watcher is not None
    assert made.colleagues is not None
    made.close()
    await asyncio.sleep(0)
