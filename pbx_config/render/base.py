"""Files every instance has: the process, its modules, logs, sound. Hardly ever change."""

from pbx_config import escape
from pbx_config.asterisk.runtime import Runtime
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from pbx_config.render import recording
from pbx_config.render.text import document, section

MODULES = (
    # what others stand on
    "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb", "res_timing_timerfd",
    "res_crypto", "res_srtp", "res_rtp_asterisk", "res_musiconhold", "res_security_log",
    "res_geolocation", "res_manager_devicestate", "res_parking", "res_clioriginate",
    # SIP
    "res_pjproject", "res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_acl",
    "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_caller_id", "res_pjsip_dialog_info_body_generator", "res_pjsip_diversion",
    "res_pjsip_dlg_options", "res_pjsip_dtmf_info", "res_pjsip_empty_info",
    "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
    "res_pjsip_exten_state", "res_pjsip_geolocation", "res_pjsip_header_funcs",
    "res_pjsip_logger", "res_pjsip_messaging",
    "res_pjsip_mwi", "res_pjsip_mwi_body_generator", "res_pjsip_nat", "res_pjsip_outbound_publish",
    "res_pjsip_pidf_body_generator", "res_pjsip_xpidf_body_generator", "res_pjsip_refer",
    "res_pjsip_registrar", "res_pjsip_rfc3326", "res_pjsip_sdp_rtp", "chan_pjsip",
    # sound
    "codec_g722", "codec_alaw", "codec_ulaw", "codec_a_mu", "codec_gsm", "codec_resample",
    "format_g722", "format_pcm", "format_gsm", "format_sln", "format_wav", "format_wav_gsm",
    "bridge_simple", "bridge_native_rtp", "bridge_softmix", "bridge_holding",
    "bridge_builtin_features", "bridge_builtin_interval_features", "chan_bridge_media",
    # dialplan
    "pbx_config", "app_cdr", "app_confbridge", "app_dial", "app_directed_pickup",
    "app_directory", "app_echo", "app_exec", "app_originate", "app_page", "app_playback",
    "app_queue", "app_read", "app_sayunixtime", "app_softhangup", "app_stack", "app_userevent",
    "app_verbose", "app_voicemail",
    "func_base64", "func_callerid", "func_cdr",
    "func_channel", "func_cut", "func_db", "func_devstate", "func_dialplan", "func_env",
    "func_extstate", "func_global", "func_groupcount", "func_hangupcause", "func_lock",
    "func_logic", "func_pjsip_aor",
    "func_pjsip_contact", "func_pjsip_endpoint", "func_strings", "func_timeout",
    # records
    "res_cdrel_custom", "cdr_sqlite3_custom",
)  # fmt: skip
"""Only what is used: autoloading all ~250 costs memory, ~97 ERROR lines and attack surface."""


def asterisk_conf(exchange: Exchange, layout: Layout, runtime: Runtime) -> str:
    """Directories and options; ``systemname`` keeps unique ids unique over several nodes."""
    folders = {
        "astetcdir": layout.etc,
        "astmoddir": runtime.modules,
        "astvarlibdir": layout.lib,
        "astdbdir": layout.lib,
        "astkeydir": layout.lib,
        "astdatadir": layout.data,
        "astagidir": layout.data / "agi-bin",
        "astspooldir": layout.spool,
        "astrundir": layout.run,
        "astlogdir": layout.log,
        "astcachedir": layout.lib / "cache",
    }
    return document(
        section(
            "directories",
            *(f"{name} => {escape.path(str(place), name)}" for name, place in folders.items()),
        ),
        section(
            "options",
            f"systemname = node{exchange.node}",
            "defaultlanguage = fr",
            "documentation_language = en_US",
            "nocolor = yes",
            "hideconnect = yes",
            "live_dangerously = no",
            "transmit_silence = yes",
            "maxfiles = 65536" if len(exchange.users) > 100 else "",
        ).rstrip(),
    )


def modules_conf(runtime: Runtime) -> str:
    """The modules in use that this Asterisk has (older ones lack some)."""
    present = {file.stem for file in runtime.modules.glob("*.so")}
    return document(
        section("modules", "autoload = no", *(f"load = {m}.so" for m in MODULES if m in present))
    )


def logger_conf() -> str:
    """Problems in one file, security events (who tried to register) in another."""
    return document(
        section("general", "dateformat = %F %T.%3q", "rotatestrategy = rotate", "queue_log = yes"),
        section("logfiles", "messages.log => notice,warning,error", "security.log => security"),
    )


def rtp_conf(exchange: Exchange) -> str:
    """Port range for sound; ICE so that a laptop at home finds its way."""
    network = exchange.network
    return document(
        section(
            "general",
            f"rtpstart = {network.rtp_start}",
            f"rtpend = {network.rtp_end}",
            "icesupport = yes",
            "strictrtp = yes",
        )
    )


def musiconhold_conf(runtime: Runtime) -> str:
    """Wideband music that comes with Asterisk."""
    return document(
        section("general", "cachertclasses = no"),
        section(
            "default",
            "mode = files",
            f"directory = {escape.path(str(runtime.moh), 'music')}",
            "sort = random",
        ),
    )


def indications_conf() -> str:
    """Tones of Belgium (ITU-T E.180 supplement 2)."""
    return document(
        section("general", "country = be"),
        section(
            "be",
            "description = Belgium",
            "ringcadence = 1000,3000",
            "dial = 425",
            "busy = 425/500,0/500",
            "ring = 425/1000,0/3000",
            "congestion = 425/167,0/167",
            "callwaiting = 1400/175,0/175,1400/175,0/3500",
            "dialrecall = !350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440",
            "record = 1400/500,0/15000",
            "info = 900/330,1400/330,1800/330,0/1000",
            "stutter = 425/1000,0/250",
        ),
    )


def features_conf() -> str:
    """The only DTMF feature is the announcement of a recording: phones transfer by REFER."""
    return document(
        # Picking up is the dialplan's, which answers for what there is to pick up.
        section("general", "pickupexten ="),
        section("featuremap"),
        section("applicationmap", recording.feature()),
    )


def confbridge_conf() -> str:
    """Conference rooms: mixed every 20 ms in wideband; who comes first waits with music."""
    return document(
        section("general"),
        section(
            "room",
            "type = bridge",
            "internal_sample_rate = 16000",
            "mixing_interval = 20",
            "max_members = 30",
        ),
        section(
            "guest",
            "type = user",
            "music_on_hold_when_empty = yes",
            "announce_only_user = yes",
            "quiet = no",
            "dsp_drop_silence = yes",
        ),
    )


DEFAULTS = ("acl", "ccss", "cel", "pjproject", "queuerules", "stasis", "udptl")
"""Files with nothing in them: the defaults are right, but Asterisk complains without them."""


def default_files() -> dict[str, str]:
    """Those files."""
    return {f"{name}.conf": document() for name in DEFAULTS}
