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


def letters(title: str) -> str:
    """The first letters of a street's own name: ``Rue de la Station`` → ``sta``."""
    words = fold(title).replace("'", " ").split()
    own = words
    while len(own) > 1 and own[0] in _BEFORE_THE_NAME:
        own = own[1:]
    name = [c for c in "".join(own) if c in _KEYS]
    return "".join(name[:LETTERS])


def typed(title: str) -> str:
    """The same as keys: ``782``. Empty where the name has no letter that a key has."""
    return "".join(_KEYS[letter] for letter in letters(title))
