"""Our own small drawings: presence, waiting time, key caps, counts, initials.

One painter function each, shared by delegates and labels, so that a state looks the same
everywhere. Shape differs with every state: a greyscale print must still tell them apart.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from softphone.ui.fonts import font
from softphone.ui.tokens import MEDIUM, NOTE, R_TAG, SEMIBOLD, STATE, Theme

PRESENCE_TOKEN = {
    "free": "green",
    "busy": "red",
    "ringing": "violet",
    "hold": "amber",
    "paused": "amber",
    "dnd": "red",
    "offline": "grey",
    "unknown": "grey",
}
WAIT_TOKEN = {"new": "grey", "soon": "amber", "long": "red", "frozen": "grey"}


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(
        colour,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def paint_presence(painter: QPainter, box: QRectF, presence: str, theme: Theme) -> None:
    """Mark of a presence word in ``box`` (square). Unknown words draw the unknown mark."""
    colour = QColor(getattr(theme, PRESENCE_TOKEN.get(presence, "grey")))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 14, box.height() / 14)
    ground = QColor(theme.surface)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if presence == "free":
        painter.drawEllipse(QRectF(0.5, 0.5, 13, 13))
        painter.setPen(_pen(ground, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(4, 7.2), QPointF(6.2, 9.4), QPointF(10, 5)]))
    elif presence == "busy":
        painter.drawRoundedRect(QRectF(1, 1, 12, 12), 1.5, 1.5)
    elif presence == "ringing":
        _bell(painter)
    elif presence in ("hold", "paused"):
        painter.drawRoundedRect(QRectF(2.5, 1.5, 3.4, 11), 1, 1)
        painter.drawRoundedRect(QRectF(8.1, 1.5, 3.4, 11), 1, 1)
    elif presence == "dnd":
        painter.drawEllipse(QRectF(0.5, 0.5, 13, 13))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(3.2, 5.9, 7.6, 2.2), 1, 1)
    elif presence == "offline":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(colour, 1.8))
        painter.drawEllipse(QRectF(1.6, 1.6, 10.8, 10.8))
    else:
        pen = QPen(colour, 1.4)
        pen.setDashPattern([2.0, 1.6])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawEllipse(QRectF(1, 1, 12, 12))
        painter.setPen(colour)
        painter.setFont(font(9, SEMIBOLD))
        painter.drawText(QRectF(0, 0, 14, 14), Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()


def _bell(painter: QPainter) -> None:
    path = QPainterPath(QPointF(1.5, 10.2))
    path.cubicTo(3.2, 9, 2.6, 6.5, 3.2, 4.8)
    path.cubicTo(3.8, 2.8, 5.2, 1.2, 7, 1.2)
    path.cubicTo(8.8, 1.2, 10.2, 2.8, 10.8, 4.8)
    path.cubicTo(11.4, 6.5, 10.8, 9, 12.5, 10.2)
    path.closeSubpath()
    painter.drawPath(path)
    painter.drawRoundedRect(QRectF(5.2, 11.2, 3.6, 2), 1, 1)


def paint_wait(painter: QPainter, box: QRectF, wait: str, theme: Theme) -> None:
    """Waiting time: ring ``new``, diamond ``soon``, triangle with ! ``long``, ring ``frozen``."""
    colour = QColor(getattr(theme, WAIT_TOKEN[wait]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 18, box.height() / 18)
    painter.setBrush(colour)
    if wait == "soon":
        painter.setPen(_pen(colour, 1))
        painter.drawPolygon(
            QPolygonF([QPointF(9, 1.5), QPointF(16.5, 9), QPointF(9, 16.5), QPointF(1.5, 9)])
        )
    elif wait == "long":
        painter.setPen(_pen(colour, 2))
        painter.drawPolygon(QPolygonF([QPointF(9, 2.5), QPointF(16.5, 15.5), QPointF(1.5, 15.5)]))
        painter.setPen(_pen(QColor(theme.surface), 2))
        painter.drawLine(QPointF(9, 7.2), QPointF(9, 10.6))
        painter.drawPoint(QPointF(9, 13.6))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(colour, 2.2))
        painter.drawEllipse(QRectF(2.2, 2.2, 13.6, 13.6))
    painter.restore()


def key_width(key: str) -> float:
    """Width of a key cap in logical pixels."""
    return QFontMetricsF(font(NOTE, MEDIUM)).horizontalAdvance(key) + 12


def paint_key(painter: QPainter, box: QRectF, key: str, ink: QColor, ground: QColor | None) -> None:
    """A key cap with its name; ``ground`` None leaves what is beneath."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1))
    painter.setBrush(QBrush(ground) if ground is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), R_TAG, R_TAG)
    painter.setFont(font(NOTE, MEDIUM))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()


def paint_count(painter: QPainter, middle: QPointF, count: int, theme: Theme, fill: str) -> None:
    """Filled pill with a number, centred on ``middle``; nothing for zero."""
    if count <= 0:
        return
    text = str(count) if count < 100 else "99+"
    width = max(18.0, QFontMetricsF(font(NOTE, SEMIBOLD)).horizontalAdvance(text) + 10)
    box = QRectF(middle.x() - width / 2, middle.y() - 9, width, 18)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(theme, fill)))
    painter.drawRoundedRect(box, 9, 9)
    painter.setPen(QColor(theme.on_fill))
    painter.setFont(font(NOTE, SEMIBOLD))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def paint_bars(painter: QPainter, box: QRectF, full: int, colour: str, theme: Theme) -> None:
    """Quality: four bars that grow, ``full`` of them filled, the others an outline."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step = box.width() / 4
    for place in range(4):
        height = box.height() * (place + 1) / 4
        bar = QRectF(box.left() + place * step, box.bottom() - height, step - 1.5, height)
        filled = place < full
        painter.setPen(QPen(QColor(getattr(theme, colour if filled else "edge")), 1))
        painter.setBrush(
            QColor(getattr(theme, colour)) if filled else QBrush(Qt.BrushStyle.NoBrush)
        )
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def initials(name: str) -> str:
    """Two letters for a face: first of the first and of the last word."""
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if len(words) > 1 else words))


def paint_face(painter: QPainter, box: QRectF, name: str, theme: Theme) -> None:
    """Round ground with the initials of ``name``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.sunken))
    painter.drawEllipse(box)
    painter.setPen(QColor(theme.text2))
    painter.setFont(font(STATE if box.height() > 36 else NOTE, SEMIBOLD))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()
