"""Sound devices without a sound card: ALSA's own configuration, in a file that a test writes.

PortAudio lists what stands there like any other device, and it goes with its line. They take and
give silence, faster than a clock would.
"""

from pathlib import Path


class AlsaDevices:
    """Programs started with ``environment`` find the devices ``plugged`` last, and no others."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "alsa.conf"
        self.environment = {
            "ALSA_CONFIG_PATH": str(self._file),
            "JACK_NO_START_SERVER": "1",
            "JACK_DEFAULT_SERVER": "allo-no-such-server",
        }
        self.plug()

    def plug(self, *names: str | bytes, more: str = "") -> None:
        """These are there from now on. ``default`` is the system's default, if it is among them.

        ``more``: definitions of devices that are not just silent, in ALSA's own words.
        """
        lines = [
            b'pcm."%b" { type null }' % (name if isinstance(name, bytes) else name.encode())
            for name in names
        ]
        if "default" not in names:
            # As on a machine without a card; where it is not even named, PortAudio 19.6 aborts.
            lines.append(b"pcm.default { type hw card 99 }")
        new = self._file.with_suffix(".new")
        new.write_bytes(b"\n".join([*lines, more.encode()]) + b"\n")
        new.replace(self._file)
