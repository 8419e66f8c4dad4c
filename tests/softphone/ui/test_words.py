"""Words of states, in French and in English."""

from dataclasses import replace
from typing import get_args

import pytest
from PySide6.QtWidgets import QApplication

from softphone.calls import Call
from softphone.facts import Problem
from softphone.live import MemberState, Presence
from softphone.protocol import EndCause
from softphone.ui import words
from softphone.ui.look import Look

CALL = Call(
    key="1", direction="out", number="2031", name="Thierry Lambotte", state="ended", started=0.0
)


@pytest.mark.parametrize("why", get_args(EndCause))
@pytest.mark.parametrize("direction", ["in", "out"])
def test_every_end_has_its_words(look: Look, why: EndCause, direction: str) -> None:
    call = replace(CALL, why=why, direction=direction)  # type: ignore[arg-type]
    assert words.ended(call)
    assert "{" not in words.ended(call) + words.ended_next(call)


def test_the_reason_is_said_and_what_to_do(look: Look) -> None:
    busy = replace(CALL, why="busy")
    assert words.ended(busy) == "Terminé\u202f: occupé"
    assert words.ended_next(busy) == "Thierry Lambotte est en ligne. Réessayez dans un instant."


def test_an_emergency_call_that_failed_says_take_a_mobile(look: Look) -> None:
    call = replace(CALL, number="112", name="", why="failed")
    assert words.ended_next(call) == "Prenez un GSM et formez le 112."


@pytest.mark.parametrize("state", sorted({*get_args(Presence), *get_args(MemberState)}))
def test_every_presence_has_a_word(look: Look, state: str) -> None:
    assert words.presence(state)
    assert (words.presence(state) == "Inconnu") == (state == "unknown")


def test_since_when(look: Look) -> None:
    assert words.presence_since("busy", 1000.0, 1380.0) == "En appel · 06:20"
    assert words.presence_since("paused", 1000.0, 1380.0) == "En pause · 6 min"
    assert words.presence_since("free", 1000.0, 1380.0) == "Libre"
    assert words.presence_since("busy", None, 1380.0) == "En appel"
    assert words.presence_since("busy", 1500.0, 1380.0) == "En appel", "clocks differ"


def test_times(look: Look) -> None:
    assert [words.clock(s) for s in (-3, 0, 59.9, 252, 3852)] == [
        "00:00",
        "00:00",
        "00:59",
        "04:12",
        "1:04:12",
    ]
    assert words.spoken(228.4) == "3 min 48"
    assert words.spoken(17.0) == "17 s"


def test_wait_marks_begin_at_their_thresholds() -> None:
    assert [words.wait_mark(s) for s in (0, 29.9, 30, 89.9, 90, 900)] == [
        "new",
        "new",
        "soon",
        "soon",
        "long",
        "long",
    ]


@pytest.mark.parametrize(
    "id_",
    [
        "unreachable", "server-error", "wrong-certificate", "incompatible", "token-unknown",
        "caller-gone", "not-receptionist", "pbx-down", "no-such-extension", "brand-new",
    ],
)  # fmt: skip
def test_every_problem_has_a_sentence(look: Look, id_: str) -> None:
    assert words.problem(Problem(id_)).endswith(".")


def test_the_servers_own_words_win(look: Look, qapp: QApplication) -> None:
    said = Problem("caller-gone", "Déjà pris par Julien Marchal.")
    assert words.problem(said) == "Déjà pris par Julien Marchal."
