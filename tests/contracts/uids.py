"""A UID that goes there and back: made, read, removed, and told so."""

from calendar_core.ics.writing import new_resource
from tests.calendar_core.house import an_event, at
from tests.contracts.calendar_provider import Provider, a_write, confirmed, read_since


async def check_uid(provider: Provider, uid: str) -> None:
    """An event of this UID is made, read under it, and gone under it."""
    made = new_resource(an_event("Odd", uid=uid), at=at("07:00"))

    (written,) = await provider.writer.apply(
        confirmed(a_write(provider, after=made.ics, uid=uid), id="1")
    )
    assert written.resource is not None
    told = await read_since(provider, None)
    gone = a_write(
        provider, before=written.resource.ics, after=None, etag=written.resource.etag, uid=uid
    )
    await provider.writer.apply(confirmed(gone, id="2"))

    assert list(told.changed) == [uid]
    assert (await read_since(provider, told.cursor)).removed == [uid]
