"""Figures for papers: of the size asked for, without margins, in every format."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.figure import Figure
from saed_desktop.gui.views.figure_dialog import FigureDialog
from saed_desktop.gui.views.mark_layers import label_box
from saed_desktop.workspace.figure_options import FigureOptions
from tests.rendering import save_tiff, spot_image

OPTIONS = FigureOptions(width_mm=85, dpi=300, crops=False)


@pytest.fixture
def shown(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    return desktop


def _saved(desktop, path, qtbot, options=OPTIONS):
    desktop.figures.save(path, options)
    qtbot.waitUntil(lambda: str(path) in desktop.window.banner.sentence, timeout=10_000)
    return path


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_pixels_have_the_size_on_paper(shown, qtbot, tmp_path, suffix):
    with Image.open(_saved(shown, tmp_path / f"a{suffix}", qtbot)) as picture:
        assert picture.size == (1004, 1004)  # 85 mm at 300 dpi; the pattern is square
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        # no black margins: the first and last rows and columns are pattern, with its noise
        grey = np.asarray(picture.convert("L")).astype(float)
    for edge in (grey[0], grey[-1], grey[:, 0], grey[:, -1]):
        assert edge.std() > 1


def test_svg_and_pdf_have_the_size_and_lines(shown, qtbot, tmp_path):
    svg = _saved(shown, tmp_path / "a.svg", qtbot).read_text(encoding="utf-8")
    assert svg.count("<circle") + svg.count("<ellipse") > 10
    width = float(svg.split('width="')[1].split("mm")[0])
    assert width == pytest.approx(85, abs=0.3)
    renderer = QSvgRenderer(str(tmp_path / "a.svg"))
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, 400, 400))
    painter.end()
    assert image.pixelColor(2, 2).name() != "#ff00ff"
    pdf = _saved(shown, tmp_path / "a.pdf", qtbot).read_bytes()
    assert pdf.startswith(b"%PDF")
    box = pdf.split(b"/MediaBox [")[1].split(b"]")[0].split()
    assert float(box[2]) == pytest.approx(85 / 25.4 * 72, abs=0.7)


def test_indices_marks_and_bar_are_drawn_or_not(shown):
    view = shown.window.pattern_view
    bare = FigureOptions(crops=False, marks=False, labels=False, scale_bar=False)
    plain = _pixels(Figure(view, bare).image(600))
    for part in ("marks", "labels", "scale_bar"):
        options = FigureOptions(
            crops=False, **{"marks": False, "labels": False, "scale_bar": False, part: True}
        )
        assert (np.abs(_pixels(Figure(view, options).image(600)) - plain) > 60).sum() > 100, part


@pytest.mark.parametrize(
    "at", [(390.0, 200.0), (10.0, 200.0), (200.0, 6.0), (200.0, 395.0), (392.0, 6.0)]
)
def test_indices_at_the_edge_stay_on_the_figure_and_off_their_spot(at):
    area, spot = QRectF(0, 0, 400, 400), QPointF(*at)
    box = label_box(spot, QPointF(200, 200), QSizeF(40, 14), area)
    assert area.contains(box)
    assert not box.contains(spot)


def test_text_comes_out_at_its_size_on_paper(shown):
    view = shown.window.pattern_view
    heights = []
    for text_pt in (6.0, 12.0):
        options = FigureOptions(
            crops=False, text_pt=text_pt, marks=False, labels=True, scale_bar=False, dpi=600
        )
        bare = FigureOptions(crops=False, marks=False, labels=False, scale_bar=False, dpi=600)
        text = (
            np.abs(_pixels(Figure(view, options).image()) - _pixels(Figure(view, bare).image()))
            > 60
        )
        rows = np.flatnonzero(np.diff(np.r_[0, text.any(axis=1).astype(int), 0]))
        heights.append(min(b - a for a, b in zip(rows[::2], rows[1::2], strict=True) if b - a > 12))
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.12)


def _pixels(image):
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].astype(int)


def test_all_formats_draw_marks_at_the_same_places(shown):
    figure = Figure(shown.window.pattern_view, FigureOptions(crops=False, width_mm=120))
    pixels = _pixels(figure.image(800))
    drawn = QImage(800, 800, QImage.Format.Format_RGB32)
    painter = QPainter(drawn)
    QSvgRenderer(figure.encoded(".svg")).render(painter, QRectF(0, 0, 800, 800))
    painter.end()
    vectors = _pixels(drawn)
    # rings of two pixels: were they drawn elsewhere, the pictures would have little in common
    shift = np.roll(vectors, 6, axis=1)
    assert np.abs(pixels - vectors).mean() < 0.4 * np.abs(pixels - shift).mean()


def test_a_figure_is_of_what_was_shown_when_it_was_asked_for(shown, qtbot, tmp_path, pattern_files):
    before = _saved(shown, tmp_path / "a.png", qtbot).read_bytes()
    shown.figures.save(tmp_path / "b.png", OPTIONS)
    shown.open_patterns.open_files([pattern_files["puo2"]])
    qtbot.waitUntil((tmp_path / "b.png").exists, timeout=10_000)
    qtbot.waitUntil(lambda: shown.window.pattern_view.image.full_yx.max() > 0)
    assert (tmp_path / "b.png").read_bytes() == before


def test_a_figure_of_too_many_pixels_is_a_sentence(shown, tmp_path):
    options = FigureOptions(width_mm=1000, dpi=2400)
    shown.figures.save(tmp_path / "a.png", options)
    assert "94488 × " in shown.window.banner.sentence and not (tmp_path / "a.png").exists()
    shown.figures.copy(options)
    assert "too large" in shown.window.banner.sentence


def test_what_is_zoomed_and_turned_on_the_screen_is_cropped_so(shown, qtbot):
    view = shown.window.pattern_view
    shown.actions[Act.TURN_RIGHT].trigger()
    view.show_actual_size()
    view.zoom(3)
    figure = Figure(view, FigureOptions(marks=False, labels=False, scale_bar=False))
    image = figure.image(600)
    ratio = image.height() / image.width()
    area = view.viewport()
    assert ratio == pytest.approx(area.height() / area.width(), rel=0.02)
    # the middle of the figure is the middle of the screen
    on_screen = _pixels(view.viewport().grab().toImage())
    h, w = on_screen.shape
    screen = on_screen[h // 2 - 20 : h // 2 + 20, w // 2 - 20 : w // 2 + 20].mean()
    drawn = _pixels(image)
    k = 600 / w
    r = round(20 * k)
    middle = drawn[image.height() // 2 - r : image.height() // 2 + r, 300 - r : 300 + r].mean()
    assert middle == pytest.approx(screen, abs=12)


def test_the_dialog_shows_saves_and_remembers(shown, qtbot, tmp_path, home):
    shown.actions[Act.EXPORT_PICTURE].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, FigureDialog))
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=10_000)
    before = dialog.picture.pixmap().toImage()
    dialog.marks.setChecked(False)
    qtbot.waitUntil(lambda: dialog.picture.pixmap().toImage() != before, timeout=10_000)
    dialog.column.setCurrentIndex(2)
    dialog.column.activated.emit(2)
    assert dialog.options.width_mm == 180
    qtbot.waitUntil(lambda: "180 ×" in dialog.size_note.text(), timeout=10_000)
    dialog.dpi.setValue(150)
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    width = round(180 / 25.4 * 150)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == width, timeout=10_000)
    dialog.close()
    assert shown.figures.options.width_mm == 180 and not shown.figures.options.marks


def test_a_dialog_that_is_closed_at_once_leaves_nothing(shown, qtbot):
    shown.actions[Act.EXPORT_PICTURE].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, FigureDialog))
    dialog.dpi.setValue(300)
    dialog.close()
    qtbot.waitUntil(lambda: not shown.workers.is_busy, timeout=10_000)


def test_figures_do_not_go_where_a_run_would_answer_them(shown, pattern_files):
    assert shown.figures.folder() != pattern_files["delta"].parent


def test_a_folder_that_cannot_be_written_is_a_sentence(shown, qtbot, tmp_path):
    shown.figures.save(tmp_path / "there is no such folder\0" / "a.png", OPTIONS)
    qtbot.waitUntil(shown.window.banner.isVisible, timeout=5000)
    shown.figures.save(tmp_path / "a.gif", OPTIONS)
    assert ".png, .tif, .svg or .pdf" in shown.window.banner.sentence


def test_an_image_that_is_not_square(make_desktop, answered, tmp_path, qtbot):
    image, _ = spot_image()
    desktop = make_desktop(save_tiff(tmp_path / "wide.tif", image[100:420]))
    answered(desktop)
    with Image.open(_saved(desktop, tmp_path / "a.png", qtbot)) as picture:
        assert picture.size[1] / picture.size[0] == pytest.approx(320 / image.shape[1], rel=0.01)
