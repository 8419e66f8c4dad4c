"""Errors that an administrator reads: one sentence in French, one in English, with the remedy.

Owns the base class only; each part of ``pbx_config`` raises its own subclass.
"""


class PbxError(Exception):
    """Something the administrator must know. ``str()`` is the French text."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr)
        self.fr = fr
        self.en = en

    def text(self, language: str) -> str:
        """The sentence in ``language`` (``en`` is English, anything else French)."""
        return self.en if language == "en" else self.fr
