"""The look in force: light or dark, handed to every widget that paints.

Owns the one place where a theme becomes the application's palette and style sheet. Follows the
system unless ``ALLO_THEME`` says ``light`` or ``dark``.
"""

import os

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication

from softphone.ui import fonts, icons, style
from softphone.ui.tokens import DARK, LIGHT, Theme


class Look(QObject):
    """``changed`` comes after the application wears the new theme: widgets only repaint."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._forced = {"light": LIGHT, "dark": DARK}.get(os.environ.get("ALLO_THEME", "").lower())
        self.theme = self._forced or LIGHT
        app.setStyle("Fusion")
        app.setFont(fonts.font())
        self._wear(self._forced or self._of_system())
        app.styleHints().colorSchemeChanged.connect(self._follow)

    def use(self, theme: Theme | None) -> None:
        """Wear ``theme`` from now on; None follows the system."""
        self._forced = theme
        self._follow()

    def colour(self, token: str) -> QColor:
        """A token of the theme in force by name, e.g. ``green_fill``."""
        return QColor(getattr(self.theme, token))

    def pixmap(self, name: str, token: str, size: int) -> QPixmap:
        return icons.pixmap(name, getattr(self.theme, token), size)

    def _of_system(self) -> Theme:
        scheme = self._app.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT

    def _follow(self) -> None:
        theme = self._forced or self._of_system()
        if theme != self.theme:
            self._wear(theme)
            self.changed.emit()

    def _wear(self, theme: Theme) -> None:
        self.theme = theme
        self._app.setPalette(style.palette(theme))
        self._app.setStyleSheet(style.sheet(theme))
