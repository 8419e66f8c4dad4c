"""Which name of a sound device means which device today. Pure.

The kernel numbers sound cards as they come, and we those that are named alike, so the same headset
may have another number tomorrow; what a person chose once is remembered by name.
"""

import re
from collections.abc import Collection

_NUMBERS = re.compile(r" \(hw:\d+,\d+\)| \(\d+\)$")


def alike(one: str, other: str) -> bool:
    """Whether two names differ in nothing but these numbers."""
    return _NUMBERS.sub("", one) == _NUMBERS.sub("", other)


def today(name: str, there: Collection[str]) -> str:
    """The name among ``there`` that a device remembered as ``name`` has now.

    ``name`` itself when there is none, or when several could be meant: which of two is not guessed.
    """
    if name in there:
        return name
    same = [each for each in there if alike(each, name)]
    return same[0] if len(same) == 1 else name
