"""Private files, written at once or not at all. Knows nothing of what is in them."""

import os
import tempfile
from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make ``folder`` (0700 when it is new). Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(file: Path, content: bytes) -> None:
    """Replace ``file`` atomically with ``content``, readable by its owner only (0600).

    Written beside, flushed to disk, renamed: a crash leaves the old or the new one. Raises OSError.
    """
    private_folder(file.parent)
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # 0600 from birth
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
