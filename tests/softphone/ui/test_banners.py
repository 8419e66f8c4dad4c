"""Which banner a state deserves: the worst first, one at a time, silence when all is well."""

import time
from dataclasses import replace

import msgspec
import pytest

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
from softphone.ui.banners import Banner, Extras, Sides, worst
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


N = "\u202f"


@pytest.mark.parametrize(
    ("problems", "words", "does"),
    [
        (("absent", "absent", ""), "Micro et haut-parleur introuvables. Les appels restent", ""),
        (("absent", "", ""), "Micro introuvable. Vous entendez les autres, ils", ""),
        (("", "absent", "absent"), "Haut-parleur introuvable. Les autres vous entendent", ""),
        (
            ("refuses", "refuses", ""),
            "Le micro et le haut-parleur ne s’ouvrent pas. Les appels restent muets. "
            f"Un autre programme les utilise peut-être{N}: fermez-le, ou choisissez d’autres",
            "choose_device",
        ),
        (
            ("refuses", "", ""),
            "Le micro ne s’ouvre pas. On ne vous entend pas. Un autre programme l’utilise "
            f"peut-être{N}: fermez ce programme, ou choisissez un autre micro. Nouvel essai",
            "choose_device",
        ),
        (
            ("", "refuses", ""),
            "Le haut-parleur ne s’ouvre pas. Vous n’entendez pas les autres. Un autre programme "
            f"l’utilise peut-être{N}: fermez ce programme, ou choisissez un autre haut-parleur.",
            "choose_device",
        ),
        (
            ("", "", "refuses"),
            "L’appareil de la sonnerie ne s’ouvre pas. Vous n’entendez pas sonner les appels.",
            "choose_device",
        ),
        (
            ("absent", "refuses", ""),
            "Les appels restent muets sur cet ordinateur. Branchez un casque, ou fermez le",
            "",
        ),
        (("hangs", "hangs", "hangs"), "Le son de cet ordinateur ne répond pas.", ""),
        (
            ("no_system", "no_system", "no_system"),
            "Le son de cet ordinateur est inutilisable. Les appels restent muets ici. Dites à "
            "l’informatique",
            "",
        ),
        (
            ("fault", "", ""),
            "On ne vous entend pas. Ce téléphone a un défaut. Raccrochez et rappelez",
            "",
        ),
        (("", "fault", ""), "Vous n’entendez pas les autres. Ce téléphone a un défaut.", ""),
        (("fault", "fault", ""), "Le son de cet appel ne passe plus. Ce téléphone a", ""),
        (("", "", ""), "Les appels restent muets sur cet ordinateur.", ""),
    ],
)
def test_what_does_not_work_is_said_in_our_words_with_what_helps(
    look: Look, problems: Sides, words: str, does: str
) -> None:
    here, there, ring = problems
    raw = "no sound input device; Error opening RawOutputStream"
    sound = SoundState(
        device=False, problem=raw, input_problem=here, output_problem=there, ring_problem=ring
    )
    state = after(town(), sound)
    found = shown(state)
    assert text(found).startswith(words)
    assert "device" not in text(found)
    assert "RawOutputStream" not in text(found)
    assert found is not None
    assert found.action == (does or "dismiss")
    assert found.id != "sound", "another problem is another banner"
    assert shown(state, Extras(sound_read=problems)) is None
    assert shown(state, Extras(sound_read=("hangs", "", ""))) is not None


def test_processing_that_does_not_work(look: Look) -> None:
    sound = SoundState(device=True, input="Casque", output="Casque", processing="no wheel")
    state = after(town(), sound)
    found = text(shown(state))
    assert found == (
        "Le son de votre micro part tel quel. L’écho et les bruits y restent. Mettez un casque et "
        f"redémarrez allo{N}; si cela ne suffit pas, prévenez l’informatique."
    )
    assert shown(state, Extras(processing_read="no wheel")) is None
    assert shown(state, Extras(processing_read="another")) is not None
    worse = after(state, msgspec.structs.replace(sound, problem="x", input_problem="absent"))
    assert text(shown(worse)).startswith("Micro introuvable.")


def test_no_sound_card(look: Look) -> None:
    state = scenes.silent(town())
    assert text(shown(state)).startswith("Micro et haut-parleur introuvables.")
    assert shown(state, Extras(sound_read=("absent", "absent", "absent"))) is None


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
