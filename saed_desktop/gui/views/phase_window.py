"""Window with the page of a structure: facts, zone-axis patterns, spacings, sites."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.theme import heading_font
from saed_desktop.gui.views.copy_table import CopyTable
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.widgets import button, button_row, muted, table
from saed_desktop.gui.views.zone_picture import ZonePicture
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.phase_page import PhasePage

_PICTURES_IN_A_ROW = 4
_SPACINGS = ("hkl", "d (Å)", "|F| (Å)", mark("Mult."), mark("Intensity"))
_SITES = (mark("Element"), "x", "y", "z", mark("Mult."), mark("Occupancy"), "B (Å²)")


class PhaseWindow(QDialog):
    """The page of one structure."""

    add_wanted = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, parent: QWidget | None, page: "PhasePage") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("{label} – structure", label=page.label))
        self.setAccessibleName(tr("Structure of {label}", label=page.label))
        self.page = page
        self.tabs = QTabWidget()
        self.spacings = _table(tr("Lattice spacings"), _SPACINGS, (1, 2, 3, 4), [
            (line.label, f"{line.d_angstrom:.4f}", f"{line.structure_factor_angstrom:.3f}",
             str(line.multiplicity), f"{line.relative:.1f}")
            for line in page.lines
        ])  # fmt: skip
        self.spacings.setItemDelegateForColumn(0, IndicesDelegate(self.spacings))
        self.sites = _table(tr("Atom sites"), _SITES, (1, 2, 3, 4, 5, 6), [
            (site.element, *(f"{value:.5f}" for value in site.xyz), str(site.multiplicity),
             f"{site.occupancy:.4g}", f"{site.b_iso:.2f}")
            for site in page.sites
        ])  # fmt: skip
        self.add_button = button(
            tr("Add to candidates"), kind="primary", tip=tr("Consider this structure from now on")
        )
        self.save_button = button(tr("Save as CIF…"), tip=tr("Save the structure as a CIF file"))
        self.close_button = button(tr("Close"))
        self._layout_widgets()
        self.add_button.clicked.connect(lambda: self.add_wanted.emit(self.page))
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self.page))
        self.close_button.clicked.connect(self.close)
        self.resize(860, 720)

    def _layout_widgets(self) -> None:
        for one in (self.add_button, self.save_button, self.close_button):
            one.setAutoDefault(False)
        title = QLabel(self.page.label)
        title.setFont(heading_font(self.font(), 1.4))
        self.tabs.addTab(self._pictures(), tr("Zone axes"))
        self.tabs.addTab(self.spacings, tr("Spacings"))
        self.tabs.addTab(self.sites, tr("Sites"))
        self.tabs.setDocumentMode(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(self._facts())
        layout.addWidget(self.tabs, 1)
        layout.addLayout(
            button_row(self.close_button, self.save_button, self.add_button, stretch_first=True)
        )

    def _facts(self) -> QWidget:
        """Return the facts in two columns; those that may be long have a row of their own."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        facts, remarks = self.page.facts, self.page.remarks
        for i, (name, value) in enumerate(facts):
            row, column = i // 2, 2 * (i % 2)
            grid.addWidget(_title(name), row, column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_stated(name, value), row, column + 1)
        for row, (name, value) in enumerate(remarks, start=(len(facts) + 1) // 2):
            grid.addWidget(_title(name), row, 0, Qt.AlignmentFlag.AlignTop)
            stated = _stated(name, value)
            stated.setWordWrap(True)
            grid.addWidget(stated, row, 1, 1, 3)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        return box

    def _pictures(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setSpacing(6)
        for i, zone in enumerate(self.page.zones):
            grid.addWidget(ZonePicture(zone), i // _PICTURES_IN_A_ROW, i % _PICTURES_IN_A_ROW)
        return box


def _title(name: str) -> QLabel:
    title = muted(name)
    title.setWordWrap(False)
    return title


def _stated(name: str, value: str) -> QLabel:
    stated = QLabel(value)
    stated.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    stated.setAccessibleName(name)
    return stated


def _table(
    name: str, titles: tuple[str, ...], numbers: tuple[int, ...], rows: list[tuple[str, ...]]
) -> CopyTable:
    view = table(name)
    model = SimpleTable(titles, numbers)
    model.setParent(view)
    model.set_rows(rows)
    view.setModel(model)
    header = view.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return view
