"""extensions.conf: menus (context ``menu-NAME``): a prompt, and what each key leads to.

A key that is also the beginning of an extension is waited for a moment: the next digit decides.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Menu, Target
from pbx_config.render import by_name, prompts, targets
from pbx_config.render.text import extension, section

_NEXT_DIGIT_S = 2
_WRONG = "pbx-invalid"
"""Asterisk's own, in all languages that it has."""
_BACK = "ALLO_BACK_"
"""Variable of the caller for each menu: the one before."""
KEYS = "0123456789*#"


def entries(exchange: Exchange) -> tuple[str, ...]:
    """Their extensions, in the context ``internal``."""
    return tuple(
        extension(
            escape.digits(menu.extension, menu.name),
            f"Goto({_context(menu.name)},s,1)",
        )
        for menu in exchange.menus
    )


def menu_contexts(exchange: Exchange) -> str:
    """All of them."""
    lengths = sorted({len(user.extension) for user in exchange.users})
    return "\n\n".join(_menu(menu, exchange, lengths) for menu in exchange.menus)


def _menu(menu: Menu, exchange: Exchange, lengths: list[int]) -> str:
    start = extension(
        "s",
        "Answer()",
        f"Set(TIMEOUT(digit)={_NEXT_DIGIT_S})",
        "Set(ALLO_TRY=1)",
        f"(say){prompts.ask(menu.prompt)}",
        "Background(${GOSUB_RETVAL})",
        f"WaitExten({int(menu.seconds)})",
    )
    again = extension(
        "t",
        "Set(ALLO_TRY=$[${ALLO_TRY} + 1])",
        f"GotoIf($[${{ALLO_TRY}} > {int(menu.times)}]?otherwise,1)",
        "Goto(s,say)",
    )
    wrong = extension("i", f"Playback({_WRONG})", "Goto(t,1)")
    keys = [
        extension(key, *_steps(target, menu, exchange)) for key, target in menu.keys if key in KEYS
    ]
    direct = [
        extension(
            f"_[2-9]{'X' * (length - 1)}",
            "GotoIf(${DIALPLAN_EXISTS(internal,${EXTEN},1)}?internal,${EXTEN},1)",
            "Goto(i,1)",
        )
        for length in lengths
        if menu.direct
    ]
    otherwise = extension("otherwise", *_steps(menu.otherwise, menu, exchange))
    return section(_context(menu.name), start, again, wrong, *keys, *direct, otherwise)


def _steps(target: Target, menu: Menu, exchange: Exchange) -> tuple[str, ...]:
    usual = targets.steps(target, f"{menu.name}: {target.kind}")
    if target.kind == "back":
        before = f"${{{_variable(menu.name)}}}"
        there = f'Goto(${{IF($["{before}" != ""]?{before}:{_context(menu.name)})}},s,1)'
        return *usual[:-1], there
    if target.kind == "directory":
        return f"Set({by_name.OTHERWISE}={_context(menu.name)})", *usual
    other = next((m for m in exchange.menus if m.extension == target.key), None)
    if target.kind == "inside" and other:
        return f"Set({_variable(other.name)}={_context(menu.name)})", *usual
    return usual


def _context(name: str) -> str:
    return f"menu-{escape.identifier(name, 'menu.name')}"


def _variable(name: str) -> str:
    return _BACK + name.replace("-", "_")
