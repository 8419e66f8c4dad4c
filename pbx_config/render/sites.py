"""extensions.conf: what a call takes over from the building that it belongs to.

A phone's calls belong to its site, a citizen's to the one whose number they dialled; whose is not
known belongs to the first.
"""

from collections.abc import Iterator

from pbx_config import escape
from pbx_config.model import Exchange, Site

VARIABLE = "ALLO_SITE"
"""Of a channel, and for others global: the site's ``key``."""
MAIN, SHOWN, EMERGENCY = "ALLO_MAIN", "ALLO_SHOWN", "ALLO_112"
"""Global for each site, its key behind: E.164."""


def key(code: str) -> str:
    """A site's code as part of the name of a variable, in which there are no hyphens."""
    return escape.identifier(code, "site.code").replace("-", "_")


def of_call(number: str) -> str:
    """Expression of the dialplan: that number of this call's site."""
    return f"${{{number}_${{{VARIABLE}}}}}"


def belongs(code: str) -> str:
    """Step of the dialplan: from now on the caller belongs to that site; not an agent of ours.

    So does who stands for them (one underscore): behind a queue that is a channel of its own.
    """
    return f'ExecIf($["${{ALLO_EXTENSION}}" = ""]?Set(_{VARIABLE}={key(code)}))'


def shown(site: Site) -> str:
    """What calls to the outside show of who has no number of their own."""
    return escape.e164(site.shown_number or site.main_number, f"{site.code}: shown_number")


def variables(exchange: Exchange) -> Iterator[str]:
    """Lines of ``[globals]``."""
    if exchange.sites:
        yield f"{VARIABLE} = {key(exchange.sites[0].code)}"
    for site in exchange.sites:
        name = key(site.code)
        yield f"{MAIN}_{name} = {escape.e164(site.main_number, f'{site.code}: main_number')}"
        yield f"{SHOWN}_{name} = {shown(site)}"
        yield f"{EMERGENCY}_{name} = {escape.e164(site.emergency_number, site.code)}"
