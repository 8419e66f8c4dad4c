"""Random dialogues of three phones for minutes, by several seeds: do phones and PBX ever disagree?

``tests/support/storm_rules.py`` has the rules, ``make test`` a short form of the same.
"""

import secrets
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from benchmarks.result import Result
from benchmarks.soak.rig import exchange, register
from softphone.engine_process import EngineError, EngineProcess
from tests.support.storm import Holds, Storm, StormPhone
from tests.support.storm_rules import blow

BUDGET_S = 240.0
STEPS = 300
"""At least."""
SEEDS = 5
"""At least."""


def measure(folder: Path) -> list[Result]:
    """Seed after seed until the time is over; the first disagreement ends it."""
    seeds, disagreements = 0, 0
    with ExitStack() as stack:

        def start(**options: Any) -> EngineProcess:
            return stack.enter_context(EngineProcess(**options))

        pbx = stack.enter_context(exchange(folder))
        phones = [StormPhone(number, start) for number in (1, 2, 3)]
        for number, phone in enumerate(phones, 1):
            register(phone.engine, pbx.account(number))
        storm = Storm(phones, pbx.ask, stack.enter_context(closing(Holds(pbx.exchange))))
        began = time.monotonic()
        while not disagreements and time.monotonic() < began + BUDGET_S:
            seed = secrets.randbelow(1_000_000)
            seeds += 1
            try:
                blow(storm, examples=10, steps=40, random_seed=seed)
            except (AssertionError, EngineError) as problem:
                print(f"seed {seed}: {problem}")
                disagreements += 1
    return [
        Result("storm", "random steps", storm.steps, "", "higher", target=STEPS),
        Result("storm", "dialogues", storm.examples, "", "higher"),
        Result("storm", "seeds", seeds, "", "higher", target=SEEDS),
        Result("storm", "phones and PBX disagreed", disagreements, "", target=0),
    ]
