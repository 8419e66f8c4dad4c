"""Colleagues and queues as the server shows them, and whether that is still true. Pure.

Never pretend: as soon as the link or the exchange is down, every presence is ``unknown`` and the
queues are marked frozen, until the next snapshot.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from softphone.live import (
    Colleague,
    ColleagueChanged,
    PbxChanged,
    PbxState,
    Queue,
    QueueChanged,
    Snapshot,
)


@dataclass(frozen=True, slots=True)
class Board:
    """What the server last said about everybody else."""

    fresh: bool = False
    """True: live. False: nothing yet, or frozen."""
    as_of: float | None = None
    """Frozen: the Unix second whose situation ``queues`` shows. None: live, or nothing yet."""
    pbx: PbxState = "down"
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)
    """By extension."""
    order: tuple[str, ...] = ()
    """Extensions of ``colleagues``, sorted by name without regard to case and accents."""
    queues: Mapping[str, Queue] = field(default_factory=dict)
    """By name, in the server's order."""
    queue_titles: Mapping[str, str] = field(default_factory=dict)
    """By name; also without the receptionist role."""

    def name_of(self, number: str) -> str:
        """A colleague's name by extension, or empty."""
        found = self.colleagues.get(number)
        return found.name if found else ""

    def title_of(self, queue: str) -> str:
        """What people call a queue; its name while the server has not said."""
        return self.queue_titles.get(queue, queue)

    def sorted_colleagues(self) -> tuple[Colleague, ...]:
        """All, by name."""
        return tuple(self.colleagues[extension] for extension in self.order)

    def has_caller(self, queue: str, caller_id: str) -> bool:
        """Whether somebody waits there, as far as we know."""
        found = self.queues.get(queue)
        return found is not None and any(caller.id == caller_id for caller in found.callers)


def from_snapshot(snapshot: Snapshot) -> Board:
    """A new board; nothing of the one before survives."""
    colleagues = {colleague.extension: colleague for colleague in snapshot.colleagues}
    up = snapshot.pbx == "up"
    board = Board(
        fresh=up,
        pbx=snapshot.pbx,
        colleagues=colleagues,
        order=_order(colleagues),
        queues={queue.name: queue for queue in snapshot.queues},
        queue_titles=snapshot.queue_titles,
    )
    return board if up else _unknown(board)


def apply(board: Board, fact: ColleagueChanged | QueueChanged | PbxChanged, now: float) -> Board:
    """The board after a delta; the same object when nothing changed."""
    match fact:
        case ColleagueChanged():
            return _colleague(board, fact.colleague)
        case QueueChanged():
            if board.queues.get(fact.queue.name) == fact.queue:
                return board
            return replace(board, queues={**board.queues, fact.queue.name: fact.queue})
        case PbxChanged(pbx="down"):
            return freeze(replace(board, pbx="down") if board.pbx != "down" else board, now)
        case PbxChanged():  # up again: believed only when the snapshot is here
            return board if board.pbx == "up" else replace(board, pbx="up")


def freeze(board: Board, as_of: float) -> Board:
    """What is shown is from ``as_of`` and no longer live."""
    return _unknown(replace(board, fresh=False, as_of=as_of)) if board.fresh else board


def _colleague(board: Board, new: Colleague) -> Board:
    if not board.fresh and new.presence != "unknown":
        new = msgspec.structs.replace(new, presence="unknown", since=None)
    old = board.colleagues.get(new.extension)
    if old == new:
        return board
    colleagues = {**board.colleagues, new.extension: new}
    same_place = old is not None and old.name == new.name
    return replace(
        board, colleagues=colleagues, order=board.order if same_place else _order(colleagues)
    )


def _unknown(board: Board) -> Board:
    return replace(
        board,
        colleagues={
            extension: msgspec.structs.replace(colleague, presence="unknown", since=None)
            for extension, colleague in board.colleagues.items()
        },
    )


def _order(colleagues: Mapping[str, Colleague]) -> tuple[str, ...]:
    return tuple(sorted(colleagues, key=lambda ext: (plain(colleagues[ext].name), ext)))


def plain(text: str) -> str:
    """For sorting and searching: lower case, no accents (``Éléonore`` → ``eleonore``)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
