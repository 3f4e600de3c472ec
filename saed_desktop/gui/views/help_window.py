"""The help pages and the table of keys; nothing is ever fetched from anywhere."""

import re
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.actions import shown_key
from saed_desktop.gui.commands import menus
from saed_desktop.gui.theme import colors_of
from saed_desktop.gui.views.widgets import button, button_row
from saed_desktop.translation import language, tr

_PICTURE_WIDTH = 700


class HelpWindow(QDialog):
    """Pages on the left, the page chosen on the right.

    Parameters
    ----------
    folder
        The folder of the pages, Markdown files whose names start with their number, and of their
        pictures. A folder in it by the code of a language has the pages of that language.
    """

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self._folder = folder
        self.pages = QListWidget()
        self.pages.setAccessibleName(tr("Help pages"))
        self.pages.setFixedWidth(220)
        self.browser = QTextBrowser()
        self.browser.setAccessibleName(tr("Help page"))
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        for file in sorted(folder.glob("*.md")):
            item = QListWidgetItem(_title(self._page(file.name)))
            item.setData(Qt.ItemDataRole.UserRole, file.name)
            item.setSizeHint(QSize(0, self.pages.fontMetrics().height() + 12))
            self.pages.addItem(item)
        self.pages.currentItemChanged.connect(self._show_item)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(self.pages)
        layout.addWidget(self.browser, 1)
        self.pages.setCurrentRow(0)
        self.resize(1020, 740)

    def show_page(self, name: str) -> None:
        """Show a page by its file name."""
        for row in range(self.pages.count()):
            if self.pages.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.pages.setCurrentRow(row)

    def _page(self, name: str) -> Path:
        """Return the file of a page: in the user's language where there is one, else English."""
        translated = self._folder / language() / name
        return translated if translated.is_file() else self._folder / name

    def _show_item(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        text = self._page(item.data(Qt.ItemDataRole.UserRole)).read_text(encoding="utf-8")
        document = self.browser.document()
        document.setBaseUrl(QUrl.fromLocalFile(f"{self._folder}/"))
        document.setDefaultStyleSheet(f"a {{ color: {colors_of(self.palette()).accent}; }}")
        if not colors_of(self.palette()).is_dark:
            text = self._with_light_pictures(text)
        document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        self._fit_pictures(document)
        self.browser.moveCursor(self.browser.textCursor().MoveOperation.Start)

    def _with_light_pictures(self, text: str) -> str:
        """Return a page with the pictures of the light window where there are some."""
        for name in re.findall(r"\(([\w-]*-dark-[\w-]*\.(?:png|jpg))\)", text):
            light = name.replace("-dark-", "-light-")
            if (self._folder / light).is_file():
                text = text.replace(f"({name})", f"({light})")
        return text

    @staticmethod
    def _fit_pictures(document: QTextDocument) -> None:
        """Draw pictures no wider than the page: Markdown does not say how wide they are."""
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                picture = fragment.charFormat().toImageFormat()
                if picture.isValid():
                    picture.setWidth(_PICTURE_WIDTH)
                    cursor.setPosition(fragment.position())
                    cursor.setPosition(
                        fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor
                    )
                    cursor.setCharFormat(picture)
                fragments += 1
            block = block.next()

    def _follow(self, url: QUrl) -> None:
        self.show_page(url.fileName())


def _title(file: Path) -> str:
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    return first.lstrip("# ").strip()


class CheatSheet(QDialog):
    """All keys on one page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self.browser = QTextBrowser()
        self.browser.setAccessibleName(tr("Keys"))
        self.browser.setHtml(key_page(colors_of(self.palette()).muted))
        close = button(tr("Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.browser, 1)
        layout.addLayout(button_row(close, stretch_first=True))
        self.resize(920, 800)


def key_page(muted: str) -> str:
    """Return the keys as HTML, in two columns."""
    left, right = "", ""
    for title, acts in menus():
        rows = "".join(
            f'<tr><td align="right"><b>{shown_key(row).replace("<", "&lt;")}</b>&nbsp;&nbsp;</td>'
            f"<td>{tr(row.tip)}</td></tr>"
            for row in (act.value for act in acts)
            if row.keys
        )
        block = f'<h3>{tr(title).replace("&", "")}</h3><table cellspacing="3">{rows}</table>'
        # one section has as many keys as all others together
        if title == "&View":
            right += block
        else:
            left += block
    mouse = (
        f"<h3>{tr('Mouse')}</h3><p>"
        + tr("Wheel: zoom. Drag: move. Right drag: zoom one way or the other. Double click: fit.")
        + f'</p><p style="color:{muted}">{tr("In lists: arrows move, Enter opens.")}</p>'
    )
    return (
        f'<table width="100%"><tr><td width="50%" valign="top">{left}</td>'
        f'<td width="50%" valign="top">{right}{mouse}</td></tr></table>'
    )
