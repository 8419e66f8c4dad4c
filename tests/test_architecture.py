"""The import rules of docs/architecture.md catch who breaks them: import-linter on a copy."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three packages and their rules, to be spoiled."""
    folder = tmp_path_factory.mktemp("copy")
    for package in ("softphone", "pbx_config", "provisioning"):
        only_code = shutil.ignore_patterns("__pycache__", "*.ttf", "*.svg", "*.qm")
        shutil.copytree(ROOT / package, folder / package, ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_as_it_is_every_rule_is_kept(copy: Path) -> None:
    assert broken(copy) == []


@pytest.mark.parametrize(
    ("file", "line", "rule"),
    [
        ("softphone/server_link.py", "import PySide6.QtCore", "Qt lives"),
        ("softphone/main.py", "from PySide6.QtCore import QObject", "Qt lives"),
        ("softphone/engine/main.py", "import PySide6.QtCore", "Qt lives"),
        ("softphone/brand_new.py", "import PySide6", "Qt lives"),
        ("provisioning/cli/main.py", "import PySide6", "Qt lives"),
        ("softphone/engine_process.py", "import pjsua2", "pjsua2 and sounddevice"),
        ("softphone/ui/engine_link.py", "import pjsua2", "pjsua2 and sounddevice"),
        ("softphone/main.py", "import sounddevice", "pjsua2 and sounddevice"),
        ("pbx_config/plan.py", "import sounddevice", "pjsua2 and sounddevice"),
        ("softphone/server_link.py", "import softphone.ui.app", "only softphone.main"),
        ("softphone/main.py", "import softphone.engine.sip", "only softphone.main"),
        ("softphone/ui/app.py", "from softphone.engine import main", "only softphone.main"),
        ("softphone/engine/main.py", "import softphone.server_link", "the engine knows"),
        ("softphone/engine/sip.py", "from softphone.state import State", "the engine knows"),
        ("softphone/protocol.py", "from softphone.state import State", "the engine knows"),
        ("softphone/state.py", "import pbx_config.model", "the laptop and the server"),
        ("softphone/state.py", "import provisioning.words", "softphone and provisioning"),
        ("pbx_config/plan.py", "import provisioning.words", "pbx_config never"),
    ],
)
def test_a_bad_import_breaks_its_rule(copy: Path, file: str, line: str, rule: str) -> None:
    with added(copy / file, line):
        names = broken(copy)
    assert any(rule in name for name in names), names


@contextmanager
def added(file: Path, line: str) -> Iterator[None]:
    """The file with one more line, for as long as the block lasts."""
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")


def broken(folder: Path) -> list[str]:
    """Names of the contracts that this tree breaks."""
    done = subprocess.run(
        [LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    names = [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if "BROKEN" in line]
    assert done.returncode == (1 if names else 0), done.stdout + done.stderr
    return names
