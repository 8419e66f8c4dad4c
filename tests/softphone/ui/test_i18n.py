"""The French is complete, says the same placeholders, and covers what the sources say today."""

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from softphone.ui.i18n import FOLDER, build

FILE = FOLDER / "allo_fr.ts"
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
    sources = sorted(str(file) for file in FOLDER.parent.glob("*.py"))
    tool = build._tool("pyside6-lupdate")
    subprocess.run(
        [tool, *sources, "-silent", "-source-language", "en", "-ts", str(fresh)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    today, held = set(messages(fresh)), set(messages(FILE))
    assert today - held == set(), "run python -m softphone.ui.i18n.build --update and translate"
    assert held - today == set(), "gone from the sources"


def test_french_typography() -> None:
    """A space before : ; ? ! is a narrow one that does not break; apostrophes are curly."""
    for key, (text, _) in messages(FILE).items():
        assert not re.search(r" [:;?!»]|« ", text), key
        assert "'" not in text, key


def test_the_build_makes_what_the_window_loads(tmp_path: Path, display: str) -> None:
    assert [file.name for file in build.compile_all()] == ["allo_fr.qm"]
