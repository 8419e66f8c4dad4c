"""How the name of a street is typed on a telephone: its first letters, by the keys they stand on.

ITU-T E.161: 2 ABC, 3 DEF, 4 GHI, 5 JKL, 6 MNO, 7 PQRS, 8 TUV, 9 WXYZ.
"""

from provisioning.text import fold

LETTERS = 3
"""So many are typed, or fewer where the name has no more."""
_KEYS = {
    letter: key
    for key, letters in (
        ("2", "abc"), ("3", "def"), ("4", "ghi"), ("5", "jkl"),
        ("6", "mno"), ("7", "pqrs"), ("8", "tuv"), ("9", "wxyz"),
    )
    for letter in letters
}  # fmt: skip
_KEYS |= {str(digit): str(digit) for digit in range(1, 10)}
_BEFORE_THE_NAME = frozenset(
    """
    rue ruelle avenue av boulevard bd chaussee place placette square allee chemin clos impasse quai
    sentier route cite residence dreve venelle parc passage cour faubourg montee rond point voie
    zone quartier lotissement hameau de du des d la le les l a au aux et
    straat laan weg plein steenweg dreef pad van der den het
    street road avenue lane square the of
    """.split()  # noqa: SIM905, one word a line would be a page
)
"""Words that no caller thinks of as the name."""


def own_name(title: str) -> str:
    """What a street is called, as letters: ``Rue de la Station`` → ``station``."""
    words = fold(title).replace("'", " ").split()
    while len(words) > 1 and words[0] in _BEFORE_THE_NAME:
        words = words[1:]
    return "".join(c for c in "".join(words) if c in _KEYS)


def letters(title: str) -> str:
    """Those that are typed: ``sta``."""
    return own_name(title)[:LETTERS]


def typed(title: str) -> str:
    """The same as keys: ``782``. Empty where the name has no letter that a key has."""
    return "".join(_KEYS[letter] for letter in letters(title))
