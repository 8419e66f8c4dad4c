"""Several files at once, or none: also on a full disk."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pbx_config.transaction import Transaction


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kept").write_text("old kept")
    (tmp_path / "gone").write_text("old gone")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def changes(folder: Path) -> dict[Path, bytes | None]:
    return {folder / "kept": b"new kept", folder / "gone": None, folder / "born": b"new born"}


def test_commit_and_finish(folder: Path) -> None:
    transaction = Transaction(changes(folder))
    transaction.commit()
    transaction.finish()
    assert contents(folder) == {"born": "new born", "kept": "new kept"}
    assert (folder / "kept").stat().st_mode & 0o777 == 0o600


def test_rollback_gives_everything_back(folder: Path) -> None:
    before = contents(folder)
    transaction = Transaction(changes(folder))
    transaction.commit()
    transaction.rollback()
    assert contents(folder) == before


def test_leftovers_of_a_crash_are_no_obstacle(folder: Path) -> None:
    (folder / "kept.allo-new").write_text("half")
    (folder / "kept.allo-old").write_text("older")
    transaction = Transaction(changes(folder))
    transaction.commit()
    transaction.rollback()
    assert contents(folder) == {"gone": "old gone", "kept": "old kept"}


def test_a_name_that_cannot_be_replaced_stops_everything(folder: Path) -> None:
    (folder / "born").mkdir()
    transaction = Transaction(changes(folder))
    with pytest.raises(OSError, match="born"):
        transaction.commit()
    (folder / "born").rmdir()
    assert contents(folder) == {"gone": "old gone", "kept": "old kept"}


FULL = """
    import sys
    from pathlib import Path
    from pbx_config.transaction import Transaction
    folder = Path(sys.argv[1])
    (folder / "small").write_bytes(b"old")
    try:
        Transaction({folder / "small": b"new", folder / "big": b"x" * 10_000_000}).commit()
    except OSError as problem:
        print(problem.errno, sorted(p.name for p in folder.iterdir()))
        print((folder / "small").read_text())
"""


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """On a real small file system, mounted in a name space of its own."""
    script = tmp_path / "full.py"
    script.write_text(textwrap.dedent(FULL))
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = (
        f'mount -t tmpfs -o size=1m tmpfs "{disk}" && exec "{sys.executable}" "{script}" "{disk}"'
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"no name spaces here: {done.stderr.strip()}")
    assert done.stdout == "28 ['small']\nold\n"


def test_a_file_size_limit_changes_nothing(tmp_path: Path) -> None:
    """The same refusal of the system where there are no name spaces (EFBIG instead of ENOSPC)."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000000, 1000000))\n"
    done = subprocess.run(
        [sys.executable, "-c", limit + textwrap.dedent(FULL), str(tmp_path)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout == "27 ['small']\nold\n"
