"""From tokens to Qt: one palette and one application-wide style sheet.

Widgets choose among the rules by the property ``role``; buttons paint themselves (button.py).
"""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from softphone.ui import tokens as t


def palette(theme: t.Theme) -> QPalette:
    """All roles that Fusion and our sheet fall back on, for a live window and a disabled one."""
    made = QPalette()
    role = QPalette.ColorRole
    for key, value in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.sunken),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.text3),
        (role.Button, theme.surface),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.on_fill),
        (role.Highlight, theme.accent_fill),
        (role.HighlightedText, theme.on_fill),
        (role.ToolTipBase, theme.surface),
        (role.ToolTipText, theme.text),
        (role.Link, theme.accent),
        (role.Mid, theme.edge),
        (role.Light, theme.surface),
        (role.Dark, theme.edge),
    ):
        made.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.text3))
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give ``widget`` another role of the sheet and repaint it so."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def sheet(theme: t.Theme) -> str:
    """The style sheet of the whole application."""
    pad = 12
    return f"""
QFrame[role="card"] {{ background: {theme.surface}; border: 1px solid {theme.line};
  border-radius: {t.R_CARD}px; }}
QFrame[role="bar"] {{ background: {theme.surface}; border: 0;
  border-bottom: 1px solid {theme.line}; }}
QFrame[role="foot"] {{ background: {theme.surface}; border: 0;
  border-top: 1px solid {theme.line}; }}
QFrame[role="keys"] {{ background: {theme.sunken}; border: 0;
  border-top: 1px solid {theme.line}; }}
QFrame[role="column"] {{ background: {theme.window}; border: 0;
  border-left: 1px solid {theme.line}; }}
QFrame[role="rail"] {{ background: {theme.window}; border: 0;
  border-right: 1px solid {theme.line}; }}
QFrame[role="banner"] {{ background: {theme.amber_soft}; border: 0;
  border-bottom: 2px solid {theme.amber}; }}
QFrame[role="banner-good"] {{ background: {theme.green_soft}; border: 0;
  border-bottom: 2px solid {theme.green}; }}
QFrame[role="banner-bad"] {{ background: {theme.red_soft}; border: 0;
  border-bottom: 2px solid {theme.red}; }}
QFrame[role="box-info"] {{ background: {theme.accent_soft}; border: 0;
  border-radius: {t.R_CONTROL}px; }}
QFrame[role="box-bad"] {{ background: {theme.red_soft}; border: 1px solid {theme.red};
  border-radius: {t.R_CONTROL}px; }}
QLabel[role="card-note"] {{ background: {theme.surface}; border: 1px solid {theme.line};
  border-radius: {t.R_CARD}px; color: {theme.text2}; }}
QTabBar::tab {{ background: transparent; color: {theme.text2}; padding: 6px 12px;
  border-bottom: 2px solid {theme.line}; }}
QTabBar::tab:selected {{ color: {theme.accent}; font-weight: 600;
  border-bottom: 2px solid {theme.accent}; }}
QTabBar::tab:focus {{ border: 2px solid {theme.focus}; border-radius: 4px; }}
QFrame[role="upright"] {{ background: {theme.line}; border: 0; }}
QFrame[role="line"] {{ background: {theme.line}; border: 0; max-height: 1px; min-height: 1px; }}

QLabel {{ color: {theme.text}; }}
QLabel[role="title"] {{ font-size: {t.TITLE}px; font-weight: 600; }}
QLabel[role="section"] {{ font-size: {t.BODY}px; font-weight: 600; color: {theme.text2}; }}
QLabel[role="name"] {{ font-size: {t.TITLE}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="second"] {{ color: {theme.text2}; }}
QLabel[role="note"] {{ font-size: {t.NOTE}px; color: {theme.text3}; }}
QLabel[role="note2"] {{ font-size: {t.NOTE}px; color: {theme.text2}; }}
QLabel[role="state-green"] {{ font-size: {t.STATE}px; font-weight: 500; color: {theme.green}; }}
QLabel[role="state-red"] {{ font-size: {t.STATE}px; font-weight: 500; color: {theme.red}; }}
QLabel[role="state-amber"] {{ font-size: {t.STATE}px; font-weight: 500; color: {theme.amber}; }}
QLabel[role="state-violet"] {{ font-size: {t.STATE}px; font-weight: 500; color: {theme.violet}; }}
QLabel[role="state-accent"] {{ font-size: {t.STATE}px; font-weight: 500; color: {theme.accent}; }}
QLabel[role="state-grey"] {{ font-size: {t.STATE}px; font-weight: 500; color: {theme.grey}; }}
QLabel[role="link"] {{ color: {theme.accent}; }}

QLineEdit, QPlainTextEdit {{ background: {theme.surface}; color: {theme.text};
  border: 1px solid {theme.edge}; border-radius: {t.R_CONTROL}px; padding: 1px {pad}px;
  min-height: {t.H_FIELD - 4}px; font-size: {t.BODY}px;
  placeholder-text-color: {theme.text3};
  selection-background-color: {theme.accent_fill}; selection-color: {theme.on_fill}; }}
QPlainTextEdit {{ padding: 7px {pad - 4}px; min-height: 0; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: {t.RING}px solid {theme.focus};
  padding: 0 {pad - 1}px; }}
QPlainTextEdit:focus {{ padding: 6px {pad - 5}px; }}
QLineEdit[role="search"] {{ padding-left: 37px; padding-right: 84px; }}
QLineEdit[role="search"]:focus {{ padding-left: 36px; padding-right: 83px; }}

QListView {{ background: {theme.surface}; border: 1px solid {theme.line};
  border-radius: {t.R_CARD}px; padding: 0; outline: 0; }}
QListView:focus {{ border: 1px solid {theme.focus}; }}
QListView[role="bare"], QListView[role="bare"]:focus {{ background: {theme.window}; border: 0;
  border-radius: 0; padding: 0; }}

QComboBox QAbstractItemView {{ border: 1px solid {theme.edge}; border-radius: 0; padding: 4px;
  color: {theme.text}; selection-background-color: {theme.accent_soft};
  selection-color: {theme.accent}; }}
QComboBox QAbstractItemView::item {{ min-height: 32px; padding: 0 8px; }}

QScrollArea {{ border: 0; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {theme.edge}; border-radius: 3px; min-height: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {theme.edge}; border-radius: 3px; min-width: 32px; }}

QSplitter::handle {{ background: {theme.line}; }}
QToolTip {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.edge};
  padding: 4px 8px; }}
"""
