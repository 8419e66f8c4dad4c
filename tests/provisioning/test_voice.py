"""A town that prefers another voice names its program: a real one here, with other settings."""

from pathlib import Path

import pytest

from provisioning import prompts
from provisioning.commune import Commune
from provisioning.commune_file import parse_commune
from provisioning.home import Home
from provisioning.problem import InputRefused
from tests.provisioning.conftest import EXAMPLES
from tests.support.sound import read_wav

PROMPT = '\n[[prompt]]\nname = "Fermé"\nfr = "Nos guichets sont fermés."\nnl = "Gesloten."\n'
SLOW = '#!/bin/sh\nexec espeak-ng -v "$1" -s 80 -p 90 --stdin --stdout\n'


def written(voice: str) -> Commune:
    text = (EXAMPLES / "commune.toml").read_text(encoding="utf-8")
    return parse_commune((text + PROMPT + voice).encode())


def program(home: Home, name: str, text: str) -> None:
    """Beside commune.toml, whence it is started."""
    (home.path / name).write_text(text, encoding="utf-8")
    (home.path / name).chmod(0o700)


def seconds(file: Path) -> float:
    sound, rate = read_wav(file)
    assert rate == 16_000
    return len(sound) / rate


def test_another_program_speaks_and_makes_files_of_its_own(home: Home, tmp_path: Path) -> None:
    program(home, "slow", SLOW)
    usual = prompts.make_missing(written(""), home, tmp_path / "said")
    commune = written('\n[voice]\ncommand = ["./slow", "{language}"]\n')
    slow = prompts.make_missing(commune, home, tmp_path / "said")
    assert len({*usual, *slow}) == 4
    for quick, drawn in zip(usual, slow, strict=True):
        assert seconds(drawn) > 1.3 * seconds(quick)
    assert prompts.make_missing(commune, home, tmp_path / "said") == []
    assert prompts.make_missing(written(""), home, tmp_path / "said") == []


def test_another_setting_is_another_file(home: Home) -> None:
    names = {
        prompts.as_model(written(f"\n[voice]\ncommand = {command}\n"), home)[0].recordings[0].file
        for command in ('["a", "-s"]', '["a", "-t"]', '["a -s"]', '["a", "{language}"]')
    }
    assert len(names) == 4


def test_no_shell_reads_the_command(home: Home, tmp_path: Path) -> None:
    commune = written('\n[voice]\ncommand = ["espeak-ng; touch evil", "$(touch evil)"]\n')
    with pytest.raises(prompts.PromptFailed, match="espeak-ng; touch evil"):
        prompts.make_missing(commune, home, tmp_path / "said")
    assert not (home.path / "evil").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho 'no model fr' >&2\nexit 3\n", "(code 3) : no model fr"),
        ("#!/bin/sh\ncat >/dev/null\n", "il ne donne aucun son"),
        ("#!/bin/sh\ncat >/dev/null\necho hello\n", "n'est pas du son"),
        ("not a program\n", "n'a pas pu dire « Fermé »"),
    ],
)
def test_a_voice_that_does_not_speak_is_told_in_words(
    home: Home, tmp_path: Path, script: str, said: str
) -> None:
    program(home, "voice", script)
    with pytest.raises(prompts.PromptFailed) as failed:
        prompts.make_missing(written('\n[voice]\ncommand = ["./voice"]\n'), home, tmp_path / "said")
    assert said in failed.value.fr
    assert "Fermé" in failed.value.en
    assert not list((tmp_path / "said").iterdir())


def test_a_program_that_is_not_there_is_named(home: Home, tmp_path: Path) -> None:
    commune = written('\n[voice]\ncommand = ["piper-that-nobody-has", "{language}"]\n')
    with pytest.raises(prompts.PromptFailed) as failed:
        prompts.make_missing(commune, home, tmp_path / "said")
    assert "piper-that-nobody-has" in failed.value.fr
    assert "commune.toml" in failed.value.fr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("[]", "la commande est vide"),
        ('["say", "{langage}"]', "« {langage} » est inconnu"),
        ('["say", ""]', "un mot de la commande est vide"),
        ('"say {language}"', "ne convient pas"),
    ],
)
def test_what_is_no_command_is_refused_with_its_place(command: str, said: str) -> None:
    with pytest.raises(InputRefused) as refused:
        written(f"\n[voice]\ncommand = {command}\n")
    (problem,) = refused.value.problems
    assert problem.column == "voice.command"
    assert problem.line
    assert said in problem.what.fr
