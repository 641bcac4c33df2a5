"""Serving an assistant that started us as its own process: one line of JSON a message, over
standard input and output.

The library keeps both streams to itself meanwhile: what else prints goes to standard error.
"""

from mcp.server.stdio import stdio_server

from adapters.mcp.ports import Visitor
from adapters.mcp.server import Context, Who, make_server


async def serve_stdio(who: Who, version: str) -> None:
    """Answer until the other side closes standard input."""
    server = make_server(who, version)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def always(visitor: Visitor) -> Who:
    """One visitor for the whole process."""

    async def who(context: Context) -> Visitor:
        return visitor

    return who
