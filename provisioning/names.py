"""Names of agents read aloud, for callers who look for somebody by the letters of their name.

Only where a menu leads them there: colleagues have the directory of their window, and with ``*411``
a name that was not read is spelled. Each lies where Asterisk's Directory looks for it, as
``EXTENSION/greet``, which is a link to a file whose name holds a checksum of what it says: another
name is another file, and one reading is enough.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pbx_config.model import Exchange
from pbx_config.render import by_name
from provisioning import prompts
from provisioning.home import write_private
from provisioning.voice import ESPEAK, Voice

_GREETING = f"greet{prompts.ENDING}"


def make_missing(exchange: Exchange, folder: Path, voice: Voice = ESPEAK) -> list[Path]:
    """Read aloud those that are not there yet; those made. Where the machine cannot read, names
    stay spelled. Raises PromptFailed, OSError."""
    if not voice.present:
        return []
    missing = [
        (place, source)
        for extension, source in _said(exchange, voice)
        if not (place := folder / extension / f"{source.name}{prompts.ENDING}").exists()
    ]
    with ThreadPoolExecutor() as readers:
        made = list(readers.map(lambda each: _make(*each), missing))
    for extension, source in _said(exchange, voice):
        _point(folder / extension / _GREETING, f"{source.name}{prompts.ENDING}")
    return made


def remove_unused(exchange: Exchange, folder: Path, voice: Voice = ESPEAK) -> None:
    """Of who is gone or called otherwise."""
    used = {
        (extension, f"{source.name}{prompts.ENDING}")
        for extension, source in _said(exchange, voice)
    }
    kept = {extension for extension, _ in used}
    for own in folder.glob("*"):
        for file in own.glob(f"*{prompts.ENDING}"):
            if own.name not in kept or (
                file.name != _GREETING and (own.name, file.name) not in used
            ):
                file.unlink(missing_ok=True)
        if own.name not in kept:
            with suppress(OSError):  # something else lies there: not ours to remove
                own.rmdir()


def _said(exchange: Exchange, voice: Voice) -> Iterator[tuple[str, prompts.Source]]:
    if not any(to.kind == "directory" for menu in exchange.menus for _, to in menu.keys):
        return
    for user in by_name.listed(exchange):
        yield user.extension, prompts.Source(user.id, user.name, user.language, user.name, voice)


def _make(place: Path, source: prompts.Source) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(place, prompts.sound_of(source))
    return place


def _point(link: Path, name: str) -> None:
    """In one step: a caller hears the old name or the new one."""
    if link.is_symlink() and str(link.readlink()) == name:
        return
    new = link.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.symlink_to(name)
    new.replace(link)
