"""What figures are called: a level, the quality of a call."""

import pytest

from softphone.protocol import Tested as Outcome
from softphone.ui import sound_words
from softphone.ui.look import Look
from softphone.ui.sound_words import Grade, Loudness
from tests.softphone.ui import scenes


@pytest.mark.parametrize(
    ("mos", "grade", "word"),
    [
        (4.5, "good", "Bonne qualité"),
        (3.8, "good", "Bonne qualité"),
        (3.79, "medium", "Qualité moyenne"),
        (3.1, "medium", "Qualité moyenne"),
        (3.09, "bad", "Mauvaise qualité"),
        (1.0, "bad", "Mauvaise qualité"),
    ],
)
def test_the_quality_of_a_call(look: Look, mos: float, grade: Grade, word: str) -> None:
    assert (sound_words.grade(mos), sound_words.quality(mos)) == (grade, word)


def test_figures_for_those_who_want_them(look: Look) -> None:
    lines = sound_words.figures(scenes.quality(4.27)).split("\n")
    assert lines == [
        "Qualité 4,3 (MOS)",
        "Perte ici 0,4\u202f%, là-bas 1,2\u202f%",
        "Gigue 6 ms, retenue 40 ms",
        "Aller-retour 23 ms",
        "Codec G722/16000",
    ]


@pytest.mark.parametrize(
    ("dbfs", "loudness"),
    [
        (-120.0, "silent"), (-90.1, "silent"), (-90.0, "faint"), (-55.1, "faint"), (-55.0, "low"),
        (-38.1, "low"), (-38.0, "good"), (-9.1, "good"), (-9.0, "high"), (0.0, "high"),
    ],
)  # fmt: skip
def test_a_level_means_something(dbfs: float, loudness: Loudness) -> None:
    assert sound_words.loudness(dbfs) == loudness


@pytest.mark.parametrize(
    ("tested", "sentence"),
    [
        (Outcome(what="speaker", state="playing"), "Vous entendez trois notes."),
        (Outcome(what="speaker", state="done"), "Rien entendu\u202f? Montez le volume"),
        (Outcome(what="ring", state="playing"), "Cela sonne."),
        (Outcome(what="microphone", state="recording"), "Parlez maintenant, pendant 5 secondes."),
        (Outcome(what="microphone", state="playing"), "Voici comment on vous entend."),
        (Outcome(what="microphone", state="done", level=-22.0), "Niveau bon"),
        (Outcome(what="microphone", state="done", level=-48.0), "Trop bas"),
        (Outcome(what="microphone", state="done", level=-3.0), "Trop fort"),
        (Outcome(what="microphone", state="done"), "Le micro ne donne aucun son."),
        (Outcome(what="ring", state="failed", problem="-9996"), "L’essai n’a pas réussi."),
    ],
)
def test_how_a_test_goes_on(look: Look, tested: Outcome, sentence: str) -> None:
    assert sound_words.test(tested).startswith(sentence)


def test_every_melody_has_its_own_name(look: Look) -> None:
    names = [sound_words.melody(melody) for melody in sound_words.MELODIES]
    assert len(set(names)) == len(names) == 6
