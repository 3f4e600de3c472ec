"""The pattern as a figure for a paper: of a size on paper, without the margins of a window."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTransform,
)
from PySide6.QtSvg import QSvgGenerator

from saed_desktop.gui.views.image_layer import ImageLayer
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.scale_bar import draw_scale_bar
from saed_desktop.translation import tr
from saed_desktop.workspace.figure_options import MM_PER_INCH, TEXT_UNITS, FigureOptions


class Figure:
    """One view as a figure; it is painted the same onto pixels, SVG and PDF.

    Parameters
    ----------
    view
        The pattern as the screen shows it: its contrast, turn, marks and zoom are taken over.
    options
        Size and parts.
    """

    def __init__(self, view: PatternView, options: FigureOptions) -> None:
        self._view, self._options = view, options
        to_scene = view.image_to_scene
        self._area = to_scene.mapRect(view.image.image_rect)
        if options.crops:
            self._area = self._area.intersected(QRectF(view.viewRect()))
        scale = options.width_units / max(self._area.width(), 1e-9)
        self._size = QSizeF(options.width_units, self._area.height() * scale)
        self._to_figure = (
            to_scene
            * QTransform.fromTranslate(-self._area.left(), -self._area.top())
            * QTransform.fromScale(scale, scale)
        )

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        return self._size.height() / self._options.units_per_inch * MM_PER_INCH

    def image(self, width_px: int | None = None) -> QImage:
        """Return the figure in pixels; as many as the options say, or another width."""
        width = width_px or self._options.width_px
        per_unit = width / self._size.width()
        height = max(1, round(self._size.height() * per_unit))
        image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(per_unit)
        painter = QPainter(image)
        self.paint(painter)
        painter.end()
        image.setDevicePixelRatio(1.0)
        dots_per_metre = round(width / (self._options.width_mm / 1000))
        image.setDotsPerMeterX(dots_per_metre)
        image.setDotsPerMeterY(dots_per_metre)
        return image

    def svg(self) -> Callable[[], bytes]:
        """Return what gives the figure as SVG: the pattern as pixels, the marks as lines.

        Packing the pixels takes a second at 2048 × 2048: it is left to the call, which any thread
        may do. A stand-in of one pixel is drawn in their place meanwhile.
        """
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setResolution(self._options.units_per_inch)
        generator.setSize(self._size.toSize())
        generator.setViewBox(QRectF(0, 0, self._size.width(), self._size.height()))
        generator.setTitle(tr("Diffraction pattern"))
        painter = QPainter(generator)
        stand_in = QImage(1, 1, QImage.Format.Format_RGB32)
        stand_in.fill(Qt.GlobalColor.black)
        self.paint(painter, stand_in)
        painter.end()
        buffer.close()
        drawn, image = bytes(data.data()), self._view.image.full_image()
        return lambda: drawn.replace(_packed(stand_in), _packed(image))

    def pdf(self) -> bytes:
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
        self.paint(painter)
        painter.end()
        buffer.close()
        return bytes(data.data())

    def paint(self, painter: QPainter, stand_in: QImage | None = None) -> None:
        """Draw pattern, marks and scale bar in units of drawing.

        Parameters
        ----------
        painter
            Draws onto pixels or paper.
        stand_in
            An image to draw in place of the pattern's own.
        """
        options, view = self._options, self._view
        area = QRectF(0, 0, self._size.width(), self._size.height())
        font = painter.font()
        font.setPixelSize(TEXT_UNITS)
        painter.setFont(font)
        painter.setClipRect(area)
        painter.fillRect(area, view.image.ground_color)
        painter.save()
        painter.setTransform(self._to_figure, True)
        _draw_image(painter, view.image, stand_in)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if options.marks or options.labels:
            view.draw_marks(painter, self._to_figure, marks=options.marks, labels=options.labels)
        if options.scale_bar:
            scale, unit = view.scale
            units_per_px = self._to_figure.m11() ** 2 + self._to_figure.m12() ** 2
            painter.setPen(QColor(Qt.GlobalColor.white))
            draw_scale_bar(painter, area, units_per_px**0.5, scale, unit)


def _packed(image: QImage) -> bytes:
    """Return an image as SVG holds it: PNG, in base 64."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.toBase64().data())


def _draw_image(painter: QPainter, layer: ImageLayer, stand_in: QImage | None) -> None:
    """Draw the pattern at its own resolution; a figure is finer than the screen."""
    device = painter.deviceTransform()
    dots = (device.m11() ** 2 + device.m12() ** 2) ** 0.5
    image = layer.full_image() if stand_in is None else stand_in
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, dots < 4)
    painter.drawImage(layer.image_rect, image)
