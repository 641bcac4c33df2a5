"""Meanings of texts: from a server, with all that a server may do instead, and from the table."""

import json
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from bot.app.meaning import make_embedder
from bot.llm import wordvectors
from bot.llm.embedding import OpenAIEmbedder
from bot.llm.wordvectors import WordLlamaEmbedder
from bot.settings import BadSettings, Settings
from calendar_core.embedder import EmbedderUnavailable

Answer = Callable[[httpx2.Request], httpx2.Response]


def _embedder(answer: Answer, model: str = "text-embedding-3-small") -> OpenAIEmbedder:
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return OpenAIEmbedder(model, api_key="k", base_url="http://server.test/v1", http_client=client)


def _answer(*vectors: list[float], backwards: bool = False) -> httpx2.Response:
    data = [
        {"object": "embedding", "index": place, "embedding": vector}
        for place, vector in enumerate(vectors)
    ]
    told = {"object": "list", "model": "m", "data": data[::-1] if backwards else data}
    return httpx2.Response(200, json=told | {"usage": {"prompt_tokens": 1, "total_tokens": 1}})


async def test_a_server_is_asked_once_for_many_texts() -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return _answer([1.0, 0.0], [0.0, 1.0], backwards=True)

    embedder = _embedder(answer)
    assert await embedder.embed(["one", "two"]) == [[1.0, 0.0], [0.0, 1.0]]
    body = {"model": "text-embedding-3-small", "input": ["one", "two"]}
    assert asked == [("/v1/embeddings", body | {"encoding_format": "float", "dimensions": 256})]
    assert (embedder.name, embedder.is_outside) == ("openai:text-embedding-3-small/256", True)
    await embedder.close()


async def test_other_models_are_not_asked_for_fewer_numbers() -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(json.loads(request.content))
        return _answer([1.0])

    embedder = _embedder(answer, "nomic-embed-text")
    await embedder.embed(["one"])
    assert "dimensions" not in asked[0]
    assert embedder.name == "openai:nomic-embed-text"


def _breaks(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route")


def _waits(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("too long")


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (lambda _: httpx2.Response(401, json={"error": {"message": "k"}}), timedelta(hours=1)),
        (lambda _: httpx2.Response(404, text="what?"), timedelta(hours=1)),
        (lambda _: httpx2.Response(200, text="<html>"), timedelta(hours=1)),
        (lambda _: httpx2.Response(200, json={"data": None}), timedelta(hours=1)),
        (lambda _: _answer([1.0]), timedelta(hours=1)),
        (lambda _: _answer([1.0], [1.0, 2.0]), timedelta(hours=1)),
        (lambda _: httpx2.Response(429, headers={"retry-after": "0"}), timedelta(minutes=2)),
        (lambda _: httpx2.Response(503, headers={"retry-after": "0"}), timedelta(minutes=2)),
        (_breaks, timedelta(minutes=2)),
        (_waits, timedelta(minutes=2)),
    ],
)
async def test_whatever_a_server_does_instead_has_one_name(
    answer: Answer, after: timedelta
) -> None:
    with pytest.raises(EmbedderUnavailable) as told:
        await _embedder(answer).embed(["one", "two"])
    assert told.value.after == after


async def test_openai_without_a_key_is_not_asked() -> None:
    with pytest.raises(EmbedderUnavailable, match="needs a key"):
        await OpenAIEmbedder("text-embedding-3-small", api_key=None).embed(["one"])


def test_the_settings_name_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(**told: str) -> str | None:
        embedder = make_embedder(Settings(_env_file=None, **told))  # type: ignore[call-arg,arg-type]
        return embedder.name if embedder else None

    monkeypatch.setattr("bot.app.meaning.is_installed", lambda: False)
    assert made() is None
    assert made(embedding="off") is None
    assert made(embedding="openai:e5") == "openai:e5"
    for wrong in ("wordllama", "openai:", "magic"):
        with pytest.raises(BadSettings, match="CONVENE_EMBEDDING"):
            made(embedding=wrong)
    monkeypatch.setattr("bot.app.meaning.is_installed", lambda: True)
    assert made() == made(embedding="wordllama") == "wordllama"
    assert made(embedding="off") is None


async def test_a_key_goes_to_its_own_server_alone() -> None:
    asked: list[tuple[str, str]] = []

    async def key_for(**told: str) -> str:
        settings = Settings(_env_file=None, embedding="openai:e5", **told)  # type: ignore[call-arg,arg-type]
        embedder = make_embedder(settings)
        assert isinstance(embedder, OpenAIEmbedder)

        def answer(request: httpx2.Request) -> httpx2.Response:
            asked.append((request.url.host, request.headers["authorization"]))
            return _answer([1.0])

        vars(embedder)["_http_client"] = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        await embedder.embed(["one"])
        await embedder.close()
        return " ".join(asked[-1])

    there = {"embedding_url": "http://own.test/v1"}
    assert await key_for(openai_api_key="chat") == "api.openai.com Bearer chat"
    assert await key_for(openai_api_key="chat", **there) == "own.test Bearer none"
    assert await key_for(openai_api_key="chat", embedding_key="e", **there) == "own.test Bearer e"


async def test_a_table_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordvectors, "PACKAGE", "a_package_that_is_nowhere")
    assert not wordvectors.is_installed()
    with pytest.raises(EmbedderUnavailable, match="make meaning"):
        await WordLlamaEmbedder().embed(["one"])


async def test_the_table_knows_what_a_dentist_does(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wordllama", reason="CONVENE[MEANING] IS NOT INSTALLED HERE")
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the table is downloaded")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    embedder = WordLlamaEmbedder()
    dentist, teeth, budget = await embedder.embed(["dentist", "Teeth cleaning", "Budget review"])

    def closeness(one: object, other: object) -> float:
        assert isinstance(one, list)
        assert isinstance(other, list)
        return float(sum(a * b for a, b in zip(one, other, strict=True)))

    assert closeness(dentist, teeth) > embedder.floor > closeness(dentist, budget)
