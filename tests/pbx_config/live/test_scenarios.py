"""The same story, the same judgement: from Asterisk's recorded words, and from a real Asterisk."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.pbx_config.live.playing import play, replay
from tests.pbx_config.live.private_asterisk import PrivateAsterisk, private_asterisk
from tests.pbx_config.live.scenarios import ALL, Scenario


@pytest.fixture(scope="module")
def asterisk() -> Iterator[PrivateAsterisk]:
    with private_asterisk() as running:
        yield running


@pytest.mark.parametrize("scenario", ALL, ids=lambda s: s.name)
def test_transcript(scenario: Scenario) -> None:
    scenario.check(replay(scenario))


@pytest.mark.parametrize("scenario", ALL, ids=lambda s: s.name)
def test_real_asterisk(scenario: Scenario, asterisk: PrivateAsterisk) -> None:
    scenario.check(asyncio.run(play(scenario, asterisk)))
