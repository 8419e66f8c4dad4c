"""The language of the window: French unless the person's system, or ``ALLO_LANG``, says English.

Source strings are English; ``allo_fr.ts`` holds the French and is read as it is: there is nothing
to compile, so every way of installing the program has its language.
"""

import logging
import os
import xml.etree.ElementTree as ET
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent


class TsTranslator(QTranslator):
    """Looks strings up in a ``.ts`` file: by context, source text and comment.

    No plural forms (``%n``): the window's sentences do without them. Raises OSError or ParseError.
    """

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[tuple[str, str, str], str] = {}
        for context in ET.parse(file).getroot().iter("context"):  # noqa: S314 our own file
            name = context.findtext("name", "")
            for message in context.iter("message"):
                key = (name, message.findtext("source", ""), message.findtext("comment", ""))
                self._texts[key] = message.findtext("translation", "")

    def isEmpty(self) -> bool:
        return not self._texts

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803 Qt's name
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str | None:
        """None, and so the source text, for what is unknown or not translated yet."""
        return self._texts.get((context, sourceText, disambiguation or "")) or None


def file_of(chosen: str) -> Path:
    """Where the translations into a language lie."""
    return FOLDER / f"allo_{chosen}.ts"


def language() -> str:
    """``fr`` or ``en``."""
    wanted = os.environ.get("ALLO_LANG") or QLocale.system().name()
    return "en" if wanted.lower().startswith("en") else "fr"


def install(app: QCoreApplication) -> str:
    """Translate everything made from now on; returns the language."""
    chosen = language()
    QLocale.setDefault(QLocale("fr_BE" if chosen == "fr" else "en_GB"))
    if chosen == "en":
        return chosen
    try:
        app.installTranslator(TsTranslator(file_of(chosen), app))
    except (OSError, ET.ParseError):  # a phone in English is better than none
        log.exception("translations")
    qts = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qts.load(f"qtbase_{chosen}", folder):  # Copy, Paste … of text fields
        app.installTranslator(qts)
    return chosen
