"""What is wrong with an input, where, and what to do: one value per fault, all collected first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.words import Language, Words


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a file the admin gave us."""

    file: str
    line: int | None
    """Counted from 1, as an editor shows it; None for the file as a whole."""
    column: str
    """Heading (CSV) or key path (TOML) as written in the file; empty for the whole line."""
    what: Words
    remedy: Words

    def place(self, language: Language) -> str:
        """``agents.csv:12, colonne « site »``"""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        if not self.column:
            return where
        word = Words("« {} »", "“{}”").say(language).format(self.column)
        return f"{where}, {word}"

    def say(self, language: Language) -> str:
        colon = Words(" :", ":").say(language)
        return (
            f"{self.place(language)}{colon} {self.what.say(language)} {self.remedy.say(language)}"
        )

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "what": self.what.say(language),
            "remedy": self.remedy.say(language),
        }


class InputRefused(Exception):
    """An input has problems, all of them listed; nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.say("en") for problem in problems))
        self.problems = tuple(problems)


class Wrong(ValueError):
    """One value is wrong; the reader adds where it stands."""

    def __init__(self, what: Words, remedy: Words) -> None:
        super().__init__(what.en)
        self.what = what
        self.remedy = remedy
