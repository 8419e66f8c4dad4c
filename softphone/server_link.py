"""The phone's link to the allo server: live frames in, messages and requests out.

One thread with one asyncio loop owns all the network. Everything it learns goes to ``on_fact``,
called in that thread, in order. Knows neither Qt nor SIP.
"""

from collections.abc import Callable
from concurrent.futures import Future

from softphone.facts import LinkFact
from softphone.live import AnyFrame, Message
from softphone.notebook import Notebook
from softphone.profile import Profile


class ServerLink:
    """SIGNATURES FIRST; the body is being written."""

    def __init__(
        self,
        profile: Profile,
        api_token: str,
        notebook: Notebook,
        on_fact: Callable[[AnyFrame | LinkFact], None],
        *,
        language: str = "fr",
    ) -> None: ...

    def start(self) -> None:
        """Emits ``ReadMarks`` and a ``MessageTyped`` per waiting message, then connects."""

    def send_message(self, to: str, text: str, client_id: str = "") -> Future[Message]:
        """Keep in the notebook, then send now or at reconnection.

        Facts: ``MessageTyped``, later ``MessageStored`` or ``MessageRefused``. Never blocks longer
        than one write to disk. The future waits until the server has it.
        """
        raise NotImplementedError

    def retry_message(self, client_id: str) -> None:
        """Not needed while offline: only for one that was refused (typed again, same id)."""

    def discard_message(self, client_id: str) -> None:
        """Give up a waiting or refused message. Fact: ``MessageDiscarded``."""

    def take_caller(self, queue: str, caller_id: str) -> Future[None]:
        """Facts: ``TakeAsked``, ``TakeAnswered``; the future raises ``ApiError``."""
        raise NotImplementedError

    def messages_with(self, peer: str, before: int | None = None) -> Future[tuple[Message, ...]]:
        """Fact: ``HistoryLoaded``; the future raises ``ApiError``."""
        raise NotImplementedError

    def mark_read(self, peer: str, up_to: int) -> None:
        """The person saw it. Fact: ``ConversationRead``."""

    def close(self, timeout: float = 5.0) -> None:
        """Say goodbye to the server and end the thread; no fact comes after it."""
