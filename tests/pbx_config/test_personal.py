"""What may be decided about one's calls: the code, the command and the dialplan are of one mind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx_config.personal import (
    FAMILIES,
    Personal,
    Setting,
    decide,
    disturb,
    e164,
    personal,
    refusal,
)
from pbx_config.render.codes import FILTER, FOLLOW, FORWARDS
from pbx_config.render.outside import MAX_OUTSIDE
from tests.support import sip
from tests.support.console import wait_for, wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running

CODES: dict[Setting, str] = dict(zip(FAMILIES, (*FORWARDS.values(), FOLLOW, FILTER), strict=True))
NUMBERS = (
    "2001", "2002", "2900", "9999", "112", "0112", "1813", "0475123456", "+32475123456",
    "071999999", "071000002", "+3271000001", "071000100", "071000200", "003312345678",
    "0032475123456", "+33123456789", "090012345", "+3290012345", "+32090012345", "0", "00", "06",
)  # fmt: skip


@pytest.fixture
def marie(town: Pbx) -> Iterator[sip.Peer]:
    phone = town.registered("u1-1")
    yield phone
    phone.register(expires=0)
    phone.close()


def dial(phone: sip.Peer, code: str) -> None:
    """And hear how it went."""
    call = phone.call(code)
    assert phone.response(call).code == 200
    phone.hang_up(call)


@pytest.mark.parametrize("setting", ["always", "unanswered", "follow", "filter"])
def test_a_code_takes_what_the_command_takes(town: Pbx, marie: sip.Peer, setting: Setting) -> None:
    family, code = FAMILIES[setting], CODES[setting]
    for number in NUMBERS:
        town.asterisk.command(f"database del {family} 2001")
        call = marie.call(f"*{code}*{number}")
        answer = marie.response(call)
        taken = answer.code == 200 and bool(
            wait_until(town.asterisk, "core show channels concise", "!(activated|pbx-invalid)")
            and personal(town.asterisk).get("2001")
        )
        if answer.code == 200:
            marie.hang_up(call)
        assert taken == (refusal(town.exchange, "2001", setting, number) is None), number
        wait_for(town.asterisk, "core show channels count", "0 active channels")
    town.asterisk.command(f"database del {family} 2001")


def test_what_a_command_decides_a_code_ends_and_the_other_way_round(
    town: Pbx, marie: sip.Peer
) -> None:
    wanted: dict[Setting, Personal] = {
        "always": Personal(always="2002"),
        "follow": Personal(follow="0475123456"),
        "filter": Personal(filter="2003"),
    }
    for setting, decided in wanted.items():
        number = decided.number(setting)
        family = FAMILIES[setting]
        decide(town.asterisk, "2001", {setting: number})
        assert personal(town.asterisk) == {"2001": decided}
        state(town, f"{family}-2001", "BUSY")
        dial(marie, f"#{CODES[setting]}")
        state(town, f"{family}-2001", "NOT_INUSE")
        assert personal(town.asterisk) == {}
        dial(marie, f"*{CODES[setting]}*{number}")
        state(town, f"{family}-2001", "BUSY")
        decide(town.asterisk, "2001", {setting: ""})
        state(town, f"{family}-2001", "NOT_INUSE")
        assert personal(town.asterisk) == {}
    disturb(town.asterisk, "2001", allowed=False)
    wait_for(town.asterisk, "core show hint 2001", "State:Busy")
    assert personal(town.asterisk) == {"2001": Personal(dnd=True)}
    dial(marie, "#26")
    assert personal(town.asterisk) == {}
    wait_for(town.asterisk, "core show hint 2001", "State:Idle")


def test_all_of_it_lives_through_a_restart(short_folder: Path) -> None:
    wanted = {
        "2001": Personal("2002", "2003", "071999999", "+32475123456", "0475123456", "2002", True),
        "2002": Personal(follow="0475123457"),
    }
    with running(small_exchange(short_folder), short_folder / "r") as pbx:
        for extension, each in wanted.items():
            decide(pbx.asterisk, extension, {s: each.number(s) for s in FAMILIES})
        disturb(pbx.asterisk, "2001", allowed=False)
        pbx.asterisk.down()
        pbx.asterisk.up(timeout=30)
        assert personal(pbx.asterisk) == wanted
        for name in ("dnd", "quiet", *FAMILIES.values()):
            state(pbx, f"{name}-2001", "BUSY")
        # And calls go by it: Marie wants none, but Julien's mobile rings.
        line = pbx.line()
        decide(pbx.asterisk, "2001", dict.fromkeys(FAMILIES, ""))
        call = line.call("071000001", caller="+32471999999")
        line.response(call)
        wait_for(pbx.asterisk, "core show channels concise", "!VoiceMail!2001@default")
        line.hang_up(call)
        line.call("071000002", caller="+32471999999")
        assert line.invited(3).target == "+32475123457"


@pytest.mark.parametrize("caller", ["", "+32475123456"])
def test_a_forward_that_the_world_sends_back_ends(town: Pbx, marie: sip.Peer, caller: str) -> None:
    """Marie's mobile is forwarded to her number here: as the town's main number, which called it,
    or as the mobile itself."""
    line = town.line()
    decide(town.asterisk, "2001", {"always": "0475123456"})
    rounds = 0
    line.call("071000001", caller="+32471999999")
    while rounds <= MAX_OUTSIDE and not line.quiet(2):
        rounds += 1
        line.call("071000001", caller=caller or "+3271000100")
    if caller:
        assert rounds == MAX_OUTSIDE
        wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")
    else:
        assert rounds == 1
        assert marie.invited().caller == "+3271000100"
    town.asterisk.command("channel request hangup all")
    wait_for(town.asterisk, "core show channels count", "0 active channels")
    decide(town.asterisk, "2001", {"always": ""})
    line.close()


def state(pbx: Pbx, device: str, value: str) -> None:
    """What phones see that subscribed to it."""
    wait_until(pbx.asterisk, "database show CustomDevstate", rf"/{device}\s+: {value}\s")


def test_what_is_not_a_number_is_refused_before_asterisk_sees_it(town: Pbx) -> None:
    for number in ("2002;x", "0475,123", "12 34", "0475&2"):
        assert refusal(town.exchange, "2001", "always", number) == "no number"
        with pytest.raises(ValueError, match="not a number"):
            decide(town.asterisk, "2001", {"always": number})
    assert personal(town.asterisk) == {}
    assert (e164("0475123456"), e164("+32475123456")) == ("+32475123456",) * 2
