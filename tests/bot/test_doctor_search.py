"""`convene doctor` and search: whether words are indexed, and whether the model of meanings is
there."""

from typing import cast

import pytest
from sqlalchemy import text

from bot.doctor.finding import Mark
from bot.doctor.outside import Answer, Outside, Unreachable
from bot.doctor.search import check_search
from bot.settings import Settings
from calendar_core.database import Database


class Server:
    """Stands for a server of embeddings."""

    async def ask(self, method: str, url: str, *, authorization: str = "") -> Answer:
        assert (method, url) == ("GET", "http://own.test/v1/models")
        if authorization == "Bearer away":
            raise Unreachable("no answer")
        status = 401 if authorization == "Bearer bad" else 200
        return Answer(status=status, headers={}, body={})


async def looked(told: dict[str, str], database: Database | None = None) -> list[tuple[Mark, str]]:
    settings = Settings.model_validate(told)
    found = await check_search(settings, cast(Outside, Server()), database)
    return [(one.mark, one.words) for one in found]


@pytest.mark.parametrize(
    ("told", "mark", "words"),
    [
        ({"embedding": "off"}, Mark.WELL, "by words alone"),
        ({"embedding": "magic"}, Mark.WRONG, "can't be used"),
        ({"embedding": "openai:e5"}, Mark.WRONG, "has no key"),
        ({"embedding": "openai:e5", "embedding_key": "bad"}, Mark.WRONG, "the key is refused"),
        ({"embedding": "openai:e5", "embedding_key": "away"}, Mark.WRONG, "no answer"),
        ({"embedding": "openai:e5", "embedding_key": "good"}, Mark.WELL, "is reachable"),
    ],
)
async def test_the_model_of_meanings_is_looked_at(
    told: dict[str, str], mark: Mark, words: str
) -> None:
    if "embedding_key" in told:
        told = told | {"embedding_url": "http://own.test/v1/"}
    ((found, said),) = await looked(told)
    assert (found, words in said) == (mark, True), said


async def test_a_missing_index_is_told(database: Database) -> None:
    assert [mark for mark, _ in await looked({"embedding": "off"}, database)] == [Mark.WELL]
    if database.is_sqlite:
        async with database.session() as session:
            await session.execute(text("DROP TABLE event_words"))
        assert [mark for mark, _ in await looked({"embedding": "off"}, database)] == [
            Mark.ODD,
            Mark.WELL,
        ]
