"""Headers into typed events."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx_config.ami import events
from pbx_config.ami.wire import Happening

JOIN = {
    "Queue": "population",
    "Uniqueid": "node1-1.2",
    "Channel": "PJSIP/trunk-1",
    "CallerIDNum": "+32470000001",
    "CallerIDName": "<unknown>",
    "Position": "3",
}


def test_a_caller_joins() -> None:
    assert events.parse(Happening("QueueCallerJoin", JOIN)) == events.CallerJoined(
        "population", "node1-1.2", "PJSIP/trunk-1", "+32470000001", "", 3
    )


@given(st.dictionaries(st.text(min_size=1).filter(lambda k: k not in JOIN), st.text()))
def test_unknown_fields_change_nothing(more: dict[str, str]) -> None:
    plain = events.parse(Happening("QueueCallerJoin", JOIN))
    assert events.parse(Happening("QueueCallerJoin", {**more, **JOIN})) == plain


def test_unknown_events_are_none() -> None:
    assert events.parse(Happening("RTCPSent", {})) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("Position", "0"), ("Position", "first"), ("Position", ""), ("Queue", ""), ("Uniqueid", "")],
)
def test_an_impossible_value_is_named(field: str, value: str) -> None:
    with pytest.raises(events.BadEvent) as bad:
        events.parse(Happening("QueueCallerJoin", {**JOIN, field: value}))
    assert (bad.value.event, bad.value.field) == ("QueueCallerJoin", field)


@given(st.text(), st.text())
def test_a_members_state_is_a_state_or_an_error(status: str, paused: str) -> None:
    headers = {"Queue": "q", "Interface": "PJSIP/u1-1", "Status": status, "Paused": paused}
    try:
        event = events.parse(Happening("QueueMemberStatus", headers))
    except events.BadEvent:
        return
    assert isinstance(event, events.MemberChanged)
    assert 0 <= event.status <= 8


TEXT = {
    name: base64.b64encode(value.encode()).decode()
    for name, value in (
        ("Device", "u14-2"),
        ("To", "20-14"),
        ("Type", "text/plain"),
        ("Body", ".Été"),
    )
}


def test_a_text_of_a_sip_phone() -> None:
    sent = events.parse(Happening("UserEvent", {"UserEvent": "AlloText", **TEXT}))
    assert sent == events.TextSent("u14-2", "2014", "text/plain", "Été".encode())


@pytest.mark.parametrize(
    ("rang", "extensions"), [("2001-2002", ("2001", "2002")), ("2001", ("2001",)), ("", ())]
)
def test_who_took_a_call_and_whose_phones_rang(rang: str, extensions: tuple[str, ...]) -> None:
    headers = {"UserEvent": "AlloAnswered", "Call": "node1-1.2", "Extension": "2002", "Queue": ""}
    taken = events.parse(Happening("UserEvent", {**headers, "Rang": rang}))
    assert taken == events.CallAnswered("node1-1.2", "2002", "", extensions)


def test_another_user_event_is_none() -> None:
    assert events.parse(Happening("UserEvent", {"UserEvent": "Other", **TEXT})) is None


@pytest.mark.parametrize("field", ["Device", "To", "Type", "Body"])
def test_a_text_that_is_not_base64_is_named(field: str) -> None:
    with pytest.raises(events.BadEvent) as bad:
        events.parse(Happening("UserEvent", {"UserEvent": "AlloText", **TEXT, field: "%"}))
    assert bad.value.field == field
