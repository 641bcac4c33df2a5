"""Both sides on one loopback port."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.servers.discord.gateway import Gateway
from tests.servers.discord.rest import Rest
from tests.servers.discord.world import ANA, APPLICATION, GUILD, TEAM, World, member, user

TOKEN = "a-token"


class DiscordServer:
    """A Discord of one server, one channel and one person."""

    def __init__(self) -> None:
        self.world = World()
        self.rest = Rest(self.world, TOKEN)
        self.gateway = Gateway(TOKEN)
        self.api_url = ""
        self.gateway_url = ""

    async def say_directly(self, text: str) -> str:
        """Ana writes to the bot; the message's id."""
        channel = self.world.directs.setdefault(ANA, self.world.new_id())
        said = self.world.said_by(user(ANA), channel, {"content": text})
        await self.gateway.tell("MESSAGE_CREATE", said)
        return str(said["id"])

    async def interact(
        self, kind: int, data: dict[str, Any], *, lacks: Collection[str] = (), **more: Any
    ) -> str:
        """Ana uses something in the channel; the interaction's token. `lacks` is left out."""
        id = self.world.new_id()
        token = f"token-{id}"
        self.world.responses[token] = []
        asked = {
            "id": id,
            "application_id": APPLICATION,
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "guild_id": GUILD,
            "channel_id": TEAM,
            "channel": {"id": TEAM, "type": 0, "name": "team"},
            "member": {**member(ANA), "permissions": "1024"},
            "app_permissions": "2048",
            "locale": "en-US",
            "attachment_size_limit": 1,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 0,
            **more,
        }
        told = {name: value for name, value in asked.items() if name not in lacks}
        await self.gateway.tell("INTERACTION_CREATE", told)
        return token

    async def slash(self, word: str, **options: str) -> str:
        """Ana uses a word of /cal."""
        filled = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
        data = {
            "id": next((one["id"] for one in self.world.commands if one["name"] == "cal"), "1"),
            "name": "cal",
            "type": 1,
            "options": [{"name": word, "type": 1, "options": filled}],
        }
        return await self.interact(2, data)


@asynccontextmanager
async def serving() -> AsyncIterator[DiscordServer]:
    """A server that runs."""
    server = DiscordServer()
    app = web.Application()
    app.router.add_route("*", "/api/v10/{path:.*}", server.rest.answer)
    app.router.add_get("/gateway", server.gateway.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.api_url = f"http://127.0.0.1:{port}/api/v10"
    server.gateway_url = server.gateway.url = server.rest.gateway_url = (
        f"ws://127.0.0.1:{port}/gateway"
    )
    try:
        yield server
    finally:
        await runner.cleanup()
