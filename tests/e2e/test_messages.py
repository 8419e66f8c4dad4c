"""Messages between agents through the real server: stored first, delivered later if need be."""

from tests.support.robot import has_message
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
