"""A person by the letters of their name: directory.conf, and its part of extensions.conf.

Asterisk's Directory asks for the first three letters of the surname on the keys, says who has
such a name, and who presses 1 is put through. It reads its own file, not voicemail.conf: in there
stand the people who can be called and nobody else, in letters that are on the keys. A name is said
as it was read aloud (``Layout.names``), else letter by letter.
"""

import re
import unicodedata

from pbx_config import escape
from pbx_config.model import Exchange, User
from pbx_config.render.text import document, extension, section

CODE = "*411"
CONTEXT = "by-name"
FILE = "directory.conf"
NAMES = "names"
"""Where Directory looks, for who there is and for how they are said."""
OTHERWISE = "ALLO_OTHERWISE"
"""Variable of the caller: the menu (context) that says where to go who finds nobody."""
LETTERS = 3
"""To be typed."""

_PLAIN = str.maketrans(
    {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l",
     "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d"}
)  # fmt: skip
"""Letters that are no other letter with a mark."""


def directory_conf(exchange: Exchange) -> str:
    """Who can be called, in ASCII: ``2014 => -,Marie Dupont``."""
    return document(section(NAMES, *(_entry(user) for user in listed(exchange))))


def _entry(user: User) -> str:
    extension = escape.digits(user.extension, user.id)
    # Without a letter that is on the keys one is found by one's extension.
    return f"{extension} => -,{written(user)[: escape.MAX_NAME] or extension}"


def listed(exchange: Exchange) -> tuple[User, ...]:
    """Who has a telephone."""
    return tuple(user for user in exchange.users if user.devices)


def written(user: User) -> str:
    """First name and surname, each of one word: the letters of the last word are those that are
    typed. Empty for a name without any letter of ours."""
    surname = user.surname if user.name.endswith(user.surname) else ""
    surname = surname or user.name.rpartition(" ")[2]
    first, last = _letters(user.name.removesuffix(surname)), _letters(surname)
    if len(last) < LETTERS:  # Ly: 3 letters must be typed, and the first name goes on
        last += first
    return f"{first} {last}".strip() if last else ""


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return re.sub(r"[^A-Za-z0-9]+", "", plain)


def codes() -> tuple[str, ...]:
    """Extension of the context ``internal``."""
    return (extension(CODE, f"Set({OTHERWISE}=)", f"Goto({CONTEXT},s,1)"),)


def by_name() -> str:
    """Context where one is asked for a name."""
    return section(
        CONTEXT,
        extension(
            "s",
            "Answer()",
            "Set(DIRECTORY_EXTEN=)",
            # s: only say who was chosen. It ends in the middle where nothing is typed.
            f"TryExec(Directory({NAMES},internal,sc({FILE})))",
            "Set(chosen=${FILTER(0-9,${DIRECTORY_EXTEN})})",
            "GotoIf(${DIALPLAN_EXISTS(internal,${chosen},1)}?internal,${chosen},1)",
            f'GotoIf($["${{{OTHERWISE}}}" != ""]?${{{OTHERWISE}}},otherwise,1)',
            f"Gosub(give-back,s,1({CODE[1:]}))",
            "Hangup()",
        ),
    )
