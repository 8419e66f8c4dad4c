"""Where recorded calls are kept: a folder of the person's documents, one file per recording."""

import re
import time
from pathlib import Path

import platformdirs

from softphone.files import private_folder

_FOLDER = "allo"


def recordings_folder() -> Path:
    """``allo`` among the documents of whoever uses this account."""
    return Path(platformdirs.user_documents_dir()) / _FOLDER


def new_file(folder: Path, number: str, now: float) -> Path:
    """A name that is free: local date and time, and the number; makes the folder.

    ``2026-11-27 14-30-05 071000042.wav``. A withheld number leaves the date alone. Raises OSError.
    """
    private_folder(folder)
    when = time.strftime("%Y-%m-%d %H-%M-%S", time.localtime(now))
    # A number is what the other side said it is: nothing of it may lead out of the folder.
    name = f"{when} {re.sub('[^0-9A-Za-z+]', '', number)[:32]}".strip()
    tries = [name, *(f"{name} ({count})" for count in range(2, 100))]
    free = (folder / f"{each}.wav" for each in tries)
    return next((file for file in free if not file.exists()), folder / f"{name} (100).wav")
