"""The buffer between two clocks."""

from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.sound.ring import Ring


def test_waits_then_gives_in_order() -> None:
    ring = Ring(prefill=6, capacity=20)
    ring.write(b"abcd")
    assert ring.read(2) == bytes(2), "not full enough yet"
    ring.write(b"ef")
    assert ring.read(2) == b"ab"
    assert ring.read(4) == b"cdef"


def test_empty_gives_silence_and_waits_again() -> None:
    ring = Ring(prefill=4, capacity=20)
    ring.write(b"abcd")
    assert ring.read(3) == b"abc"
    assert ring.read(3) == bytes(3)
    assert ring.underruns == 1
    ring.write(b"ef")
    assert ring.read(2) == bytes(2)
    ring.write(b"gh")
    assert ring.read(4) == b"efgh"


def test_starts_with_the_newest() -> None:
    ring = Ring(prefill=2, capacity=8)
    ring.write(b"abcdef")
    assert ring.read(2) == b"ef", "no delay from the time before the first read"


def test_full_drops_the_oldest() -> None:
    ring = Ring(prefill=4, capacity=8)
    ring.write(b"abcdefgh")
    ring.write(b"ij")
    assert ring.dropped == 6
    assert ring.read(4) == b"ghij"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 50))))
def test_never_grows_and_always_answers(steps: list[tuple[bool, int]]) -> None:
    ring = Ring(prefill=10, capacity=30)
    for writes, size in steps:
        if writes:
            ring.write(bytes([1]) * size)
        else:
            assert len(ring.read(size)) == size
        assert ring.held <= 30
