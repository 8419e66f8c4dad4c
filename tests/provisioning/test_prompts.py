"""What is said to callers: from the admin's words to files that Asterisk plays."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from pbx_config.render import callback
from provisioning import prompts
from provisioning.callback_prompts import CALLBACK
from provisioning.commune import Commune
from provisioning.commune_file import parse_commune
from provisioning.home import Home
from tests.provisioning.conftest import EXAMPLES
from tests.support.sound import level, tone, write_wav

SERVICE = '\n[[service]]\nname = "Travaux"\nextension = "2970"\nhours = "Guichets"\n'


def written(*parts: str) -> Commune:
    text = (EXAMPLES / "commune.toml").read_text(encoding="utf-8")
    return parse_commune((text + "".join(parts)).encode())


def samples(file: Path) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768


def test_a_text_is_read_aloud_once(home: Home, tmp_path: Path) -> None:
    commune = written(
        '\n[[prompt]]\nname = "Fermé"\nfr = "Nos guichets sont fermés."\nnl = "Gesloten."\n'
    )
    made = prompts.make_missing(commune, home, tmp_path / "said")
    assert sorted(file.name.rpartition("-")[0] for file in made) == ["ferme-fr", "ferme-nl"]
    for file in made:
        assert 0.5 < len(samples(file)) / 16_000 < 6
        assert np.abs(samples(file)).max() == pytest.approx(0.7, abs=0.01)
        assert file.stat().st_mode & 0o077 == 0
    assert prompts.make_missing(commune, home, tmp_path / "said") == []


def test_another_text_is_another_file_and_the_old_one_goes_when_unused(
    home: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "said"
    first, second = (
        written(f'\n[[prompt]]\nname = "Fermé"\nfr = "{text}"\n') for text in ("Fermé.", "Clos.")
    )
    prompts.make_missing(first, home, folder)
    prompts.make_missing(second, home, folder)
    assert len(list(folder.iterdir())) == 2, "callers may still hear the old one"
    (kept,) = prompts.as_model(second, home)
    prompts.remove_unused((kept,), folder)
    assert [file.stem for file in folder.iterdir()] == [kept.recordings[0].file]


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_a_recording_of_the_towns_own_becomes_telephone_sound(
    rate: int, home: Home, tmp_path: Path
) -> None:
    write_wav(home.path / "ferme.wav", tone(440, 2.0, rate), rate)
    commune = written('\n[[prompt]]\nname = "Fermé"\nfr = "ferme.wav"\n')
    assert not list(prompts.problems(commune, home))
    (file,) = prompts.make_missing(commune, home, tmp_path / "said")
    heard = samples(file)
    assert len(heard) / 16_000 == pytest.approx(2.0, abs=0.02)
    assert level(heard) == pytest.approx(-6.1, abs=0.3), "a sine with its peak at −3 dBFS"


def test_what_is_no_sound_is_refused_before_anything_is_done(home: Home) -> None:
    (home.path / "note.wav").write_text("not a sound")
    commune = written(
        '\n[[prompt]]\nname = "Un"\nfr = "note.wav"\n[[prompt]]\nname = "Deux"\nnl = "absent.mp3"\n'
    )
    found = [problem.say("fr") for problem in prompts.problems(commune, home)]
    assert len(found) == 2
    assert "« Un », fr" in found[0]
    assert "n'est pas un fichier son" in found[0]
    assert "absent.mp3" in found[1]


def test_a_service_without_a_prompt_of_its_own_says_that_it_is_closed(home: Home) -> None:
    (prompt,) = prompts.as_model(written(SERVICE), home)
    assert prompt.name == prompts.CLOSED
    assert [each.language for each in prompt.recordings] == ["fr", "nl", "en", "de"]
    assert "fermés" in prompt.recordings[0].text


def test_nothing_is_said_where_nothing_closes(home: Home) -> None:
    assert prompts.as_model(written(), home) == ()


def test_without_the_reader_it_says_what_to_install(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    commune = written('\n[[prompt]]\nname = "Fermé"\nfr = "Fermé."\n')
    with pytest.raises(prompts.PromptFailed) as failed:
        prompts.make_missing(commune, home, tmp_path / "said")
    assert "apt install espeak-ng" in failed.value.fr
    assert not list((tmp_path / "said").iterdir())


def test_silence_stays_silence() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))
    quiet = prompts.telephone_sound(file.getvalue())
    assert len(quiet) > 16_000
    assert not any(quiet[44:])


@pytest.mark.parametrize("option", ["callback = true", 'after_wait = "callback"'])
def test_what_is_said_to_who_is_called_back_is_allos_own(
    home: Home, tmp_path: Path, option: str
) -> None:
    folder = tmp_path / "said"
    plain, calling = (
        written(),
        written(f'\n[[service]]\nname = "Taxes"\nextension = "2971"\n{option}\n'),
    )
    prompts.make_missing(calling, home, folder)
    names = {prompt.name for prompt in prompts.as_model(calling, home)}
    assert names - {prompt.name for prompt in prompts.as_model(plain, home)} == set(CALLBACK)
    (offer,) = (p for p in prompts.as_model(calling, home) if p.name == callback.OFFER)
    for recording in offer.recordings:
        copy = folder / recording.language / f"{callback.offer_file(offer)}.wav16"
        assert copy.read_bytes() == (folder / f"{recording.file}.wav16").read_bytes()
    assert len(list(folder.glob("*/*"))) == 4
    assert prompts.make_missing(calling, home, folder) == []
    prompts.remove_unused(prompts.as_model(plain, home), folder)
    assert list(folder.glob("*/*")) == []
