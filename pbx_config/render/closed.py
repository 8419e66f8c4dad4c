"""extensions.conf: what callers meet while a service is closed (context ``closed-QUEUE``).

``closed`` and ``night`` are entered with what ``hours`` returned.
"""

from pbx_config import escape
from pbx_config.model import Closed, Queue
from pbx_config.render import hours, prompts, targets
from pbx_config.render.text import extension, section

URGENT_KEY = "1"
_KEY_SECONDS = 4
"""After the prompt, for who has not pressed the key yet."""


def door(queue: Queue) -> tuple[str, ...]:
    """Steps of the service's extension: on unless it is said to be closed."""
    if not queue.hours:
        return ()
    return (
        f"Gosub({hours.context(queue.hours)},s,1)",
        f"GotoIf(${{DIALPLAN_EXISTS({_context(queue)},${{GOSUB_RETVAL}},1)}}"
        f"?{_context(queue)},${{GOSUB_RETVAL}},1)",
    )


def closed_contexts(queues: tuple[Queue, ...]) -> str:
    """Those of all services that close."""
    return "\n\n".join(
        section(
            _context(queue),
            _state("closed", queue, queue.closed),
            _state("night", queue, queue.night or queue.closed),
        )
        for queue in queues
        if queue.hours and queue.closed
    )


def _state(name: str, queue: Queue, closed: Closed) -> str:
    if not closed.urgent:
        say: tuple[str, ...] = ("Playback(${GOSUB_RETVAL})",)
        urgent: tuple[str, ...] = ()
    else:
        number = escape.e164(closed.urgent, f"{queue.name}: urgent")[1:]
        say = (
            f"Read(key,${{GOSUB_RETVAL}},1,,1,{_KEY_SECONDS})",
            f'GotoIf($["${{key}}" = "{URGENT_KEY}"]?urgent)',
        )
        urgent = (f"(urgent)Goto(to-number,{number},1)",)
    then = targets.steps(closed.then, f"{queue.name}: {name}")
    return extension(name, "Answer()", prompts.ask(closed.prompt), *say, *then, *urgent)


def _context(queue: Queue) -> str:
    return f"closed-{escape.identifier(queue.name, 'queue.name')}"
