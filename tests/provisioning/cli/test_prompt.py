"""``allo prompt``: what is said to callers, listed and heard beforehand."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.home import Home
from tests.provisioning.conftest import Run
from tests.support.sound import level, read_wav, tone, write_wav

Allo = Callable[..., Run]

PROMPTS = """
[[prompt]]
name = "Fermé"
fr = "Nos guichets sont fermés [jusqu'à lundi]."
nl = "Gesloten."

[[prompt]]
name = "Signal"
fr = "signal.wav"
"""


@pytest.fixture
def spoken(allo: Allo, town_home: Home) -> Allo:
    with town_home.commune.open("a", encoding="utf-8") as file:
        file.write(PROMPTS)
    write_wav(town_home.path / "signal.wav", tone(440, 1.5, 44_100), 44_100)
    return allo


def test_the_list_shows_texts_languages_and_seconds(spoken: Allo, town_home: Home) -> None:
    listed = spoken("prompt", "list")
    assert listed.code == 0, listed.err
    assert "Nos guichets sont fermés [jusqu'à lundi]." in listed.out
    assert "pas encore enregistré" in listed.out
    assert spoken("apply", "--yes").code == 0
    found = spoken("prompt", "list", "--json").json["prompts"]
    assert [(one["name"], one["language"]) for one in found] == [
        ("Fermé", "fr"), ("Fermé", "nl"), ("Signal", "fr"),
    ]  # fmt: skip
    assert 1 < found[0]["seconds"] < 6
    assert found[2] == {
        "name": "Signal",
        "language": "fr",
        "seconds": 1.5,
        "text": None,
        "file": str(town_home.path / "signal.wav"),
    }


def test_what_an_information_line_says_can_be_heard_too(
    spoken: Allo, town_home: Home, tmp_path: Path
) -> None:
    (town_home.path / "collectes.csv").write_text("rue;type;date\nrue Haute;verre;2027-01-12\n")
    with town_home.commune.open("a", encoding="utf-8") as file:
        file.write('\n[[info]]\nname = "Collectes"\nextension = "2980"\nfile = "collectes.csv"\n')
    assert "Prochaine collecte : verre, le" not in spoken("prompt", "list").out
    assert "Prochaine collecte : verre, le" in spoken("prompt", "list", "--all").out
    done = spoken("prompt", "play", "rue Haute", "--to", tmp_path / "haute.wav")
    assert done.code == 0, done.err
    assert (tmp_path / "haute.wav").stat().st_size > 8_000


def test_without_prompts_it_says_how_to_have_some(allo: Allo) -> None:
    allo("init")
    assert "[[prompt]]" in allo("prompt", "list").out


def test_a_prompt_is_written_to_a_file(spoken: Allo, tmp_path: Path) -> None:
    file = tmp_path / "ferme.wav"
    done = spoken("prompt", "play", "ferme", "--language", "nl", "--to", file, "--json")
    assert done.json["text"] == "Gesloten."
    sound, rate = read_wav(file)
    assert (rate, len(sound) > 8_000, level(sound) > -30) == (16_000, True, True)


@pytest.fixture
def only_aplay(tmp_path: Path) -> dict[str, str]:
    """Environment in which ALSA's player is the only one, on any machine."""
    player = shutil.which("aplay")
    assert player, "scripts/setup.sh test installs it (alsa-utils)"
    (tmp_path / "bin").mkdir()
    for name in ("aplay", "espeak-ng"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    return {"PATH": str(tmp_path / "bin"), "ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf")}


def test_a_prompt_is_heard_on_the_loudspeaker(
    spoken: Allo, only_aplay: dict[str, str], tmp_path: Path
) -> None:
    """A real player, and a loudspeaker that keeps what it is given."""
    heard = tmp_path / "heard.raw"
    (tmp_path / "alsa.conf").write_text(
        f'pcm.default {{ type file file "{heard}" format "raw" slave.pcm "silent" }}\n'
        "pcm.silent { type null }\n"
    )
    done = spoken("prompt", "play", "Signal", **only_aplay)
    assert done.code == 0, done.err
    assert heard.stat().st_size == pytest.approx(1.5 * 16_000 * 2, abs=2_000)


def test_without_a_loudspeaker_it_says_so_and_how_to_get_the_file(
    spoken: Allo, only_aplay: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "alsa.conf").write_text("pcm.default { type hw card 99 }\n")
    done = spoken("prompt", "play", "Fermé", **only_aplay)
    assert done.code == 1
    assert "pas de haut-parleur" in done.err
    assert "--to message.wav" in done.err
    (tmp_path / "bin" / "aplay").unlink()
    nothing = spoken("prompt", "play", "Signal", **only_aplay)
    assert nothing.code == 1
    assert "ni pw-play, ni paplay, ni aplay" in nothing.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Ferme!",), "Vouliez-vous dire « Fermé » ?"),
        (("Signal", "--language", "nl"), "n'existe pas en « nl », mais en fr"),
    ],
)
def test_bad_usage_is_2_with_a_hint(spoken: Allo, arguments: tuple[str, ...], said: str) -> None:
    done = spoken("prompt", "play", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
