"""Why calls end."""

import pytest

from softphone.engine.end_causes import Ending, end_cause, q850_cause, taken_elsewhere


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        (Ending(incoming=False, connected=True, code=200), "normal"),
        (Ending(incoming=True, connected=True, code=408, ended_here=True), "normal"),
        (Ending(incoming=False, connected=True, code=503), "failed"),
        (Ending(incoming=False, code=487, ended_here=True), "cancelled"),
        (Ending(incoming=True, code=487), "cancelled"),
        (Ending(incoming=True, code=487, elsewhere=True), "elsewhere"),
        (Ending(incoming=True, code=486, ended_here=True), "busy"),
        (Ending(incoming=True, code=603, ended_here=True), "declined"),
        (Ending(incoming=False, code=486), "busy"),
        (Ending(incoming=False, code=403), "forbidden"),
        (Ending(incoming=False, code=403, q850=21), "declined"),
        (Ending(incoming=False, code=404), "not_found"),
        (Ending(incoming=False, code=480, rang=True), "no_answer"),
        (Ending(incoming=False, code=480), "unavailable"),
        (Ending(incoming=False, code=480, q850=20, rang=True), "unavailable"),
        (Ending(incoming=False, code=408), "unavailable"),
        (Ending(incoming=False, code=503), "unavailable"),
        (Ending(incoming=False, code=488), "failed"),
        (Ending(incoming=True, code=500), "failed"),
    ],
)
def test_cause(ending: Ending, why: str) -> None:
    assert end_cause(ending) == why


@pytest.mark.parametrize(
    ("reason", "cause"),
    [("Q.850;cause=17", 17), ('q.850 ;text="x" ;cause = 21', 21), ("SIP;cause=200", 0), ("", 0)],
)
def test_reason_header(reason: str, cause: int) -> None:
    assert q850_cause(reason) == cause


@pytest.mark.parametrize(
    ("reason", "elsewhere"),
    [
        ('SIP;cause=200;text="Call completed elsewhere"', True),
        ("sip ; cause=200", True),
        ("Q.850;cause=26", True),
        ("SIP;cause=2000", False),
        ("SIP;cause=487", False),
        ("Q.850;cause=16", False),
        ("", False),
    ],
)
def test_somebody_else_took_it(reason: str, elsewhere: bool) -> None:
    assert taken_elsewhere(reason) is elsewhere
