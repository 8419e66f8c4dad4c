"""Every generated file of a small exchange, word for word.

A wanted change of the rendering: run once with ``ALLO_GOLDEN=write`` and read the diff of
``tests/pbx_config/golden`` before committing it.
"""

import os
from pathlib import Path

import pytest

from pbx_config.asterisk import Runtime
from pbx_config.hours import DAY_MINUTES, Hours, Span, SpecialDay
from pbx_config.layout import Layout
from pbx_config.model import (
    Ami,
    Certificates,
    Closed,
    Device,
    Digest,
    Exchange,
    Info,
    InfoPage,
    InfoSeries,
    InfoZone,
    Mail,
    Menu,
    Network,
    Prompt,
    Queue,
    Recording,
    Room,
    Site,
    Target,
    Trunk,
    User,
    Voicemail,
)
from pbx_config.render import render
from pbx_config.render.base import MODULES

GOLDEN = Path(__file__).parent.parent / "golden"
SHA, MD5 = Digest("SHA-256", "ab" * 32), Digest("MD5", "cd" * 16)
EXCHANGE = Exchange(
    network=Network("pbx.commune.example", "0.0.0.0", 5061, 5060, 5038, 10000, 10999, 5062),
    ami=Ami("allo", "generated-secret-of-the-installation"),
    certificates=Certificates(Path("/tls/s.pem"), Path("/tls/s.key"), Path("/tls/ca.pem")),
    sites=(
        Site("hv", "Hôtel de ville", "+3271000100", "population", "+3271000112"),
        Site("cpas", "CPAS", "+3271000300", "social", "+3271000312"),
    ),
    users=(
        User("u14", "2014", "Marie Dupont", "hv", "marie@commune.example", "+3271000014",
             (Device("u14-1", "softphone", SHA), Device("u14-2", "sip", MD5))),
        User("u15", "2015", "Şirin D'Hondt; dite “Şi”", "cpas", "", None,
             (Device("u15-1", "softphone", SHA),), language="nl"),
        User("u16", "2016", "Sans Appareil", "cpas", "bad;mail", "+3271000016", ()),
    ),
    queues=(
        Queue("population", "Population", "2900", "+3271000200", "ringall", ("u14", "u15")),
        Queue("travaux", "Travaux", "2902", "+3271000202", "ringall", ("u14",), callback=True,
              after_wait=Target("callback", "2902")),
        Queue("social", "Service social", "2901", None, "rrmemory", ("u15", "u16"), max_wait=120,
              hours="guichets", closed=Closed("ferme", Target("voicemail", "2901")),
              night=Closed("ferme", Target("goodbye"), "+32470112233"),
              email="social@commune.example"),
        Queue("voirie", "Voirie", "2903", None, "group", ("u15",), 25,
              after_wait=Target("inside", "2014"), helpers=("u14",)),
    ),
    trunks=(Trunk("operator", "192.0.2.10", 5060),),
    hours=(
        Hours("guichets", "Guichets", "Europe/Brussels",
              (*((Span(510, 720), Span(810, 960)),) * 5, (Span(0, DAY_MINUTES),), ()),
              (SpecialDay("2026-12-24", (Span(510, 720),), "Réveillon"),
               SpecialDay("2026-12-25", (), "Noël"))),
    ),
    prompts=(
        Prompt("ferme", "Fermé", (Recording("fr", "ferme-fr-0123456789ab", "Nous sommes fermés."),
                                  Recording("nl", "ferme-nl-0123456789ab"))),
        Prompt("bienvenue", "Bienvenue", (Recording("fr", "bienvenue-fr-0123456789ab"),)),
        Prompt("allo-callback-offer", "Rappel", (Recording("fr", "offer-fr-0123456789ab"),)),
    ),
    menus=(
        Menu("accueil", "Accueil", "2999", "+3271000999", "bienvenue",
             (("1", Target("inside", "2900")), ("2", Target("inside", "2998", "nl")),
              ("3", Target("voicemail", "2901")), ("4", Target("outside", "+32470112233")),
              ("5", Target("prompt", "ferme")), ("9", Target("repeat"))),
             Target("inside", "2900"), direct=True),
        Menu("onthaal-nl", "Onthaal", "2998", None, "bienvenue",
             (("*", Target("back")), ("0", Target("goodbye"))), Target("inside", "2901"), 3, 8),
    ),
    infos=(
        Info("collectes", "Collectes", "2980", "+3271000980", "Europe/Brussels", ("fr", "nl"),
             "bienvenue",
             (InfoPage("", "info--letters", (("782", 0),), (("428", "428"),)),
              InfoPage("428", "info--choice", (("1", 1), ("2", 2)))),
             (InfoZone("rue de la Station", "info--street",
                       (InfoSeries("déchets verts", "info--before", "info--none",
                                   ("2027-01-12", "2027-07-06")),
                        InfoSeries("verre", "info--before", "info--none", ("2027-01-12",)))),
              InfoZone("rue Haute", "info--street",
                       (InfoSeries("verre", "info--before", "info--none", ("2027-01-12",)),)),
              InfoZone("rue du Hautmont", "info--street", ())),
             "info--again", Target("inside", "2900"),
             (Prompt("info--letters", "Tapez trois lettres.",
                     (Recording("fr", "info--letters-fr-0123456789ab", "Tapez trois lettres."),
                      Recording("nl", "info--letters-nl-0123456789ab", "Toets drie letters."))),
              *(Prompt(f"info--{name}", name,
                       (Recording("fr", f"info--{name}-fr-0123456789ab", name),))
                for name in ("choice", "street", "before", "none", "again")))),
    ),
    voicemail=Voicemail(120, 50, 180),
    mail=Mail("smtp.commune.example", 587, "starttls", "telephone@commune.example", "allo",
              hello="pbx.commune.example",
              command=("/opt/allo/.venv/bin/python", "-m", "mailer", "/var/lib/allo's")),
    rooms=(Room("12", "Collège", "48151623", 8), Room("13", "Permanence")),
)  # fmt: skip


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    modules = tmp_path_factory.mktemp("modules")
    for module in MODULES:
        (modules / f"{module}.so").touch()
    runtime = Runtime(("asterisk",), (22, 10, 1), modules, Path("/usr/share/asterisk"))
    files = render(EXCHANGE, Layout(Path("/var/lib/allo/pbx")), runtime)
    return {name: text.replace(str(modules), "/usr/lib/modules") for name, text in files.items()}


def test_every_file_is_as_agreed(rendered: dict[str, str]) -> None:
    if os.environ.get("ALLO_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        for name, text in rendered.items():
            (GOLDEN / name).write_text(text)
    assert set(rendered) == {path.name for path in GOLDEN.iterdir()}
    for name, text in rendered.items():
        assert text == (GOLDEN / name).read_text(), name


def test_no_password_and_no_secret_but_amis(rendered: dict[str, str]) -> None:
    for name, text in rendered.items():
        assert "password =" not in text, name
        assert ("secret" in text) == (name == "manager.conf"), name
        assert ("48151623" in text) == (name == "confbridge.conf"), "the room's PIN"


def test_the_dialplan_holds_no_name_of_anybody(rendered: dict[str, str]) -> None:
    for word in (
        "Dupont",
        "Şirin",
        "Population",
        "Hôtel",
        "CPAS",
        "Fermé",
        "fermés",
        "Noël",
        "Onthaal",
        "Bienvenue",
        "Haute",
        "déchets",
        "Travaux",
        "Collège",
    ):
        assert word not in rendered["extensions.conf"]


def test_emergency_is_the_first_thing_a_phone_finds(rendered: dict[str, str]) -> None:
    lines = rendered["extensions.conf"].splitlines()
    assert lines[lines.index("[phones]") + 1] == "include => emergency"
