"""The server beside the exchange that allo itself generated, with a citizen on the trunk (SIPp)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from provisioning.operations import Installation
from provisioning.store.tables import Device
from tests.provisioning.server.town import Live, exchange, running_town
from tests.support.ports import free_port

pytestmark = pytest.mark.anyio


@contextmanager
def citizen(installation: Installation, number: str) -> Iterator[None]:
    """Somebody outside calls ``number`` and waits until the block ends."""
    own = installation.commune.installation
    port = free_port(address="127.0.0.2")
    calling = subprocess.Popen(
        [
            "sipp", "-sn", "uac", f"127.0.0.1:{own.sip_udp_port}", "-s", number, "-m", "1",
            "-i", "127.0.0.2", "-p", str(port), "-d", "60000", "-nostdin",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=installation.home.path,
    )  # fmt: skip
    try:
        yield
    finally:
        calling.kill()
        calling.wait(10)


async def waiting(live: Live, count: int) -> dict[str, Any]:
    """The queue of the main number once so many wait in it."""
    while True:
        queue: Any = await live.until("queue", name="population")
        if len(queue["callers"]) == count:
            return dict(queue)


async def test_enrolment_reaches_the_running_pbx_and_a_caller_is_handed_over() -> None:
    with running_town() as town, exchange(town) as installation:
        async with town.phone(None) as laptop:
            answer = await laptop.post("/v1/enrol", json={"token": town.link("2014")})
        assert answer.status_code == 200, answer.text
        profile = answer.json()
        town.tokens["2014"] = profile["api_token"]
        with installation.store.read() as session:
            ha1 = _ha1(session, profile["sip"]["user"])
        shown = installation.asterisk.command(f"pjsip show auth {profile['sip']['user']}")
        assert ha1 in shown, "Asterisk itself knows the new digest"

        async with town.live("2014") as live, town.phone("2014") as zoe:
            snapshot: Any = await live.until("snapshot")
            while snapshot["pbx"] != "up":
                snapshot = await live.until("snapshot")
            queues = {q["name"]: q for q in snapshot["queues"]}
            members = {m["extension"]: m for m in queues["population"]["members"]}
            assert set(members) == {"2014", "2015"}, "receptionists answer the main number"
            assert members["2014"]["state"] == "offline", "no telephone registered yet"
            assert {c["presence"] for c in snapshot["colleagues"]} == {"offline"}

            with citizen(installation, "+3271000000"):
                queue = await waiting(live, 1)
                caller = queue["callers"][0]
                assert caller["id"].startswith("node1-")
                taken = await zoe.post(f"/v1/queues/population/callers/{caller['id']}/take")
                assert taken.status_code == 202, taken.text
                # Nobody answers there: back in line. A moment with nobody need not be shown.
                again = caller
                while again["since"] == caller["since"]:
                    again = (await waiting(live, 1))["callers"][0]
                assert again["id"] == caller["id"]
                installation.asterisk.command("channel request hangup all")
                await waiting(live, 0)
        assert "Traceback" not in town.log


def _ha1(session: Session, sip_user: str) -> str:
    return next(d.ha1 for d in session.scalars(select(Device)) if d.sip_user == sip_user)
