"""Every colour and size of the windows, light and dark; no other file names a colour.

QPalette and the style sheet are generated from here (style.py), painters take a ``Theme``. Contrast
of each pair is a unit test. Knows nothing of Qt.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, ``#RRGGBB``. ``*_fill`` carry ``on_*`` labels, ``*_soft`` are grounds."""

    dark: bool
    window: str
    surface: str
    sunken: str
    line: str
    """Decorative separation only."""
    edge: str
    """Border of every control."""
    focus: str
    text: str
    text2: str
    text3: str
    accent: str
    green: str
    red: str
    amber: str
    violet: str
    grey: str
    accent_fill: str
    green_fill: str
    red_fill: str
    amber_fill: str
    on_fill: str
    """Label on accent, green and red fills."""
    on_amber: str
    accent_soft: str
    green_soft: str
    red_soft: str
    amber_soft: str
    violet_soft: str


LIGHT = Theme(
    dark=False,
    window="#F2F4F3",
    surface="#FFFFFF",
    sunken="#E8ECEA",
    line="#D3D9D6",
    edge="#77817C",
    focus="#0B57D0",
    text="#18201D",
    text2="#414B47",
    text3="#58635E",
    accent="#1F4E8C",
    green="#1B6B3C",
    red="#A8211A",
    amber="#7A4F00",
    violet="#66389F",
    grey="#5D6762",
    accent_fill="#1F4E8C",
    green_fill="#1E7542",
    red_fill="#B3261E",
    amber_fill="#F0B429",
    on_fill="#FFFFFF",
    on_amber="#2A1C00",
    accent_soft="#E2EBF7",
    green_soft="#E0F1E6",
    red_soft="#FBE7E4",
    amber_soft="#FDF0CF",
    violet_soft="#EFE7F9",
)

DARK = Theme(
    dark=True,
    window="#131716",
    surface="#1C2120",
    sunken="#262C2A",
    line="#363E3B",
    edge="#7F8A85",
    focus="#A8C7FA",
    text="#EDF1EF",
    text2="#C0C8C4",
    text3="#A0AAA5",
    accent="#93B9F0",
    green="#6CCB8F",
    red="#F4938A",
    amber="#F0C04D",
    violet="#C3A3EE",
    grey="#A0AAA5",
    accent_fill="#3B74C2",
    green_fill="#27864C",
    red_fill="#CF4339",
    amber_fill="#F0B429",
    on_fill="#FFFFFF",
    on_amber="#2A1C00",
    accent_soft="#1F2F46",
    green_soft="#18301F",
    red_soft="#3D1C1A",
    amber_soft="#362A0E",
    violet_soft="#2D2240",
)

# Type, logical pixels at 100 % (the zoom is one factor over everything, see app.py).
NOTE, STATE, BODY, SECTION, TITLE, TIMER = 12, 13, 14, 16, 20, 28
REGULAR, MEDIUM, SEMIBOLD = 400, 500, 600

# Space: grid of 4.
S4, S8, S12, S16, S24, S32 = 4, 8, 12, 16, 24, 32
MARGIN, MARGIN_COMPACT = S24, S12

# Radii.
R_TAG, R_CONTROL, R_TOOL, R_CARD = 4, 6, 8, 10

# Heights.
H_CONTROL, H_PRIMARY, H_FIELD, H_TOOL, H_KEY = 36, 44, 40, 64, 48
H_ROW, H_ROW_PANEL, H_ROW_MEMBER, H_BANNER = 52, 46, 32, 54
H_HEAD = 32
"""Group heads in lists."""

# Icons.
ICON_SMALL, ICON_BUTTON, ICON_TOOL, ICON_RAIL, MARK = 16, 18, 20, 22, 14

# Layouts, logical pixels of window width.
W_MEDIUM, W_FULL = 720, 1024
W_RAIL, W_COLUMN, W_MIN, H_MIN = 96, 400, 360, 480
W_TEXT_MAX = 800
W_PANEL_TABS = 1100
"""Below this the queue panel shows one pane after another instead of side by side."""

BAR = 6
"""Colour bar at the left of a call card."""
RING = 2
"""Focus ring."""

# Queue wait, seconds: from these on a caller is "take soon" and "too long".
WAIT_SOON, WAIT_LONG = 30.0, 90.0
