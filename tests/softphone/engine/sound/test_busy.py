"""Cards in use are not unplugged. The seam is the kernel's folder: there is no card here."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.engine.sound.busy import in_use, with_busy
from softphone.protocol import Device, Devices

CARD = "Jabra Evolve2: USB Audio (hw:1,0), ALSA"
HEADSET = Device(name=CARD, inputs=1, outputs=2, rate=48000)
SPEAKER = Device(name="default, ALSA", inputs=2, outputs=2, rate=44100)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """One card, in use for playing, free for recording."""
    for way, state in (("pcm0p", "state: RUNNING\nowner_pid   : 77\n"), ("pcm0c", "closed\n")):
        folder = tmp_path / "card1" / way / "sub0"
        folder.mkdir(parents=True)
        (folder / "status").write_text(state)
    return tmp_path


def test_the_kernel_knows_who_is_in_use(cards: Path) -> None:
    assert in_use(CARD, "outputs", cards)
    assert in_use(f"{CARD} (2)", "outputs", cards)
    assert not in_use(CARD, "inputs", cards)


def test_a_card_with_a_free_way_in_is_not_in_use(cards: Path) -> None:
    second = cards / "card1" / "pcm0p" / "sub1"
    second.mkdir()
    (second / "status").write_text("closed\n")
    assert not in_use(CARD, "outputs", cards)


@pytest.mark.parametrize("label", ["X (hw:2,0), ALSA", "X (hw:1,1), ALSA", "default, ALSA", ""])
def test_what_is_not_there_is_not_in_use(label: str, cards: Path) -> None:
    assert not in_use(label, "outputs", cards)


def test_a_card_in_use_stays_in_the_list() -> None:
    before = Devices(devices=(HEADSET, SPEAKER), input=CARD, output=CARD)
    now = Devices(devices=(SPEAKER,), input=SPEAKER.name, output=SPEAKER.name)
    held = with_busy(now, before, lambda label, side: label == CARD)
    assert held == replace(before, busy=(CARD,))


def test_half_a_card_in_use_stays_whole() -> None:
    before = Devices(devices=(HEADSET, SPEAKER), input=CARD, output=CARD)
    half = Device(name=CARD, inputs=1, rate=48000)
    now = Devices(devices=(SPEAKER, half), input=CARD, output=SPEAKER.name)
    held = with_busy(now, before, lambda label, side: (label, side) == (CARD, "outputs"))
    assert held == replace(before, busy=(CARD,))
    assert with_busy(before, held, lambda label, side: False) == before, "it is free again"


def test_an_unplugged_card_goes_and_a_new_one_comes_last() -> None:
    before = Devices(devices=(HEADSET, SPEAKER), input=CARD, output=CARD)
    new = Device(name="Casque (hw:2,0), ALSA", inputs=1, outputs=1, rate=16000)
    now = Devices(devices=(new, SPEAKER), input=new.name, output=SPEAKER.name)
    assert with_busy(now, before, lambda label, side: False) == Devices(
        devices=(SPEAKER, new), input=new.name, output=SPEAKER.name
    )
