import stat
import threading
from pathlib import Path

from softphone.facts import MessageTyped, ReadMarks
from softphone.notebook import Notebook

HELLO = MessageTyped("c1", "2015", "Bonjour", 1.0)
BYE = MessageTyped("c2", "2016", "Au revoir", 2.0)


def test_nothing_typed_is_lost(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path / "phone")
    notebook.add(HELLO)
    notebook.add(BYE)
    notebook.add(HELLO)
    # no close: as after a crash
    again = Notebook(tmp_path / "phone")
    assert again.pending() == (HELLO, BYE)
    again.remove("c1")
    assert notebook.pending() == (BYE,)
    again.close()
    notebook.close()


def test_read_marks_only_grow(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    assert notebook.set_baseline(5) == ReadMarks(baseline=5)
    notebook.mark_read("2015", 9)
    notebook.mark_read("2015", 7)
    assert notebook.set_baseline(40) == ReadMarks(up_to={"2015": 9}, baseline=5)
    notebook.close()


def test_private_and_shared_by_threads(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    assert stat.S_IMODE((tmp_path / "notebook.sqlite").stat().st_mode) == 0o600
    threads = [
        threading.Thread(target=notebook.add, args=(MessageTyped(f"c{n}", "2015", "x", n),))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notebook.pending()) == 20
    notebook.close()
