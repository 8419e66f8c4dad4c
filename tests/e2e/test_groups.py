"""A service becomes a ring group: citizens, members and the switchboard see what it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import protocol
from tests.e2e.test_window import agent, idle, rings
from tests.support.sound import tone_seconds
from tests.support.town import Town

NUMBER, MENU = "071000030", "071000092"
MORE = f"""
[[prompt]]
name = "Choix"
fr = "L'urbanisme, tapez un."

[[menu]]
name = "Choix"
extension = "2996"
number = "{MENU}"
prompt = "Choix"
keys = {{ 1 = "Urbanisme" }}
otherwise = "goodbye"

[[service]]
name = "Cimetière"
extension = "2970"
queue = "group"
"""


@pytest.fixture(scope="module")
def plan(running_town: Town) -> Iterator[list[str]]:
    """Urbanisme is a group; what the plan said of it."""
    commune = running_town.home / "commune.toml"
    before = commune.read_text(encoding="utf-8")
    grouped = before.replace('queue = "leastrecent"', 'queue = "group"')
    assert grouped != before
    commune.write_text(grouped + MORE, encoding="utf-8")
    shown = running_town.allo("plan")["changes"]
    running_town.allo("apply", "--yes")
    yield [change["text"] for change in shown]
    commune.write_text(before, encoding="utf-8")
    running_town.allo("apply", "--yes")


def test_the_plan_says_so(plan: list[str]) -> None:
    assert plan == [
        "message Choix",
        "menu 2996 Choix",
        "groupe 2930 Urbanisme : stratégie leastrecent → group, attente maximale 300 s → 25 s",
        "groupe 2970 Cimetière",
    ]


def test_the_flow_says_so(plan: list[str], town: Town) -> None:
    (group,) = town.allo("flow", NUMBER)["next"]
    assert group["to"]["kind"] == "group"
    assert group["to"]["next"][0]["when"] == "après 25 s, ou personne de libre"


def test_all_ring_one_answers_and_the_other_is_told_who(plan: list[str], town: Town) -> None:
    nathalie, francois, laurence = (agent(town, each) for each in ("2000", "2009", "2010"))
    francois.wait("colleague", lambda state: state.board.colleagues["2010"].presence == "free")
    laurence.wait("colleague", lambda state: state.board.colleagues["2009"].presence == "free")
    assert "urbanisme" not in {queue.name for queue in nathalie.state.queues}
    assert "population" in {queue.name for queue in nathalie.state.queues}
    citizen = town.citizen("+32470000141")
    citizen.send(protocol.Sound(source="tone", sink="nothing"))
    citizen.send(protocol.Dial(call="call", to=NUMBER))
    his, hers = rings(francois), rings(laurence)
    assert his.queue_title == hers.queue_title == "Urbanisme"
    assert his.caller_id == hers.caller_id != ""
    laurence.engine.send(protocol.Answer(call=hers.key))
    francois.wait(
        "who took it",
        lambda state: any(
            (call.why, call.taken_by, call.by_me)
            == ("elsewhere", laurence.profile.agent.name, False)
            for call in state.calls.values()
        ),
    )
    assert not any(call.missed for call in francois.state.calls.values())
    citizen.send(protocol.Hangup(call="call"))
    laurence.wait("idle", idle)
    assert nathalie.state.board.fresh


def test_who_was_in_a_menu_hears_ringing_too(plan: list[str], town: Town, tmp_path: Path) -> None:
    francois = agent(town, "2009")
    citizen = town.citizen("+32470000142")
    heard = tmp_path / "heard.wav"
    citizen.send(protocol.Sound(source="silence", sink="file", sink_file=str(heard)))
    citizen.send(protocol.Dial(call="call", to=MENU))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    citizen.wait(protocol.Quality)  # a person hears something before they press
    citizen.send(protocol.Dtmf(call="call", digits="1"))
    rings(francois)
    for _ in range(6):  # Belgian ringing: 1 s of 425 Hz every 4 s
        citizen.wait(protocol.Quality)
    citizen.send(protocol.Hangup(call="call"))
    francois.wait("idle", idle)
    citizen.close()
    assert tone_seconds(heard, 425) >= 0.8
