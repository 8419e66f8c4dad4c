"""The page behind an enrolment link, for those whose program did not open by itself.

Owns its words and its looks: no script, nothing from elsewhere.
"""

import re
from dataclasses import dataclass
from html import escape
from string import Template

from provisioning.words import Language, Words

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")

_TITLE = Words("Votre téléphone allo", "Your allo telephone")
_STEPS = (
    Words(
        "Installez le programme <strong>allo</strong> sur cet ordinateur, s'il n'y est pas encore. "
        "Votre service informatique vous le fournit.",
        "Install the <strong>allo</strong> program on this computer, if it is not there yet. "
        "Your IT department provides it.",
    ),
    Words(
        "Cliquez sur le bouton ci-dessous : allo s'ouvre et votre ligne est prête.",
        "Click the button below: allo opens and your line is ready.",
    ),
    Words(
        "S'il ne se passe rien, ouvrez allo vous-même et collez-y ce lien :",
        "If nothing happens, open allo yourself and paste this link there:",
    ),
)
_BUTTON = Words("Ouvrir dans allo", "Open in allo")
_NOTE = Words(
    "Ce lien ne fonctionne qu'une fois. Ne le transmettez à personne : il donne votre ligne.",
    "This link works only once. Do not pass it on to anybody: it gives your line.",
)
_BROKEN = Words(
    "Ce lien est incomplet. Copiez-le en entier, tel que vous l'avez reçu, ou demandez-en un "
    "nouveau.",
    "This link is incomplete. Copy all of it, as you received it, or ask for a new one.",
)

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$language">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 3rem auto;
       padding: 0 1.25rem }
a.open { display: inline-block; padding: .75rem 1.5rem; border-radius: .5rem;
         background: #1a5fb4; color: #fff; font-weight: 600; text-decoration: none }
a.open:focus-visible { outline: 3px solid currentcolor; outline-offset: 3px }
code { display: block; padding: .75rem; border: 1px solid; border-radius: .5rem;
       overflow-wrap: anywhere; user-select: all }
li { margin: .75rem 0 }
</style>
<h1>$title</h1>
$content
</html>
""")


@dataclass(frozen=True, slots=True)
class Link:
    """The parts of docs/api.md's enrolment link."""

    host: str
    port: int
    token: str
    ca_fingerprint: str

    @property
    def url(self) -> str:
        return f"allo://{self.host}:{self.port}/enrol/{self.token}?ca={self.ca_fingerprint}"


def page(link: Link, language: Language) -> str:
    """The whole HTML document."""
    if not _TOKEN.fullmatch(link.token):
        content = f"<p>{_BROKEN.say(language)}</p>"
    else:
        url = escape(link.url, quote=True)
        install, click, paste = (step.say(language) for step in _STEPS)
        button = f'<a class="open" href="{url}">{_BUTTON.say(language)}</a>'
        content = (
            f"<ol>\n<li>{install}</li>\n<li>{click}<p>{button}</p></li>\n"
            f"<li>{paste}<p><code>{url}</code></p></li>\n</ol>\n<p>{_NOTE.say(language)}</p>"
        )
    return _PAGE.substitute(language=language, title=_TITLE.say(language), content=content)
