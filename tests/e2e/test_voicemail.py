"""A message that a citizen leaves: mailed by a real mail server, counted by real phones, heard."""

import io
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_window import agent, rings, until
from tests.support.exchange import make_ca
from tests.support.mail import MailServer, mail_server
from tests.support.robot import RobotPhone
from tests.support.sound import heard_seconds
from tests.support.town import Town

pytestmark = pytest.mark.timeout(240)

NUMBER = "071000075"
PASSWORD = "mot de passe du courrier"
VOICEMAIL = """
[voicemail]
max_seconds = 60
keep_days = 30

[mail]
host = "localhost"
port = {port}
user = "allo"
from = "telephone@commune.example"
ca = "mail-tls/ca.pem"

[[prompt]]
name = "Répondeur"
fr = "Laissez un message."

[[menu]]
name = "Répondeur"
extension = "2975"
number = "{number}"
prompt = "Répondeur"
times = 1
seconds = 1
otherwise = "voicemail Population"
keys = {{ 9 = "repeat" }}
"""


@pytest.fixture(scope="module")
def server(running_town: Town) -> Iterator[MailServer]:
    certificates = make_ca(running_town.home / "mail-tls")
    with mail_server("starttls", certificates, ("allo", PASSWORD)) as server:
        yield server


@pytest.fixture(scope="module")
def mailing_town(running_town: Town, server: MailServer) -> Iterator[Town]:
    """Messages are mailed; Julien's language is Dutch."""
    commune = running_town.home / "commune.toml"
    before = commune.read_text(encoding="utf-8")
    population = 'number = "071 00 00 10"\n'
    assert population in before
    (running_town.home / "mail.secret").touch(mode=0o600)
    (running_town.home / "mail.secret").write_text(f"{PASSWORD}\n", encoding="utf-8")
    text = before.replace(population, population + 'email = "population@commune.example"\n')
    commune.write_text(text + VOICEMAIL.format(port=server.port, number=NUMBER), encoding="utf-8")
    language(running_town, "julien.marchal@commune.example", "nl")
    running_town.allo("apply", "--yes")
    yield running_town
    language(running_town, "julien.marchal@commune.example", "fr")
    commune.write_text(before, encoding="utf-8")
    running_town.allo("apply", "--yes")


def language(town: Town, email: str, language: str) -> None:
    with closing(sqlite3.connect(town.home / "allo.db")) as directory, directory:
        directory.execute("UPDATE agent SET language = ? WHERE email = ?", (language, email))


def leave(town: Town, caller: str, to: str, hz: float) -> EngineProcess:
    """A citizen calls; what they say is recorded once they have been told to speak."""
    citizen = town.citizen(caller)
    citizen.send(protocol.Sound(source="tone", tone_hz=hz, sink="nothing"))
    citizen.send(protocol.Dial(call="call", to=to))
    return citizen


def speak(town: Town, citizen: EngineProcess, box: str) -> None:
    """Skip the words, wait for the signal, speak four seconds, hang up."""
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected", timeout=40)
    folder = town.home / "asterisk/spool/voicemail/default" / box
    for _ in range(40):
        citizen.wait(protocol.Quality)
        if any(folder.glob("tmp/*")):
            break
    for _ in range(4):
        citizen.wait(protocol.Quality)
    citizen.send(protocol.Hangup(call="call"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")


def waits(phone: RobotPhone, more: int, since: int) -> None:
    """So many more new messages, says the phone's lamp."""
    phone.engine.wait(protocol.Voicemail, lambda fact: fact.new == since + more, timeout=15)


def lamp(phone: RobotPhone) -> int:
    """As the phone was told with its registration."""
    return phone.engine.wait(protocol.Voicemail).new


def said(sound: bytes, hz: float) -> float:
    """Seconds of a tone in a WAV file."""
    samples, rate = soundfile.read(io.BytesIO(sound))
    return heard_seconds(np.asarray(samples), rate, hz)


@pytest.mark.parametrize(
    ("extension", "number", "address", "subject", "words"),
    [
        (
            "2002",
            "071000011",
            "marie.dupont@commune.example",
            "Message vocal : {}",
            "formez le *98",
        ),
        ("2003", "071000012", "julien.marchal@commune.example", "Voicemailbericht: {}", "Vorm *98"),
    ],
)
def test_an_agent_gets_the_message_by_mail_and_hears_it(
    mailing_town: Town, town: Town, server: MailServer, tmp_path: Path,
    extension: str, number: str, address: str, subject: str, words: str,
) -> None:  # fmt: skip
    phone = agent(town, extension)
    before = lamp(phone)
    citizen = leave(town, "+32470000075", number, 620)
    phone.engine.send(protocol.Reject(call=rings(phone).key))
    speak(town, citizen, extension)
    waits(phone, 1, before)

    mail = server.wait(address)
    assert mail.encrypted
    assert mail.sender == "telephone@commune.example"
    assert mail.message["Subject"] == subject.format("+32470000075")
    assert words in mail.text
    assert said(mail.sound, 620) > 2

    heard = tmp_path / "heard.wav"
    phone.engine.send(protocol.Sound(source="silence", sink="file", sink_file=str(heard)))
    phone.dial("listen", "*98")
    phone.engine.wait(protocol.CallState, lambda fact: fact.state == "connected")
    hear(phone, 2)
    phone.engine.send(protocol.Dtmf(call="listen", digits="1"))
    hear(phone, 16)
    phone.engine.send(protocol.Dtmf(call="listen", digits="7"))
    hear(phone, 2)
    phone.engine.send(protocol.Hangup(call="listen"))
    waits(phone, 0, before)
    phone.engine.send(protocol.Sound(source="silence", sink="nothing"))
    until(lambda: said(heard.read_bytes(), 620) > 2, "the message is heard")


def test_a_services_message_goes_to_its_address_and_to_all_its_phones(
    mailing_town: Town, town: Town, server: MailServer
) -> None:
    marie, julien, nathalie = (agent(town, number) for number in ("2002", "2003", "2000"))
    before = {phone.extension: lamp(phone) for phone in (marie, julien, nathalie)}
    citizen = leave(town, "+32470000076", NUMBER, 700)
    speak(town, citizen, "2910")
    waits(marie, 1, before["2002"])
    waits(julien, 1, before["2003"])
    mail = server.wait("population@commune.example")
    assert mail.message["To"].addresses[0].display_name == "Population"
    assert "*972910" in mail.text
    assert said(mail.sound, 700) > 2

    marie.dial("listen", "*972910")
    marie.engine.wait(protocol.CallState, lambda fact: fact.state == "connected")
    hear(marie, 2)
    marie.engine.send(protocol.Dtmf(call="listen", digits="1"))
    hear(marie, 8)
    marie.engine.send(protocol.Dtmf(call="listen", digits="7"))
    hear(marie, 2)
    marie.engine.send(protocol.Hangup(call="listen"))
    for phone in (marie, julien):
        waits(phone, 0, before[phone.extension])
    told = [fact for fact in nathalie.engine.facts if isinstance(fact, protocol.Voicemail)]
    assert {fact.new for fact in told} == {before["2000"]}, "she is of another service"


def test_a_mail_server_that_was_down_gets_it_when_it_is_back(
    mailing_town: Town, town: Town, server: MailServer
) -> None:
    server.close()
    try:
        citizen = leave(town, "+32470000077", NUMBER, 700)
        speak(town, citizen, "2910")
        waiting = town.home / "mail"
        until(lambda: any(waiting.glob("[0-9]*.eml")), "it is kept", within=20)
        log = town.home / "run/mail.log"
        until(lambda: "does not take them" in log.read_text(), "and tried")
        assert town.allo("mail")["waiting"] == 1
    finally:
        server.open()
    town.stop_server()
    town.serve()
    assert "+32470000077" in server.wait("population@commune.example").text
    until(lambda: not any(waiting.glob("[0-9]*.eml")), "nothing waits any more")


def test_the_server_removes_what_is_too_old(mailing_town: Town, town: Town) -> None:
    box = town.home / "asterisk/spool/voicemail/default/2910/INBOX"
    citizen = leave(town, "+32470000078", NUMBER, 700)
    speak(town, citizen, "2910")
    until(lambda: "+32470000078" in newest(box), "it is kept")
    file = max(box.glob("msg*.txt"))
    left = next(line for line in file.read_text().splitlines() if line.startswith("origtime="))
    long_ago = int(time.time()) - 31 * 24 * 3600
    file.write_text(file.read_text().replace(left, f"origtime={long_ago}"))
    count = len(list(box.glob("msg*")))
    town.stop_server()
    town.serve()
    until(lambda: "+32470000078" not in newest(box), "it is removed")
    assert len(list(box.glob("msg*"))) == count - 2, "its description and its sound"


def newest(box: Path) -> str:
    files = sorted(box.glob("msg*.txt"))
    return files[-1].read_text() if files else ""


def hear(phone: RobotPhone, seconds: int) -> None:
    """So long the call goes on: its quality is told every second."""
    for _ in range(seconds):
        phone.engine.wait(protocol.Quality)
