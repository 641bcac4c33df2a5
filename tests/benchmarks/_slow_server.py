"""A CalDAV server that takes its time and has nothing new; `/figures` tells how many came at once.

Run as a module with the seconds that an answer takes; it prints its port.
"""

import asyncio
import sys

from aiohttp import web

NOTHING_NEW = (
    '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">'
    "<D:sync-token>http://server.example/1</D:sync-token></D:multistatus>"
)


async def serve(takes: float) -> None:
    """Answer until killed."""
    app = web.Application()
    most = {"connections": 0, "asked": 0, "at_once": 0}
    working = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal working
        working += 1
        most["asked"] += 1
        most["at_once"] = max(most["at_once"], working)
        if runner.server is not None:
            most["connections"] = max(most["connections"], len(runner.server.connections))
        await request.read()
        await asyncio.sleep(takes)
        working -= 1
        return web.Response(status=207, text=NOTHING_NEW, content_type="application/xml")

    async def figures(request: web.Request) -> web.Response:
        return web.json_response(most)

    app.router.add_get("/figures", figures)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
