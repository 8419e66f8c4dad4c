"""What this laptop's people chose for its sound, and the file that remembers it.

For everybody who uses this account of the laptop. A device is kept by its name, also while it is
not plugged in: it comes back.
"""

import logging
from pathlib import Path

import msgspec

from softphone.files import write_private
from softphone.protocol import Command, Processing, RingMelody, Sound

log = logging.getLogger(__name__)

FILE = "sound.json"


class SoundSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Devices as the engine names them; empty: as the system says, which is followed."""

    microphone: str = ""
    speaker: str = ""
    ring: str = ""
    melody: RingMelody = "external"
    echo: bool = True
    noise: bool = True
    gain: bool = True
    high_pass: bool = True

    def commands(self) -> tuple[Command, ...]:
        """What tells an engine."""
        return (
            Sound(
                input_device=self.microphone,
                output_device=self.speaker,
                ring_device=self.ring,
                ring_melody=self.melody,
            ),
            Processing(echo=self.echo, noise=self.noise, gain=self.gain, high_pass=self.high_pass),
        )


def load(home: Path) -> SoundSettings:
    """What was saved, else the defaults. A file that cannot be read is kept beside as ``.bad``."""
    file = home / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=SoundSettings)
    except FileNotFoundError:
        return SoundSettings()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.error("sound settings, defaults instead: %s: %s", file, error)
        try:
            file.replace(file.with_name(f"{FILE}.bad"))
        except OSError as stuck:
            log.error("%s stays: %s", file, stuck)
        return SoundSettings()


def save(home: Path, settings: SoundSettings) -> None:
    """Write them at once or not at all. Raises OSError."""
    write_private(home / FILE, msgspec.json.format(msgspec.json.encode(settings), indent=1))
