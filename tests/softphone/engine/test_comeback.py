"""The exchange goes away and comes back, or changes its mind: the phone returns by itself."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.layout import Layout
from pbx_config.model import Device
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx, running, write_configuration
from tests.softphone.engine.dialogue import await_packets, ended, talk
from tests.support.exchange import digest_of, password_of, small_exchange

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


@pytest.fixture(scope="module")
def pbx() -> Iterator[Pbx]:
    """An exchange of our own: these tests stop it."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        layout = Layout(Path(folder))
        with running(small_exchange(layout.root, users=3), layout) as pbx:
            yield pbx


def becomes(phone: EngineProcess, state: str, timeout: float = 20) -> protocol.Registration:
    return phone.wait(protocol.Registration, lambda fact: fact.state == state, timeout=timeout)


def test_the_exchange_starts_again(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    marie, julien = engine("marie"), engine("julien")
    for number, phone in ((1, marie), (2, julien)):
        phone.send(pbx.account(number, transport=wire))
        becomes(phone, "registered")
    key = talk(marie, julien, to="2002")
    pbx.asterisk.down()
    for phone, call in ((marie, "c"), (julien, key)):
        ended(phone, call)
        becomes(phone, "offline")
    pbx.asterisk.up()
    for phone in (marie, julien):
        becomes(phone, "registered")
    key = talk(marie, julien, to="2002")
    await_packets(julien, key, 10)


def test_the_admin_mends_the_password(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    phone = engine()
    phone.send(pbx.account(1, transport=wire, secret="of the new enrolment"))
    refused = becomes(phone, "refused")
    assert (refused.code, refused.reason) == (401, "Unauthorized")
    assert 8 <= refused.retry_in <= 12
    with_password(pbx, "of the new enrolment")
    try:
        becomes(phone, "registered")
    finally:
        with_password(pbx, password_of("u1-1"))


def with_password(pbx: Pbx, password: str) -> None:
    """Give user 1 this one."""
    first, *others = pbx.exchange.users
    device = Device("u1-1", "softphone", digest_of("u1-1", password))
    users = (replace(first, devices=(device,)), *others)
    asterisk = pbx.asterisk
    write_configuration(replace(pbx.exchange, users=users), asterisk.layout, asterisk.runtime)
    asterisk.reload("res_pjsip")
