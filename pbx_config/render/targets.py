"""extensions.conf: how a call goes on somewhere else. Menus know a few ways more of their own."""

from pbx_config import escape
from pbx_config.model import Target
from pbx_config.render import by_name, prompts


def steps(target: Target, what: str) -> tuple[str, ...]:
    """Of the dialplan; the last one ends there. ``what`` is for errors."""
    language = (f"Set(CHANNEL(language)={target.language})",) if target.language else ()
    match target.kind:
        case "inside":
            return *language, f"Goto(internal,{escape.digits(target.key, what)},1)"
        case "voicemail":
            return *language, f"VoiceMail({escape.digits(target.key, what)}@default)", "Hangup()"
        case "outside":
            return *language, f"Goto(to-number,{escape.e164(target.key, what)[1:]},1)"
        case "callback":
            return *language, f"Goto(callback-last,{escape.digits(target.key, what)},1)"
        case "prompt":
            return *language, prompts.ask(target.key), "Playback(${GOSUB_RETVAL})", "Goto(s,1)"
        case "repeat":
            return *language, "Goto(s,1)"
        case "directory":
            return *language, f"Goto({by_name.CONTEXT},s,1)"
        case "back" | "goodbye":
            return *language, "Hangup()"
