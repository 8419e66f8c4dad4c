"""What Asterisk plays to whom: its own words about each file, kept while a test listens."""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pbx_config.asterisk import Asterisk

_PLAYED = re.compile(r"<([^>]+)> Playing '([^']+?)\.([a-z0-9]+)' \(language '([a-z]*)'\)")


class Said:
    """Files played, in order."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def files(self, channel: str = "", language: str = "") -> list[str]:
        """Names as Asterisk has them, to channels that begin so, in that language."""
        return [
            name
            for who, name, _, spoken in self._played()
            if who.startswith(channel) and language in ("", spoken)
        ]

    def endings(self, name: str) -> set[str]:
        """Sound formats of the files of that name: ``g722`` is Asterisk's own, ``slin16`` ours."""
        return {ending for _, played, ending, _ in self._played() if played == name}

    def _played(self) -> list[tuple[str, str, str, str]]:
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return _PLAYED.findall(text)

    def wait(self, *names: str, channel: str = "", language: str = "", seconds: float = 20) -> None:
        """Until these were played one after the other, with nothing between them."""
        wanted = list(names)
        deadline = time.monotonic() + seconds
        while not _holds(played := self.files(channel, language), wanted):
            assert time.monotonic() < deadline, f"{wanted} not in {played}"
            time.sleep(0.1)

    def forget(self) -> None:
        """What was played until now."""
        if self._log.exists():
            with self._log.open("r+b") as log:
                log.truncate(0)


def _holds(played: list[str], wanted: list[str]) -> bool:
    size = len(wanted)
    return any(
        all(
            name.startswith(part) for name, part in zip(played[at : at + size], wanted, strict=True)
        )
        for at in range(len(played) - size + 1)
    )


@contextmanager
def listening(asterisk: Asterisk) -> Iterator[Said]:
    """While inside, every file that is played is noted."""
    name = f"said-{secrets.token_hex(4)}"
    asterisk.command(f"logger add channel {name} verbose(3)")
    asterisk.command("core set verbose 3")
    try:
        yield Said(asterisk.layout.log / name)
    finally:
        asterisk.command("core set verbose 0")
        asterisk.command(f"logger remove channel {name}")
