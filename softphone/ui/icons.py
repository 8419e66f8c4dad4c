"""Lucide outline icons, tinted once per colour, size and pixel ratio.

The SVG files lie in ``icons/`` (ISC licence beside them). An icon is never alone: it accompanies a
word, or its widget carries an accessible name.
"""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FOLDER = Path(__file__).parent / "icons"


@cache
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """``name`` of the Lucide file, ``size`` in logical pixels. Raises FileNotFoundError."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    svg = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


def icon(name: str, colour: str, size: int) -> QIcon:
    """The same as a QIcon, for the few Qt widgets that want one."""
    return QIcon(pixmap(name, colour, size))
