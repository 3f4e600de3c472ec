"""The answer in one glance: a shape, a colour, a headline, and why."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from saed_desktop.gui.theme import (
    VERDICT_ICONS,
    colors_of,
    heading_font,
    paint_icon,
    verdict_color,
)
from saed_desktop.gui.views.index_label import IndexLabel
from saed_desktop.gui.views.widgets import button
from saed_desktop.translation import tr


class VerdictIcon(QWidget):
    """The sign of a verdict; its shape alone tells which one it is."""

    def __init__(self, side_px: int = 40) -> None:
        super().__init__()
        self._verdict, self._is_cautious = "", False
        self._side = side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_verdict(self, verdict: str, *, is_cautious: bool = False) -> None:
        """Take a verdict, "busy", or "" for none yet; a cautious one is drawn as a warning."""
        self._verdict, self._is_cautious = verdict, is_cautious
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the sign."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_of(self.palette())
        name = "busy" if self._verdict == "busy" else VERDICT_ICONS.get(self._verdict, "busy")
        color = colors.warn if self._is_cautious else verdict_color(colors, self._verdict)
        paint_icon(painter, QRectF(self.rect()), name, color)
        painter.end()


class VerdictCard(QFrame):
    """Card with the verdict in words."""

    stop_wanted = Signal()
    retry_wanted = Signal()
    library_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Verdict"))
        self._icon = VerdictIcon()
        self._said = ""
        self._headline = IndexLabel()
        self._subline = IndexLabel()
        self._reasons = IndexLabel()
        self._notice = IndexLabel()
        self.stop_button = button(tr("Stop"), kind="quiet", tip=tr("Give up reading this file"))
        self.retry_button = button(
            tr("Try again"), kind="quiet", tip=tr("Read this file once more")
        )
        self._alike = IndexLabel()
        self.library_button = button(
            tr("Search the library"), tip=tr("Find structures that explain these spots")
        )
        self.library_button.clicked.connect(self.library_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.retry_button.clicked.connect(self.retry_wanted)
        self._layout_widgets()
        self.show_nothing()

    def _layout_widgets(self) -> None:
        self._headline.setFont(heading_font(self.font(), 1.55))
        self._notice.setProperty("role", "warn")
        self._reasons.setProperty("role", "muted")
        self._alike.setProperty("role", "muted")
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self._headline, self._subline):
            label.setWordWrap(True)
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        for one in (self.stop_button, self.retry_button, self.library_button):
            top.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(9)
        layout.addLayout(top)
        for label in (self._notice, self._reasons, self._alike):
            label.setWordWrap(True)
            layout.addWidget(label)

    def show_nothing(self) -> None:
        """Show that there is no pattern."""
        self._set("", tr("No pattern"), tr("Open one to see what it shows."), (), "")

    def show_busy(self, what: str, *, can_stop: bool = False) -> None:
        """Show that the answer is on its way."""
        self._set("busy", what, "", (), "")
        self.stop_button.setVisible(can_stop)
        self._headline.setFont(heading_font(self.font(), 1.1, bold=False))

    def show_error(self, sentence: str, *, can_retry: bool = False) -> None:
        """Show why there is no answer."""
        said = tr("This file cannot be read") if can_retry else tr("There is no answer")
        self._set("error", said, sentence, (), "")
        self.retry_button.setVisible(can_retry)

    def show_answer(
        self,
        verdict: str,
        headline: str,
        subline: str,
        reasons: tuple[str, ...],
        notice: str,
        *,
        is_cautious: bool = False,
    ) -> None:
        """Show an answer with its reasons, and a notice on what limits it.

        A cautious answer keeps its sign, but not the colour that says that all is well.
        """
        self._set(verdict, headline, subline, reasons, notice)
        self._icon.set_verdict(verdict, is_cautious=is_cautious)

    def show_search_offer(self, *, is_offered: bool) -> None:
        """Offer the library where none of the candidates explains the pattern, or not."""
        self.library_button.setVisible(is_offered)

    def show_look_alikes(self, words: str) -> None:
        """Add what fits as well and is no candidate; nothing for no words."""
        self._alike.setText(words)
        self._alike.setVisible(bool(words))
        self.setAccessibleDescription(" ".join(filter(None, (self.accessibleDescription(), words))))

    @property
    def look_alikes(self) -> str:
        """The sentence on phases that fit as well, as it is shown."""
        return self._alike.text()

    @property
    def headline(self) -> str:
        """The headline of the card."""
        return self._said

    def _set(
        self, verdict: str, headline: str, subline: str, reasons: tuple[str, ...], notice: str
    ) -> None:
        self.stop_button.setVisible(False)
        self.retry_button.setVisible(False)
        self.library_button.setVisible(False)
        self._icon.set_verdict(verdict)
        self._said = headline
        self._headline.setFont(heading_font(self.font(), 1.55))
        for label, text in (
            (self._headline, headline),
            (self._subline, subline),
            (self._reasons, " ".join(reasons)),
            (self._notice, notice),
            (self._alike, ""),
        ):
            # a number and its unit stay on one line
            label.setText(text.replace(" %", "\N{NO-BREAK SPACE}%"))
            label.setVisible(bool(text))
        self.setAccessibleDescription(" ".join([headline, subline, *reasons, notice]))
