"""What an administrator reads before saying yes."""

from dataclasses import replace
from pathlib import Path

from pbx_config.model import Certificates, Exchange, Mail, Room, Target, Voicemail
from pbx_config.words import compare
from tests.pbx_config.render.test_golden import EXCHANGE as GOLDEN
from tests.support.exchange import digest_of, make_user, small_exchange

FILES = Certificates(Path("/a"), Path("/b"), Path("/c"))
EXCHANGE = small_exchange(Path("/nonexistent"), certificates=FILES)
MARIE = EXCHANGE.users[0]


def lines(old: Exchange | None, new: Exchange, language: str = "fr") -> list[str]:
    return [f"{c.sign} {c.text_fr if language == 'fr' else c.text_en}" for c in compare(old, new)]


def with_marie(**changed: object) -> Exchange:
    users = (replace(MARIE, **changed), *EXCHANGE.users[1:])  # type: ignore[arg-type]
    return replace(EXCHANGE, users=users)


def test_nothing_changed() -> None:
    assert lines(EXCHANGE, EXCHANGE) == []


def test_the_first_time_everything_is_new() -> None:
    shown = lines(None, EXCHANGE)
    assert "+ site Hôtel de ville" in shown
    assert "+ file 2900 Population" in shown
    assert "+ 2001 Marie Dupont (Hôtel de ville)" in shown


def test_a_line_says_what_it_is_about() -> None:
    shown = lines(None, EXCHANGE)
    assert f"+ centrale localhost:{EXCHANGE.network.sip_phone_port}" in shown
    assert "+ ligne opérateur operator" in shown
    english = lines(None, EXCHANGE, "en")
    assert "+ queue 2900 Population" in english
    assert "+ operator line operator" in english


def test_an_agent_is_shown_with_their_service() -> None:
    marie = with_marie(service="État civil")
    assert "+ 2001 Marie Dupont (État civil)" in lines(None, marie)
    assert lines(EXCHANGE, marie) == [], "it changes nothing on the PBX by itself"


def test_an_agent_moves_to_another_site() -> None:
    library = replace(EXCHANGE.sites[0], code="bib", name="Bibliothèque", main_number="+3271000200")
    old = replace(EXCHANGE, sites=(*EXCHANGE.sites, library))
    users = (replace(MARIE, site="bib"), *EXCHANGE.users[1:])
    assert lines(old, replace(old, users=users)) == [
        "~ 2001 Marie Dupont (Bibliothèque) : site Hôtel de ville → Bibliothèque"
    ]


def test_an_agent_comes_and_goes() -> None:
    zoe = make_user(9, "Zoé Lambert")
    more = replace(EXCHANGE, users=(*EXCHANGE.users, zoe))
    assert lines(EXCHANGE, more) == ["+ 2009 Zoé Lambert (Hôtel de ville)"]
    assert lines(more, EXCHANGE) == ["- 2009 Zoé Lambert (Hôtel de ville)"]
    (change,) = compare(EXCHANGE, more)
    assert (change.kind, change.what, change.key) == ("add", "user", "2009")


def test_a_changed_number_says_from_what_to_what() -> None:
    new = with_marie(public_number="+3271000999")
    assert lines(EXCHANGE, new) == [
        "~ 2001 Marie Dupont (Hôtel de ville) : numéro public +3271000001 → +3271000999"
    ]
    assert lines(EXCHANGE, new, "en") == [
        "~ 2001 Marie Dupont (Hôtel de ville): public number +3271000001 → +3271000999"
    ]
    assert lines(EXCHANGE, with_marie(public_number=None)) == [
        "~ 2001 Marie Dupont (Hôtel de ville) : numéro public +3271000001 → —"
    ]


def test_a_renamed_agent_is_the_same_agent() -> None:
    assert lines(EXCHANGE, with_marie(name="Marie Martin", extension="2050")) == [
        "~ 2050 Marie Martin (Hôtel de ville) : poste 2001 → 2050, nom Marie Dupont → Marie Martin"
    ]


def test_new_credentials_are_told_without_being_shown() -> None:
    fresh = replace(MARIE.devices[0], digest=digest_of("u1-1", "another"))
    (line,) = lines(EXCHANGE, with_marie(devices=(fresh,)))
    assert line.startswith("~ 2001 Marie Dupont (Hôtel de ville) : accès SIP ")
    assert fresh.digest.ha1[:8] not in line


def test_a_queue_tells_its_members_by_name() -> None:
    queue = replace(EXCHANGE.queues[0], members=("u1",), max_wait=60)
    assert lines(EXCHANGE, replace(EXCHANGE, queues=(queue,))) == [
        "~ file 2900 Population : membres Marie Dupont + Julien Marchal + Amélie Noël → "
        "Marie Dupont, attente maximale 300 s → 60 s"
    ]


def test_a_service_becomes_a_group() -> None:
    queue = replace(EXCHANGE.queues[0], strategy="group", max_wait=25)
    new = replace(EXCHANGE, queues=(queue,))
    assert lines(EXCHANGE, new) == [
        "~ groupe 2900 Population : stratégie ringall → group, attente maximale 300 s → 25 s"
    ]
    assert "+ group 2900 Population" in lines(None, new, "en")


def test_a_rooms_pin_is_told_without_being_shown() -> None:
    room = Room("12", "Collège", "48151623")
    old, new = replace(EXCHANGE, rooms=(room,)), replace(room, pin="16234815", most=8)
    assert lines(EXCHANGE, old) == ["+ salle *612 Collège"]
    assert lines(old, replace(EXCHANGE, rooms=(new,))) == [
        "~ salle *612 Collège : code d'accès •••• → ••••, places 30 → 8"
    ]
    assert lines(old, replace(EXCHANGE, rooms=(replace(room, pin=""),)), "en") == [
        "~ room *612 Collège: PIN •••• → —"
    ]
    assert "48151623" not in repr(old)


def test_site_trunk_and_network() -> None:
    site = replace(EXCHANGE.sites[0], emergency_number="+3271000113")
    network = replace(EXCHANGE.network, host="pbx.example")
    new = replace(EXCHANGE, sites=(site,), trunks=(), network=network)
    shown = lines(EXCHANGE, new)
    assert [line.split(" ")[0] for line in shown] == ["~", "~", "-"]
    assert "serveur localhost → pbx.example" in shown[0]
    assert "numéro montré au 112 +3271000112 → +3271000113" in shown[1]
    assert shown[2] == "- ligne opérateur operator"


def test_dates_of_an_information_line_are_counted_and_its_streets_named() -> None:
    (line,) = GOLDEN.infos
    assert "+ info 2980 Collectes" in lines(replace(GOLDEN, infos=()), GOLDEN)
    station, haute, hautmont = line.zones
    garden, glass = station.series
    moved = replace(garden, dates=("2027-01-13", "2027-07-06", "2027-08-03"))
    zones = (replace(station, series=(moved, glass)), replace(haute, series=()), hautmont)
    changed = replace(GOLDEN, infos=(replace(line, zones=zones),))
    assert lines(GOLDEN, changed) == [
        "~ info 2980 Collectes : dates : 2 ajoutée(s), 2 retirée(s) (rue de la Station, rue Haute)"
    ]
    assert lines(GOLDEN, changed, "en") == [
        "~ info 2980 Collectes: dates: 2 added, 2 removed (rue de la Station, rue Haute)"
    ]
    assert lines(GOLDEN, GOLDEN) == []


def test_what_an_information_line_asks_is_told_too() -> None:
    (line,) = GOLDEN.infos
    quiet = replace(line, otherwise=Target("goodbye"), number=None)
    (told,) = lines(GOLDEN, replace(GOLDEN, infos=(quiet,)))
    assert "numéro public +3271000980 → —" in told
    assert "sinon 2900 Population → goodbye" in told


def test_hours_prompts_and_menus_are_told_in_words() -> None:
    shown = lines(replace(GOLDEN, hours=(), prompts=(), menus=()), GOLDEN)
    assert shown[:6] == [
        "+ horaire Guichets",
        "+ message Fermé",
        "+ message Bienvenue",
        "+ message Rappel",
        "+ menu 2999 Accueil",
        "+ menu 2998 Onthaal",
    ]
    (hours,), (menu, other) = GOLDEN.hours, GOLDEN.menus
    later = replace(hours, week=(*hours.week[:5], (), ()))
    (line,) = lines(GOLDEN, replace(GOLDEN, hours=(later,)))
    assert line == (
        "~ horaire Guichets : semaine lun-ven 08:30-12:00, 13:30-16:00; sam 00:00-24:00 → "
        "lun-ven 08:30-12:00, 13:30-16:00"
    )
    short = replace(menu, keys=menu.keys[:2], times=3)
    (line,) = lines(GOLDEN, replace(GOLDEN, menus=(short, other)))
    assert "touches 1 → 2900 Population, 2 → 2998 Onthaal (nl), 3 → voicemail 2901" in line
    assert line.endswith("répétitions 2 → 3")


def test_being_called_back_is_told_in_words() -> None:
    queue = EXCHANGE.queues[0]
    offered = replace(queue, callback=True, after_wait=Target("callback", queue.extension))
    new = replace(EXCHANGE, queues=(offered,))
    assert lines(EXCHANGE, new) == [
        "~ file 2900 Population : ensuite voicemail → callback 2900 Population, rappel — → +"
    ]
    assert lines(new, EXCHANGE, "en") == [
        "~ queue 2900 Population: then callback 2900 Population → voicemail, callback + → —"
    ]


def test_limits_and_mail_of_voicemails_are_told() -> None:
    limited = replace(EXCHANGE, voicemail=Voicemail(120, 100, 180))
    assert lines(EXCHANGE, limited) == [
        "~ messageries vocales : longueur maximale 300 s → 120 s, jours de conservation — → 180"
    ]
    mail = Mail("smtp.commune.example", 587, "starttls", "t@commune.example", "allo")
    mailed = replace(EXCHANGE, mail=mail)
    assert lines(EXCHANGE, mailed, "en") == ["+ voicemail by e-mail, server smtp.commune.example"]
    assert lines(mailed, replace(mailed, mail=replace(mail, attach=False, encryption="tls"))) == [
        "~ messages vocaux par e-mail, serveur smtp.commune.example : "
        "chiffrement starttls → tls, pièce jointe + → —"
    ]
    queue = replace(EXCHANGE.queues[0], email="population@commune.example")
    assert lines(EXCHANGE, replace(EXCHANGE, queues=(queue,))) == [
        "~ file 2900 Population : e-mail — → population@commune.example"
    ]
