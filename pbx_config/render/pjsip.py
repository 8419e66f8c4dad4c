"""SIP: transports, the trunk, one endpoint + AOR per device; credentials in a file of their own."""

from pbx_config import escape
from pbx_config.model import REALM, Device, Exchange, Site, User
from pbx_config.render import (
    geolocation,
    messages,
    outside,
    pickup,
    recording,
    sites,
    voicemail,
)
from pbx_config.render.text import document, section

TRANSPORT = "pjsip_transport.conf"
TRUNK = "pjsip_trunk.conf"
AUTH = "pjsip_auth.conf"

VOICE = "ef"
"""DSCP of the sound (RFC 3246), as the phones mark theirs."""
SILENCE_SECONDS = 20
"""Without one RTP packet from a phone before its call is ended."""
HOLD_SECONDS = 3600
"""The same for a call on hold."""


def pjsip_conf(exchange: Exchange) -> str:
    """Global options and the phones."""
    buildings = {site.code: site for site in exchange.sites}
    media = _media_address(exchange)
    groups = pickup.services(exchange)
    boxes = voicemail.watched(exchange)
    return document(
        section(
            "global",
            "type = global",
            "user_agent = allo",
            f"default_realm = {REALM}",
            # What an unknown user is asked for looks like what a known one is.
            "default_auth_algorithms_uas = SHA-256",
            # The line before the phones: its address decides, whatever its headers say.
            "endpoint_identifier_order = ip,header,username",
            "keep_alive_interval = 30",
        ),
        section(
            "phone",
            "type = endpoint",
            # No transport: a phone is reached on the connection it came by, to either TLS port.
            "context = phones",
            "subscribe_context = internal",
            # Unset, texts would go where calls go: every application there would block all texts.
            f"message_context = {messages.NOBODY}",
            "disallow = all",
            "allow = g722,alaw,ulaw",
            # One codec in our answer: given several, phones ask again to settle on one.
            "preferred_codec_only = yes",
            "media_encryption = sdes",
            "media_encryption_optimistic = no",
            "ice_support = yes",
            "direct_media = no",
            "rewrite_contact = yes",
            "force_rport = yes",
            "rtp_symmetric = yes",
            f"tos_audio = {VOICE}",
            # A phone that died in a call must not keep the other side, and itself, in it. Ours send
            # always; on hold nobody does.
            f"rtp_timeout = {SILENCE_SECONDS}",
            f"rtp_timeout_hold = {HOLD_SECONDS}",
            "dtmf_mode = rfc4733",
            # Who the other side is, at the answer and after a transfer (RFC 3325); by UPDATE, which
            # unlike a re-INVITE does not touch the sound.
            "send_pai = yes",
            "connected_line_method = update",
            "identify_by = username",
            "allow_overlap = no",
            "tone_zone = be",
            *media,
            inherits="!",
        ),
        section(
            "contacts",
            "type = aor",
            # A device is one phone: where it registered last is where it is.
            "max_contacts = 1",
            "remove_existing = yes",
            "minimum_expiration = 30",
            "default_expiration = 300",
            "maximum_expiration = 900",
            "qualify_frequency = 60",
            "qualify_timeout = 3",
            inherits="!",
        ),
        f"#include {TRANSPORT}\n#include {TRUNK}",
        *(
            _phone(
                user,
                device,
                buildings[user.site],
                groups[user.id],
                boxes[user.id],
            )
            for user in exchange.users
            for device in user.devices
        ),
        f"#include {AUTH}",
    )


def _phone(
    user: User,
    device: Device,
    site: Site,
    groups: tuple[str, ...],
    boxes: tuple[str, ...],
) -> str:
    name = escape.clean(user.name, otherwise=user.extension)
    extension = escape.digits(user.extension, f"{user.id}: extension")
    number = user.public_number
    shown = escape.e164(number, f"{extension}: public_number") if number else sites.shown(site)
    return "\n".join(
        (
            section(
                escape.identifier(device.id, "device.id"),
                f"auth = {device.id}",
                f"aors = {device.id}",
                f'callerid = "{name}" <{extension}>',
                f"language = {user.language}",
                # Their own first: the dialplan reads there whose phone it is. Of all together the
                # phone gets one count, so one NOTIFY to each member for a message to a service.
                f"mailboxes = {','.join(boxes)}",
                f"set_var = ALLO_EXTENSION={extension}",
                f"set_var = {sites.SHOWN}={shown}",
                f"set_var = {sites.VARIABLE}={sites.key(site.code)}",
                *((f"tos_audio = {site.mark}",) if site.mark != VOICE else ()),
                *pickup.endpoint(groups),
                # Ours write by the server; only other makers' phones have no other way. And only
                # ours can record.
                f"message_context = {messages.context(device)}"
                if device.kind == "sip"
                else f"set_var = DYNAMIC_FEATURES={recording.FEATURE}",
                inherits="phone",
            ),
            section(device.id, inherits="contacts"),
        )
    )


def pjsip_auth_conf(exchange: Exchange) -> str:
    """Digests only (RFC 8760): an enrolment changes this file and no other."""
    return document(
        *(_auth(device) for user in exchange.users for device in user.devices),
    )


def _auth(device: Device) -> str:
    algorithm = device.digest.algorithm
    return section(
        escape.identifier(device.id, "device.id"),
        "type = auth",
        "auth_type = digest",
        f"username = {device.id}",
        f"realm = {REALM}",
        f"password_digest = {algorithm}:{escape.hexadecimal(device.digest.ha1, device.id)}",
        f"supported_algorithms_uas = {algorithm}",
        f"supported_algorithms_uac = {algorithm}",
    )


def pjsip_transport_conf(exchange: Exchange) -> str:
    """TLS for phones; UDP only where there is a trunk. Changes need a restart of Asterisk."""
    network = exchange.network
    # Unset, method offers TLS 1.0 only; sslv23 means "1.2 and newer" (tried, see the tests).
    phones = _tls(exchange, "phones", network.sip_phone_port, "tlsv1_3")
    others = _tls(exchange, "tls", network.sip_tls_port, "sslv23")
    udp = section(
        "udp",
        "type = transport",
        "protocol = udp",
        f"bind = {network.bind}:{network.sip_udp_port}",
        "tos = cs3",
    )
    return document(phones, others, udp if exchange.trunks else "")


def _tls(exchange: Exchange, name: str, port: int, method: str) -> str:
    files = exchange.certificates
    return section(
        name,
        "type = transport",
        "protocol = tls",
        f"bind = {exchange.network.bind}:{port}",
        f"method = {method}",
        f"cert_file = {escape.path(str(files.certificate), 'certificate')}",
        f"priv_key_file = {escape.path(str(files.private_key), 'private key')}",
        f"ca_list_file = {escape.path(str(files.ca), 'ca')}",
        "tos = cs3",
    )


def pjsip_trunk_conf(exchange: Exchange) -> str:
    """The line: recognised by its address, never by what it says."""
    sections = []
    for trunk in exchange.trunks:
        name = outside.trunk_name(trunk)
        sections += [
            section(name, *_line(exchange, name)),
            # No qualify: 112 is tried even when the operator answers no OPTIONS.
            section(name, "type = aor", f"contact = sip:{trunk.host}:{trunk.port}"),
            section(
                f"{name}-identify", "type = identify", f"endpoint = {name}", f"match = {trunk.host}"
            ),
        ]
        if trunk.location:
            located = geolocation.endpoint(name)
            sections.append(section(located, *_line(exchange, name), *geolocation.trunk_lines()))
    if exchange.trunks:
        # Whatever else comes by UDP is no phone of ours: an endpoint that may do nothing.
        sections += [
            section(
                "refused",
                "type = endpoint",
                "transport = udp",
                "context = nowhere",
                f"message_context = {messages.NOBODY}",
                "disallow = all",
                "allow = alaw",
                "allow_subscribe = no",
                "allow_transfer = no",
            ),
            section(
                "refused-identify",
                "type = identify",
                "endpoint = refused",
                r"match_header = Via: /^SIP *\/ *2\.0 *\/ *UDP/",
            ),
        ]
    return document(*sections)


def _line(exchange: Exchange, aor: str) -> tuple[str, ...]:
    """Of an endpoint towards the operator."""
    return (
        "type = endpoint",
        "transport = udp",
        "context = from-trunk",
        f"message_context = {messages.NOBODY}",
        f"aors = {aor}",
        "disallow = all",
        "allow = alaw,ulaw,g722",
        "direct_media = no",
        "force_rport = yes",
        "rtp_symmetric = yes",
        f"tos_audio = {VOICE}",
        "dtmf_mode = rfc4733",
        "language = fr",
        "tone_zone = be",
        # The caller's number as the operator knows it (RFC 3325).
        "trust_id_inbound = yes",
        "send_pai = yes",
        # No re-INVITE to tell the operator who is on our side now.
        "send_connected_line = no",
        # Nor by whom a call was forwarded: an extension is no number outside.
        "send_diversion = no",
        "allow_subscribe = no",
        *_media_address(exchange),
    )


def _media_address(exchange: Exchange) -> tuple[str, ...]:
    bind = exchange.network.bind
    if bind == "0.0.0.0":  # noqa: S104  (compared, not bound)
        return ()
    return (f"media_address = {bind}", "bind_rtp_to_media_address = yes")
