"""Where a call may go on, as an administrator writes it.

A menu, a service or an information line by its name, an extension, a public number (``0470 …``),
``voicemail NAME``, ``prompt NAME`` (said, and then the menu again), ``directory`` (a person by the
letters of their name), ``back``, ``repeat``, ``goodbye``.
"""

from pbx_config.model import Target
from provisioning.commune import Commune, Info, Key, Service
from provisioning.numbers import belgian
from provisioning.problem import Wrong
from provisioning.text import did_you_mean, fold
from provisioning.words import Words

_ALONE = {
    "back": "back",
    "retour": "back",
    "repeat": "repeat",
    "repeter": "repeat",
    "goodbye": "goodbye",
    "fin": "goodbye",
    "directory": "directory",
    "annuaire": "directory",
}
_BEFORE_A_NAME = {"voicemail": "voicemail", "messagerie": "voicemail", "prompt": "prompt",
                  "message": "prompt"}  # fmt: skip
_CALLBACK = ("callback", "rappel")


def target(commune: Commune, key: Key) -> Target:
    """Raises Wrong when there is no such thing."""
    text = key.to.strip()
    first, _, rest = fold(text).partition(" ")
    if kind := _ALONE.get(fold(text)):
        match kind:
            case "back":
                return Target("back", "", key.language)
            case "repeat":
                return Target("repeat", "", key.language)
            case "directory":
                return Target("directory", "", key.language)
        return Target("goodbye", "", key.language)
    if menu := commune.menu_named(text):
        return Target("inside", menu.extension, key.language)
    if info := commune.info_named(text):
        return Target("inside", info.extension, key.language)
    service = commune.service_named(text)
    if service and service.queue != "none":
        return Target("inside", service.extension, key.language)
    if rest and _BEFORE_A_NAME.get(first) == "voicemail":
        owner = commune.service_named(rest)
        if owner and owner.queue != "none":
            return Target("voicemail", owner.extension, key.language)
        if rest.isdecimal() and _is_extension(commune, rest):
            return Target("voicemail", rest, key.language)
        raise _unknown(rest, [one.name for one in commune.service if one.queue != "none"])
    if rest and _BEFORE_A_NAME.get(first) == "prompt":
        if prompt := commune.prompt_named(rest):
            return Target("prompt", prompt.slug, key.language)
        raise _unknown(rest, [one.name for one in commune.prompt])
    if text.isdecimal() and _is_extension(commune, text):
        return Target("inside", text, key.language)
    if text[:1] in "+0" and any(c.isdecimal() for c in text):
        return Target("outside", belgian(text), key.language)
    raise _unknown(
        text,
        [
            *(menu.name for menu in commune.menu),
            *(info.name for info in commune.info),
            *(one.name for one in commune.service if one.queue != "none"),
            "directory", "back", "repeat", "goodbye",
        ],
    )  # fmt: skip


def _is_extension(commune: Commune, text: str) -> bool:
    """Of the range of a site; who has it is the directory's business."""
    return any(int(text) in site.range for site in commune.site)


def _unknown(text: str, known: list[str]) -> Wrong:
    return Wrong(
        Words(f"« {text} » ne mène nulle part.", f"“{text}” leads nowhere."),
        did_you_mean(text, known),
    )


def info_target(commune: Commune, info: Info) -> Target:
    """The same for an information line, which has no menu to go back to and is no end of itself.

    Raises Wrong.
    """
    found = target(commune, info.otherwise)
    if found.kind in ("back", "repeat", "prompt") or found.key == info.extension:
        text = info.otherwise.to
        raise Wrong(
            Words(f"« {text} » n'a pas de sens ici.", f"“{text}” makes no sense here."),
            Words(
                "Donnez un service, un menu, un numéro, « voicemail NOM » ou « goodbye ».",
                "Give a service, a menu, a number, “voicemail NAME” or “goodbye”.",
            ),
        )
    return found


def service_target(commune: Commune, service: Service, text: str) -> Target:
    """The same for a service: ``voicemail`` alone is its own, and there is no menu to go back to.

    Raises Wrong.
    """
    if fold(text) in ("voicemail", "messagerie"):
        return Target("voicemail", service.extension)
    if fold(text) in _CALLBACK:
        raise Wrong(
            Words(
                "on n'est rappelé qu'après avoir attendu.",
                "one is called back only after having waited.",
            ),
            Words("Donnez-le à after_wait.", "Give it to after_wait."),
        )
    found = target(commune, Key(to=text))
    if found.kind in ("back", "repeat", "prompt", "directory"):
        raise Wrong(
            Words(
                f"« {text} » n'a de sens que dans un menu.", f"“{text}” makes sense in menus only."
            ),
            Words(
                "Donnez « voicemail », « goodbye », un service, un menu ou un numéro.",
                "Give “voicemail”, “goodbye”, a service, a menu or a number.",
            ),
        )
    if found == Target("inside", service.extension):
        raise Wrong(
            Words(f"« {text} » est ce service lui-même.", f"“{text}” is this service itself."),
            Words("Donnez autre chose.", "Give something else."),
        )
    return found


def after_wait_target(commune: Commune, service: Service) -> Target:
    """Where a service's callers go on who waited too long: also ``callback``. Raises Wrong."""
    if calls_back(service):
        return Target("callback", service.extension)
    return service_target(commune, service, service.after_wait)


def calls_back(service: Service) -> bool:
    """Whether its callers are asked at the end of their wait whether to be called back."""
    return fold(service.after_wait) in _CALLBACK
