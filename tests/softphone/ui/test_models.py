"""Rows change as little as possible: a selection stays with its key."""

from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from softphone.ui.models import ROW, RowsModel


def model() -> RowsModel[str]:
    """Rows like ``a1``: key ``a``, value ``a1``."""
    made: RowsModel[str] = RowsModel(lambda row: row[0], lambda row: row)
    return made


def test_every_change_ends_in_the_new_rows(qapp: object) -> None:
    rows = model()
    tester = QAbstractItemModelTester(
        rows, QAbstractItemModelTester.FailureReportingMode.Fatal, rows
    )
    for new in (["a1", "b1", "c1"], ["b2", "c1"], [], ["x1"], ["a1", "x1", "b1"], ["b1", "a1"]):
        rows.set_rows(new)
        assert [rows.index(n).data(ROW) for n in range(rows.rowCount())] == new
        assert [rows.row_of(row[0]) for row in new] == list(range(len(new)))
    assert tester is not None


def test_a_selected_row_keeps_its_key_when_others_leave(qapp: object) -> None:
    rows = model()
    rows.set_rows(["a1", "b1", "c1", "d1"])
    chosen = QPersistentModelIndex(rows.index(2))
    rows.set_rows(["b1", "c2", "d1"])
    assert (chosen.row(), chosen.data(ROW)) == (1, "c2")
    rows.set_rows(["b1", "c2", "d1", "e1"])
    assert chosen.data(ROW) == "c2"


def test_only_what_changed_is_told(qapp: object) -> None:
    rows = model()
    rows.set_rows(["a1", "b1", "c1"])
    told: list[int] = []
    rows.dataChanged.connect(lambda first, last: told.append(first.row()))
    rows.set_rows(["a1", "b2", "c1"])
    assert told == [1]
