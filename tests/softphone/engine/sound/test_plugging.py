"""The kernel's word that a sound card came or went: real inotify, on a folder of ours."""

import sys
import threading
from pathlib import Path

import pytest

from softphone.engine.sound import plugging


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux'")
def test_a_card_that_comes_changes_and_goes_is_noticed(tmp_path: Path) -> None:
    plugged = threading.Event()
    plugging.watch(plugged.set, cards=tmp_path)
    assert not plugged.wait(0.3), "nothing happened yet"
    card = tmp_path / "pcmC1D0p"
    card.touch()
    assert plugged.wait(2)
    plugged.clear()
    card.chmod(0o600)
    assert plugged.wait(2), "from now on we may open it"
    plugged.clear()
    card.unlink()
    assert plugged.wait(2)


def test_where_there_are_no_cards_nothing_is_awaited(tmp_path: Path) -> None:
    before = threading.active_count()
    plugging.watch(lambda: None, cards=tmp_path / "snd")
    assert threading.active_count() == before
