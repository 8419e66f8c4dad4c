"""Compile the translations: ``python -m softphone.ui.i18n.build``.

With ``--update`` the source strings are collected into ``allo_fr.ts`` first (new ones are marked
unfinished until somebody translates them).
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def _tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise SystemExit(f"{name} not found: it comes with PySide6-Essentials")
    return found


def collect() -> None:
    """Bring ``allo_fr.ts`` up to date with the sources."""
    sources = sorted(str(file) for file in FOLDER.parent.glob("*.py"))
    command = [
        _tool("pyside6-lupdate"),
        *sources,
        "-no-obsolete",
        "-locations",
        "none",
        "-source-language",
        "en",
    ]
    subprocess.run(
        [*command, "-target-language", "fr", "-ts", str(FOLDER / "allo_fr.ts")], check=True
    )


def compile_all() -> list[Path]:
    """Make every ``.qm`` from its ``.ts``; returns the files."""
    made = []
    for source in sorted(FOLDER.glob("*.ts")):
        target = source.with_suffix(".qm")
        subprocess.run(
            [_tool("pyside6-lrelease"), "-silent", str(source), "-qm", str(target)], check=True
        )
        made.append(target)
    return made


if __name__ == "__main__":
    if "--update" in sys.argv[1:]:
        collect()
    compile_all()
