"""A report as PDF: the same page, set for A4, its indices with bars that are drawn."""

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QRect,
    QRectF,
    QSizeF,
    Qt,
    QUrl,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from saed_desktop.gui.views.indices import bar_rect

DPI = 300
MARGIN_MM = 17.0
FOOT_MM = 9.0
POINTS = 9.0
INK, MUTED, CAUTION = "#14181d", "#5a636e", "#8f5b00"
_BARRED = int(QTextFormat.ObjectTypes.UserObject) + 1
_TEXT = int(QTextFormat.Property.UserProperty) + 1
_OBJECT_CHARACTER, _WORD_JOINER = "\ufffc", "\u2060"
_PT = DPI / 72
_STYLE = f"""
body {{ color: {INK}; }}
h1 {{ font-size: 16pt; margin: 0 0 {3 * _PT:.0f}px 0; }}
h2 {{ font-size: 11pt; margin: {5 * _PT:.0f}px 0 {2 * _PT:.0f}px 0; }}
p {{ margin: {2 * _PT:.0f}px 0; }}
p.picture {{ margin: {6 * _PT:.0f}px 0 {2 * _PT:.0f}px 0; }}
p.caution {{ color: {CAUTION}; }}
.muted {{ color: {MUTED}; }}
th {{ color: {MUTED}; font-weight: 600; }}
"""
"""Lengths in pixels of the page: of those in points Qt sets only letters to scale."""


class _BarredIndex(QPyTextObject):
    """Draws an index with its bar, where a font would put it anywhere."""

    def intrinsicSize(
        self,
        doc: QTextDocument,
        posInDocument: int,
        format: QTextFormat,
    ) -> QSizeF:
        """Return the room of an index: its digits, and the bar above them."""
        del posInDocument
        metrics = _metrics(doc, format)
        return QSizeF(metrics.horizontalAdvance(str(format.property(_TEXT))), metrics.ascent())

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,
        format: QTextFormat,
    ) -> None:
        """Draw it."""
        del posInDocument
        metrics, form = _metrics(doc, format), format.toCharFormat()
        text = str(format.property(_TEXT))
        painter.save()
        painter.setFont(form.font())
        color = form.foreground().color() if form.foreground().style().value else QColor(INK)
        painter.setPen(color)
        room = QRectF(rect)
        painter.drawText(room.bottomLeft(), text)
        painter.fillRect(bar_rect(metrics, room.bottomLeft(), room.width()), color)
        painter.restore()


def _metrics(doc: QTextDocument, form: QTextFormat) -> QFontMetricsF:
    device = doc.documentLayout().paintDevice()
    return QFontMetricsF(form.toCharFormat().font(), device)


def pdf_of(html: str, picture: QImage, picture_name: str, footer: str) -> bytes:
    """Return a page set on A4 as PDF; can be called on any thread.

    Parameters
    ----------
    html
        The page for paper.
    picture, picture_name
        Its picture and what the page calls it.
    footer
        What stands at the foot of every page beside its number.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(footer)
    writer.setCreator("SAED Desktop")
    document = paper_document(writer, html, picture, picture_name)
    painter = QPainter(writer)
    _draw_pages(painter, writer, document, footer)
    painter.end()
    return bytes(data.data())


def paper_document(
    writer: QPdfWriter, html: str, picture: QImage, picture_name: str
) -> QTextDocument:
    """Return a page set for A4, with an object of our own for every index with a bar."""
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    area = QRectF(writer.pageLayout().paintRectPixels(DPI))
    page = QSizeF(area.width(), area.height() - FOOT_MM / 25.4 * DPI)
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont()
    font.setPointSizeF(POINTS)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    document.setDocumentMargin(0)
    # as wide as three quarters of the column; a picture's size is told in units of 96 to the inch
    shown = QImage(picture)
    document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(picture_name), shown)
    # bars that touch would be one run of text, and one bar
    document.setHtml(html.replace("</span><span", f"</span>{_WORD_JOINER}<span"))
    _size_picture(document, picture_name, shown, 0.66 * page.width() * 96 / DPI)
    _draw_bars(document)
    # set once all is in its place: laid out in steps, a heading after a table is lost
    document.setPageSize(page)
    document.markContentsDirty(0, document.characterCount())
    return document


def _size_picture(
    document: QTextDocument, picture_name: str, picture: QImage, width: float
) -> None:
    for _position, form in _fragments(document):
        if form.isImageFormat() and form.toImageFormat().name() == picture_name:
            cursor = QTextCursor(document)
            cursor.setPosition(_position[0])
            cursor.setPosition(_position[1], QTextCursor.MoveMode.KeepAnchor)
            image = form.toImageFormat()
            image.setWidth(width)
            image.setHeight(width * picture.height() / max(picture.width(), 1))
            cursor.setCharFormat(image)
            return


def _draw_bars(document: QTextDocument) -> None:
    """Put an object of our own for every index with a bar."""
    handler = _BarredIndex(document)
    layout: QAbstractTextDocumentLayout = document.documentLayout()
    layout.registerHandler(_BARRED, handler)
    barred = [(place, form) for place, form in _fragments(document) if form.fontOverline()]
    cursor = QTextCursor(document)
    # as one edit: the page is set once, not after each
    cursor.beginEditBlock()
    # from the end, so that the places before stay what they are
    for (start, stop), form in reversed(barred):
        cursor.setPosition(start)
        cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        text = cursor.selectedText()
        made = QTextCharFormat(form)
        made.setFontOverline(False)
        made.setObjectType(_BARRED)
        made.setProperty(_TEXT, text)
        cursor.insertText(_OBJECT_CHARACTER, made)
    cursor.endEditBlock()


def _fragments(document: QTextDocument) -> list[tuple[tuple[int, int], QTextCharFormat]]:
    """Return start, stop and format of every run of text."""
    found = []
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            start = fragment.position()
            found.append(((start, start + fragment.length()), fragment.charFormat()))
            iterator += 1
        block = block.next()
    return found


def _draw_pages(
    painter: QPainter, writer: QPdfWriter, document: QTextDocument, footer: str
) -> None:
    count, page = document.pageCount(), document.pageSize()
    font = QFont()
    font.setPointSizeF(POINTS - 1)
    for number in range(count):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        document.drawContents(
            painter, QRectF(0, number * page.height(), page.width(), page.height())
        )
        painter.restore()
        painter.setFont(font)
        painter.setPen(QColor(MUTED))
        metrics = QFontMetricsF(font, writer)
        baseline = page.height() + FOOT_MM / 25.4 * DPI - metrics.descent()
        words = f"{number + 1} of {count}"
        foot = QRectF(0, baseline - metrics.ascent(), page.width(), metrics.height())
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, words)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, footer)
