"""An agent records a call at their laptop: the PBX tells the other side before, and then the phone.

A phone of ours asks by pressing ``CODE`` in the call (a dynamic feature of features.conf; its keys
are on no telephone's pad). The other side hears the announcement. Then the phone gets a MESSAGE of
its own, outside the call, with the SIP Call-ID of its leg. Within the call anybody on the other
side could write one, and Asterisk would pass it on; outside it none from anybody else reaches a
softphone of ours (see ``messages``).
"""

from pbx_config.render.text import extension, section

CODE = "D1"
"""The engine's ``announce`` presses it (``softphone.engine.call``)."""
FEATURE = "announce"
ANNOUNCED = "ALLO_ANNOUNCED"
"""Channel variable, inherited: this caller was told already, by a welcome prompt for instance."""

_OWN = "allo/recording-${CHANNEL(language)}"
"""The town's own words, below the sounds folder."""
_STANDARD = "conf-now-recording"
"""Of Asterisk's core sounds none says it of a call: “the conference is now being recorded”."""


def feature() -> str:
    """Line of features.conf: the other side's channel leaves the bridge, listens, and returns."""
    return f"{FEATURE} => {CODE},peer,Gosub({FEATURE},s,1)"


def announce() -> str:
    """Run by the other side's channel."""
    own = f"${{STAT(e,${{ASTDATADIR}}/sounds/{_OWN}.wav)}}"
    return section(
        FEATURE,
        extension(
            "s",
            f"Playback(${{IF({own}?{_OWN}:{_STANDARD})}})",
            'GotoIf($["${PLAYBACKSTATUS}" != "SUCCESS"]?end)',
            "Set(LOCAL(phone)=${DYNAMIC_WHO_ACTIVATED})",
            "Set(MESSAGE(body)=announced)",
            "Set(MESSAGE_DATA(X-Allo-Announced)=${IMPORT(${phone},CHANNEL(pjsip,call-id))})",
            "MessageSend(pjsip:${IMPORT(${phone},CHANNEL(endpoint))},<sip:allo@allo>)",
            "(end)Return()",
        ),
    )


def header() -> str:
    """Step of the dialplan before a phone is called."""
    return f'ExecIf($["${{{ANNOUNCED}}}" != ""]?Set(PJSIP_HEADER(add,X-Allo-Recording)=announced))'
