"""The exchange as Asterisk's configuration files: pure, stable order, one module per noun."""

from pbx_config.asterisk.runtime import Runtime
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from pbx_config.render import (
    at_start,
    base,
    by_name,
    cdr,
    dialplan,
    geolocation,
    mail,
    manager,
    parking,
    pjsip,
    queues,
    rooms,
    voicemail,
)


def render(exchange: Exchange, layout: Layout, runtime: Runtime) -> dict[str, str]:
    """File name in ``layout.etc`` → its text. Same input, same output; nothing is read or written
    but the list of modules that the runtime has.

    Raises ``escape.RenderError`` when an identifier or number in the exchange is not one.
    """
    return {
        "asterisk.conf": base.asterisk_conf(exchange, layout, runtime),
        "modules.conf": base.modules_conf(runtime),
        "logger.conf": base.logger_conf(),
        **base.default_files(),
        "cli.conf": at_start.cli_conf(),
        "confbridge.conf": rooms.confbridge_conf(exchange),
        by_name.FILE: by_name.directory_conf(exchange),
        "features.conf": base.features_conf(),
        "geolocation.conf": geolocation.geolocation_conf(exchange),
        "indications.conf": base.indications_conf(),
        "musiconhold.conf": base.musiconhold_conf(runtime),
        "res_parking.conf": parking.res_parking_conf(),
        "rtp.conf": base.rtp_conf(exchange),
        "cdr.conf": cdr.cdr_conf(),
        "cdr_sqlite3_custom.conf": cdr.cdr_sqlite3_custom_conf(),
        "manager.conf": manager.manager_conf(exchange),
        "pjsip.conf": pjsip.pjsip_conf(exchange),
        pjsip.TRANSPORT: pjsip.pjsip_transport_conf(exchange),
        pjsip.TRUNK: pjsip.pjsip_trunk_conf(exchange),
        pjsip.AUTH: pjsip.pjsip_auth_conf(exchange),
        "extensions.conf": dialplan.extensions_conf(exchange),
        "queues.conf": queues.queues_conf(exchange, layout),
        "voicemail.conf": voicemail.voicemail_conf(exchange, layout),
        **mail.files(exchange),
    }
