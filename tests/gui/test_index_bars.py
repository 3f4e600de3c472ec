"""The bars over indices, read back from the pixels of what is drawn, at several sizes."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from saed_desktop.gui.app import application
from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.views.index_label import IndexLabel
from saed_desktop.gui.views.indices import IndicesDelegate, draw_indices
from saed_desktop.gui.views.widgets import muted, table
from saed_desktop.workspace.figure import draw_symbol

SYMBOLS = {
    "-20-2": "101",
    "-202": "100",
    "20-2": "001",
    "2-1-10": "0110",
    "000-2": "0001",
    "-1-1-1": "111",
    "202": "000",
}
"""Symbols of single digits, and which of them have a bar."""

RATIOS = (1.0, 1.25, 2.0)


@pytest.fixture(autouse=True)
def fonts():
    application()


def _ink(image):
    """Return where a picture (QImage) differs from its ground."""
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    grey = rows[:, : image.width()].astype(int)
    return np.abs(grey - grey[0, 0]) > 110


def _runs(mask):
    """Return the (start, end) of stretches of True."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(int)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def _bars(ink):
    """Return "1" for each digit with a line of its own above it and "0" for one without.

    A line is what stands in the rows above all digits; digits are told by blank columns.
    """
    rows = _runs(ink.any(axis=1))
    above = None
    if len(rows) > 1:
        (top, bottom), body = rows[0], rows[-1]
        above = ink[top:bottom]
    else:
        body = rows[0]
    digits = _runs(ink[body[0] : body[1]].any(axis=0))
    found = ""
    lines = _runs(above.any(axis=0)) if above is not None else []
    for start, end in digits:
        middle = (start + end) / 2
        over = [line for line in lines if line[0] <= middle < line[1]]
        found += "1" if over else "0"
        # a line belongs to one digit: it does not reach over its neighbours
        for line in over:
            others = [d for d in digits if d != (start, end)]
            assert not any(line[0] <= (a + b) / 2 < line[1] for a, b in others)
    assert len(lines) == found.count("1")
    return found


def _font():
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    font.setPointSizeF(16)
    # blank columns tell digits apart
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 3)
    return font


def _canvas(ratio, width=220, height=70):
    image = QImage(QSize(width, height) * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#000000"))
    return image


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_bars_of_the_overlay_stand_over_their_digits(symbol, ratio):
    image = _canvas(ratio)
    painter = QPainter(image)
    painter.setFont(_font())
    draw_indices(painter, QPointF(20, 50), symbol, "#ffffff")
    painter.end()
    assert _bars(_ink(image)) == SYMBOLS[symbol]


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_bars_of_a_table_stand_over_their_digits(qtbot, symbol, ratio):
    widget, model = table("Indices"), SimpleTable(("hkl",), ())
    qtbot.addWidget(widget)
    model.set_rows([(symbol,)])
    widget.setModel(model)
    widget.setFont(_font())
    delegate = IndicesDelegate(widget)
    image = _canvas(ratio)
    image.fill(QColor("#ffffff"))
    option = QStyleOptionViewItem()
    option.initFrom(widget)
    option.widget = None
    # whatever theme an earlier test has left
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        option.palette.setColor(role, QColor("#000000"))
    option.font = _font()
    option.state = QStyle.StateFlag.State_Enabled
    option.rect = QRectF(0, 0, 220, 70).toRect()
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0, 0))
    painter.end()
    assert _bars(_ink(image)) == SYMBOLS[symbol]


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_bars_of_a_label_stand_over_their_digits(qtbot, symbol, ratio):
    """The card, the headings and the notes; the brackets are painted over: they are no digits."""
    label = muted(f"[{symbol}]")
    qtbot.addWidget(label)
    label.setStyleSheet("color: black; background: white")
    label.setFont(_font())
    label.resize(220, 70)
    image = _canvas(ratio)
    image.fill(QColor("#ffffff"))
    label.render(image)
    bracket = QFontMetricsF(_font()).horizontalAdvance("[")
    end = bracket + QFontMetricsF(_font()).horizontalAdvance(label.shown.strip("[]"))
    painter = QPainter(image)
    for left, right in ((0.0, bracket), (end - 0.5, 220.0)):
        painter.fillRect(QRectF(left, 0, right - left, 70), QColor("#ffffff"))
    painter.end()
    assert _bars(_ink(image)) == SYMBOLS[symbol]


def test_a_label_wraps_and_keeps_its_words_for_screen_readers(qtbot):
    label = muted("Zr3O_R-3c along [2-1-10] " * 8)
    qtbot.addWidget(label)
    assert label.heightForWidth(200) > 3 * label.heightForWidth(2000)
    assert "[2-1-10]" in label.text() and "[2110]" in label.shown and "R-3c" in label.shown


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_bars_in_an_svg_stand_over_their_digits(tmp_path, symbol):
    generator = QSvgGenerator()
    generator.setFileName(str(tmp_path / "symbol.svg"))
    generator.setSize(QSize(220, 70))
    generator.setViewBox(QRectF(0, 0, 220, 70))
    painter = QPainter(generator)
    painter.setFont(_font())
    draw_indices(painter, QPointF(20, 50), symbol, "#ffffff")
    painter.end()
    image = _canvas(2.0)
    painter = QPainter(image)
    QSvgRenderer(str(tmp_path / "symbol.svg")).render(painter, QRectF(0, 0, 220, 70))
    painter.end()
    assert _bars(_ink(image)) == SYMBOLS[symbol]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_bars_of_the_pictures_of_a_page_stand_over_their_digits(symbol):
    picture = Image.new("RGB", (120, 40))
    draw_symbol(ImageDraw.Draw(picture), (10, 12), symbol, size_px=16)
    ink = np.asarray(picture.convert("L")) > 128
    assert _bars(ink) == SYMBOLS[symbol]


def test_a_label_is_measured_again_in_another_font_and_for_another_text(qtbot):
    label = IndexLabel("along [1-10], and some more words that wrap")
    qtbot.addWidget(label)
    label.setWordWrap(True)
    heights = [label.heightForWidth(120)]
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    heights.append(label.heightForWidth(120))
    label.setText("short")
    heights.append(label.heightForWidth(120))
    label.setWordWrap(False)
    # larger letters in as much width; then one line of them
    assert heights[1] > 1.5 * heights[0] and heights[2] < heights[1] / 2
    assert label.sizeHint().height() == heights[2]
