"""The model that knows what events mean, as the settings name it."""

from bot.llm.wordvectors import PACKAGE, WordLlamaEmbedder, is_installed
from bot.settings import BadSettings, Settings
from calendar_core.embedder import Embedder

OFF = "off"


def make_embedder(settings: Settings) -> Embedder | None:
    """The model of meanings: what is set, else the embedded one where it is installed; None: words
    alone are searched. Raises BadSettings with a sentence for the operator."""
    name = settings.embedding or (PACKAGE if is_installed() else OFF)
    vendor, _, model = name.partition(":")
    if name == OFF:
        return None
    if name == PACKAGE:
        if not is_installed():
            raise BadSettings("CONVENE_EMBEDDING=wordllama needs its package. Run: make meaning")
        return WordLlamaEmbedder()
    if vendor == "openai" and model:
        from bot.llm.embedding import OpenAIEmbedder

        url, key = server_of(settings)
        return OpenAIEmbedder(model, api_key=key, base_url=url)
    raise BadSettings(
        f"CONVENE_EMBEDDING={name} is no model of meanings. Use off, wordllama or openai:NAME."
    )


def server_of(settings: Settings) -> tuple[str | None, str | None]:
    """Where a server of meanings is, and its key; None for OpenAI's own, and for none. A key is
    shown to the server that it is meant for, and to no other."""
    url, key = settings.embedding_url, settings.embedding_key
    if url is None:
        url, key = settings.openai_base_url, key or settings.openai_api_key
    return url, key.get_secret_value() if key else None
