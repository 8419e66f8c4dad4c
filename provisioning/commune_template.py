"""The commune.toml that ``allo init`` writes; changing single values but not its comments.

Knows the text, not the meaning: the result is read by ``commune_file`` before it is kept.
"""

import json
import re
from collections.abc import Mapping

TEMPLATE = """\
# L'installation, les bâtiments, les services et la ligne de l'opérateur.
# Après un changement : « allo plan » montre ce qui va changer, « allo apply » l'applique.
# The installation, its buildings, services and line. After a change: `allo plan`, `allo apply`.

[installation]
host = "pbx.commune.example"     # nom que les portables voient ; il figure dans le certificat
bind = "0.0.0.0"                 # adresse d'écoute pour le SIP, le son et l'API
https_port = 8443                # enrôlement, messages, file d'attente
sip_phone_port = 5062            # téléphones allo (TLS 1.3)
sip_tls_port = 5061              # téléphones d'autres fabricants (TLS 1.2 et 1.3)
sip_udp_port = 5060              # opérateur seulement
ami_port = 5038                  # interne au serveur
rtp_start = 10000                # son (UDP)
rtp_end = 19999

# Un bloc [[site]] par bâtiment. Chaque agent reçoit un numéro interne de la plage de son site.
[[site]]
code = "hotel-de-ville"          # ne change plus ensuite
name = "Hôtel de ville"
# aliases = ["Administration communale"]   # autres noms dans vos listes
extensions = "2000-2199"
main_number = "071 00 00 00"     # À REMPLACER : le numéro général du bâtiment
main_service = "Accueil"         # le service qui y répond (avec une file d'attente)
# shown_number = "071 00 00 00"            # montré par qui n'a pas de numéro direct ; id.
# emergency_number = "071 00 00 00"        # montré au 112 ; par défaut le numéro général
# address = "Place communale 1"            # où envoyer les secours
# postcode = "6000"
# town = "Charleroi"

# Un bloc [[service]] par service. queue : ringall, leastrecent, fewestcalls, random, rrmemory,
# linear ; "group" : tous sonnent à la fois et personne n'attend ; ou "none" sans file d'attente.
# L'extension est hors des plages des sites.
[[service]]
name = "Accueil"
extension = "2900"
queue = "ringall"

[[service]]
name = "Population"
extension = "2910"
# number = "071 00 00 10"        # numéro direct du service
queue = "rrmemory"
# max_wait = 120                 # secondes (un groupe : 25 d'office), puis after_wait
# after_wait = "Accueil"         # un service, un menu, un numéro, voicemail, callback, goodbye
# callback = true                # « tapez 1 pour être rappelé » pendant l'attente
# helped_by = ["Accueil"]        # qu'on sonne quand aucun des siens n'est libre
# wrapup = 10                    # répit après un appel
# announce = 45                  # dire rang et attente, toutes les 45 s
# hours = "Guichets"             # sans horaire, toujours ouvert
# email = "population@commune.be"  # où envoyer les messages de sa messagerie ([mail])
# closed = { prompt = "Fermé", then = "voicemail", urgent = "0470 00 00 00" }
# night = { prompt = "Fermé" }   # pendant « allo hours night » ; sinon comme closed

# Les horaires. Les jours fériés belges sont fermés d'office ; closed et open pour des dates.
# [[hours]]
# name = "Guichets"
# week = ["lun-ven 08:30-12:00", "mer 13:30-16:00"]
# holidays = true
# closed = ["2026-12-24 10:00-24:00 Réveillon", "2026-12-28 au 2026-12-31"]
# open = ["2027-05-29 09:00-12:00 Portes ouvertes"]

# Les menus : « tapez 1 ». Une touche mène à un service, un menu, un numéro, annuaire (une personne
# par les lettres de son nom), back, repeat, goodbye.
# [[menu]]
# name = "Menu principal"
# extension = "2999"
# prompt = "Bienvenue"
# keys = { 1 = "Population", 2 = { to = "Onthaal", language = "nl" }, 9 = "repeat" }
# otherwise = "Accueil"

# Ce qu'on dit aux appelants : un texte (lu par la machine) ou un fichier son de ce dossier.
# [[prompt]]
# name = "Fermé"
# fr = "Nos guichets sont fermés. En cas d'urgence, tapez 1, ou laissez un message."
# nl = "ferme-nl.wav"

# Une autre voix que espeak-ng : le texte sur l'entrée, un fichier son sur la sortie.
# [voice]
# command = ["piper", "--model", "/voix/{language}.onnx", "--output_file", "-"]

# Une ligne d'information : l'appelant choisit sa rue et entend les prochaines dates.
# [[info]]
# name = "Collectes"
# extension = "2980"
# file = "collectes.csv"         # rue;type;date
# otherwise = "Accueil"
# La messagerie vocale : limites, et e-mail. Le mot de passe : « allo mail password ».
# [voicemail]
# max_seconds = 300
# max_messages = 100
# keep_days = 180                # 0 : toujours
# [mail]
# host = "smtp.commune.be"
# from = "telephone@commune.be"
# user = "telephone@commune.be"
# encryption = "starttls"        # ou "tls"
# Les salles de réunion : « 12 » se forme *612. Sans aucun bloc, *600 à *699 sont toutes ouvertes ;
# dès qu'il y en a un, il n'y a plus que celles-ci.
# [[room]]
# number = "12"
# name = "Collège"
# pin = "…"                      # 4 à 8 chiffres au hasard, demandés à l'entrée
# max = 20                       # personnes à la fois

# La ligne de l'opérateur, reconnue à son adresse. Sans elle : appels internes seulement.
# [[trunk]]
# name = "operateur"
# host = "192.0.2.10"
# port = 5060
# emergency_location = true      # dire au 112 l'adresse du bâtiment : si l'opérateur l'accepte
"""


def with_installation(text: str, values: Mapping[str, str | int]) -> str:
    """The same text with other values in ``[installation]``; comments and order stay."""
    return _with_values(text, r"\[installation\]", 0, values)


def with_trunk(text: str, index: int, values: Mapping[str, str | int]) -> str:
    """The same with other values in the ``[[trunk]]`` number ``index``, counted from 0."""
    return _with_values(text, r"\[\[trunk\]\]", index, values)


def _with_values(text: str, header: str, index: int, values: Mapping[str, str | int]) -> str:
    lines = f"{text.rstrip()}\n".splitlines(keepends=True)
    left = dict(values)
    inside, end, seen = False, 0, 0
    for number, line in enumerate(lines):
        if re.match(r"\s*\[", line):
            found = re.match(rf"\s*{header}", line) is not None
            inside = found and seen == index
            seen += found
            end = number + 1 if inside else end
        key = re.match(r'\s*(\w+)\s*=\s*("[^"]*"|[^#\s]*)', line)
        if inside and key:
            end = number + 1
            if key[1] in left:
                value = json.dumps(left.pop(key[1]))
                lines[number] = line[: key.start(2)] + value + line[key.end(2) :]
    lines[end:end] = [f"{key} = {json.dumps(value)}\n" for key, value in left.items()]
    return "".join(lines)
