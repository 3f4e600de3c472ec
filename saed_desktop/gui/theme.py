"""Colours for a dark microscope room and for a bright office, the style sheet, and icons.

Colours carry meaning only together with a shape or a word, and the five of the verdicts differ in
lightness as well as in hue, so that they are told apart without colour vision.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from saed_desktop.paths import resources_dir


@dataclass(frozen=True)
class Colors:
    """The colours of one theme, as #rrggbb."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    info: str
    warn: str
    bad: str
    none: str
    is_dark: bool


DARK = Colors(
    window="#111317",
    surface="#181b20",
    raised="#23272e",
    line="#343a43",
    text="#e6e8eb",
    muted="#9aa4b1",
    accent="#5aa9f0",
    on_accent="#08131f",
    good="#46c08a",
    info="#5aa9f0",
    warn="#f2b035",
    bad="#ff7a6b",
    none="#b7a4f4",
    is_dark=True,
)
LIGHT = Colors(
    window="#eef0f3",
    surface="#ffffff",
    raised="#f1f3f6",
    line="#cdd3db",
    text="#171b20",
    muted="#56606d",
    accent="#0b62b8",
    on_accent="#ffffff",
    good="#0d7a4c",
    info="#0b62b8",
    warn="#8f5b00",
    bad="#b3261e",
    none="#6843c4",
    is_dark=False,
)

IMAGE_MARKS = {
    # drawn on the image itself, whose brightness does not follow the theme
    "spot": "#7fd4ff",
    "matched": "#4fe0a0",
    "missing": "#ff8f70",
    "unexplained": "#ffc24a",
    "forbidden": "#c9b6ff",
    "center": "#ff5fa2",
    "ring": "#8fb8ff",
    "mask": "#ff4f6d",
    "measure": "#ffe066",
    "label": "#ffffff",
}
IMAGE_MARKS_ON_BRIGHT = {
    # the same on images with dark spots on a bright ground
    "spot": "#0a6ea8",
    "matched": "#00784a",
    "missing": "#c2410c",
    "unexplained": "#9a6200",
    "forbidden": "#6d3fd0",
    "center": "#d0126f",
    "ring": "#2450b8",
    "mask": "#d6133a",
    "measure": "#7a5c00",
    "label": "#101418",
}
VERDICT_ICONS = {
    "agree": "verdict-agree",
    "network-only": "verdict-network",
    "indexing-only": "verdict-indexing",
    "disagree": "verdict-disagree",
    "none": "verdict-none",
    "error": "verdict-error",
    "": "verdict-none",
}


def verdict_color(colors: Colors, verdict: str) -> str:
    """Return the colour of a verdict."""
    return {
        "agree": colors.good,
        "network-only": colors.info,
        "indexing-only": colors.info,
        "disagree": colors.warn,
        "none": colors.none,
        "error": colors.bad,
    }.get(verdict, colors.muted)


def colors_of(palette: QPalette) -> Colors:
    """Return the colours of the theme that a widget's palette belongs to."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def current_application() -> QApplication | None:
    """Return the application object, None where there is none."""
    app = QApplication.instance()
    return app if isinstance(app, QApplication) else None


def apply_theme(app: QApplication, choice: str) -> None:
    """Dress the application.

    Parameters
    ----------
    app
        The application.
    choice
        "dark", "light", or "system": as the desktop says, dark where it says nothing.
    """
    apply_colors(app, choice)
    app.setStyleSheet(style_sheet(colors_of(app.palette())))


def apply_colors(app: QApplication, choice: str) -> None:
    """Dress the application in a theme's colours, without its style sheet.

    A window is built in half the time without one: with it, every widget is dressed anew
    whenever it or what it stands in is put into a layout.
    """
    is_light = choice == "light" or (
        choice == "system" and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    )
    app.setStyle("Fusion")
    app.setPalette(_palette(LIGHT if is_light else DARK))


def _palette(colors: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, color in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.raised),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Text, colors.text),
        (role.Button, colors.raised),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.bad),
        (role.Link, colors.accent),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Light, colors.line),
        (role.Midlight, colors.line),
        (role.Mid, colors.line),
        (role.Dark, colors.line),
        (role.Shadow, colors.window),
        (role.Accent, colors.accent),
    ):
        palette.setColor(name, QColor(color))
    disabled = QColor(colors.muted)
    disabled.setAlphaF(0.55)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, disabled)
    return palette


_SHEET = """
QWidget {{ outline: none; }}
QMainWindow, QDialog {{ background: {window}; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 5px 7px; }}
QMenuBar {{ background: {window}; color: {text}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {raised}; color: {text}; }}
QMenu {{ background: {surface}; border: 1px solid {line}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 26px; border-radius: 4px; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QToolBar {{ background: {window}; border: none; spacing: 2px; padding: 3px 6px; }}
QToolBar::separator {{ background: {line}; width: 1px; margin: 5px 6px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 5px; color: {text}; }}
QToolButton:hover {{ background: {raised}; }}
QToolButton:checked {{ background: {raised}; border-color: {accent}; }}
QToolButton:focus, QPushButton:focus {{ border-color: {accent}; }}
QToolButton#qt_toolbar_ext_button {{ padding: 0; border: none; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton {{ background: {raised}; color: {text}; border: 1px solid {line};
  border-radius: 6px; padding: 5px 13px; }}
QPushButton:hover {{ border-color: {muted}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:disabled {{ color: {muted}; background: {surface}; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {on_accent}; border-color: {accent};
  font-weight: 600; }}
QPushButton[kind="primary"]:disabled {{ background: {line}; border-color: {line}; color: {muted}; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; color: {accent};
  padding: 4px 8px; }}
QPushButton[kind="quiet"]:hover {{ background: {raised}; }}
QPushButton[kind="quiet"]:focus, QPushButton[kind="quiet"]:checked {{ border-color: {accent}; }}
QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextBrowser {{ background: {raised};
  color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 4px 8px;
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QTextBrowser {{ background: {surface}; padding: 10px 14px; }}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {accent}; }}
QLineEdit[state="wrong"] {{ border-color: {bad}; }}
QAbstractSpinBox {{ padding-right: 20px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 18px;
  background: transparent; }}
QAbstractSpinBox::up-arrow {{ image: url({icons}/arrow-up-{name}.svg); width: 9px; height: 9px; }}
QAbstractSpinBox::down-arrow {{ image: url({icons}/arrow-down-{name}.svg); width: 9px;
  height: 9px; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url({icons}/arrow-down-{name}.svg); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {surface}; border: 1px solid {line};
  selection-background-color: {raised}; selection-color: {text}; }}
QCheckBox, QRadioButton {{ spacing: 8px; }}
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{ width: 15px;
  height: 15px; border: 1px solid {muted}; background: {raised}; border-radius: 4px; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ background: {accent};
  border-color: {accent}; image: url({icons}/check-{name}.svg); }}
QRadioButton::indicator:checked {{ background: {surface}; border: 5px solid {accent};
  width: 7px; height: 7px; }}
QCheckBox:focus, QRadioButton:focus {{ color: {accent}; }}
QAbstractItemView {{ background: {surface}; alternate-background-color: {surface};
  color: {text}; border: none; gridline-color: {line}; }}
QAbstractItemView::item {{ padding: 3px 4px; }}
QAbstractItemView::item:hover {{ background: {raised}; }}
QAbstractItemView::item:selected {{ background: {selection}; color: {text}; }}
QHeaderView {{ background: {surface}; }}
QHeaderView::section {{ background: {surface}; color: {muted}; border: none;
  border-bottom: 1px solid {line}; padding: 5px 4px; font-weight: 600; }}
QTableCornerButton::section {{ background: {surface}; border: none; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {line}; }}
QTabBar {{ qproperty-drawBase: 0; background: transparent; }}
QTabBar::tab {{ background: transparent; color: {muted}; padding: 7px 11px; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; font-weight: 600; }}
QTabBar::tab:focus {{ color: {accent}; }}
QSplitter::handle {{ background: {window}; }}
QSplitter::handle:hover {{ background: {accent}; }}
QScrollBar {{ background: transparent; width: 11px; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: 4px; margin: 2px; min-height: 28px;
  min-width: 28px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {raised}; border: none; border-radius: 4px; max-height: 8px;
  text-align: center; color: transparent; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 4px; }}
QSlider::groove:horizontal {{ background: {line}; height: 4px; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {text}; width: 14px; height: 14px; margin: -5px 0;
  border-radius: 7px; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {accent}; }}
QStatusBar {{ background: {window}; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QGroupBox {{ border: none; margin-top: 20px; font-weight: 600; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 0; color: {muted}; }}
QFrame[kind="panel"], QWidget[kind="panel"] {{ background: {surface}; }}
QFrame[kind="card"] {{ background: {raised}; border-radius: 9px; }}
QFrame[kind="banner"] {{ background: {raised}; border: 1px solid {line}; border-radius: 8px; }}
QFrame[kind="line"] {{ background: {line}; max-height: 1px; min-height: 1px; border: none; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="heading"] {{ color: {muted}; font-weight: 600; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="bad"] {{ color: {bad}; }}
QLabel[role="good"] {{ color: {good}; }}
"""


def style_sheet(colors: Colors) -> str:
    """Return the style sheet of a theme."""
    values = {name: getattr(colors, name) for name in Colors.__dataclass_fields__}
    values["icons"] = (resources_dir() / "icons").as_posix()
    values["name"] = "dark" if colors.is_dark else "light"
    values["selection"] = mixed(colors.accent, colors.surface, 0.32)
    return _SHEET.format(**values)


def mixed(first: str, second: str, share: float) -> str:
    """Return a colour between two, `share` of it the first."""
    a, b = QColor(first), QColor(second)
    parts = [
        round(share * x + (1 - share) * y)
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*parts).name()


def heading_font(base: QFont, factor: float, *, bold: bool = True) -> QFont:
    """Return a font larger than the system's by a factor, so that text follows the system."""
    font = QFont(base)
    font.setPointSizeF(max(base.pointSizeF(), 1.0) * factor)
    font.setBold(bold)
    return font


def numeric_font(base: QFont) -> QFont:
    """Return a font whose digits are all of one width, so that numbers do not jump."""
    font = QFont(base)
    if font.pointSizeF() > 0 and hasattr(font, "setFeature"):
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


# ---- icons ----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _svg_text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


class _IconEngine(QIconEngine):
    """Draws a one-coloured SVG in the palette's colours, sharp at every scale."""

    def __init__(self, file: Path, color: str | None) -> None:
        super().__init__()
        self._file = file
        self._color = color

    def clone(self) -> QIconEngine:
        return _IconEngine(self._file, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colors = colors_of(QGuiApplication.palette())
        color = self._color or colors.text
        if mode is QIcon.Mode.Disabled:
            color = mixed(colors.muted, colors.window, 0.5)
        elif state is QIcon.State.On and self._color is None:
            color = colors.accent
        text = _svg_text(self._file).replace("currentColor", color)
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


def icon(name: str, color: str | None = None) -> QIcon:
    """Return an icon of `resources/icons` by name.

    Parameters
    ----------
    name
        The file's stem.
    color
        Instead of the text colour of the theme.
    """
    return QIcon(_IconEngine(resources_dir() / "icons" / f"{name}.svg", color))


def paint_icon(painter: QPainter, rect: QRectF, name: str, color: str) -> None:
    """Draw an icon into a rectangle."""
    text = _svg_text(resources_dir() / "icons" / f"{name}.svg").replace("currentColor", color)
    QSvgRenderer(QByteArray(text.encode())).render(painter, rect)
