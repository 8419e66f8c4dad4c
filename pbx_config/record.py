"""What was applied last: exchange and checksum of every file as written (``applied.json``).

Owns that one file; ``plan`` compares with it, ``apply`` replaces it, the process reads its ports.
"""

from pathlib import Path

import msgspec

from pbx_config.errors import PbxError
from pbx_config.layout import Layout
from pbx_config.model import Exchange


class RecordUnreadable(PbxError):
    """``applied.json`` is there but is not what we wrote."""


class Record(msgspec.Struct, frozen=True):
    """Contents of ``applied.json`` (digests and the AMI secret are in it: 0600)."""

    v: int
    exchange: Exchange
    files: dict[str, str]
    """File name → SHA-256 of its bytes."""


def _encode_path(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError


def _decode_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError


_encoder = msgspec.json.Encoder(enc_hook=_encode_path)
_decoder = msgspec.json.Decoder(Record, dec_hook=_decode_path)


def encode(record: Record) -> bytes:
    """The bytes of the file."""
    return _encoder.encode(record) + b"\n"


def load(layout: Layout) -> Record | None:
    """The record, or ``None`` before the first apply. Raises ``RecordUnreadable``."""
    try:
        return _decoder.decode(layout.applied.read_bytes())
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as problem:
        raise RecordUnreadable(
            f"{layout.applied} est illisible ({problem}). Renommez ce fichier, puis : allo apply",
            f"{layout.applied} cannot be read ({problem}). Rename this file, then: allo apply",
        ) from problem
