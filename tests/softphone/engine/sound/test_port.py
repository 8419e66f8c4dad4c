"""Copying frames to and from the library's vectors."""

import pjsua2 as pj
import pytest

from softphone.engine.sound import port


@pytest.mark.parametrize("size", [0, 1, 640, 1920, 100_000])
@pytest.mark.parametrize("known", [True, False], ids=["by address", "by Python"])
def test_round_trip(size: int, known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "_LAYOUT_KNOWN", known)
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    vector = pj.ByteVector()
    port.write_vector(vector, data)
    assert port.read_vector(vector) == data


def test_the_fast_way_is_known_here() -> None:
    assert port._LAYOUT_KNOWN
