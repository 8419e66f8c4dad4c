"""Contrast of every colour on every ground it may stand on, in both themes (WCAG 2.2, 1.4.3/11)."""

import pytest

from softphone.ui.tokens import DARK, LIGHT, Theme

GROUNDS = ("window", "surface", "sunken")
TEXTS = {
    "text": (*GROUNDS, "accent_soft", "amber_soft", "red_soft", "green_soft", "violet_soft"),
    "text2": (*GROUNDS, "accent_soft", "amber_soft", "red_soft", "green_soft"),
    "text3": (*GROUNDS, "accent_soft"),
    "accent": (*GROUNDS, "accent_soft"),
    "green": (*GROUNDS, "green_soft", "accent_soft"),
    "red": (*GROUNDS, "red_soft", "accent_soft"),
    "amber": (*GROUNDS, "amber_soft", "accent_soft"),
    "violet": (*GROUNDS, "violet_soft", "accent_soft"),
    "grey": (*GROUNDS, "accent_soft"),
}
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def weak(theme: Theme, pairs: list[tuple[str, str]], least: float) -> list[str]:
    return [
        f"{ink} on {ground}: {found:.2f}"
        for ink, ground in pairs
        if (found := contrast(getattr(theme, ink), getattr(theme, ground))) < least
    ]


@THEMES
def test_text_is_readable_on_every_ground(theme: Theme) -> None:
    assert weak(theme, [(ink, on) for ink, grounds in TEXTS.items() for on in grounds], 4.5) == []


@THEMES
def test_borders_and_focus_are_seen(theme: Theme) -> None:
    softs = ("accent_soft", "green_soft", "red_soft", "amber_soft", "violet_soft")
    pairs = [("edge", on) for on in GROUNDS] + [("focus", on) for on in GROUNDS + softs]
    assert weak(theme, pairs, 3.0) == []


@THEMES
def test_labels_of_filled_buttons_are_readable_and_the_buttons_seen(theme: Theme) -> None:
    fills = ("accent_fill", "green_fill", "red_fill")
    labels = [("on_fill", fill) for fill in fills] + [("on_amber", "amber_fill")]
    assert weak(theme, labels, 4.5) == []
    assert weak(theme, [(fill, on) for fill in fills for on in ("window", "surface")], 3.0) == []


def test_no_other_file_names_a_colour() -> None:
    import re
    from pathlib import Path

    import softphone.ui

    folder = Path(softphone.ui.__path__[0])
    guilty = [
        file.name
        for file in folder.glob("*.py")
        if file.name != "tokens.py" and re.search(r"#[0-9A-Fa-f]{6}\b", file.read_text())
    ]
    assert guilty == []
