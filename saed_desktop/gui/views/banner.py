"""A notice that stays until it is read, and never stops anybody from working."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from saed_desktop.gui.theme import colors_of, icon
from saed_desktop.gui.views.widgets import button
from saed_desktop.translation import tr


class Banner(QFrame):
    """One sentence with what can be done about it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setAccessibleName(tr("Notice"))
        self._sign = QLabel()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._is_of_pattern = False
        self._buttons: list[QPushButton] = []
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setIconSize(QSize(14, 14))
        close.setToolTip(tr("Close this notice"))
        close.setAccessibleName(tr("Close this notice"))
        close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 7, 7, 7)
        self._row.setSpacing(10)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(close)
        self.hide()

    def show_notice(
        self,
        sentence: str,
        *actions: tuple[str, Callable[[], None]],
        kind: str = "info",
        of_pattern: bool = False,
    ) -> None:
        """Show a sentence with buttons; an earlier notice gives way.

        Parameters
        ----------
        sentence
            What there is to say.
        actions
            Texts of buttons with what they do; each also closes the notice.
        kind
            "info" or "warning".
        of_pattern
            Whether it is about the pattern shown, and goes with it.
        """
        self._is_of_pattern = of_pattern
        for old in self._buttons:
            self._row.removeWidget(old)
            old.deleteLater()
        self._buttons = []
        colors = colors_of(self.palette())
        color = colors.warn if kind == "warning" else colors.info
        self._sign.setPixmap(icon(kind, color).pixmap(20, 20))
        self._words.setText(sentence)
        self.setAccessibleDescription(sentence)
        for text, act in actions:
            made = button(text, kind="quiet")
            made.clicked.connect(self.hide)
            made.clicked.connect(act)
            self._row.insertWidget(self._row.count() - 1, made)
            self._buttons.append(made)
        self.show()

    def leave_pattern(self) -> None:
        """Close a notice about a pattern that is shown no more."""
        if self._is_of_pattern:
            self.hide()

    def show_progress(self, sentence: str) -> None:
        """Change what an open notice says; its buttons stay."""
        if self.isVisible():
            self._words.setText(sentence)

    @property
    def sentence(self) -> str:
        """The sentence shown."""
        return self._words.text()
