"""The settings, each applied at once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.settings import Settings
from saed_desktop.gui.views.color_maps import color_map_names
from saed_desktop.gui.views.number_field import NumberSpin
from saed_desktop.gui.views.widgets import button, button_row, muted

THEMES = (("system", "As the desktop"), ("dark", "Dark"), ("light", "Light"))


class SettingsDialog(QDialog):
    """A short list: everything else is where it is used."""

    changed = Signal(str, object)

    def __init__(self, settings: Settings, log_folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.theme = _box("Theme", THEMES, settings.theme)
        units = (("1/nm", "1/nm"), ("1/A", "1/Å"))
        self.unit = _box("Unit of readouts", units, settings.unit)
        maps = tuple((name, name.capitalize()) for name in color_map_names())
        self.color_map = _box("Colours of the image", maps, settings.color_map)
        self.jobs = QSpinBox()
        self.jobs.setRange(0, 64)
        self.jobs.setSpecialValueText("As many as fit")
        self.jobs.setValue(settings.jobs)
        self.jobs.setAccessibleName("Processes of a folder run")
        self.autosave = NumberSpin()
        self.autosave.setRange(0.1, 60)
        self.autosave.setDecimals(1)
        self.autosave.setSuffix(" min")
        self.autosave.setValue(settings.autosave_minutes)
        self.autosave.setAccessibleName("Copy what is open every")
        self.look_alikes = QCheckBox("Name structures of the library that fit as well")
        self.look_alikes.setChecked(settings.look_alikes)
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        form.addRow("Theme", self.theme)
        form.addRow("Unit of readouts", self.unit)
        form.addRow("Colours of the image", self.color_map)
        form.addRow("Processes of a folder run", self.jobs)
        form.addRow("Copy what is open every", self.autosave)
        form.addRow("Answers", self.look_alikes)
        close = button("Close", kind="primary")
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(muted("Text follows the size that your desktop has set."))
        layout.addWidget(muted(f"Log files: {log_folder}"))
        layout.addLayout(button_row(close, stretch_first=True))
        for name, box in (
            ("theme", self.theme),
            ("unit", self.unit),
            ("color_map", self.color_map),
        ):
            box.activated.connect(lambda _i, n=name, b=box: self.changed.emit(n, b.currentData()))
        self.look_alikes.toggled.connect(lambda is_on: self.changed.emit("look_alikes", is_on))
        self.jobs.valueChanged.connect(lambda value: self.changed.emit("jobs", value))
        self.autosave.valueChanged.connect(
            lambda value: self.changed.emit("autosave_minutes", float(value))
        )


def _box(name: str, choices: tuple[tuple[str, str], ...], current: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, text in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(current), 0))
    return box
