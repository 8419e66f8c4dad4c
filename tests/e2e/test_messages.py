"""Messages between agents through the real server: stored first, delivered later if need be."""

from contextlib import closing

from tests.support.robot import has_message
from tests.support.sip import Peer, tls
from tests.support.town import Town


def test_messages_with_accents_arrive_both_ways(town: Town) -> None:
    elise, benoit = town.phone("2006"), town.phone("2007")
    for phone in (elise, benoit):
        phone.wait("live picture", lambda state: state.board.fresh)

    elise.link.send_message("2007", "Où est le dossier « Noël » ? œuvre, ça, là ✓").result(10)
    benoit.wait("the question", has_message("Où est le dossier « Noël » ? œuvre, ça, là ✓"))
    benoit.link.send_message("2006", "Sur l'étagère,\nà gauche.").result(10)
    elise.wait("the answer", has_message("Sur l'étagère,\nà gauche."))
    elise.wait(
        "delivery",
        lambda state: any(
            entry.status == "delivered" and entry.sender == "2006"
            for entry in state.messages.get("2007").entries
        ),
    )


def test_a_message_waits_for_an_agent_who_is_offline(town: Town) -> None:
    anne_sophie = town.phone("2008")
    anne_sophie.wait("live picture", lambda state: state.board.fresh)

    stored = anne_sophie.link.send_message("2009", "À demain — François").result(10)
    assert stored.delivered_at is None
    francois = town.phone("2009")
    francois.wait("the message", has_message("À demain — François"))
    anne_sophie.wait(
        "delivery",
        lambda state: "delivered" in [e.status for e in state.messages.get("2009").entries[-1:]],
    )


def test_messages_survive_a_killed_server(town: Town) -> None:
    laurence, mehmet = town.phone("2010"), town.phone("2011")
    for phone in (laurence, mehmet):
        phone.wait("live picture", lambda state: state.board.fresh)

    laurence.link.send_message("2011", "avant").result(10)
    town.kill_server()
    laurence.wait("stale", lambda state: state.link.state == "stale")
    written_meanwhile = laurence.link.send_message("2011", "pendant la panne")
    town.serve()
    written_meanwhile.result(20)
    mehmet.wait("both messages", has_message("pendant la panne"), timeout=20)
    assert has_message("avant")(mehmet.state)


def test_an_agent_with_another_makers_phone_writes_and_is_written_to(town: Town) -> None:
    given = town.allo("enrol", "2012", "--sip")
    thomas = town.phone("2005")
    thomas.wait("live picture", lambda state: state.board.fresh)
    thomas.link.send_message("2012", "Café à 10 h ? ☕").result(10)
    assert thomas.state.messages.get("2012").entries[-1].status == "stored"

    # Only now: the PBX closes a connection on which nothing is said.
    wire = tls("127.0.0.1", given["port"], town.home / "ca" / "ca.pem")
    with closing(
        Peer(wire, given["user"], password=given["password"], algorithm=given["algorithm"])
    ) as desk:
        assert desk.register().code == 200
        heard = desk.text()
        assert (heard.caller, heard.body) == ("2005", "Café à 10 h ? ☕")
        thomas.wait(
            "handed to the phone",
            lambda state: state.messages.get("2012").entries[-1].status == "handed",
        )
        assert desk.request("MESSAGE", heard.caller, "D’accord").code == 202
        thomas.wait("the answer", has_message("D’accord"))
