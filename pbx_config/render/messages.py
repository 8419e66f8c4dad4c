"""extensions.conf: texts (SIP MESSAGE) of other makers' phones, on their way to the server.

All texts of a PBX share one channel, one after the other: an application that blocks here stops
them all, for good. And the phone has its 202 before the first line runs: only an extension that is
not here is refused in SIP; every other refusal is a text that goes back.

Who sent it is the context: Asterisk enters it by the endpoint that it authenticated. What the phone
says of itself (From and the rest) is never read. What it says at all goes on as base64: anything
else could add headers to the event.
"""

from pbx_config import escape
from pbx_config.model import Device, Exchange
from pbx_config.render.text import extension, section

NOBODY = "nowhere"
"""Context of endpoints that may not send texts: 404."""
SERVER_SEEN = "ALLO_SERVER"
"""Global variable: when the server was last there, in Unix seconds."""
SERVER_LOST_SECONDS = 15
"""Without the server for so long, nobody would take a text."""

_PREFIX = "message-"


def context(device: Device) -> str:
    """Where texts of this phone begin."""
    return _PREFIX + escape.identifier(device.id, "device.id")


def messages(exchange: Exchange) -> str:
    """Contexts of the phones that may send texts, and to whom."""
    senders = [
        section(context(device), "include => message")
        for user in exchange.users
        for device in user.devices
        if device.kind == "sip"
    ]
    if not senders:
        return ""
    known = [
        extension(
            escape.digits(user.extension, user.id),
            f"Set(device=${{CONTEXT:{len(_PREFIX)}}})",
            "Goto(text,${EXTEN},1)",
        )
        for user in exchange.users
    ]
    # The dot: BASE64_ENCODE complains of an empty argument, which is what a long text becomes.
    fields = {
        "Device": "${device}",
        "To": "${EXTEN}",
        "Type": "${MESSAGE_DATA(Content-Type)}",
        "Body": ".${MESSAGE(body)}",
    }
    text = extension(
        "_X!",
        f"GotoIf($[${{EPOCH}} - 0${{{SERVER_SEEN}}} > {SERVER_LOST_SECONDS}]?lost)",
        "UserEvent(AlloText,"
        + ",".join(f"{name}: ${{BASE64_ENCODE({value})}}" for name, value in fields.items())
        + ")",
        "Hangup()",
        "(lost)Set(MESSAGE(body)=Message non remis : le serveur ne répond pas. Réessayez plus tard."
        " / Not delivered: the server does not answer. Try again later.)",
        'MessageSend(pjsip:${device},"allo" <sip:${EXTEN}@allo>)',
        "Hangup()",
    )
    return "\n\n".join((*senders, section("message", *known), section("text", text)))
