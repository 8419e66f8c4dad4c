"""Two texts compared for a reader: unified diff, secrets masked, quick on 100,000 lines.

Knows text only.
"""

import difflib
import re
from collections.abc import Iterator

CONTEXT = 3
SLOW = 4_000
"""Differing lines beyond which difflib would take seconds: then all - before all +."""

_SECRET = re.compile(
    r"^([-+ ]?\s*(?:secret|password_digest|pin)\s*=\s*(?:[A-Z0-9-]+:)?)\S+", re.MULTILINE
)


def unified(name: str, old: str, new: str) -> str:
    """``diff -u`` of one file; ``""`` when equal."""
    if old == new:
        return ""
    before, after = old.splitlines(), new.splitlines()
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    top, bottom = max(head - CONTEXT, 0), max(tail - CONTEXT, 0)
    a = before[top : len(before) - bottom]
    b = after[top : len(after) - bottom]
    if max(len(a), len(b)) > SLOW:
        lines = _replaced(a, b, top)
    else:
        lines = (_moved(line, top) for line in difflib.unified_diff(a, b, n=CONTEXT, lineterm=""))
    body = "".join(f"{line}\n" for line in lines if not line.startswith(("---", "+++")))
    return mask(f"--- {name}\n+++ {name}\n{body}")


def mask(text: str) -> str:
    """The text with the values of secrets and digests replaced by stars."""
    return _SECRET.sub(r"\1****", text)


def _common(a: list[str], b: list[str]) -> int:
    for index, (left, right) in enumerate(zip(a, b, strict=False)):
        if left != right:
            return index
    return min(len(a), len(b))


def _replaced(a: list[str], b: list[str], offset: int) -> Iterator[str]:
    yield f"@@ -{offset + 1},{len(a)} +{offset + 1},{len(b)} @@"
    yield from (f"-{line}" for line in a)
    yield from (f"+{line}" for line in b)


def _moved(line: str, offset: int) -> str:
    """Hunk heads count from the start of the file, not of the compared part."""
    if not line.startswith("@@"):
        return line
    return re.sub(r"([-+])(\d+)", lambda hit: f"{hit[1]}{int(hit[2]) + offset}", line, count=2)
