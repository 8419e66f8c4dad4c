"""A softphone without its window, for tests, demonstration and benchmarks.

The real engine process, the real link to the server and the real state reducer, put together as the
window does it: facts from both go through ``state.apply``. Nothing here is simulated.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from softphone import profile as profiles
from softphone import protocol
from softphone.engine_process import EngineProcess
from softphone.enrol import enrol, parse_link
from softphone.facts import Dialled, EngineChanged
from softphone.notebook import Notebook
from softphone.secrets import FileStore
from softphone.server_link import ServerLink
from softphone.state import Fact, State, apply, initial


def has_message(text: str) -> Callable[[State], bool]:
    """Whether a message with this text is in some conversation of the phone."""
    return lambda state: any(
        entry.text == text
        for conversation in state.messages.with_.values()
        for entry in conversation.entries
    )


def connected(call: str) -> Callable[[State], bool]:
    """Whether this call of the phone is connected."""
    return lambda state: call in state.calls and state.calls[call].state == "connected"


class RobotPhone:
    """An enrolled phone: ``engine`` to call with, ``link`` to the server, and its ``state``."""

    def __init__(self, home: Path, link: str) -> None:
        """Enrol with a one-time link; secrets go to a 0600 file under ``home``."""
        self.home = home
        store = FileStore(home)
        self.profile = enrol(parse_link(link), home, store, device_name="robot")
        self._changed = threading.Condition()
        self.state = initial(self.profile.agent)
        self._open(store)

    def _open(self, store: FileStore) -> None:
        secrets = store.load()
        if secrets is None:
            raise RuntimeError(f"no secrets under {self.home}")
        self._notebook = Notebook(self.home)
        self._sip_secret = secrets.sip
        self.restart_engine()
        self.link = ServerLink(self.profile, secrets.api_token, self._notebook, self._apply)
        self.link.start()

    def restart_engine(self) -> None:
        """A new engine process with the same account, as the window does after a crash."""
        self._apply(EngineChanged("starting"))
        self.engine = EngineProcess(on_fact=self._apply)
        self.engine.send(
            protocol.Account(
                host=self.profile.sip.host,
                port=self.profile.sip.port,
                user=self.profile.sip.user,
                secret=self._sip_secret,
                realm=self.profile.sip.realm,
                display_name=self.profile.agent.name,
                ca_file=str(profiles.ca_file(self.home)),
            )
        )

    @property
    def extension(self) -> str:
        """The agent's extension."""
        return self.profile.agent.extension

    def dial(self, call: str, number: str) -> None:
        """Call ``number`` under the key ``call``, as the window does it."""
        self._apply(Dialled(call, number))
        self.engine.send(protocol.Dial(call=call, to=number))

    def wait(self, what: str, true_of: Callable[[State], bool], timeout: float = 10.0) -> State:
        """Block until the state is so; returns that state. Raises TimeoutError naming ``what``."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not true_of(self.state):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{self.extension}: {what} did not happen in {timeout} s")
                self._changed.wait(left)
            return self.state

    def close(self) -> None:
        """Unregister, say goodbye to the server, stop the engine process."""
        self.link.close()
        self.engine.close()
        self._notebook.close()

    def _apply(self, fact: Fact) -> None:
        with self._changed:
            self.state = apply(self.state, fact, time.time())
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
