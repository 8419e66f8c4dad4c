"""What is said to callers becomes sound files that Asterisk plays: 16 kHz, 16 bits, mono.

A prompt is a text, read aloud (``provisioning.voice``), or a sound file that the town recorded.
The file's name holds a checksum of what it says, so a file never changes: another text is another
file, and the one that callers hear now stays until the dialplan names the new one.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pbx_config import model
from pbx_config.render import callback
from provisioning.callback_prompts import CALLBACK
from provisioning.commune import Commune
from provisioning.commune_values import PromptLanguage
from provisioning.home import Home, write_private
from provisioning.problem import Problem
from provisioning.targets import calls_back
from provisioning.voice import PromptFailed as PromptFailed
from provisioning.voice import Voice
from provisioning.words import Words

RATE = 16_000
ENDING = ".wav16"
"""Asterisk's name for WAV of 16 kHz."""
SOUND_FILES = (".wav", ".flac", ".ogg", ".mp3")
_PEAK = 0.7
"""−3 dBFS: as loud as Asterisk's own prompts."""
_LONGEST_S = 600

CLOSED = "allo-closed"
"""The one that stands in where none is given."""
_CLOSED: dict[PromptLanguage, str] = {
    "fr": "Bonjour. Nos bureaux sont fermés pour le moment. Vous pouvez laisser un message après "
    "le signal sonore, ou nous rappeler pendant les heures d'ouverture.",
    "nl": "Goedendag. Onze kantoren zijn momenteel gesloten. U kunt na de toon een bericht "
    "inspreken of terugbellen tijdens de openingsuren.",
    "en": "Hello. Our offices are closed at the moment. You can leave a message after the tone, or "
    "call again during opening hours.",
    "de": "Guten Tag. Unsere Büros sind zurzeit geschlossen. Sie können nach dem Signalton eine "
    "Nachricht hinterlassen oder während der Öffnungszeiten erneut anrufen.",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A prompt in one language, as the admin gave it."""

    prompt: str
    """Slug."""
    title: str
    language: PromptLanguage
    text: str
    voice: Voice
    """Who reads the text."""
    sound: Path | None = None
    """The town's own recording, in the place of a text."""

    @property
    def name(self) -> str:
        """Of its file, without the ending. Raises OSError."""
        if self.sound:
            said = hashlib.sha256(self.sound.read_bytes())
            return f"{self.prompt}-{self.language}-{said.hexdigest()[:12]}"
        return self.voice.file(self.prompt, self.language, self.text)


def voice_of(commune: Commune, home: Home) -> Voice:
    """Who reads aloud in this town."""
    return Voice(commune.voice.command, home.path)


def sources(commune: Commune, home: Home) -> Iterator[Source]:
    """Everything that the file wants said, but for information lines (``info_lines``)."""
    voice = voice_of(commune, home)
    for prompt in commune.prompt:
        for language, text in prompt.languages.items():
            is_file = text.lower().endswith(SOUND_FILES) and "\n" not in text
            yield Source(
                prompt.slug,
                prompt.name,
                language,
                "" if is_file else text,
                voice,
                home.path / text if is_file else None,
            )
    if any(
        closed and not closed.prompt
        for service in commune.service
        if service.hours
        for closed in (service.closed, service.night)
    ):
        for language, text in _CLOSED.items():
            yield Source(CLOSED, "Fermé", language, text, voice)
    if any(service.callback or calls_back(service) for service in commune.service):
        for name, (title, texts) in CALLBACK.items():
            for language, text in texts.items():
                yield Source(name, title, language, text, voice)


def problems(commune: Commune, home: Home) -> Iterator[Problem]:
    """Sound files that are none."""
    import soundfile

    for source in sources(commune, home):
        if source.sound is None:
            continue
        try:
            seconds = soundfile.info(str(source.sound)).duration
        except (OSError, soundfile.SoundFileError):
            reason = Words(
                f"« {source.sound} » n'est pas un fichier son.",
                f"“{source.sound}” is not a sound file.",
            )
        else:
            if 0 < seconds <= _LONGEST_S:
                continue
            reason = Words(
                f"« {source.sound} » dure {seconds:.0f} s.",
                f"“{source.sound}” takes {seconds:.0f} s.",
            )
        yield Problem(
            home.commune.name,
            None,
            f"prompt « {source.title} », {source.language}",
            reason,
            Words(
                f"Donnez un fichier {', '.join(SOUND_FILES)} de 10 minutes au plus, ou un texte.",
                f"Give a {', '.join(SOUND_FILES)} file of 10 minutes at most, or a text.",
            ),
        )


def as_model(commune: Commune, home: Home) -> tuple[model.Prompt, ...]:
    """What the dialplan needs of them. Raises OSError (a sound file)."""
    found: dict[str, tuple[str, list[model.Recording]]] = {}
    for source in sources(commune, home):
        _, recordings = found.setdefault(source.prompt, (source.title, []))
        recordings.append(model.Recording(source.language, source.name, source.text))
    return tuple(
        model.Prompt(name, title, tuple(recordings)) for name, (title, recordings) in found.items()
    )


def make_missing(
    commune: Commune, home: Home, folder: Path, composed: tuple[model.Prompt, ...] = ()
) -> list[Path]:
    """Make the files that are not there yet; those made. Raises PromptFailed, OSError.

    ``composed``: what is said besides, all of it texts.
    """
    made = []
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    voice = voice_of(commune, home)
    for source in sources(commune, home):
        file = folder / f"{source.name}{ENDING}"
        if not file.exists():
            write_private(file, sound_of(source))
            made.append(file)
    for prompt in composed:
        for each in prompt.recordings:
            file = folder / f"{each.file}{ENDING}"
            if not file.exists():
                sound = voice.read(prompt.title, each.language, each.text)
                write_private(file, telephone_sound(sound, prompt.title))
                made.append(file)
    for prompt in as_model(commune, home):
        for file, copy in _by_language(prompt, folder):
            if not copy.exists():
                copy.parent.mkdir(exist_ok=True, mode=0o700)
                write_private(copy, file.read_bytes())
                made.append(copy)
    return made


def _by_language(prompt: model.Prompt, folder: Path) -> Iterator[tuple[Path, Path]]:
    """What Asterisk looks for in a folder of each language itself: a file, and where it is too."""
    if prompt.name == callback.OFFER:
        for each in prompt.recordings:
            name = f"{callback.offer_file(prompt)}{ENDING}"
            yield folder / f"{each.file}{ENDING}", folder / each.language / name


def remove_unused(used: tuple[model.Prompt, ...], folder: Path) -> None:
    """Files that no prompt names any more, once the dialplan does not either."""
    names = {recording.file for prompt in used for recording in prompt.recordings}
    for file in folder.glob(f"*{ENDING}"):
        if file.name.removesuffix(ENDING) not in names:
            file.unlink(missing_ok=True)
    copies = {copy for prompt in used for _, copy in _by_language(prompt, folder)}
    for file in folder.glob(f"*/*{ENDING}"):
        if file not in copies:
            file.unlink(missing_ok=True)


def sound_of(source: Source) -> bytes:
    """What Asterisk plays. Raises PromptFailed, OSError."""
    if source.sound:
        return telephone_sound(source.sound.read_bytes(), source.title)
    return telephone_sound(
        source.voice.read(source.title, source.language, source.text), source.title
    )


def telephone_sound(content: bytes, title: str = "") -> bytes:
    """Any sound file as 16 kHz, 16 bits, mono, its loudest moment at −3 dBFS.

    Raises PromptFailed, naming ``title``.
    """
    import numpy as np
    import soundfile
    import soxr

    try:
        sound, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as problem:
        raise PromptFailed(
            f"« {title} » : ce qui a été donné n'est pas du son ({problem}).",
            f"“{title}”: what was given is no sound ({problem}).",
        ) from problem
    mono = soxr.resample(sound.mean(axis=1), rate, RATE)
    if loudest := float(np.abs(mono).max(initial=0.0)):
        mono = mono * (_PEAK / loudest)
    file = io.BytesIO()
    soundfile.write(file, mono, RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def name_of(commune: Commune, written: str) -> str:
    """Slug of the prompt that a service names; the standard one for none."""
    if not written:
        return CLOSED
    found = commune.prompt_named(written)
    assert found  # commune_rules
    return found.slug
