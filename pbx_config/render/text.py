"""How a generated file looks: its head line, its sections. Knows nothing of any one file."""

HEAD = "; Written by allo from its directory. Do not edit: the next apply overwrites this file.\n"


def document(*sections: str) -> str:
    """One file: head line, then the sections, empty ones left out."""
    return HEAD + "".join(f"\n{section}\n" for section in sections if section)


def section(name: str, *lines: str, inherits: str = "") -> str:
    """``[name]`` with its lines; ``inherits`` is what stands in parentheses (``!``, a template)."""
    head = f"[{name}]({inherits})" if inherits else f"[{name}]"
    return "\n".join((head, *lines))


def extension(pattern: str, *steps: str) -> str:
    """One dialplan extension; a step may begin with a label: ``(again)Queue(…)``."""
    first, *rest = (
        f"{s[: s.index(')') + 1]},{s[s.index(')') + 1 :]}" if s[0] == "(" else f",{s}"
        for s in steps
    )
    return "\n".join((f"exten => {pattern},1{first}", *(f" same => n{step}" for step in rest)))
