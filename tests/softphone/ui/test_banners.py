"""Which banner a state deserves: the worst first, one at a time, silence when all is well."""

import queue
import sys
import time
from dataclasses import replace

import msgspec
import pytest

from softphone.engine.sound import devices
from softphone.engine.sound.device import DeviceReport, DeviceThread, Wanted
from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.microphone import Microphone
from softphone.engine.sound.processing import Processing
from softphone.facts import EngineChanged, LinkChanged, Problem
from softphone.live import PbxChanged
from softphone.protocol import (
    Held,
    Recording,
    Registration,
    SoundState,
    Trouble,
    TroubleKind,
)
from softphone.sound_settings import SoundSettings
from softphone.ui.banners import HANGS, Banner, Extras, worst
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.scenes import after, town


def shown(state: object, extras: Extras | None = None) -> Banner | None:
    return worst(state, extras or Extras(), time.time())  # type: ignore[arg-type]


def text(banner: Banner | None) -> str:
    assert banner is not None
    return f"{banner.bold} {banner.rest} {banner.note}".strip()


def test_all_is_well(look: Look) -> None:
    assert shown(town()) is None


def test_no_network(look: Look) -> None:
    found = shown(scenes.offline(town()))
    assert text(found).startswith("Pas de réseau depuis 20 s. Le téléphone se reconnecte")
    assert "formez le 112" in text(found)
    assert found is not None
    assert found.action == "try_now"


def test_server_link_lost_says_how_old_the_view_is_and_that_the_call_goes_on(look: Look) -> None:
    state = scenes.stale(scenes.talking(town(scenes.CHANTAL, rush=True)))
    found = text(shown(state))
    assert found.startswith(
        "Liaison avec le serveur perdue depuis 12 s. Vous voyez la situation de"
    )
    assert "Votre appel continue." in found


def test_the_exchange_is_down_but_the_server_there(look: Look) -> None:
    found = text(shown(after(town(scenes.CHANTAL), PbxChanged(seq=2, pbx="down"))))
    assert found.startswith("Le serveur n’atteint plus le central.")


def test_refused_says_why_and_what_to_do(look: Look) -> None:
    found = text(shown(scenes.refused(town())))
    assert found.startswith("Le central refuse ce téléphone. Il ne reçoit pas d’appels.")
    assert "Détails\u202f: 403 Forbidden" in found


def test_a_revoked_phone(look: Look) -> None:
    state = after(town(), LinkChanged("refused", problem=Problem("token-unknown")))
    assert "ne connaît plus ce téléphone" in text(shown(state))


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (SoundState(device=False), "Micro et haut-parleur introuvables. Les appels restent muets"),
        (SoundState(device=False, output="Casque"), "Micro introuvable. Vous entendez les autres"),
        (SoundState(device=False, input="Casque"), "Haut-parleur introuvable. Les autres vous"),
    ],
)
def test_a_missing_side_of_the_sound_is_said_in_our_words(
    look: Look, sound: SoundState, words: str
) -> None:
    raw = "no sound input device; Error opening RawOutputStream"
    found = text(shown(after(town(), msgspec.structs.replace(sound, problem=raw))))
    assert found.startswith(words)
    assert "device" not in found
    assert "RawOutputStream" not in found


def test_a_missing_sound_system_is_told_from_a_missing_headset(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what the engine itself says."""
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    devices.load.cache_clear()
    reports: queue.SimpleQueue[DeviceReport] = queue.SimpleQueue()
    processing = Processing()
    thread = DeviceThread(
        Microphone(processing), Loudspeaker(), Loudspeaker(), processing, reports.put
    )
    thread.want(Wanted())
    problem = reports.get(timeout=5).problem
    thread.close()
    found = text(shown(after(town(), SoundState(device=False, problem=problem))))
    assert found.startswith("Le son de cet ordinateur est inutilisable.")
    assert "informatique" in found


def test_a_driver_that_hangs_is_no_missing_headset(look: Look) -> None:
    found = text(shown(after(town(), SoundState(device=False, problem=HANGS))))
    assert found.startswith("Le son de cet ordinateur ne répond pas.")


def test_no_sound_card(look: Look) -> None:
    state = scenes.silent(town())
    assert text(shown(state)).startswith("Micro et haut-parleur introuvables.")
    assert shown(state, Extras(sound_read=True)) is None


def test_secrets_in_a_file(look: Look) -> None:
    found = text(shown(town(), Extras(secret_file="/home/marie/secrets.json")))
    assert "/home/marie/secrets.json" in found


def test_the_worst_wins(look: Look) -> None:
    state = scenes.stale(scenes.silent(town()))
    extras = Extras(secret_file="f", notice="n")
    assert replace(extras, notice="") != extras
    order = []
    for fact in (
        None,
        Registration(state="offline"),
        EngineChanged("restarting", 1),
    ):
        state = state if fact is None else after(state, fact)
        found = shown(state, extras)
        assert found is not None
        order.append(found.id)
    assert order == ["stale", "offline", "restarting"]


def test_a_first_connection_has_three_seconds_before_it_is_worth_a_word(look: Look) -> None:
    from softphone import state as phone

    fresh = after(phone.initial(scenes.MARIE), EngineChanged("running"))
    state = after(fresh, LinkChanged("connecting"), now=time.time() - 1)
    assert shown(state) is None


def test_silence_that_was_asked_for_is_no_trouble(look: Look) -> None:
    assert shown(after(town(), SoundState(device=False))) is None


def test_a_chosen_device_is_gone(look: Look) -> None:
    mine = SoundSettings(microphone=scenes.HEADSET.name, speaker=scenes.HEADSET.name)
    gone = SoundState(
        device=True,
        input=scenes.INSIDE.name,
        output=scenes.SPEAKERS.name,
        missing=(scenes.HEADSET.name,),
    )
    state = after(scenes.choosing(scenes.equipped(town()), mine), gone)
    found = shown(state)
    assert text(found) == (
        "Débranché\u202f: Casque Orion 30 (USB). Le son passe par Haut-parleurs de l’ordinateur. "
        "Cet appareil reprend dès qu’il est rebranché."
    )
    assert found is not None
    assert (found.action, found.dismissable) == ("choose_device", True)
    assert shown(state, Extras(missing_read=gone.missing)) is None
    assert shown(after(state, msgspec.structs.replace(gone, missing=()))) is None


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (SoundSettings(microphone="X, ALSA"), "On vous entend par Micro intégré."),
        (SoundSettings(ring="X, ALSA"), "Les appels sonnent sur Haut-parleurs de l’ordinateur."),
    ],
)
def test_what_stands_in_for_it(look: Look, chosen: SoundSettings, sentence: str) -> None:
    gone = SoundState(
        device=True,
        input=scenes.INSIDE.name,
        output=scenes.SPEAKERS.name,
        ring=scenes.SPEAKERS.name,
        missing=("X, ALSA",),
    )
    state = after(scenes.choosing(scenes.equipped(town()), chosen), gone)
    assert f"Débranché\u202f: X. {sentence}" in text(shown(state))


@pytest.mark.parametrize(
    ("what", "words", "action"),
    [
        (
            "network_poor",
            "Le réseau est lent\u202f: la voix est hachée. Branchez le câble réseau, ou",
            "",
        ),
        (
            "microphone_silent",
            "Votre micro ne donne aucun son. Vérifiez l’interrupteur du casque",
            "choose_device",
        ),
        (
            "microphone_quiet",
            "Jeanne Collignon vous entend à peine. Rapprochez le micro de la bouche",
            "choose_device",
        ),
        (
            "nothing_heard",
            "Plus rien n’arrive de Jeanne Collignon. Attendez quelques secondes, puis raccrochez",
            "",
        ),
    ],
)
def test_a_trouble_in_a_call_says_what_to_do(
    look: Look, what: TroubleKind, words: str, action: str
) -> None:
    state = scenes.troubled(scenes.talking(town()), what)
    found = shown(state)
    assert text(found).startswith(words)
    assert found is not None
    assert (found.id, found.action) == (what, action)
    assert shown(after(state, Trouble(call="i1", what=what, on=False))) is None


def test_of_two_troubles_the_worse_is_said_and_a_cut_microphone_is_none(look: Look) -> None:
    state = scenes.troubled(scenes.talking(town()), "microphone_quiet")
    both = scenes.troubled(state, "nothing_heard")
    found = shown(both)
    assert found is not None
    assert found.id == "nothing_heard"
    assert shown(scenes.muted(state)) is None
    found = shown(scenes.muted(both))
    assert found is not None
    assert found.id == "nothing_heard"
    assert shown(after(both, Held(call="i1", here=True))) is None, "music plays there"


def test_a_trouble_comes_before_a_lost_server_and_after_a_lost_exchange(look: Look) -> None:
    state = scenes.stale(scenes.troubled(scenes.talking(town()), "network_poor"))
    order = [shown(state), shown(scenes.offline(state)), shown(state, Extras(notice="n"))]
    assert [found.id for found in order if found is not None] == [
        "network_poor",
        "offline",
        "stale",
    ]


def test_a_recording_that_ended_says_where_it_is(look: Look) -> None:
    ended = Recording(call="i1", on=False, file="/home/marie/Documents/allo/a.wav")
    found = shown(town(), Extras(recorded=ended))
    assert text(found) == (
        "Enregistrement terminé.  Fichier\u202f: /home/marie/Documents/allo/a.wav"
    )
    full = msgspec.structs.replace(ended, problem="no space left")
    assert "s’est arrêté. Vérifiez s’il reste de la place" in text(
        shown(town(), Extras(recorded=full))
    )
    other = msgspec.structs.replace(full, why="other_party")
    assert "Une autre personne est en ligne" in text(shown(town(), Extras(recorded=other)))
