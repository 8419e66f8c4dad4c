"""A citizen asks for the next collection in their street: real keys, real voices, a real calendar.

What is written in the CSV is what is heard, and ``allo plan`` and ``allo flow`` say the same.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from pbx_config.render.hours import NOW
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_window import agent, idle, rings
from tests.support.pbx import runtime
from tests.support.said import Said, listening
from tests.support.sound import level, read_wav
from tests.support.town import Town

COLLECTIONS, BULKY, DUTCH = "071000080", "071000081", "071000082"
LINES = """
[[info]]
name = "Collectes"
extension = "2980"
number = "071 00 00 80"
file = "collectes.csv"
sentence = { fr = "Prochaine collecte des {type}, le" }
otherwise = "Population"

[[info]]
name = "Encombrants"
extension = "2981"
number = "071 00 00 81"
file = "encombrants.csv"

[[prompt]]
name = "Taal"
nl = "Een ogenblik."

[[menu]]
name = "Nederlands"
extension = "2982"
number = "071 00 00 82"
prompt = "Taal"
keys = {}
otherwise = { to = "Encombrants", language = "nl" }
times = 1
seconds = 1
"""
NAMES = (
    "rue Haute", "rue du Hautmont", "Grand-Place", "rue de la Station", "avenue des Tilleuls",
    "chaussée de Mons", "rue Neuve", "rue du Moulin", "impasse Verte", "quai de Sambre",
)  # fmt: skip
COLLECTIONS_CSV = "rue;type;date\n" + "".join(
    f"{name};déchets verts;{12 + number}/01/2027\n{name};papiers;2027-02-{1 + number:02}\n"
    for number, name in enumerate(NAMES)
)
BULKY_CSV = (
    "zone,numéro,type,type nl,date\n"
    "Centre,7,encombrants,grofvuil,2027-03-21\n"
    "Gare,12,encombrants,grofvuil,2027-03-22\n"
    "Parc,1,encombrants,grofvuil,2027-04-01\n"
)


@pytest.fixture(scope="module")
def informed_town(running_town: Town) -> Iterator[Town]:
    commune = running_town.home / "commune.toml"
    before = commune.read_text(encoding="utf-8")
    commune.write_text(before + LINES, encoding="utf-8")
    (running_town.home / "collectes.csv").write_text(COLLECTIONS_CSV, encoding="utf-8")
    (running_town.home / "encombrants.csv").write_text(BULKY_CSV, encoding="utf-8")
    running_town.allo("apply", "--yes")
    yield running_town
    commune.write_text(before, encoding="utf-8")
    running_town.allo("apply", "--yes")


@pytest.fixture
def said(informed_town: Town) -> Iterator[Said]:
    asterisk = console(informed_town)
    with listening(asterisk) as said:
        yield said
    asterisk.command(f'dialplan set global {NOW} ""')


def test_three_letters_of_the_street_and_its_dates_are_heard(
    town: Town, said: Said, tmp_path: Path
) -> None:
    pretend(town, "2027-01-11 18:00")
    citizen = calls(town, COLLECTIONS, said)
    press(citizen, "782")  # STA: rue de la Station
    said.wait("digits/day-5", "digits/15")
    heard = tmp_path / "heard.wav"
    citizen.send(protocol.Sound(source="silence", sink="file", sink_file=str(heard)))
    said.wait("digits/day-5", "digits/15", "digits/mon-0")
    said.wait("digits/day-4", "digits/4", "digits/mon-1")
    citizen.send(protocol.Hangup(call="call"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")
    sound, rate = read_wav(heard)
    assert len(sound) / rate > 3
    assert level(sound) > -35, "somebody speaks"


def test_streets_that_begin_alike_are_told_apart_by_one_more_key(town: Town, said: Said) -> None:
    pretend(town, "2027-01-11 18:00")
    citizen = calls(town, COLLECTIONS, said)
    press(citizen, "428")  # HAU: rue Haute, rue du Hautmont
    after(said, 2, "allo/info--")
    press(citizen, "2")
    said.wait("digits/day-3", "digits/13", "digits/mon-0")


def test_a_street_that_there_is_not_is_said_so_and_asked_again(town: Town, said: Said) -> None:
    pretend(town, "2027-01-11 18:00")
    citizen = calls(town, COLLECTIONS, said)
    press(citizen, "999")
    said.wait("pbx-invalid", "allo/info--")
    press(citizen, "668")  # MOU: rue du Moulin
    said.wait("digits/day-2", "digits/19", "digits/mon-0")


def test_who_presses_zero_reaches_somebody(informed_town: Town, town: Town, said: Said) -> None:
    marie = agent(town, "2002")
    citizen = calls(town, COLLECTIONS, said)
    press(citizen, "0")
    call = rings(marie)
    assert call.queue_title == "Population"
    citizen.send(protocol.Hangup(call="call"))
    marie.wait("idle", idle)


def test_the_number_on_the_calendar_and_another_street_afterwards(town: Town, said: Said) -> None:
    pretend(town, "2027-03-01 09:00")
    citizen = calls(town, BULKY, said)
    press(citizen, "12")
    said.wait("digits/day-1", "digits/20", "digits/2", "digits/mon-2")
    press(citizen, "*")
    press(citizen, "7#")
    said.wait("digits/day-0", "digits/20", "digits/et", "digits/1", "digits/mon-2")
    press(citizen, "*")
    press(citizen, "1#")
    said.wait("digits/day-4", "digits/h-1", "digits/mon-3")
    assert "pbx-invalid" not in said.files()


def test_in_dutch_words_and_date_are_dutch(town: Town, said: Said) -> None:
    """Asterisk brings no Dutch: its words are read aloud by the same voice as ours."""
    pretend(town, "2027-03-01 09:00")
    citizen = calls(town, DUTCH, said)
    press(citizen, "7")
    said.wait(
        "allo/info--", "digits/day-0", "digits/1", "digits/nl-en", "digits/20", "digits/mon-2",
        language="nl",
    )  # fmt: skip
    sounds = town.home / "asterisk/data/sounds/nl"
    assert (sounds / "digits/day-0.wav16").stat().st_size > 8_000


def test_another_calendar_counts_with_the_next_apply(
    informed_town: Town, town: Town, said: Said
) -> None:
    file = informed_town.home / "collectes.csv"
    try:
        later = COLLECTIONS_CSV.replace(
            "Grand-Place;déchets verts;14", "Grand-Place;déchets verts;16"
        )
        file.write_text(later, encoding="utf-8")
        plan = town.allo("plan")
        assert [change["text"] for change in plan["changes"]] == [
            "info 2980 Collectes : dates : 1 ajoutée(s), 1 retirée(s) (Grand-Place)"
        ]
        assert plan["reloads"] == ["pbx_config.so"]
        town.allo("apply", "--yes")
        (_, step, *_) = town.allo("flow", COLLECTIONS, "--at", "2027-01-11 18:00")
        assert "472 → Grand-Place : déchets verts samedi 16 janvier 2027" in step["what"]
        pretend(town, "2027-01-11 18:00")
        citizen = calls(town, COLLECTIONS, said)
        press(citizen, "472")
        said.wait("digits/day-6", "digits/16", "digits/mon-0")
    finally:
        file.write_text(COLLECTIONS_CSV, encoding="utf-8")
        town.allo("apply", "--yes")


def test_a_calendar_with_faults_changes_nothing_and_names_them_all(
    informed_town: Town, town: Town
) -> None:
    file = informed_town.home / "collectes.csv"
    try:
        file.write_text(COLLECTIONS_CSV + "rue Basse;verre;31/02/2027\n;verre;2027-02-01\n")
        refused = town.allo("apply", "--yes", status=3)["error"]["problems"]
        assert [(p["file"], p["line"], p["column"]) for p in refused] == [
            ("collectes.csv", 22, "date"), ("collectes.csv", 23, "rue"),
        ]  # fmt: skip
    finally:
        file.write_text(COLLECTIONS_CSV, encoding="utf-8")


def pretend(town: Town, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Brussels"))
    console(town).command(f"dialplan set global {NOW} {int(at.timestamp())}")


def calls(town: Town, number: str, said: Said) -> EngineProcess:
    """A citizen who is being asked for their street."""
    citizen = town.citizen("+32470000081")
    citizen.send(protocol.Sound(source="silence", sink="nothing"))
    citizen.send(protocol.Dial(call="call", to=number))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    said.wait("allo/info--")
    return citizen


def after(said: Said, count: int, name: str) -> None:
    """Until so many files of that name were played."""
    said.wait(*[name] * count)


def press(citizen: EngineProcess, digits: str) -> None:
    citizen.send(protocol.Dtmf(call="call", digits=digits))


def console(town: Town) -> Asterisk:
    return Asterisk(Layout(town.home / "asterisk"), runtime())
