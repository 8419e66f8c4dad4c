"""Several files replaced together: all of them or none.

Owns writing beside, fsync, rename and putting back; knows nothing of what the files mean. New
contents are completely on disk before the first name changes, and the old ones stay under a second
name until the end, so that neither a full disk nor a refusal by Asterisk costs the previous state.
"""

import os
from collections.abc import Mapping
from pathlib import Path

NEW, OLD = ".allo-new", ".allo-old"


class Transaction:
    """``commit`` → (``rollback`` | ``finish``). Every method may raise ``OSError``."""

    def __init__(self, contents: Mapping[Path, bytes | None]) -> None:
        """Path → its new content, or ``None`` to remove the file. Writes nothing yet."""
        self._contents = contents

    def commit(self) -> None:
        """Write all, then switch all. On ``OSError`` everything is as it was before."""
        try:
            for path, content in self._contents.items():
                _beside(path, OLD).unlink(missing_ok=True)
                if content is not None:
                    _write(_beside(path, NEW), content)
        except OSError:
            self._drop(NEW)
            raise
        try:
            for path, content in self._contents.items():
                if path.exists():
                    _beside(path, OLD).hardlink_to(path)
                if content is None:
                    path.unlink(missing_ok=True)
                else:
                    _beside(path, NEW).replace(path)
            self._sync_folders()
        except OSError:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Give every file back what it had before ``commit``."""
        for path in self._contents:
            old, new = _beside(path, OLD), _beside(path, NEW)
            if old.exists():
                old.replace(path)
            elif not new.exists():
                path.unlink(missing_ok=True)
            new.unlink(missing_ok=True)
        self._sync_folders()

    def finish(self) -> None:
        """Forget the old contents."""
        self._drop(OLD)

    def _drop(self, suffix: str) -> None:
        for path in self._contents:
            _beside(path, suffix).unlink(missing_ok=True)

    def _sync_folders(self) -> None:
        for folder in {path.parent for path in self._contents}:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
