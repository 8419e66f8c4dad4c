"""Records the transcripts anew: ``ALLO_ASTERISK=… python -m tests.pbx_config.live.record``."""

import asyncio

from tests.pbx_config.live.playing import play
from tests.pbx_config.live.private_asterisk import private_asterisk
from tests.pbx_config.live.scenarios import ALL


def main() -> None:
    for scenario in ALL:
        with private_asterisk() as asterisk:
            scenario.check(asyncio.run(play(scenario, asterisk, save=True)))


if __name__ == "__main__":
    main()
