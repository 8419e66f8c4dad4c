"""Who took which caller, so that a colleague who comes second is told. In memory."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager


class Takers:
    """Names by the caller's id."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._names: OrderedDict[str, str] = OrderedDict()

    @contextmanager
    def trying(self, caller_id: str, name: str) -> Iterator[None]:
        """Remember ``name`` as the taker, unless somebody was first or it fails."""
        was_first = caller_id not in self._names
        self._names.setdefault(caller_id, name)
        while len(self._names) > self._most:
            self._names.popitem(last=False)
        try:
            yield
        except BaseException:
            if was_first:
                self._names.pop(caller_id, None)
            raise
        self._names[caller_id] = name

    def of(self, caller_id: str) -> str:
        """The taker's name, or empty."""
        return self._names.get(caller_id, "")
