"""The language of the window: French unless the person's system, or ``ALLO_LANG``, says English.

Source strings are English; ``allo_fr.ts`` holds the French. The compiled ``.qm`` is made by
``python -m softphone.ui.i18n.build``, never at run time.
"""

import logging
import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent


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
    ours, qts = QTranslator(app), QTranslator(app)
    if ours.load(str(FOLDER / f"allo_{chosen}.qm")):
        app.installTranslator(ours)
    else:
        log.error("no compiled translation: run python -m softphone.ui.i18n.build")
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qts.load(f"qtbase_{chosen}", folder):  # Copy, Paste … of text fields
        app.installTranslator(qts)
    return chosen
