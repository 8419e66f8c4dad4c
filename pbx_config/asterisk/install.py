"""Unpack Asterisk from Debian into a private folder, without root and without touching the machine."""

from collections.abc import Callable
from pathlib import Path

from pbx_config.errors import PbxError


class InstallFailed(PbxError):
    """Asterisk could not be installed; the folder is as it was before."""


def install(folder: Path, progress: Callable[[str, float], None]) -> None:
    """Install Asterisk 22 into ``folder`` (then ``locate(folder)`` finds it).

    ``progress`` gets a stage (``"update" | "download" | "unpack" | "trim" | "check"``) and the seconds
    since the start. Raises ``InstallFailed``.
    """
    raise NotImplementedError(folder, progress)
