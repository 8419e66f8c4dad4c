"""cli.conf and its part of extensions.conf: what Asterisk does by itself when it has started.

What stands in its database and must also be in its memory: who waits to be called back, who
pauses. No server is needed for it. Done twice, it does no harm.
"""

from pbx_config.render import callback, pauses
from pbx_config.render.text import document, extension, section

COMMAND = "channel originate Local/answer@at-start/n extension s@at-start"
"""On Asterisk's console. Both sides are here, so that neither leaves a record of a call."""


def cli_conf() -> str:
    """Read at the start alone."""
    return document(section("startup_commands", f"{COMMAND} = yes"))


def at_start() -> str:
    """The context."""
    return section(
        "at-start",
        extension(
            "s",
            "Set(CDR_PROP(disable)=1)",
            f"Set(users=${{DB_KEYS({pauses.FAMILY})}})",
            '(user)GotoIf($["${users}" = ""]?callbacks)',
            "Set(user=${SHIFT(users)})",
            pauses.again("user"),
            "Goto(user)",
            f"(callbacks)Set(services=${{DB_KEYS({callback.FAMILY})}})",
            '(service)GotoIf($["${services}" = ""]?end)',
            "Set(service=${SHIFT(services)})",
            f"Set(numbers=${{DB_KEYS({callback.FAMILY}/${{service}})}})",
            '(number)GotoIf($["${numbers}" = ""]?service)',
            "Set(number=${SHIFT(numbers)})",
            "Gosub(callback-resume,s,1(${service},${number}))",
            "Goto(number)",
            "(end)Hangup()",
        ),
        extension("answer", "Set(CDR_PROP(disable)=1)", "Answer()", "Wait(60)", "Hangup()"),
    )
