"""What a test waits for on Asterisk's console."""

import re
import time

from pbx_config.asterisk import Asterisk


def wait_for(asterisk: Asterisk, command: str, text: str, seconds: float = 8.0) -> str:
    """The command's answer once it holds ``text``. Fails after ``seconds``."""
    return wait_until(asterisk, command, re.escape(text), seconds)


def wait_until(asterisk: Asterisk, command: str, pattern: str, seconds: float = 8.0) -> str:
    """The command's answer once it matches ``pattern``. Fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not re.search(pattern, answer := asterisk.command(command)):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


def ringing(asterisk: Asterisk, *devices: str) -> None:
    """Wait until Asterisk knows that these phones ring.

    A phone that stops ringing before its 180 was read gets a CANCEL without its Reason: PJSIP sends
    that one itself, later (pjsip_inv_end_session, no provisional response yet).
    """
    for device in devices:
        wait_until(asterisk, "core show channels concise", rf"PJSIP/{device}-[^!]*!.*!Ringing!")
