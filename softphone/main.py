"""The command ``allo-phone``: reads its arguments and hands over to the window or the engine.

Start-up time counts here, so each side is imported only when it is wanted: the engine never loads
Qt or HTTP, the window never loads pjsua2.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

_EPILOG = """examples:
  allo-phone                                 open the phone
  allo-phone allo://pbx.example/enrol/abc…   enrol this computer with the link you received
  allo-phone 071123456                       open the phone and dial
  allo-phone --headless                      the engine alone: JSON lines on stdin and stdout
                                             (docs/engine-protocol.md)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``allo-phone``; returns the exit status (0 ok, 1 failed, 2 bad usage)."""
    parser = argparse.ArgumentParser(
        prog="allo-phone",
        description="The telephone of the town administration.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "target",
        nargs="?",
        default="",
        metavar="LINK|NUMBER",
        help="enrolment link, or whom to call",
    )
    parser.add_argument(
        "--headless", action="store_true", help="no window: commands on stdin, facts on stdout"
    )
    parser.add_argument("--sound-devices", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="where this phone keeps its data (default: ALLO_PHONE_HOME, or the system's place)",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    options = parser.parse_args(arguments)

    if options.version:
        from importlib.metadata import version

        sys.stdout.write(f"allo-phone {version('allo')}\n")
        return 0
    if options.headless and options.target:
        parser.error("--headless takes its commands from stdin, not from the command line")
    try:
        return _run(options)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "softphone":
            raise  # a fault of ours, with its traceback
        sys.stderr.write(
            f"Error: this is the telephone's command, and “{missing.name}” is missing here. "
            "Install it: pip install 'allo[phone]'. (The server's command is “allo”.)\n"
        )
        return 1


def _run(options: argparse.Namespace) -> int:
    if options.sound_devices:  # the engine's helper; an option, so that a packaged phone has it
        from softphone.engine.sound.watch_devices import run as watch_devices

        watch_devices()
    if options.headless:
        from softphone.engine.main import run

        return run()
    from softphone.ui.app import main as open_window

    status: int = open_window(options.target or None, options.home)
    return status


if __name__ == "__main__":
    sys.exit(main())
