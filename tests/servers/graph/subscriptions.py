"""Graph's subscriptions: both addresses are validated, changes and lifecycle events delivered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import aiohttp
from aiohttp import web

from tests.servers.graph.records import Box, Refusal, bad

Json = dict[str, Any]
LONGEST = timedelta(minutes=10_080)
_SHORTEST = timedelta(minutes=45)
_KNOWN = {
    *("changeType", "resource", "notificationUrl", "lifecycleNotificationUrl"),
    *("expirationDateTime", "clientState", "latestSupportedTlsVersion"),
}
_WITHIN = aiohttp.ClientTimeout(total=10)


@dataclass
class Subscriptions:
    """All that apps were promised to be told."""

    now: datetime = datetime(2026, 3, 9, 7, tzinfo=UTC)
    kept: dict[str, Json] = field(default_factory=dict)

    async def handle(
        self,
        method: str,
        rest: list[str],
        body: Json,
        box: Box,
        calendars: Callable[[Box], set[str]],
    ) -> web.Response:
        """One request."""
        if method == "GET" and not rest:
            return web.json_response({"value": list(self.kept.values())})
        if method == "POST" and not rest:
            return await self._make(body, calendars(box))
        if not rest or rest[0] not in self.kept:
            raise Refusal(404, "ResourceNotFound", "The subscription is not found")
        found = self.kept[rest[0]]
        match (method, *rest[1:]):
            case ("PATCH",):
                if set(body) != {"expirationDateTime"}:
                    raise bad("InvalidRequest", "only the expiration can change")
                found["expirationDateTime"] = self._until(body)
                return web.json_response(found)
            case ("DELETE",):
                del self.kept[rest[0]]
                return web.Response(status=204)
            case _:
                raise bad("InvalidRequest", method)

    async def _make(self, body: Json, calendars: set[str]) -> web.Response:
        if set(body) - _KNOWN or not {"changeType", "resource", "notificationUrl"} <= set(body):
            raise bad("InvalidRequest", "properties")
        if set(body["changeType"].split(",")) - {"created", "updated", "deleted"}:
            raise bad("InvalidRequest", "changeType")
        whose = unquote(body["resource"]).removeprefix("/").removeprefix("me/")
        calendar = whose.removeprefix("calendars/").removesuffix("/events")
        if whose != "events" and calendar not in calendars:
            raise Refusal(404, "ResourceNotFound", whose)
        if len(body.get("clientState", "")) > 128:
            raise bad("InvalidRequest", "clientState")
        same = ("resource", "changeType")
        if any(all(one[n] == body[n] for n in same) for one in self.kept.values()):
            raise Refusal(409, "Conflict", "Subscription already exists")
        until = self._until(body)
        for name in ("notificationUrl", "lifecycleNotificationUrl"):
            if name in body:
                await self._validate(body[name])
        made = {"id": str(uuid4()), **body, "expirationDateTime": until}
        self.kept[made["id"]] = made
        return web.json_response({**made, "clientState": None}, status=201)

    def _until(self, body: Json) -> str:
        until = datetime.fromisoformat(body["expirationDateTime"].replace("Z", "+00:00"))
        if until - self.now > LONGEST:
            raise bad("ExtensionError", "Subscription expiration can only be 10080 minutes")
        until = max(until, self.now + _SHORTEST)
        return until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")

    async def _validate(self, address: str) -> None:
        token = f"Validation: Testing client application reachability for {uuid4()} & more"
        try:
            async with (
                aiohttp.ClientSession(timeout=_WITHIN) as session,
                session.post(address, params={"validationToken": token}) as answer,
            ):
                text, kind = await answer.text(), answer.content_type
        except aiohttp.ClientError as err:
            raise bad("ValidationError", str(err)) from err
        if (answer.status, kind, text) != (200, "text/plain", token):
            raise bad("ValidationError", "The server did not echo the token")

    async def deliver(self, event: str = "AAMk1", kind: str = "updated") -> list[int]:
        """Tell everybody of a change; what they answered."""
        said = [
            (
                one["notificationUrl"],
                {**_of(one), "changeType": kind, "resourceData": {"id": event}},
            )
            for one in self.kept.values()
        ]
        return [await self._post(address, body) for address, body in said]

    async def lifecycle(self, kind: str) -> list[int]:
        """Tell everybody what becomes of the subscription itself."""
        told = [(one.get("lifecycleNotificationUrl"), _of(one)) for one in self.kept.values()]
        if kind == "subscriptionRemoved":
            self.kept.clear()
        return [
            await self._post(address, {**body, "lifecycleEvent": kind})
            for address, body in told
            if address
        ]

    async def _post(self, address: str, item: Json) -> int:
        async with (
            aiohttp.ClientSession(timeout=_WITHIN) as session,
            session.post(address, json={"value": [item]}) as answer,
        ):
            return answer.status


def _of(one: Json) -> Json:
    return {
        "subscriptionId": one["id"],
        "subscriptionExpirationDateTime": one["expirationDateTime"],
        "clientState": one.get("clientState"),
        "resource": one["resource"],
        "tenantId": "84bd8158-6d4d-4958-8b9f-9d6445542f95",
    }
