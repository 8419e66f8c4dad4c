"""What a command prints: for people, or one JSON document for a program.

With ``--json`` stdout carries JSON alone and people's text goes to stderr.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from provisioning.cli.errors import CliError
from provisioning.cli.language import say
from provisioning.home import Home
from provisioning.words import Words

NOTHING_DONE = Words("Rien n'a été fait.", "Nothing was done.")


@dataclass(frozen=True, slots=True)
class Cli:
    """What every command gets: where, and how to speak."""

    home: Home
    json: bool

    @property
    def console(self) -> Console:
        """For people. Wide when nobody looks, so that a pipe gets whole lines."""
        stream = sys.stderr if self.json else sys.stdout
        width = None if stream.isatty() else 200
        return Console(file=stream, width=width, highlight=False, emoji=False)

    def text(self, line: str = "", style: str | None = None) -> None:
        """One line, printed as it is (no markup)."""
        self.console.print(line, style=style, markup=False, soft_wrap=True)

    def secret(self, line: str) -> None:
        """A line that whoever reads it may use. With ``--json`` the document has it, and no copy
        goes to stderr, which scripts keep in logs.
        """
        if not self.json:
            self.text(line)

    def table(self, *headings: str) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading)
        return table

    def result(self, data: Any) -> None:
        """The JSON document; nothing without ``--json``."""
        if self.json:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def confirm(
        self, question: str, *, yes: bool, otherwise: Words, refused: Words = NOTHING_DONE
    ) -> None:
        """Go on, or stop: exit 2 without a terminal and ``--yes``, 1 when the answer is no."""
        self.need_somebody(yes=yes, otherwise=otherwise)
        if not yes and not typer.confirm(question, err=self.json):
            raise CliError(refused, code=1)

    def need_somebody(self, *, yes: bool, otherwise: Words) -> None:
        """Exit 2 when a question will come and there is no terminal to ask on."""
        if not yes and not sys.stdin.isatty():
            raise CliError(otherwise, code=2)


def of(context: typer.Context) -> Cli:
    """The ``Cli`` that the root command made."""
    cli = context.find_root().obj
    assert isinstance(cli, Cli)
    return cli


def common_options() -> str:
    """Last line of each command's help."""
    return say(
        "Partout : --home DOSSIER, --json, --lang fr|en (voir « allo --help »).",
        "Everywhere: --home FOLDER, --json, --lang fr|en (see “allo --help”).",
    )
