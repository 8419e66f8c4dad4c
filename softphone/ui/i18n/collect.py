"""Bring ``allo_fr.ts`` up to date with the sources: ``python -m softphone.ui.i18n.collect``.

New strings are marked unfinished until somebody translates them.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from softphone.ui.i18n import FOLDER, file_of


def lupdate() -> str:
    """Qt's collector of strings, which comes with PySide6-Essentials."""
    found = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    found = found or shutil.which("pyside6-lupdate")
    if not found:
        raise SystemExit("pyside6-lupdate not found: it comes with PySide6-Essentials")
    return found


def collect(target: Path) -> None:
    """Collect the strings of the window into ``target``, keeping what is translated there."""
    subprocess.run(
        [
            lupdate(),
            *sorted(str(file) for file in FOLDER.parent.glob("*.py")),
            *("-silent", "-no-obsolete", "-locations", "none"),
            *("-source-language", "en", "-target-language", "fr", "-ts", str(target)),
        ],
        check=True,
    )


if __name__ == "__main__":
    collect(file_of("fr"))
