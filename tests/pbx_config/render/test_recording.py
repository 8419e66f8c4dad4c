"""Who may let the PBX announce a recording. What is heard then: tests/softphone/engine."""

import re
from pathlib import Path

from pbx_config.render import pjsip, recording
from tests.support.exchange import make_user, small_exchange

FEATURES = f"set_var = DYNAMIC_FEATURES={recording.FEATURE}"


def test_softphones_and_nobody_else(tmp_path: Path) -> None:
    users = (make_user(1, "Marie Dupont"), make_user(2, "Julien Marchal", kind="sip"))
    exchange = small_exchange(tmp_path, users)
    text = pjsip.pjsip_conf(exchange) + pjsip.pjsip_trunk_conf(exchange)
    sections = re.findall(r"^\[(.+?)\](.*?)(?=^\[|\Z)", text, re.M | re.S)
    assert {"u1-1", "u2-1", "trunk-operator", "phone"} <= {name for name, _ in sections}
    assert [name for name, lines in sections if FEATURES in lines] == ["u1-1"]


def test_its_keys_are_on_no_telephone() -> None:
    assert re.match("[ABCD]", recording.CODE), (
        "an ordinary first key would be held back in all calls"
    )
