"""The pattern as a figure for a paper: of a size on paper, without the margins of a window."""

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPicture,
    QPolygonF,
    QTransform,
)
from PySide6.QtSvg import QSvgGenerator

from saed_desktop.arrays import ByteImage
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.scale_bar import draw_scale_bar
from saed_desktop.translation import tr
from saed_desktop.workspace.figure_files import (
    STAND_IN_PX,
    drawn_pattern,
    encoded,
    pdf_with_pattern,
    svg_with_pattern,
)
from saed_desktop.workspace.figure_options import MM_PER_INCH, TEXT_UNITS, FigureOptions


class Figure:
    """One view as a figure, as it is when this is made; the same onto pixels, SVG and PDF.

    It is made on the window's thread, where marks and captions are recorded. All else takes up to
    some seconds and is done on any thread: what is opened or changed meanwhile does not come into
    it, and the window goes on.

    Parameters
    ----------
    view
        The pattern as the screen shows it: its contrast, turn, marks and zoom are taken over.
    options
        Size and parts.
    """

    def __init__(self, view: PatternView, options: FigureOptions) -> None:
        self._options = options
        to_scene = view.image_to_scene
        area = to_scene.mapRect(view.image.image_rect)
        if options.crops:
            area = area.intersected(QRectF(view.viewRect()))
        scale = options.width_units / max(area.width(), 1e-9)
        self._size = QSizeF(options.width_units, area.height() * scale)
        self._to_figure = (
            to_scene
            * QTransform.fromTranslate(-area.left(), -area.top())
            * QTransform.fromScale(scale, scale)
        )
        self._grey_yx, self._colors = view.image.full_yx, view.image.colors
        self._pattern_area = view.image.image_rect
        self._marks = self._recorded(view)

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        return self._size.height() / self._options.units_per_inch * MM_PER_INCH

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width = self._options.width_px
        return width, max(1, round(self._size.height() * width / self._size.width()))

    def pixels(self, width_px: int | None = None) -> ByteImage:
        """Return the figure as blue, green, red and 255, (height, width, 4).

        Parameters
        ----------
        width_px
            As many as the options say if None.
        """
        width = width_px or self._options.width_px
        per_unit = width / self._size.width()
        height = max(1, round(self._size.height() * per_unit))
        to_pixels = self._to_figure * QTransform.fromScale(per_unit, per_unit)
        matrix = np.array(
            [
                [to_pixels.m11(), to_pixels.m21(), to_pixels.dx()],
                [to_pixels.m12(), to_pixels.m22(), to_pixels.dy()],
            ]
        )
        drawn = drawn_pattern(self._grey_yx, self._colors, matrix, (width, height))
        image = _image_of(drawn)
        image.setDevicePixelRatio(per_unit)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._beyond_pattern, self._ground)
        self._draw_marks(painter)
        painter.end()
        return drawn

    def image(self, width_px: int | None = None) -> QImage:
        """Return the figure in pixels; as many as the options say, or another width."""
        # a copy of its own: what it was drawn on is gone with this call
        image = _image_of(self.pixels(width_px)).copy()
        dots_per_metre = round(image.width() / (self._options.width_mm / 1000))
        image.setDotsPerMeterX(dots_per_metre)
        image.setDotsPerMeterY(dots_per_metre)
        return image

    def encoded(self, suffix: str) -> bytes:
        """Return the figure as a file.

        Parameters
        ----------
        suffix
            ".png", ".tif", ".svg" or ".pdf".
        """
        if suffix == ".svg":
            return self._svg()
        if suffix == ".pdf":
            return self._pdf()
        return encoded(self.pixels(), suffix, self._options.dpi)

    def _svg(self) -> bytes:
        """Return the figure as SVG: the pattern as pixels, the marks as lines."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setResolution(self._options.units_per_inch)
        generator.setSize(self._size.toSize())
        generator.setViewBox(QRectF(0, 0, self._size.width(), self._size.height()))
        generator.setTitle(tr("Diffraction pattern"))
        self._paint(QPainter(generator))
        buffer.close()
        return svg_with_pattern(
            bytes(data.data()), _packed(_stand_in()), self._grey_yx, self._colors
        )

    def _pdf(self) -> bytes:
        """Return the figure as a PDF page of its size."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(tr("Diffraction pattern"))
        writer.setCreator("SAED Desktop")
        writer.setResolution(self._options.units_per_inch)
        size = QSizeF(self._options.width_mm, self.height_mm)
        page = QPageSize(size, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
        writer.setPageLayout(
            QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
        )
        painter = QPainter(writer)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        self._paint(painter)
        buffer.close()
        return pdf_with_pattern(bytes(data.data()), self._grey_yx, self._colors)

    def _recorded(self, view: PatternView) -> QPicture:
        """Return marks and scale bar, recorded in units of drawing."""
        options, picture = self._options, QPicture()
        area = QRectF(0, 0, self._size.width(), self._size.height())
        painter = QPainter(picture)
        font = painter.font()
        font.setPixelSize(TEXT_UNITS)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if options.marks or options.labels:
            view.draw_marks(
                painter, self._to_figure, area, marks=options.marks, labels=options.labels
            )
        if options.scale_bar:
            scale, unit = view.scale
            units_per_px = self._to_figure.m11() ** 2 + self._to_figure.m12() ** 2
            painter.setPen(QColor(Qt.GlobalColor.white))
            draw_scale_bar(painter, area, units_per_px**0.5, scale, unit)
        painter.end()
        return picture

    @property
    def _ground(self) -> QColor:
        """The colour of what is black in the pattern."""
        return QColor(*(int(c) for c in self._colors[0]))

    @property
    def _area(self) -> QRectF:
        return QRectF(0, 0, self._size.width(), self._size.height())

    @property
    def _beyond_pattern(self) -> QPainterPath:
        """Part of the figure that the pattern does not cover, as where it is turned."""
        whole, pattern = QPainterPath(), QPainterPath()
        whole.addRect(self._area)
        pattern.addPolygon(self._to_figure.map(QPolygonF(self._pattern_area)))
        return whole.subtracted(pattern)

    def _paint(self, painter: QPainter) -> None:
        """Draw marks and scale bar over a stand-in of the pattern, in units of drawing."""
        painter.setClipRect(self._area)
        painter.fillRect(self._area, self._ground)
        painter.save()
        painter.setTransform(self._to_figure, True)
        painter.drawImage(self._pattern_area, _stand_in())
        painter.restore()
        self._draw_marks(painter)
        painter.end()

    def _draw_marks(self, painter: QPainter) -> None:
        # Qt enlarges what was recorded by the device's dots per inch; here units are units
        device = painter.device()
        painter.scale(
            self._marks.logicalDpiX() / device.logicalDpiX(),
            self._marks.logicalDpiY() / device.logicalDpiY(),
        )
        painter.drawPicture(0, 0, self._marks)


def png_of(image: QImage, dpi: int) -> bytes:
    """Return an image as PNG with its size on paper; for any thread."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(rgb.constBits(), np.uint8)
    return encoded(values.reshape(rgb.height(), rgb.width(), 4), ".png", dpi)


def _image_of(pixels: ByteImage) -> QImage:
    """Return an image that shares its pixels with an array, which has to outlive it."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)


def _stand_in() -> QImage:
    image = QImage(*STAND_IN_PX, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    return image


def _packed(image: QImage) -> bytes:
    """Return an image as SVG holds it: PNG, in base 64."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.toBase64().data())
