"""extensions.conf: what is said to callers, in their language.

``Gosub(prompt-NAME,s,1)`` returns the file to play.
"""

from pbx_config import escape
from pbx_config.model import Prompt
from pbx_config.render.text import extension, section

FOLDER = "allo"
"""``Layout.prompts``, as Asterisk names it."""


def ask(name: str) -> str:
    """Step of the dialplan."""
    return f"Gosub({context(name)},s,1)"


def prompt_contexts(prompts: tuple[Prompt, ...]) -> str:
    """All of them."""
    return "\n\n".join(_prompt(prompt) for prompt in prompts)


def _prompt(prompt: Prompt) -> str:
    languages = [
        extension(each.language, f"Return({FOLDER}/{escape.identifier(each.file, prompt.name)})")
        for each in prompt.recordings
    ]
    first = prompt.recordings[0].language
    choose = extension(
        "s",
        "Set(LOCAL(language)=${CHANNEL(language):0:2})",
        f"Goto(${{IF(${{DIALPLAN_EXISTS(${{CONTEXT}},${{language}},1)}}?${{language}}:{first})}},1)",
    )
    return section(context(prompt.name), choose, *languages)


def context(name: str) -> str:
    """Where a prompt is asked for."""
    return f"prompt-{escape.identifier(name, 'prompt.name')}"
