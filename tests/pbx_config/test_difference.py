"""Diffs for a reader."""

import difflib
import re

from hypothesis import example, given
from hypothesis import strategies as st

from pbx_config.difference import mask, unified

text = st.lists(st.sampled_from(["a", "b", "c", "[x]", ""]), max_size=30).map("\n".join)


def test_hunks_are_numbered_as_in_the_whole_file() -> None:
    old = [f"line {n}" for n in range(1, 101)]
    new = [*old[:49], "changed", *old[50:]]
    expected = difflib.unified_diff(old, new, "f", "f", lineterm="")
    assert unified("f", "\n".join(old), "\n".join(new)).splitlines() == list(expected)


@given(text, text)
@example("a", "a\n").via("they differ in the last line's end alone")
def test_applying_it_to_the_old_text_gives_the_new_one(old: str, new: str) -> None:
    assert patched(old.splitlines(), unified("f", old, new)) == new.splitlines()


def patched(old: list[str], diff: str) -> list[str]:
    """What ``patch`` does, for a diff of one file."""
    result: list[str] = []
    position = 0
    for line in diff.splitlines()[2:]:
        head = re.match(r"@@ -(\d+)(?:,(\d+))? \+", line)
        if head:
            start = int(head[1]) - (0 if head[2] == "0" else 1)
            result += old[position:start]
            position = start
        elif line[:1] == "+":
            result.append(line[1:])
        elif line[:1] == "-":
            assert old[position] == line[1:]
            position += 1
        else:
            assert old[position] == line[1:]
            result.append(old[position])
            position += 1
    return result + old[position:]


def test_secrets_are_masked() -> None:
    new = "secret = abc\npassword_digest = SHA-256:0123\nusername = u1-1\npin = 48151623\n"
    diff = unified("f", "", new)
    assert "abc" not in diff
    assert "0123" not in diff
    assert "+pin = ****" in diff
    assert "+password_digest = SHA-256:****" in diff
    assert "+username = u1-1" in diff
    assert mask("secret_word = x") == "secret_word = x"


def test_a_hundred_thousand_lines_are_no_matter() -> None:
    old = "\n".join(f"line {n}" for n in range(100_000))
    new = "\n".join(f"line {n + n % 2}" for n in range(100_000))
    assert "\n+line 100000" in unified("f", old, new)
    assert "+more" in unified("f", old, old + "\nmore")
    assert "+line 0" in unified("f", "", new)
