"""The wire contract of the engine."""

import json
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from softphone import protocol

COMMANDS = get_args(protocol.AnyCommand)
FACTS = get_args(protocol.AnyFact)


def test_every_type_is_on_the_wire() -> None:
    """Nothing is declared and then forgotten in the unions."""
    assert set(COMMANDS) == set(protocol.Command.__subclasses__())
    assert set(FACTS) == set(protocol.Fact.__subclasses__())


@pytest.mark.parametrize("kind", [*COMMANDS, *FACTS], ids=lambda kind: kind.__name__)
def test_round_trip(kind: type[msgspec.Struct]) -> None:
    bounded = {"digits": "19#", "calls": ("a", "b"), "extensions": ("2001", "dnd-2001")}
    fields = msgspec.structs.fields(kind)
    before = kind(**{each.name: bounded.get(each.name, _sample(each.type)) for each in fields})
    assert isinstance(before, protocol.Command | protocol.Fact)
    line = protocol.encode(before)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    decode = protocol.decode_command if kind in COMMANDS else protocol.decode_fact
    assert decode(line) == before


def _sample(kind: Any) -> Any:
    samples = {str: 'é\n"', int: 7, bool: True, float: 0.5}
    choices = get_args(kind)
    if get_origin(kind) is tuple:
        return (_sample(choices[0]),) * 2
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{each.name: _sample(each.type) for each in msgspec.structs.fields(kind)})
    return choices[-1] if choices else samples[kind]


def test_a_line_can_be_written_by_hand() -> None:
    assert protocol.decode_command(b'{"do":"dial","call":"c1","to":"2014"}') == protocol.Dial(
        call="c1", to="2014"
    )
    assert json.loads(protocol.encode(protocol.Ready(pid=1))) == {"fact": "ready", "v": 1, "pid": 1}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b'{"do":"dial","call":"c1"}', "`to`"),
        (b'{"do":"dial","call":"c1","to":"2014","tone":1}', "`tone`"),
        (b'{"do":"dance"}', "dance"),
        (b'{"fact":"ready","pid":1}', "do"),
    ],
)
def test_spelling_mistakes_are_named(line: bytes, word: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=word):
        protocol.decode_command(line)


def test_a_bad_account_does_not_repeat_its_secret() -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        protocol.decode_command(b'{"do":"account","host":1,"port":1,"user":"u","secret":"geheim"}')
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("kind", [*COMMANDS, *FACTS], ids=lambda kind: kind.__name__)
def test_the_document_names_every_field(kind: type[msgspec.Struct]) -> None:
    document = (Path(__file__).parents[2] / "docs/engine-protocol.md").read_text()
    rows = [row for row in document.splitlines() if row.startswith(f"| `{_tag(kind)}` |")]
    assert any(
        all(f"`{field.name}`" in row for field in msgspec.structs.fields(kind)) for row in rows
    )


def _tag(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag)


def test_the_recorded_session_still_decodes() -> None:
    document = (Path(__file__).parents[2] / "docs/engine-protocol.md").read_text()
    lines = [line for line in document.splitlines() if line[1:3] in ("> ", "< ")]
    assert len(lines) > 20
    for line in lines:
        decode = protocol.decode_command if line[1] == ">" else protocol.decode_fact
        if '"dail"' in line and line[1] == ">":
            continue
        decode(line[3:].encode())


@pytest.mark.parametrize(
    "line",
    [
        b'{"do":"dtmf","call":"c","digits":""}',
        b'{"do":"dtmf","call":"c","digits":"1;2"}',
        b'{"do":"dtmf","call":"c","digits":"111111111111111111111111111111111"}',
        b'{"do":"mix","calls":["c"]}',
    ],
)
def test_what_cannot_be_meant_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        protocol.decode_command(line)
