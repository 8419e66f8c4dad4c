"""What people chose for the sound outlives the program, and a broken file does not stop it."""

import stat
from pathlib import Path

import pytest

from softphone.protocol import Processing, Sound
from softphone.sound_settings import FILE, SoundSettings, load, save

MINE = SoundSettings(
    microphone="Casque Orion 30, ALSA",
    speaker="Écran, ALSA",
    ring="HP",
    melody="queue-2",
    gain=False,
)


def test_a_new_laptop_follows_the_system(tmp_path: Path) -> None:
    assert load(tmp_path / "home") == SoundSettings()
    sound, processing = SoundSettings().commands()
    assert sound == Sound(input_device="", output_device="", ring_device="")
    assert processing == Processing(echo=True, noise=True, gain=True, high_pass=True)


def test_what_was_chosen_is_there_again_and_the_engine_hears_of_all_of_it(tmp_path: Path) -> None:
    save(tmp_path / "home", MINE)
    assert load(tmp_path / "home") == MINE
    assert stat.S_IMODE((tmp_path / "home" / FILE).stat().st_mode) == 0o600
    sound, processing = load(tmp_path / "home").commands()
    assert sound == Sound(
        input_device=MINE.microphone,
        output_device=MINE.speaker,
        ring_device="HP",
        ring_melody="queue-2",
    )
    assert processing == Processing(gain=False)


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"[]", b'{"echo": "perhaps"}', b'{"melody": "polka"}', b"\xff\xfe"]
)
def test_a_broken_file_is_put_aside_and_the_defaults_serve(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / FILE).write_bytes(broken)
    assert load(tmp_path) == SoundSettings()
    assert (tmp_path / f"{FILE}.bad").read_bytes() == broken
    assert not (tmp_path / FILE).exists()
    save(tmp_path, MINE)
    assert load(tmp_path) == MINE


def test_a_file_of_a_later_version_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"speaker": "HP", "stereo": true}')
    assert load(tmp_path) == SoundSettings(speaker="HP")


def test_a_folder_in_its_place_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert load(tmp_path) == SoundSettings()
