"""The command ``allo-phone``."""

import subprocess
import sys
from pathlib import Path

import pytest

from softphone.main import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("allo-phone 0.")


def test_help_teaches_by_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "allo-phone --headless" in text
    assert "--home" in text


@pytest.mark.parametrize("arguments", [["--headless", "071123456"], ["a", "b"], ["--windowless"]])
def test_bad_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: allo-phone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "library"),
    [([], "PySide6"), (["--headless"], "pjsua2")],
    ids=["window", "engine"],
)
def test_where_only_a_server_is_installed_the_remedy_is_said(
    arguments: list[str], library: str, tmp_path: Path
) -> None:
    script = (
        f"import sys; sys.modules[{library!r}] = None\n"  # as if it were not installed
        "from softphone.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(tmp_path), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "pip install 'allo[phone]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_neither_side_is_loaded_before_it_is_wanted() -> None:
    script = (
        "import sys, softphone.main;"
        "print([m for m in ('pjsua2', 'PySide6', 'httpx', 'msgspec') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]", loaded.stderr
