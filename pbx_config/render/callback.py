"""extensions.conf: being called back in the place of waiting.

Who waits presses ``1``, or is asked when they have waited too long. What they want stands in
Asterisk's own database: ``callback/EXTENSION OF THE SERVICE/NUMBER`` → ``SINCE-TRIES-NOT
BEFORE-LANGUAGE-USER`` (the last for colleagues). A place-holder waits in the queue for them:
``Local/SERVICE_NUMBER_SINCE@callback``. Its ;2 side runs Queue() and is not answered before an
agent answers; then its ;1 side goes on in ``callback-call`` and calls the citizen. So a citizen is
called exactly when an agent is there for them.

``callback-keep``    keeps it, says so    ``callback-last``   asks who has waited too long
``callback-number``  whom one may call    ``callback-queue``  queue, number and hours of a service
``callback``         waits in the queue   ``callback-call``   calls: an agent is on the other side
``callback-resume``  gives a request its place-holder, if it has none: once kept, whenever one ends
                     without the citizen having been reached, and when Asterisk starts
"""

import hashlib

from pbx_config import escape
from pbx_config.layout import Layout
from pbx_config.model import Exchange, Prompt, Queue
from pbx_config.render import hours, prompts, sites
from pbx_config.render.text import extension, section

KEY = "1"
FAMILY = "callback"
"""In Asterisk's database."""
KEYS = "callback-keys"
"""Context of what one may press while waiting."""
OFFER, LAST, KEPT, IMPOSSIBLE, NOBODY = (
    "allo-callback-offer",
    "allo-callback-last",
    "allo-callback-kept",
    "allo-callback-impossible",
    "allo-callback-nobody",
)
"""Names of prompts: while waiting, at the end of it, when kept, to who cannot be called, to an
agent whose citizen does not answer."""

OFFER_AFTER, OFFER_EVERY = 20, 60
"""Seconds of waiting until it is offered first, and between two offers."""
TRIES = 3
RETRY_SECONDS = 300
RING_SECONDS = 45
"""How long the citizen's phone rings."""
CLOSED_SECONDS = 20
"""Between two looks whether the service is open again."""
PATIENCE_SECONDS = 60
"""Between two looks whether it is still open."""
LONGEST_SECONDS = 7 * 24 * 3600
"""Older than that, nobody wants it any more."""
MOST = 100
"""Requests of one service at a time: numbers can be forged, and each one is a call of ours."""
_THE_FIRST = 1_700_000_000
"""A time before all calls. Whoever came earlier is of higher priority: they keep their place."""
_KEY_SECONDS = 4
_LANGUAGE = "${FILTER(a-z,${CHANNEL(language):0:2})}"


def offered(queue: Queue) -> bool:
    """Whether somebody may want to be called back by this service."""
    return queue.callback or bool(queue.after_wait and queue.after_wait.kind == "callback")


def joins() -> tuple[str, ...]:
    """Steps of a service's extension. Who comes earlier is of higher priority, everywhere: what one
    queue left behind must not count in another."""
    return (
        "Set(ALLO_SERVICE=${EXTEN})",
        "Set(ALLO_SINCE=${EPOCH})",
        f"Set(QUEUE_PRIO={_priority('${EPOCH}')})",
    )


def offer_file(prompt: Prompt) -> str:
    """Name of the offer, the same in all languages: Asterisk finds ``allo/LANGUAGE/NAME`` itself,
    as nothing but a name can be written into queues.conf. Another text is another file."""
    said = hashlib.sha256("\0".join(each.file for each in prompt.recordings).encode())
    return f"{OFFER}-{said.hexdigest()[:12]}"


def queue_lines(queue: Queue, exchange: Exchange, layout: Layout) -> tuple[str, ...]:
    """Of the queue's section in queues.conf."""
    prompt = next((each for each in exchange.prompts if each.name == OFFER), None)
    if not queue.callback or prompt is None:
        return ()
    file = escape.path(str(layout.prompts / offer_file(prompt)), "prompts")
    return (
        f"context = {KEYS}",
        f"periodic-announce = {file}",
        f"periodic-announce-startdelay = {OFFER_AFTER}",
        f"periodic-announce-frequency = {OFFER_EVERY}",
    )


def callback_contexts(exchange: Exchange) -> str:
    """All of them. Who may ask is another matter than who has asked: those are called also when it
    is not offered any more."""
    asking = (
        section(KEYS, extension(KEY, "Goto(callback-keep,${ALLO_SERVICE},1)")),
        _keep(),
        _last(),
        _number(),
    )
    return "\n\n".join(
        (
            *(asking if any(offered(queue) for queue in exchange.queues) else ()),
            section(
                "callback-queue",
                # Where it became a group nobody waits any more, not for this either.
                *(_of(queue, exchange) for queue in exchange.queues if not queue.together),
            ),
            _wait(),
            _call(),
            _reached(),
            _resume(),
            _over(),
        )
    )


def _priority(since: str) -> str:
    return f"$[{_THE_FIRST} - {since}]"


def _say(name: str) -> tuple[str, str]:
    return prompts.ask(name), "Playback(${GOSUB_RETVAL})"


def _event(state: str, service: str, number: str, tries: str = "0") -> str:
    return (
        f"UserEvent(AlloCallback,State: {state},Service: {service},Number: {number},Tries: {tries})"
    )


def _keep() -> str:
    return section(
        "callback-keep",
        extension(
            "_X.",
            "Gosub(callback-number,s,1)",
            'GotoIf($["${GOSUB_RETVAL}" = ""]?no)',
            "Set(number=${CUT(GOSUB_RETVAL,-,1)})",
            f"Set(request=${{ALLO_SINCE}}-0-0-{_LANGUAGE}-${{CUT(GOSUB_RETVAL,-,2)}})",
            # Once: who asked before keeps the place of then.
            f"Set(before=${{DB({FAMILY}/${{EXTEN}}/${{number}})}})",
            'GotoIf($["${before}" != ""]?kept)',
            f"Set(pending=${{DB_KEYS({FAMILY}/${{EXTEN}})}})",
            f"GotoIf($[${{FIELDQTY(pending,\\,)}} >= {MOST}]?no)",
            f"Set(DB({FAMILY}/${{EXTEN}}/${{number}})=${{request}})",
            _event("asked", "${EXTEN}", "${number}"),
            "(kept)Gosub(callback-resume,s,1(${EXTEN},${number}))",
            *_say(KEPT),
            "Hangup()",
            f"(no){prompts.ask(IMPOSSIBLE)}",
            "Playback(${GOSUB_RETVAL})",
            "Goto(enqueue,${EXTEN},wait)",
        ),
    )


def _last() -> str:
    return section(
        "callback-last",
        extension(
            "_X.",
            "Gosub(callback-number,s,1)",
            'GotoIf($["${GOSUB_RETVAL}" = ""]?message)',
            prompts.ask(LAST),
            f"Read(key,${{GOSUB_RETVAL}},1,,1,{_KEY_SECONDS})",
            f'GotoIf($["${{key}}" = "{KEY}"]?callback-keep,${{EXTEN}},1)',
            "(message)VoiceMail(${EXTEN}@default,u)",
            "Hangup()",
        ),
    )


def _number() -> str:
    """``DIGITS-`` of a citizen, ``EXTENSION-USER`` of a colleague, nothing of who may not be
    called: withheld, abroad, 090x, too short (so no emergency number), or a number of ours."""
    return section(
        "callback-number",
        extension(
            "s",
            'GotoIf($["${ALLO_EXTENSION}" != ""]?colleague)',
            'GotoIf($["${CALLERID(num-pres):0:7}" != "allowed"]?no)',
            "Set(LOCAL(shown)=${CALLERID(num)})",
            "Set(LOCAL(digits)=${FILTER(0-9,${shown})})",
            'GotoIf($["${shown}" != "+${digits}"]?no)',
            'GotoIf($["${digits:0:2}" != "32" | "${digits:2:1}" = "0"]?no)',
            'GotoIf($["${digits:0:4}" = "3290"]?no)',
            "GotoIf($[${LEN(${digits})} < 10 | ${LEN(${digits})} > 11]?no)",
            "GotoIf(${DIALPLAN_EXISTS(did,${digits},1)}?no)",
            "Return(${digits}-)",
            "(colleague)Set(LOCAL(device)=${CHANNEL(endpoint)})",
            "Set(LOCAL(user)=${FILTER(a-z0-9,${CUT(device,-,1)})})",
            "GotoIf(${DIALPLAN_EXISTS(reach,${user},1)}?:no)",
            "Return(${ALLO_EXTENSION}-${user})",
            "(no)Return()",
        ),
    )


def _of(queue: Queue, exchange: Exchange) -> str:
    """Returns ``open``, or what else the hours say."""
    name = escape.identifier(queue.name, "queue.name")
    main = [site.main_number for site in exchange.sites if site.main_queue == queue.name]
    own = queue.number or next(iter(main), "")
    number = escape.e164(own, f"{name}: number") if own else sites.of_call(sites.MAIN)
    state = (
        (f"Gosub({hours.context(queue.hours)},s,1)", "Return(${GOSUB_RETVAL})")
        if queue.hours
        else ("Return(open)",)
    )
    return extension(
        escape.digits(queue.extension, name),
        f"Set(__ALLO_QUEUE={name})",
        f"Set(ALLO_NUMBER={number})",
        # Asked again from time to time only where it closes: each time it leaves the queue.
        f"Set(patience={PATIENCE_SECONDS if queue.hours else ''})",
        *state,
    )


def _wait() -> str:
    """The place-holder's ;2 side: a caller of the queue, for its agents and the reception."""
    return section(
        "callback",
        extension(
            "_X.",
            # The records of the agent's leg and of the citizen's say what there is to say.
            "Set(CDR_PROP(disable)=1)",
            "Set(service=${CUT(EXTEN,_,1)})",
            "Set(number=${CUT(EXTEN,_,2)})",
            "Set(CHANNEL(hangup_handler_push)=callback-over,s,1(${service},${number}))",
            "Set(__ALLO_CALL=${UNIQUEID})",
            f"Set(QUEUE_PRIO={_priority('${CUT(EXTEN,_,3)}')})",
            "Set(CALLERID(name)=Rappel)",
            "Set(CALLERID(num)=${IF($[${LEN(${number})} > 9]?+)}${number})",
            "Set(CALLERID(pres)=allowed)",
            # Never in a hurry: whatever goes wrong, it does not spin.
            "(wait)Wait(1)",
            f"Set(request=${{DB({FAMILY}/${{service}}/${{number}})}})",
            'GotoIf($["${request}" = ""]?over)',
            "Set(CHANNEL(language)=${CUT(request,-,4)})",
            "Set(left=$[0${CUT(request,-,3)} - ${EPOCH}])",
            "GotoIf($[${left} > 0]?later)",
            f"GotoIf($[${{EPOCH}} - ${{CUT(request,-,1)}} > {LONGEST_SECONDS}]?over)",
            "GotoIf(${DIALPLAN_EXISTS(callback-queue,${service},1)}?:over)",
            "Gosub(callback-queue,${service},1)",
            'GotoIf($["${GOSUB_RETVAL}" != "open"]?closed)',
            "Queue(${ALLO_QUEUE},r,,,${patience})",
            'GotoIf($["${QUEUE_WITHDRAW_INFO}" = ""]?wait)',
            # Somebody wants to make this call: they are rung, and then the citizen is.
            "Set(taker=${FILTER(0-9,${QUEUE_WITHDRAW_INFO})})",
            "Set(QUEUE_WITHDRAW_INFO=)",
            "GotoIf(${DIALPLAN_EXISTS(internal,${taker},1)}?:wait)",
            "Gosub(internal,${taker},1(take))",
            "Goto(wait)",
            "(later)Wait(${left})",
            "Goto(wait)",
            f"(closed)Wait({CLOSED_SECONDS})",
            "Goto(wait)",
            "(over)Hangup()",
        ),
    )


def _call() -> str:
    """Its ;1 side: the agent waits on the other. Counted before it is tried, so that no failure
    makes it endless."""
    return section(
        "callback-call",
        extension(
            "_X.",
            "Set(CDR_PROP(disable)=1)",
            "Set(service=${CUT(EXTEN,_,1)})",
            "Set(number=${CUT(EXTEN,_,2)})",
            f"Set(request=${{DB({FAMILY}/${{service}}/${{number}})}})",
            'GotoIf($["${request}" = ""]?nobody)',
            "GotoIf(${DIALPLAN_EXISTS(callback-queue,${service},1)}?:nobody)",
            "Set(tries=$[0${CUT(request,-,2)} + 1])",
            "Set(user=${FILTER(a-z0-9,${CUT(request,-,5)})})",
            f"Set(DB({FAMILY}/${{service}}/${{number}})="
            f"${{CUT(request,-,1)}}-${{tries}}-$[${{EPOCH}} + {RETRY_SECONDS}]"
            "-${CUT(request,-,4)}-${user})",
            "Gosub(callback-queue,${service},1)",
            "Set(__ALLO_SHOWN=${ALLO_NUMBER})",
            "Set(CALLERID(name)=Rappel)",
            "Set(CALLERID(num)=${service})",
            'Set(to=${IF($["${user}" != ""]?${user}@queue-member:${number}@to-number)})',
            # I: the agent sees the number that their call came with, not how it is dialled.
            f"Dial(Local/${{to}}/n,{RING_SECONDS},IU(callback-reached^${{service}}^${{number}}))",
            _event("unanswered", "${service}", "${number}", "${tries}"),
            f"(nobody)GotoIf(${{DIALPLAN_EXISTS({prompts.context(NOBODY)},s,1)}}?:end)",
            *_say(NOBODY),
            "(end)Hangup()",
        ),
    )


def _reached() -> str:
    """Run by the leg that answered."""
    return section(
        "callback-reached",
        extension(
            "s",
            f"Set(gone=${{DB_DELETE({FAMILY}/${{ARG1}}/${{ARG2}})}})",
            _event("reached", "${ARG1}", "${ARG2}"),
            "Return()",
        ),
    )


def _resume() -> str:
    """``Gosub(callback-resume,s,1(SERVICE,NUMBER))``; one at a time, so never two place-holders."""
    return section(
        "callback-resume",
        extension(
            "s",
            f"Set(LOCAL(alone)=${{LOCK({FAMILY})}})",
            f"Set(LOCAL(request)=${{DB({FAMILY}/${{ARG1}}/${{ARG2}})}})",
            'GotoIf($["${request}" = ""]?end)',
            "Set(LOCAL(since)=0${CUT(request,-,1)})",
            "Set(LOCAL(tries)=0${CUT(request,-,2)})",
            "GotoIf(${DIALPLAN_EXISTS(callback-queue,${ARG1},1)}?:failed)",
            f"GotoIf($[${{tries}} >= {TRIES}]?failed)",
            f"GotoIf($[${{EPOCH}} - ${{since}} > {LONGEST_SECONDS}]?failed)",
            "Set(LOCAL(name)=${ARG1}_${ARG2}_${CUT(request,-,1)})",
            # Its own ;2 side may ask, at its end: then there is none.
            "Set(LOCAL(there)=${CHANNELS(^Local/${name}@callback-[0-9a-f]+\\;2)})",
            'GotoIf($["${there}" != "" & "${there}" != "${CHANNEL(name)}"]?end)',
            "Originate(Local/${name}@callback/n,exten,callback-call,${name},1,"
            f"{LONGEST_SECONDS},a)",
            "Goto(end)",
            f"(failed)Set(gone=${{DB_DELETE({FAMILY}/${{ARG1}}/${{ARG2}})}})",
            "Log(NOTICE,Callback of ${ARG2} by ${ARG1} given up after ${tries} tries)",
            _event("failed", "${ARG1}", "${ARG2}", "${tries}"),
            f"(end)Set(alone=${{UNLOCK({FAMILY})}})",
            "Return()",
        ),
    )


def _over() -> str:
    """When a place-holder ends: the citizen was reached and the request is gone, or it is not."""
    return section(
        "callback-over",
        extension("s", "Gosub(callback-resume,s,1(${ARG1},${ARG2}))", "Return()"),
    )
