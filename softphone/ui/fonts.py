"""Which typeface the windows use and how a font of a given size is made.

Inter comes from the system (Debian: fonts-inter); without it the system's own font serves.
"""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from softphone.ui.tokens import BODY, REGULAR


@cache
def family() -> str:
    """Needs a running QGuiApplication."""
    return "Inter" if QFontDatabase.hasFamily("Inter") else QFont().defaultFamily()


@cache
def font(size: int = BODY, weight: int = REGULAR, tabular: bool = False) -> QFont:
    """``size`` in logical pixels. ``tabular``: all digits equally wide, for running times."""
    made = QFont(family())
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
