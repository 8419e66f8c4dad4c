"""The French is complete, says the same placeholders, and covers what the sources say today."""

import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from fnmatch import fnmatch
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from softphone.ui.i18n import TsTranslator, collect, file_of, install

FILE = file_of("fr")
ROOT = Path(__file__).parents[3]
Key = tuple[str, str, str]


def messages(file: Path) -> dict[Key, tuple[str, bool]]:
    """(context, source, comment) → (translation, finished)."""
    found: dict[Key, tuple[str, bool]] = {}
    for context in ET.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            key = (
                context.findtext("name", ""),
                message.findtext("source", ""),
                message.findtext("comment", ""),
            )
            found[key] = (translation.text or "", translation.get("type") != "unfinished")
    return found


def test_every_string_is_translated() -> None:
    assert [key for key, (text, done) in messages(FILE).items() if not (text and done)] == []


def test_placeholders_match() -> None:
    def names(text: str) -> list[str]:
        return sorted(re.findall(r"\{(\w*)\}", text))

    different = [key for key, (text, _) in messages(FILE).items() if names(key[1]) != names(text)]
    assert different == []


def test_the_file_covers_the_sources_of_today(tmp_path: Path, display: str) -> None:
    fresh = tmp_path / "fresh.ts"
    collect.collect(fresh)
    today, held = set(messages(fresh)), set(messages(FILE))
    assert today - held == set(), "run python -m softphone.ui.i18n.collect and translate"
    assert held - today == set(), "gone from the sources"


def test_french_typography() -> None:
    """A space before : ; ? ! is a narrow one that does not break; apostrophes are curly."""
    for key, (text, _) in messages(FILE).items():
        assert not re.search(r" [:;?!»]|« ", text), key
        assert "'" not in text, key


def test_the_window_says_every_string_in_french(qapp: QApplication) -> None:
    translator = TsTranslator(FILE)
    qapp.installTranslator(translator)
    try:
        for (context, source, comment), (text, _) in messages(FILE).items():
            assert QCoreApplication.translate(context, source, comment) == text
        assert QCoreApplication.translate("Words", "said nowhere") == "said nowhere"
        assert QCoreApplication.translate("Nowhere", "Free") == "Free"
    finally:
        qapp.removeTranslator(translator)


def test_without_its_file_the_window_speaks_english(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softphone.ui.i18n.file_of", lambda _: tmp_path / "gone.ts")
    assert install(qapp) == "fr"


def test_an_installed_program_carries_its_french() -> None:
    """So it does with every other file beside the sources."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = tables["tool"]["setuptools"]["package-data"]["*"]
    packages = ("softphone", "pbx_config", "provisioning")
    listed = subprocess.run(["git", "ls-files", *packages], cwd=ROOT, capture_output=True)
    beside = [Path(name) for name in listed.stdout.decode().splitlines()]
    beside = [file for file in beside if file.suffix != ".py"]
    assert FILE.relative_to(ROOT) in beside
    assert [x for x in beside if not any(fnmatch(x.name, each) for each in patterns)] == []
