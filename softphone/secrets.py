"""Where the phone's two secrets live: the system's keyring, or a private file with a warning.

Owns the choice and both stores. Never logs, never shows a value in ``repr``.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import keyring
import keyring.backend
import keyring.errors
import msgspec

from softphone.files import write_private

SERVICE = "allo-phone"
FILE = "secrets.json"

_NOT_REAL = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt.file")
"""Backends that keep nothing, or keep it in clear without saying so."""


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """The device's SIP password and its token for the API."""

    sip: str
    api_token: str

    def __repr__(self) -> str:
        return "Secrets(…)"


class SecretsError(Exception):
    """The store refuses or its content is broken. The text names the place, never a secret."""


class SecretStore(Protocol):
    """A place for ``Secrets``. All methods raise ``SecretsError``."""

    @property
    def warning(self) -> str:
        """File that holds the secrets in clear, for the window to show; empty = in the keyring."""

    def save(self, secrets: Secrets) -> None:
        """Keep them, replacing what was there."""

    def load(self) -> Secrets | None:
        """None: nothing kept."""

    def delete(self) -> None:
        """Forget them; nothing there is fine."""


class FileStore:
    """``secrets.json`` in the phone's home, readable by its owner only (0600)."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE

    @property
    def warning(self) -> str:
        """The file's path: whoever reads it can use this phone."""
        return str(self._file)

    def save(self, secrets: Secrets) -> None:
        """Written at once or not at all."""
        try:
            write_private(self._file, msgspec.json.encode(secrets))
        except OSError as error:
            raise SecretsError(f"{self._file}: {error.strerror}") from error

    def load(self) -> Secrets | None:
        """Raises ``SecretsError`` too when others may read the file: then it is no secret."""
        try:
            if os.name == "posix" and self._file.stat().st_mode & 0o077:
                raise SecretsError(f"{self._file}: readable by others (chmod 600 it)")
            return _decode(self._file.read_bytes(), str(self._file))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SecretsError(f"{self._file}: {error.strerror}") from error

    def delete(self) -> None:
        """Remove the file."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            raise SecretsError(f"{self._file}: {error.strerror}") from error


class KeyringStore:
    """One entry of the system's keyring (Secret Service, Keychain, Credential Locker).

    The entry is named by the phone's home, so two phones of one person do not share it. A file of
    the time when there was no keyring is taken over and removed.
    """

    def __init__(self, home: Path) -> None:
        self._entry = str(home.resolve())
        self._file = FileStore(home)

    @property
    def warning(self) -> str:
        """Nothing to warn about."""
        return ""

    def save(self, secrets: Secrets) -> None:
        """One entry for both, so that they are of the same enrolment."""
        with _keyring_errors():
            keyring.set_password(SERVICE, self._entry, msgspec.json.encode(secrets).decode())
        self._file.delete()

    def load(self) -> Secrets | None:
        """May make the system ask the person to unlock their keyring."""
        with _keyring_errors():
            text = keyring.get_password(SERVICE, self._entry)
        if text is not None:
            return _decode(text.encode(), "keyring")
        if (in_clear := self._file.load()) is not None:
            self.save(in_clear)
        return in_clear

    def delete(self) -> None:
        """Remove the entry."""
        with _keyring_errors(), contextlib.suppress(keyring.errors.PasswordDeleteError):
            keyring.delete_password(SERVICE, self._entry)
        self._file.delete()


def find_store(home: Path) -> SecretStore:
    """The system's keyring if it works here and now, else the private file."""
    return KeyringStore(home) if _keyring_works() else FileStore(home)


def _keyring_works() -> bool:
    backend = keyring.get_keyring()
    # The chainer answers for the best of several; it has no priority of its own to go by.
    chained = getattr(backend, "backends", (backend,))
    real = [one for one in chained if not type(one).__module__.startswith(_NOT_REAL)]
    if not real:
        return False
    try:
        keyring.get_password(SERVICE, "is anybody there")
    except Exception:  # backends let their bus's own errors through
        return False
    return True


@contextlib.contextmanager
def _keyring_errors() -> Iterator[None]:
    try:
        yield
    except keyring.errors.PasswordDeleteError:
        raise
    except keyring.errors.KeyringError as error:
        raise SecretsError(f"keyring: {type(error).__name__}") from None


def _decode(content: bytes, where: str) -> Secrets:
    try:
        return msgspec.json.decode(content, type=Secrets)
    except msgspec.DecodeError:
        # Not chained: msgspec could quote the content.
        raise SecretsError(f"{where}: not what was stored there") from None
