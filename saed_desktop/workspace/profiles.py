"""Calibrations that are kept: one for each microscope, voltage and camera length."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from saed_desktop.paths import settings_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.distortion import Ellipse
from saed_desktop.translation import mark
from saed_desktop.workspace.user_file import UserFile, readable

FORMAT_VERSION = 1
_FILE_NAME = "calibration-profiles.json"
_BINNINGS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Profile:
    """One calibration of one camera.

    Parameters
    ----------
    name
        What the user calls it.
    scale_inv_angstrom_per_px, relative_sigma
        The scale with its standard uncertainty.
    width_px
        Width of the image that it was measured on: a binned image has larger pixels.
    microscope, energy_kev, camera_length_mm
        What it holds for; empty or None where not stated.
    ellipse_ratio, ellipse_azimuth_deg
        The distortion of the lens, ratio 1 for none.
    standard
        The crystal that it was measured with.
    """

    name: str
    scale_inv_angstrom_per_px: float
    relative_sigma: float
    width_px: int
    microscope: str = ""
    energy_kev: float | None = None
    camera_length_mm: float | None = None
    ellipse_ratio: float = 1.0
    ellipse_azimuth_deg: float = 0.0
    standard: str = ""

    def __post_init__(self) -> None:
        # whatever a file says, an impossible profile never comes to life
        Calibration.known(self.scale_inv_angstrom_per_px, ScaleSource.PROFILE, self.relative_sigma)
        Ellipse(self.ellipse_ratio, self.ellipse_azimuth_deg)
        if not self.name.strip():
            raise UsageError("A profile needs a name.")

    @property
    def ellipse(self) -> Ellipse | None:
        """The distortion to undo, None where there is none to speak of."""
        if self.ellipse_ratio < 1.0005:
            return None
        return Ellipse(self.ellipse_ratio, self.ellipse_azimuth_deg)

    def calibration_for(self, width_px: int) -> Calibration:
        """Return the calibration of an image, whose pixels may be binned."""
        factor, remark = 1.0, ""
        ratio = self.width_px / width_px
        if ratio in _BINNINGS and ratio != 1:
            factor = ratio
            remark = f"The profile is of {self.width_px} pixels; binning was taken into account."
        elif ratio != 1:
            remark = f"The profile is of images {self.width_px} pixels wide, not {width_px}."
        return Calibration.known(
            self.scale_inv_angstrom_per_px * factor,
            ScaleSource.PROFILE,
            self.relative_sigma,
            remark,
        )

    def suits(self, energy_kev: float | None, camera_length_mm: float | None) -> bool:
        """Tell whether a file states the voltage and the camera length of this profile."""
        if camera_length_mm is None or self.camera_length_mm is None:
            return False
        same_length = abs(camera_length_mm / self.camera_length_mm - 1) < 0.005
        if energy_kev is None or self.energy_kev is None:
            return same_length
        return same_length and abs(energy_kev / self.energy_kev - 1) < 0.005


class ProfileStore:
    """The user's profiles in a file.

    Parameters
    ----------
    path
        The file; the user's own by default.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = UserFile(path or settings_dir() / _FILE_NAME, mark("The calibration profiles"))

    @property
    def path(self) -> Path:
        """The file of the profiles."""
        return self._file.path

    def take_remark(self) -> str:
        """Return, once, what was wrong with the file; empty where nothing was."""
        remark, self._file.remark = self._file.remark, ""
        return remark

    def read(self) -> dict[str, Profile]:
        """Return the profiles by name; a damaged file is set aside and counts as none.

        A single profile that cannot be understood does not hide the others.
        """

        def parse(data: Any) -> dict[str, Profile]:
            from msgspec import convert

            found = readable(data["profiles"], lambda item: convert(item, Profile), "a profile")
            return {profile.name: profile for profile in found}

        return self._file.read(parse, {})

    def save(self, profile: Profile) -> None:
        """Add a profile; one of the same name is replaced."""
        self._write({**self.read(), profile.name: profile}.values())

    def remove(self, name: str) -> None:
        """Delete a profile."""
        self._write([p for p in self.read().values() if p.name != name])

    def _write(self, profiles: Iterable[Profile]) -> None:
        items = [asdict(profile) for profile in profiles]
        self._file.write({"format": FORMAT_VERSION, "profiles": items})
