"""Asterisk's own words in Dutch: made where somebody speaks Dutch, and only there; and heard."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.asterisk import Runtime
from pbx_config.model import Exchange, Target
from provisioning import asterisk_words
from provisioning.voice import PromptFailed, Voice
from tests.pbx_config.render.test_golden import EXCHANGE
from tests.support import sip
from tests.support.console import wait_for
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running
from tests.support.said import Said, listening
from tests.support.sound import read_wav, tone, write_wav

FRENCH = replace(
    EXCHANGE,
    infos=(),
    menus=tuple(
        replace(menu, keys=(("1", Target("repeat")),), otherwise=Target("goodbye"))
        for menu in EXCHANGE.menus
    ),
    users=tuple(replace(user, language="fr") for user in EXCHANGE.users),
)
"""Where no key changes the language, and nobody speaks another."""


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
    dutch = replace(FRENCH.users[0], language="nl")
    assert asterisk_words.wanted(replace(FRENCH, users=(dutch,)))
    (runtime.data / "sounds" / "nl").mkdir()
    assert not make(EXCHANGE, tmp_path, runtime).exists()


def test_without_a_voice_there_is_english_as_before(tmp_path: Path, runtime: Runtime) -> None:
    menus_only = replace(EXCHANGE, infos=())
    assert asterisk_words.wanted(menus_only)
    assert not make(menus_only, tmp_path, runtime, Voice(("nobody-has-this",))).exists()


def test_but_no_date_in_half_a_language(tmp_path: Path, runtime: Runtime) -> None:
    with pytest.raises(PromptFailed):
        make(EXCHANGE, tmp_path, runtime, Voice(("nobody-has-this",)))


@pytest.fixture(scope="module")
def hall() -> Iterator[Pbx]:
    """Two messages wait for Marie."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        exchange = small_exchange(Path(folder), 1)
        exchange = replace(exchange, users=(replace(exchange.users[0], language="nl"),))
        with running(exchange, Path(folder) / "d") as pbx:
            sounds = pbx.layout.data / "sounds"
            asterisk_words.make_missing(exchange, Voice(), sounds, pbx.asterisk.runtime)
            box = pbx.layout.spool / "voicemail" / "default" / "2001" / "INBOX"
            box.mkdir(parents=True)
            for number in (0, 1):
                write_wav(box / f"msg{number:04}.wav", tone(440, 1.0, 8_000), 8_000)
                (box / f"msg{number:04}.txt").write_text(
                    "[message]\norigmailbox=2001\ncontext=internal\nexten=2001\npriority=1\n"
                    "callerid=<+32471999999>\norigtime=1790000000\nduration=1\n"
                )
            yield pbx


@pytest.fixture
def marie(hall: Pbx) -> Iterator[sip.Peer]:
    phone = hall.registered("u1-1")
    yield phone
    hall.asterisk.command("channel request hangup all")
    wait_for(hall.asterisk, "core show channels count", "0 active channels")
    phone.register(expires=0)
    phone.close()


@pytest.fixture
def said(hall: Pbx) -> Iterator[Said]:
    with listening(hall.asterisk) as said:
        yield said


def test_a_mailbox_speaks_dutch_from_the_first_word_to_the_last(
    hall: Pbx, marie: sip.Peer, said: Said
) -> None:
    assert marie.response(marie.call("*98")).code == 200
    said.wait("vm-youhave", "digits/2", "vm-INBOX", "vm-messages", "vm-onefor", language="nl")
    said.wait("vm-opts", "vm-helpexit", language="nl", seconds=30)
    for played in set(said.files()):
        assert said.endings(played) == {"slin16"}, f"{played} is not ours"
