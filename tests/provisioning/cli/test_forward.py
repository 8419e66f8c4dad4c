"""``allo forward``: what agents decided about the calls to them."""

from collections.abc import Callable, Iterator

import pytest

from tests.provisioning.conftest import Run

Allo = Callable[..., Run]


@pytest.fixture
def stopped(town: Allo) -> Iterator[Allo]:
    yield town
    town("pbx", "down")


@pytest.mark.parametrize("arguments", [(), ("2002",), ("2002", "--always", "2003")])
def test_it_needs_a_running_exchange(stopped: Allo, arguments: tuple[str, ...]) -> None:
    done = stopped("forward", *arguments)
    assert (done.code, done.out) == (1, "")
    assert "allo pbx up" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2002", "--always", "2002"), "est cet agent même"),
        (("2002", "--busy", "112"), "numéro d'urgence"),
        (("2002", "--busy", "0033 1 23 45 67 89"), "numéro étranger"),
        (("2002", "--busy", "0900 12 345"), "surtaxé"),
        (("2002", "--always", "20033"), "« 20033 » n'est à personne. Vouliez-vous dire « 2003 » ?"),
        (("2002", "--always", "Marie"), "n'est pas un numéro"),
        (("2002", "--always", "0475,1"), "n'est pas un numéro"),
        (("2002", "--follow", "2003"), "est à la commune"),
        (("2002", "--follow", "071 00 00 10"), "est à la commune"),
        (("2002", "--filter", "2910"), "n'est pas le numéro interne d'un agent"),
        (("2999",), "Aucun agent n'a le numéro interne « 2999 »"),
        (("--dnd", "on"), "De quel agent ?"),
        (("2002", "--dnd", "oui"), "« on » ou « off »"),
    ],
)
def test_bad_usage_is_2_with_the_reason(
    stopped: Allo, arguments: tuple[str, ...], said: str
) -> None:
    done = stopped("forward", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_everything_that_is_wrong_is_said_at_once(stopped: Allo) -> None:
    done = stopped("--lang", "en", "forward", "2002", "--always", "112", "--follow", "2003")
    assert done.code == 2
    assert "--always: “112” is an emergency" in done.err
    assert "--follow: “2003” is the town's own" in done.err
    assert "Nothing was changed." in done.err


@pytest.mark.timeout(180)
def test_deciding_and_looking(stopped: Allo) -> None:
    assert stopped("apply", "--yes").code == 0
    assert stopped("pbx", "up").code == 0
    assert "Personne n'a de renvoi" in stopped("forward").out
    none = {
        "always": None, "busy": None, "unanswered": None, "offline": None, "follow": None,
        "filter": None, "dnd": False,
    }  # fmt: skip

    done = stopped(
        "forward", "2002", "--busy", "2003", "--follow", "0475 12 34 56", "--dnd", "on", "--json"
    )
    assert done.code == 0, done.err
    wanted = {**none, "busy": "2003", "follow": "0475123456", "dnd": True}
    assert {name: done.json[name] for name in none} == wanted
    assert done.json["extension"] == "2002"
    assert stopped("forward", "2003", "--filter", "2002").code == 0
    listed = stopped("forward", "--json").json["agents"]
    assert [(one["extension"], one["filter"]) for one in listed] == [
        ("2002", None),
        ("2003", "2002"),
    ]

    # And what a caller meets is told by it.
    assert "ne pas déranger" in stopped("flow", "2002").out
    steps = stopped("flow", "2002", "--at", "now", "--json").json
    assert [step["kind"] for step in steps] == ["number", *["person"] * 4, "voicemail"]

    assert stopped("pbx", "down").code == 0
    assert "la centrale est arrêtée" in stopped("flow", "2002").out
    assert stopped("pbx", "up").code == 0
    assert stopped("forward", "--json").json["agents"] == listed, "it lives through a restart"

    done = stopped("forward", "2002", "--busy", "off", "--follow", "off", "--dnd", "off", "--json")
    assert {name: done.json[name] for name in none} == none
    assert stopped("forward", "2003", "--filter", "off").code == 0
    assert stopped("forward", "--json").json == {"agents": []}
