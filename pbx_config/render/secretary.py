"""extensions.conf: calls to a person ring at their secretary's, who alone gets through (*filter*).

``filter/2001`` in Asterisk's database is the secretary's extension. The secretary gets through
however they come: themselves, asking before a transfer, or with a caller whom they hand on blindly.
A call is filtered once: a secretary who is forwarded to the chief, or has the chief filter in turn,
leads nobody in a circle. When the secretary does not answer, the chief's mailbox does.
"""


def instead(label: str, *, forward: str, otherwise: str) -> tuple[str, ...]:
    """Steps of ``person``, before its forwards: on to ``forward`` with the secretary as ``to``, or
    to ``otherwise``. Those who asked for a caller (ARG1 = take) get them."""
    return (
        f"({label})Set(via=${{DB(filter/${{EXTEN}})}})",
        'GotoIf($["${via}" = "" | "${ALLO_FILTERED}" != "" | "${ARG1}" = "take"]'
        f"?{otherwise})",
        # Emergency services that call back speak to whom they want.
        f"GotoIf(${{DIALPLAN_EXISTS(emergency,0${{FILTER(0-9,${{CALLERID(num)}})}},1)}}?{otherwise})",
        "Set(by=${ALLO_EXTENSION})",
        'GotoIf($["${BLINDTRANSFER}" = ""]?known)',
        # Who handed the caller on: PJSIP/u14-1-0000002a is device u14-1.
        "Set(device=${CUT(BLINDTRANSFER,/,2)})",
        "Set(by=${PJSIP_ENDPOINT(${CUT(device,-,1-2)},mailboxes)})",
        "Set(by=${CUT(by,@,1)})",
        '(known)GotoIf($["${by}" = "${via}" | "${ALLO_EXTENSION}" = "${via}"]'
        f"?{otherwise})",
        "Set(ALLO_FILTERED=${EXTEN})",
        "Set(to=${via})",
        "Set(reason=cfu)",
        f"Set(else={otherwise})",
        f"Goto({forward})",
    )
