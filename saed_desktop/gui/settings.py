"""User settings: an immutable value stored as JSON."""

import logging
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from PySide6.QtCore import QObject, Signal

from saed_desktop.paths import settings_dir
from saed_desktop.translation import mark
from saed_desktop.workspace.choice import SetupChoice
from saed_desktop.workspace.library_choice import BUNDLED_LIBRARY, LibraryChoice
from saed_desktop.workspace.user_file import UserFile

FORMAT_VERSION = 1
MAX_RECENT = 12
_FILE_NAME = "window.json"


@dataclass(frozen=True)
class Settings:
    """The settings of the window.

    Parameters
    ----------
    theme
        "system", "dark" or "light".
    language
        Code of the language of the window, "system" for that of the desktop.
    color_map
        Name of the colour map of the image.
    unit
        "1/nm" or "1/A": the unit that readouts start with.
    shown
        Names of the overlays that are drawn.
    panels
        Which panels are shown beside the pattern.
    network
        Name of the network to ask; "" for the default one, "none" for spot indexing alone.
    phases
        Names of the phases to consider; None for all that the network knows.
    phase_set
        Name of the set that they came from, "" for none.
    recent_files
        Newest first.
    window
        Geometry and splitters, as Qt gives them, in hexadecimal.
    jobs
        Processes of a folder run; 0 leaves it to the program.
    autosave_minutes
        How often the open patterns are saved for the case of a crash.
    figure
        How the last figure for a paper was drawn.
    figure_folder
        Where it was saved; "" for the user's pictures.
    libraries
        Library files that the user added or the window made.
    libraries_searched
        Names of those that are searched.
    elements_yes, elements_no
        Elements that are in the specimen's structures, and that are not; others may be.
    is_specimen
        Whether the open patterns show one specimen, and are searched for together.
    look_alikes
        Whether structures of the library that fit as well as the answer are named beside it.
    goniometer
        How the holder tilts, as the tilt map was last told.
    unknown
        Keys of a newer version, kept and written back.
    """

    theme: str = "system"
    language: str = "system"
    color_map: str = "grey"
    unit: str = "1/nm"
    shown: tuple[str, ...] = ("reflections", "labels", "center", "scale-bar")
    panels: tuple[str, ...] = ()
    network: str = ""
    phases: tuple[str, ...] | None = None
    phase_set: str = ""
    recent_files: tuple[str, ...] = ()
    window: dict[str, str] = field(default_factory=dict)
    jobs: int = 0
    autosave_minutes: float = 2.0
    has_started_before: bool = False
    figure: dict[str, Any] = field(default_factory=dict)
    figure_folder: str = ""
    libraries: tuple[str, ...] = ()
    libraries_searched: tuple[str, ...] = (BUNDLED_LIBRARY,)
    elements_yes: tuple[str, ...] = ()
    elements_no: tuple[str, ...] = ()
    is_specimen: bool = False
    look_alikes: bool = True
    goniometer: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)

    @property
    def setup(self) -> SetupChoice:
        """The network and the phases that are asked."""
        return SetupChoice(self.network or None, self.phases)

    @property
    def library(self) -> LibraryChoice:
        """The libraries that are searched, and the elements that may be in a structure."""
        return LibraryChoice(
            self.libraries_searched, self.elements_yes, self.elements_no, self.is_specimen
        )

    def with_changes(self, **changes: Any) -> Self:
        """Return the settings with some values changed."""
        return replace(self, **changes)

    def with_recent(self, path: Path) -> Self:
        """Return the settings with a file at the head of the recent ones."""
        text = str(path)
        others = [name for name in self.recent_files if name != text]
        return replace(self, recent_files=(text, *others)[:MAX_RECENT])

    def to_json(self) -> dict[str, Any]:
        """Return the settings as they are written."""
        data = asdict(self)
        unknown = data.pop("unknown")
        return {"format": FORMAT_VERSION, **unknown, **data}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read settings; what does not fit falls back to its default, with a warning in the log.

        Raises
        ------
        ValueError
            If the whole is no table of settings.
        """
        if not isinstance(data, dict):
            raise ValueError("settings are a table of names and values")
        log = logging.getLogger(__name__)
        defaults = cls()
        known = {item.name for item in fields(cls)} - {"unknown"}
        values: dict[str, Any] = {}
        for name in known & data.keys():
            value = _fitting(name, data[name], getattr(defaults, name))
            if value is _NO_VALUE:
                log.warning("setting %s has an impossible value; the default is used", name)
            else:
                values[name] = value
        unknown = {k: v for k, v in data.items() if k not in known and k != "format"}
        if unknown:
            log.warning("settings that this version does not know: %s", ", ".join(unknown))
        return cls(**values, unknown=unknown)


_NO_VALUE = object()


def _fitting(name: str, value: Any, default: Any) -> Any:
    """Return a value of the type of its default, or `_NO_VALUE`."""
    if name == "phases" and value is None:
        return None
    if isinstance(default, tuple) or name == "phases":
        is_texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return tuple(value) if is_texts else _NO_VALUE
    if isinstance(default, bool):
        return value if isinstance(value, bool) else _NO_VALUE
    if isinstance(default, int):
        return value if isinstance(value, int) and 0 <= value <= 256 else _NO_VALUE
    if isinstance(default, float):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if is_number and 0 < value < 1e6 else _NO_VALUE
    if isinstance(default, dict):
        return value if isinstance(value, dict) else _NO_VALUE
    return value if isinstance(value, str) else _NO_VALUE


class SettingsStore(QObject):
    """Holds the settings, keeps their file up to date and says when they change.

    Parameters
    ----------
    path
        The file; the user's own by default.
    """

    changed = Signal(object, object)
    """The new settings and the former ones."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self._file = UserFile(path or settings_dir() / _FILE_NAME, mark("The settings"))
        self.value = self._file.read(Settings.from_json, Settings())

    @property
    def path(self) -> Path:
        """The file of the settings."""
        return self._file.path

    @property
    def remark(self) -> str:
        """One sentence about a damaged settings file; empty where none was damaged."""
        return self._file.remark

    def change(self, **changes: Any) -> None:
        """Change some values and save them."""
        self.replace(self.value.with_changes(**changes))

    def replace(self, value: Settings) -> None:
        """Take new settings and save them."""
        if value == self.value:
            return
        old, self.value = self.value, value
        self._save(value)
        self.changed.emit(value, old)

    def _save(self, value: Settings) -> None:
        try:
            self._file.write(value.to_json())
        except OSError as error:
            # a full or read-only disk costs the memory of this day, not the day's work
            logging.getLogger(__name__).warning("settings cannot be saved: %s", error)
