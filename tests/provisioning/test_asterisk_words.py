"""Asterisk's own words in Dutch: made where callers can choose Dutch, and only there."""

from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.asterisk import Runtime
from pbx_config.model import Exchange, Target
from provisioning import asterisk_words
from provisioning.voice import PromptFailed, Voice
from tests.pbx_config.render.test_golden import EXCHANGE
from tests.support.sound import read_wav

FRENCH = replace(
    EXCHANGE,
    infos=(),
    menus=tuple(
        replace(menu, keys=(("1", Target("repeat")),), otherwise=Target("goodbye"))
        for menu in EXCHANGE.menus
    ),
)
"""Where no key changes the language."""


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    """One without Dutch, as Debian's."""
    data = tmp_path / "runtime"
    (data / "sounds" / "fr_CA_f_June").mkdir(parents=True)
    return Runtime(("asterisk",), (22, 10, 1), tmp_path, data)


def make(exchange: Exchange, folder: Path, runtime: Runtime, voice: Voice | None = None) -> Path:
    asterisk_words.make_missing(exchange, voice or Voice(), folder, runtime)
    return folder / "nl"


def test_every_word_becomes_a_sound_once(tmp_path: Path, runtime: Runtime) -> None:
    folder = make(EXCHANGE, tmp_path, runtime)
    made = {str(file.relative_to(folder))[:-6] for file in folder.rglob("*.wav16")}
    assert made == set(asterisk_words.WORDS)
    sound, rate = read_wav(folder / "queue-thereare.wav16")
    assert 0.5 < len(sound) / rate < 4
    times = {file: file.stat().st_mtime_ns for file in folder.rglob("*.wav16")}
    make(EXCHANGE, tmp_path, runtime)
    assert times == {file: file.stat().st_mtime_ns for file in folder.rglob("*.wav16")}


def test_another_voice_says_them_anew(tmp_path: Path, runtime: Runtime) -> None:
    folder = make(EXCHANGE, tmp_path, runtime)
    before = (folder / "digits" / "7.wav16").read_bytes()
    slow = Voice(("espeak-ng", "-v", "{language}", "-s", "90", "--stdin", "--stdout"))
    make(EXCHANGE, tmp_path, runtime, slow)
    assert (folder / "digits" / "7.wav16").read_bytes() != before


def test_nothing_where_nobody_chooses_dutch_or_asterisk_has_it(
    tmp_path: Path, runtime: Runtime
) -> None:
    assert not make(FRENCH, tmp_path, runtime).exists()
    (runtime.data / "sounds" / "nl").mkdir()
    assert not make(EXCHANGE, tmp_path, runtime).exists()


def test_without_a_voice_there_is_english_as_before(tmp_path: Path, runtime: Runtime) -> None:
    menus_only = replace(EXCHANGE, infos=())
    assert asterisk_words.wanted(menus_only)
    assert not make(menus_only, tmp_path, runtime, Voice(("nobody-has-this",))).exists()


def test_but_no_date_in_half_a_language(tmp_path: Path, runtime: Runtime) -> None:
    with pytest.raises(PromptFailed):
        make(EXCHANGE, tmp_path, runtime, Voice(("nobody-has-this",)))
