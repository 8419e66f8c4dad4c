"""extensions.conf: a person's mobile that rings beside their phones (*follow me*).

``mobile``       by extension, a leg of the call to a person (a Local channel): calls the number in
                 ``follow/2001`` of Asterisk's database, and is answered only when it is taken
``confirm``      who answers there must press 1: a mobile's voicemail takes no call
``mobile-gone``  the leg is not wanted any more: the mobile that listens to the question hears no
                 more of it (one that still rings stops by itself)

The operator sees the person's own number, or their site's, never the caller's; the caller never
sees the mobile's.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Site, User
from pbx_config.render import sites
from pbx_config.render.outside import MAX_FORWARDS
from pbx_config.render.text import extension, section

CONTEXT = "mobile"
PATIENCE = 5
"""Seconds that only the phones ring, where there are some: who is at their desk is not called
twice."""
SECONDS = 40
"""How long a person is rung with a mobile: finding it takes its network some seconds, the question
some more."""
KEY = "1"
_ASKED = 2
_KEY_SECONDS = 4
_QUESTION = "silence/1&followme/options"
"""Asterisk's own: “press 1 to accept this call, or 2 to reject it”."""
_TOLD = "ALLO_MOBILE"
"""Variable of the leg, set by the mobile: which channel it is."""
_REFUSED = 17
"""Hangup cause of the leg: so it counts as busy, and does not change what the phones say."""


def beside() -> tuple[str, ...]:
    """Steps of ``reach``: the mobile as one more device. Sets ``mobile``, and ``alone`` where no
    phone is there. Not for who was forwarded so often: no loop, see ``outside.from_trunk``."""
    return (
        "Set(LOCAL(mobile)=)",
        "Set(LOCAL(alone)=)",
        'GotoIf($["${ARG5}" = "" | "${ARG3}" != "" | "${DB(follow/${own})}" = ""'
        f" | 0${{ALLO_FORWARDS}} >= {MAX_FORWARDS}]?phones)",
        'Set(LOCAL(alone)=${IF($["${to}" = ""]?1)})',
        f"Set(LOCAL(mobile)=Local/${{own}}@{CONTEXT}${{IF(${{LEN(${{alone}})}}?:-later)}}/n)",
        "Set(LOCAL(to)=${to}${mobile})",
        "(phones)NoOp()",
    )


def headers() -> tuple[str, ...]:
    """First steps of what is done to each leg before it rings. ARG1: whose it is."""
    return (
        'GotoIf($["${CHANNEL(channeltype)}" != "Local"]?phone)',
        # Whom the caller reaches there.
        "Set(CALLERID(num)=${ARG1})",
        "Set(CHANNEL(hangup_handler_push)=mobile-gone,s,1)",
        "Return()",
        "(phone)NoOp()",
    )


def contexts(exchange: Exchange, trunks: list[str]) -> str:
    """All that is needed."""
    buildings = {site.code: site for site in exchange.sites}
    later = extension("_X.", f"Wait({PATIENCE})", f"Goto({CONTEXT},${{EXTEN}},1)")
    people = [_person(user, buildings[user.site]) for user in exchange.users]
    tries: list[str] = []
    for trunk in trunks:
        tries += [
            # I: neither the caller nor the phones learn the mobile's number. r: the caller hears
            # it ring until it is taken, and nothing that its network says.
            f"Dial(PJSIP/+${{to}}@{trunk},,rIU(confirm^${{near}}^${{ARG2}}))",
            'GotoIf($["${DIALSTATUS}" != "CHANUNAVAIL" & "${DIALSTATUS}" != "CONGESTION"]?no)',
        ]
    # One call at a time: what comes back from there, as whoever's, does not go there again.
    ring = extension(
        "_X.",
        "Set(GROUP(follow)=${EXTEN})",
        "GotoIf($[${GROUP_COUNT(${EXTEN}@follow)} > 1]?no)",
        "Set(to=${FILTER(0-9+,${DB(follow/${EXTEN})})})",
        'Set(to=${IF($["${to:0:1}" = "+"]?${to:1}:32${to:1})})',
        # It may have become one of ours since.
        "GotoIf(${DIALPLAN_EXISTS(did,${to},1)}?no)",
        "Set(CALLERID(num)=${ARG1})",
        "Set(CALLERID(name)=)",
        "Set(CALLERID(pres)=allowed)",
        "Set(near=${CHANNEL(name):0:-1}1)",
        *tries,
        f"(no)Hangup({_REFUSED})",
    )
    confirm = extension(
        "s",
        f"Set(SHARED({_TOLD},${{ARG1}})=${{CHANNEL(name)}})",
        "Set(CHANNEL(language)=${ARG2})",
        f"Read(key,{_QUESTION},1,,{_ASKED},{_KEY_SECONDS})",
        f'ExecIf($["${{key}}" != "{KEY}"]?Set(GOSUB_RESULT=CONTINUE))',
        "Return()",
    )
    gone = extension(
        "s",
        f"Set(LOCAL(mobile)=${{SHARED({_TOLD})}})",
        "ExecIf(${LEN(${mobile})}?SoftHangup(${mobile}))",
        "Return()",
    )
    return "\n\n".join(
        (
            section(CONTEXT, *people),
            section(f"{CONTEXT}-later", later),
            section(f"{CONTEXT}-ring", ring),
            section("confirm", confirm),
            section(f"{CONTEXT}-gone", gone),
        )
    )


def _person(user: User, site: Site) -> str:
    own = escape.digits(user.extension, user.id)
    number = user.public_number
    shown = escape.e164(number, f"{own}: public_number") if number else sites.shown(site)
    return f"exten => {own},1,Gosub({CONTEXT}-ring,{own},1({shown},{user.language}))"
