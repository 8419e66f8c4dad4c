"""Rows of any list: values with a stable key, replaced whole, changed as little as possible.

One model class serves every list; what a row looks like is its delegate's business (rows.py), what
it says to a screen reader is the ``sentence`` function's.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole
"""Role of the value itself."""


class RowsModel(QAbstractListModel, Generic[Row]):
    """``set_rows`` emits dataChanged for changed values and inserts or removes the rest, so that
    the selection stays with its key while others come and go."""

    def __init__(
        self,
        key: Callable[[Row], str],
        sentence: Callable[[Row], str],
        parent: QObject | None = None,
        can_select: Callable[[Row], bool] = lambda row: True,
    ) -> None:
        super().__init__(parent)
        self._key, self._sentence, self._can_select = key, sentence, can_select
        self._rows: list[Row] = []
        self._keys: list[str] = []

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    def row_of(self, key: str) -> int:
        """Position of ``key``, or -1."""
        try:
            return self._keys.index(key)
        except ValueError:
            return -1

    def key_at(self, position: int) -> str:
        """Key at ``position``, or empty when there is none."""
        return self._keys[position] if 0 <= position < len(self._keys) else ""

    def set_rows(self, rows: Sequence[Row]) -> None:
        new, keys = list(rows), [self._key(row) for row in rows]
        old_keys = self._keys
        start = 0
        while start < min(len(keys), len(old_keys)) and keys[start] == old_keys[start]:
            start += 1
        end = 0
        while end < min(len(keys), len(old_keys)) - start and keys[-1 - end] == old_keys[-1 - end]:
            end += 1
        kept = self._rows[:start], self._rows[len(old_keys) - end :]
        if len(old_keys) - end > start:
            self.beginRemoveRows(QModelIndex(), start, len(old_keys) - end - 1)
            del self._rows[start : len(old_keys) - end]
            del self._keys[start : len(old_keys) - end]
            self.endRemoveRows()
        if len(keys) - end > start:
            self.beginInsertRows(QModelIndex(), start, len(keys) - end - 1)
            self._rows[start:start] = new[start : len(keys) - end]
            self._keys[start:start] = keys[start : len(keys) - end]
            self.endInsertRows()
        same = [*zip(range(start), kept[0], strict=True)]
        same += [*zip(range(len(keys) - end, len(keys)), kept[1], strict=True)]
        for position, before in same:
            if before != new[position]:
                self._rows[position] = new[position]
                spot = self.index(position)
                self.dataChanged.emit(spot, spot)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == ROW:
            return self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._sentence(self._rows[index.row()])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and not self._can_select(self._rows[index.row()]):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)
