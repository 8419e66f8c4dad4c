"""Who reads texts aloud: espeak-ng, or a program that the town prefers (``[voice]``).

Owns starting that program: an argument list and never a shell, the text on its input, a sound file
on its output. Knows nothing of what is said, or where.
"""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pbx_config.errors import PbxError
from pbx_config.model import Language

_VOICES: dict[Language, str] = {"fr": "fr-be", "nl": "nl", "en": "en-gb", "de": "de"}
_WORDS_A_MINUTE = 145
PATIENCE_S = 60.0
"""For one text."""


class PromptFailed(PbxError):
    """A prompt could not be made into sound."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The program that reads; without a command espeak-ng."""

    command: tuple[str, ...] = ()
    """With ``{language}`` where the language goes."""
    folder: Path = Path()
    """Where it is started: files that it names are looked for from there."""

    @property
    def present(self) -> bool:
        """Whether this machine has the program."""
        return shutil.which(self._arguments("fr")[0], path=None) is not None

    def mark(self, language: Language) -> str:
        """What the sound depends on besides the text: another voice makes other files."""
        if self.command:
            return "\0".join(self._arguments(language))
        return f"-v {_VOICES[language]} -s {_WORDS_A_MINUTE}"

    def file(self, name: str, language: Language, text: str) -> str:
        """Of the sound file, without its ending. It holds a checksum of what is said and how."""
        said = hashlib.sha256(f"{self.mark(language)}\0{text}".encode())
        return f"{name}-{language}-{said.hexdigest()[:12]}"

    def read(self, title: str, language: Language, text: str) -> bytes:
        """A sound file of the text read aloud; ``title`` is for errors. Raises PromptFailed."""
        command = self._arguments(language)
        program = command[0]
        try:
            done = subprocess.run(
                command,
                input=text.encode(),
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
                cwd=self.folder,
            )
        except FileNotFoundError:
            raise self._missing(title) from None
        except subprocess.TimeoutExpired:
            raise PromptFailed(
                f"{program} n'a pas fini de dire « {title} » en {PATIENCE_S:.0f} s.",
                f"{program} did not finish saying “{title}” within {PATIENCE_S:.0f} s.",
            ) from None
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise PromptFailed(
                f"{program} n'a pas pu dire « {title} » : {reason}.",
                f"{program} could not say “{title}”: {reason}.",
            ) from problem
        if done.returncode or not done.stdout:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            last = lines[-1][:200] if lines else ""
            raise PromptFailed(
                f"{program} n'a pas pu dire « {title} » (code {done.returncode}) : "
                f"{last or 'il ne donne aucun son'}.",
                f"{program} could not say “{title}” (exit {done.returncode}): "
                f"{last or 'it gives no sound'}.",
            )
        return done.stdout

    def _arguments(self, language: Language) -> list[str]:
        if self.command:
            return [word.replace("{language}", language) for word in self.command]
        return ["espeak-ng", *self.mark(language).split(), "--stdin", "--stdout"]

    def _missing(self, title: str) -> PromptFailed:
        if self.command:
            program = self.command[0]
            return PromptFailed(
                f"Le programme « {program} » de [voice] est introuvable. Installez-le, corrigez "
                "command dans commune.toml, ou retirez [voice] pour espeak-ng.",
                f"The program “{program}” of [voice] cannot be found. Install it, correct command "
                "in commune.toml, or remove [voice] for espeak-ng.",
            )
        return PromptFailed(
            "Pour dire un texte il faut espeak-ng : apt install espeak-ng. Ou donnez un "
            f"fichier son pour « {title} ».",
            "To say a text, espeak-ng is needed: apt install espeak-ng. Or give a sound file "
            f"for “{title}”.",
        )


ESPEAK = Voice()
