"""``python -m provisioning.voicemail_mail HOME``: run by Asterisk for each message that was left.

Its mail comes in on the standard input; ours is kept, then sent if the mail server answers.
"""

import logging
import os
import sys
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from zoneinfo import ZoneInfo

from pbx_config.layout import Layout
from pbx_config.render.mail import read_settings
from provisioning import mail_queue, voicemail_text
from provisioning.home import Home

ZONE = ZoneInfo("Europe/Brussels")
_LONGEST = 100 * 1024 * 1024
"""Bytes: half an hour of sound, as mail carries it, is 40 MB."""
_log = logging.getLogger(__name__)


def main(home: Home) -> int:
    """Exit code: 0 once the mail is kept or sent."""
    os.umask(0o077)
    home.run.mkdir(parents=True, exist_ok=True, mode=0o700)
    logging.basicConfig(
        level=logging.INFO,
        handlers=[RotatingFileHandler(home.mail_log, maxBytes=200_000, backupCount=1)],
        format="%(asctime)s %(levelname)s %(message)s",
    )
    try:
        mail = read_settings(Layout(home.asterisk))
        if mail is None:
            return 0
        note = voicemail_text.read(sys.stdin.buffer.read(_LONGEST))
        mail_queue.put(home, voicemail_text.compose(note, mail, datetime.now(ZONE)))
        mail_queue.deliver(home, mail)
    except Exception:  # nobody else would tell
        _log.exception("a message is not mailed; it is in its mailbox")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Home(Path(sys.argv[1]))))
