"""The window of the tilt map: other zone axes, with the goniometer's state beside them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.number_field import NumberSpin, number_spin
from saed_desktop.gui.views.tilt_map_view import TiltMapView
from saed_desktop.gui.views.widgets import (
    button,
    button_row,
    choice,
    heading,
    lay_beside,
    muted,
    rest_timer,
    scrolled_side,
    table,
)
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.simulation.goniometer import ReachedAxis

WAIT_MS = 120
SIDE_PX = 342


class TiltMapWindow(QDialog):
    """The map on the left; on the right where the goniometer is and where one wants to go."""

    changed = Signal()
    holder_changed = Signal()
    fit_wanted = Signal()
    way_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Tilt map"))
        self.setModal(False)
        self.view = TiltMapView()
        self.crystal = muted()
        self.alpha = _spin(tr("α of the goniometer for this pattern in degrees"), -90, 90, 0)
        self.beta = _spin(tr("β of the goniometer for this pattern in degrees"), -90, 90, 0)
        self.azimuth = _spin(
            tr("Direction of the α axis in the image in degrees, clockwise"), -360, 360, 0
        )
        self.azimuth.setToolTip(
            tr("Direction of the holder's rod in the image: 0° to the right, 90° downwards")
        )
        self.alpha_limit = _spin(tr("How far α tilts in degrees"), 1, 89, 35)
        self.beta_limit = _spin(tr("How far β tilts in degrees"), 1, 89, 30)
        self.alpha_reversed = QCheckBox(tr("α reversed"))
        self.beta_reversed = QCheckBox(tr("β reversed"))
        for box, name in ((self.alpha_reversed, "α"), (self.beta_reversed, "β")):
            box.setToolTip(tr("A positive {name} turns left-handed about its axis", name=name))
        self.is_turned = QCheckBox(tr("Crystal turned by 180° about the beam"))
        self.is_turned.setToolTip(tr("A spot pattern looks the same; tilting tells the two apart"))
        self.ambiguity = muted()
        self.ambiguity.setProperty("role", "warn")
        self.fit_button = button(
            tr("Find the α axis from two patterns"),
            tip=tr("Uses the tilts that you gave for two patterns of this crystal"),
        )
        self.target = QLineEdit("1 1 2")
        self.target.setAccessibleName(tr("Zone axis to go to"))
        self.target.setToolTip(tr("A zone axis such as 1 1 2, [110] or 0001"))
        self.projection = choice(
            tr("Kind of map"),
            ((tr("Tilts of the goniometer"), False), (tr("Stereographic projection"), True)),
        )
        self.ways = SimpleTable(
            (mark("Zone"), "α, °", "β, °", mark("Away, °"), ""), numbers=(1, 2, 3)
        )
        self.table = table(tr("Where the zone axis is"))
        self.words = muted()
        self.pointer = muted()
        self._axes: tuple[ReachedAxis, ...] = ()
        self._rest = rest_timer(self, WAIT_MS, self.changed)
        self._layout_widgets()
        self._connect_widgets()
        self.resize(980, 640)

    def _layout_widgets(self) -> None:
        self.table.setModel(self.ways)
        self.table.setItemDelegateForColumn(0, IndicesDelegate(self.table))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.setMinimumHeight(120)
        side = QVBoxLayout()
        side.setSpacing(7)
        side.addWidget(heading(tr("This pattern")))
        side.addWidget(self.crystal)
        side.addLayout(_pair("α", self.alpha, "β", self.beta))
        side.addWidget(self.ambiguity)
        side.addWidget(self.is_turned)
        side.addWidget(heading(tr("Where is")))
        side.addWidget(self.target)
        side.addWidget(self.words)
        side.addWidget(self.table, 1)
        side.addWidget(heading(tr("Goniometer")))
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow(tr("α axis in the image"), self.azimuth)
        side.addLayout(form)
        side.addLayout(_pair(tr("α to ±"), self.alpha_limit, tr("β to ±"), self.beta_limit))
        side.addLayout(button_row(self.alpha_reversed, self.beta_reversed))
        side.addLayout(button_row(self.fit_button))
        left = QVBoxLayout()
        left.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(self.projection)
        top.addWidget(self.pointer, 1)
        left.addLayout(top)
        left.addWidget(self.view, 1)
        lay_beside(self, left, scrolled_side(side, SIDE_PX))

    def _connect_widgets(self) -> None:
        for spin in (self.alpha, self.beta):
            spin.valueChanged.connect(lambda _value: self._rest.start())
        for spin in (self.azimuth, self.alpha_limit, self.beta_limit):
            spin.valueChanged.connect(self._holder_edited)
        for box in (self.alpha_reversed, self.beta_reversed):
            box.toggled.connect(self._holder_edited)
        self.is_turned.toggled.connect(lambda _on: self.changed.emit())
        self.projection.activated.connect(lambda _i: self.changed.emit())
        self.target.textChanged.connect(lambda _text: self._rest.start())
        self.view.axis_chosen.connect(self._axis_chosen)
        self.view.pointed.connect(self._pointed)
        self.fit_button.clicked.connect(self.fit_wanted)
        self.table.selectionModel().selectionChanged.connect(self._way_chosen)

    # ---- what it shows ----------------------------------------------------------------------

    def show_holder(
        self, azimuth: float, limits: tuple[float, float], reversed_: tuple[bool, bool]
    ) -> None:
        """Show a goniometer, without saying that it was edited."""
        widgets = (
            self.azimuth, self.alpha_limit, self.beta_limit, self.alpha_reversed,
            self.beta_reversed,
        )  # fmt: skip
        for widget in widgets:
            widget.blockSignals(True)
        self.azimuth.setValue(azimuth)
        self.alpha_limit.setValue(limits[0])
        self.beta_limit.setValue(limits[1])
        self.alpha_reversed.setChecked(reversed_[0])
        self.beta_reversed.setChecked(reversed_[1])
        for widget in widgets:
            widget.blockSignals(False)

    def show_tilts(self, alpha_deg: float, beta_deg: float, *, is_turned: bool) -> None:
        """Show where the goniometer is, without saying that it was edited."""
        for widget in (self.alpha, self.beta, self.is_turned):
            widget.blockSignals(True)
        self.alpha.setValue(alpha_deg)
        self.beta.setValue(beta_deg)
        self.is_turned.setChecked(is_turned)
        for widget in (self.alpha, self.beta, self.is_turned):
            widget.blockSignals(False)

    def show_ambiguity(self, *, is_ambiguous: bool) -> None:
        """Say whether the crystal may as well be turned by half a turn about the beam."""
        self.is_turned.setVisible(is_ambiguous)
        self.ambiguity.setVisible(is_ambiguous)
        if is_ambiguous:
            self.ambiguity.setText(
                tr(
                    "Spots alone leave open which of two orientations this is. If a tilt leads the "
                    "wrong way, turn the crystal by 180°."
                )
            )

    def show_ways(self, axes: "Sequence[ReachedAxis]", words: str) -> None:
        """List where the members of a family are, nearest first."""
        self._axes = tuple(axes)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.table.selectionModel().blockSignals(True)
        self.ways.set_rows(
            [
                (
                    axis.label, _angle(axis.tilts.alpha_deg), _angle(axis.tilts.beta_deg),
                    f"{axis.angle_deg:.1f}", "" if axis.is_reachable else tr("out of reach"),
                )
                for axis in axes
            ]
        )  # fmt: skip
        if axes:
            self.table.selectRow(0)
        self.table.selectionModel().blockSignals(False)

    @property
    def way(self) -> "ReachedAxis | None":
        """The member of the family that is drawn."""
        rows = self.table.selectionModel().selectedRows()
        return self._axes[rows[0].row()] if rows and rows[0].row() < len(self._axes) else None

    def _way_chosen(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self.way_changed.emit()

    def _axis_chosen(self, uvw: tuple[int, int, int]) -> None:
        self.target.setText(" ".join(str(index) for index in uvw))
        self._rest.stop()
        self.changed.emit()

    def _holder_edited(self, _value: object) -> None:
        self.holder_changed.emit()
        self._rest.start()

    def _pointed(self, tilts: "Sequence[float] | None") -> None:
        self.pointer.setText(
            "" if tilts is None else f"α {_angle(tilts[0])}°, β {_angle(tilts[1])}°"
        )

    def done(self, result: int) -> None:
        """Stop waiting with the window."""
        self._rest.stop()
        super().done(result)


def _angle(value: float) -> str:
    return f"{value + 0.0:+.1f}".replace("-", "−")


def _spin(name: str, low: float, high: float, value: float) -> NumberSpin:
    return number_spin(name, low, high, value, "°")


def _pair(first: str, first_spin: QWidget, second: str, second_spin: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for text, spin in ((first, first_spin), (second, second_spin)):
        row.addWidget(QLabel(text))
        row.addWidget(spin, 1)
    return row
