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

from saed_desktop.gui.languages import language_names
from saed_desktop.gui.settings import Settings
from saed_desktop.gui.views.color_maps import color_map_names, color_map_title
from saed_desktop.gui.views.number_field import number_spin
from saed_desktop.gui.views.widgets import button, button_row, muted
from saed_desktop.translation import mark, tr

THEMES = (("system", mark("As the desktop")), ("dark", mark("Dark")), ("light", mark("Light")))


class SettingsDialog(QDialog):
    """A short list: everything else is where it is used."""

    changed = Signal(str, object)

    def __init__(self, settings: Settings, log_folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        themes = tuple((name, tr(text)) for name, text in THEMES)
        self.theme = _box(tr("Theme"), themes, settings.theme)
        languages = (("system", tr("As the desktop")), *language_names().items())
        self.language = _box(tr("Language"), languages, settings.language)
        units = (("1/nm", "1/nm"), ("1/A", "1/Å"))
        self.unit = _box(tr("Unit of readouts"), units, settings.unit)
        maps = tuple((name, color_map_title(name)) for name in color_map_names())
        self.color_map = _box(tr("Colours of the image"), maps, settings.color_map)
        self.jobs = QSpinBox()
        self.jobs.setRange(0, 64)
        self.jobs.setSpecialValueText(tr("As many as fit"))
        self.jobs.setValue(settings.jobs)
        self.jobs.setAccessibleName(tr("Processes of a folder run"))
        self.autosave = number_spin(
            tr("Copy what is open every"), 0.1, 60, settings.autosave_minutes, " min"
        )
        self.look_alikes = QCheckBox(tr("Name structures of the library that fit as well"))
        self.look_alikes.setChecked(settings.look_alikes)
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        form.addRow(tr("Theme"), self.theme)
        form.addRow(tr("Language"), self.language)
        form.addRow(tr("Unit of readouts"), self.unit)
        form.addRow(tr("Colours of the image"), self.color_map)
        form.addRow(tr("Processes of a folder run"), self.jobs)
        form.addRow(tr("Copy what is open every"), self.autosave)
        form.addRow(tr("Answers"), self.look_alikes)
        close = button(tr("Close"), kind="primary")
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(muted(tr("Text follows the size that your desktop has set.")))
        layout.addWidget(muted(tr("Log files: {log_folder}", log_folder=log_folder)))
        layout.addLayout(button_row(close, stretch_first=True))
        for name, box in (
            ("theme", self.theme),
            ("language", self.language),
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
