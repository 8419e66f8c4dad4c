"""geolocation.conf: where each building stands, for emergency calls (RFC 6442).

An endpoint of the line's own (``endpoint``) takes them, so that no other call ever tells where one
is. The document goes beside the call's own body (multipart), which not every operator reads: so it
is sent on lines alone that are said to take it, and when such a call fails it is made once more
without.
"""

from pbx_config import escape
from pbx_config.model import Address, Exchange
from pbx_config.render import sites
from pbx_config.render.text import document, section

PROFILE = "emergency"
"""What the endpoint sends: whatever the call brings along."""
_NONE = "elsewhere"


def geolocation_conf(exchange: Exchange) -> str:
    """A location for each site with an address, and the one profile."""
    if not any(trunk.location for trunk in exchange.trunks):
        return document()
    return document(
        *(
            section(
                sites.key(site.code),
                "type = location",
                "format = civicAddress",
                f"location_info = {_civic(site.address)}",
                "method = manual",
            )
            for site in exchange.sites
            if site.address
        ),
        section(
            PROFILE,
            "type = profile",
            "pidf_element = device",
            "profile_precedence = prefer_incoming",
            "allow_routing_use = yes",
        ),
    )


def endpoint(trunk: str) -> str:
    """Of a line: the one for emergency calls."""
    return f"{trunk}-{PROFILE}"


NOT_ANY_MORE = "Set(GEOLOC_PROFILE(inheritable)=false)"


def tell() -> tuple[str, ...]:
    """Steps of the dialplan before that endpoint is called."""
    return (
        f"Set(GEOLOC_PROFILE(location_reference)=${{{sites.VARIABLE}}})",
        "Set(GEOLOC_PROFILE(pidf_element)=device)",
        "Set(GEOLOC_PROFILE(allow_routing_use)=yes)",
        "Set(GEOLOC_PROFILE(inheritable)=true)",
    )


def trunk_lines() -> tuple[str, ...]:
    """Of that endpoint."""
    return (f"geoloc_outgoing_call_profile = {PROFILE}",)


def _civic(address: Address) -> str:
    parts = {
        "country": "BE",
        "A3": address.town,
        "PC": address.postcode,
        "RD": address.street,
        "HNO": address.number,
    }
    return ",".join(f'{name}="{_plain(value)}"' for name, value in parts.items() if value)


def _plain(text: str) -> str:
    """An apostrophe would be half of a quotation."""
    return escape.clean(text).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace("&", "et")
