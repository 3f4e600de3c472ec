"""The user's decisions about a pattern as checked JSON; project files hold it."""

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec

from saed_desktop.errors import SaedError
from saed_desktop.file_names import file_text, path_of
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.distortion import Ellipse
from saed_desktop.pattern.spot_edits import SpotEdits
from saed_desktop.workspace.document import (
    Label,
    Measurement,
    PackedMask,
    PairIndexing,
    PatternState,
)

_Place = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]


class _Mask(msgspec.Struct):
    """A mask: its packed bytes as hexadecimal text."""

    shape_yx: tuple[int, int]
    zlib: str

    @classmethod
    def of(cls, mask: PackedMask | None) -> "_Mask | None":
        return None if mask is None else cls(mask.shape_yx, mask.packed.hex())

    def mask(self) -> PackedMask:
        found = PackedMask(self.shape_yx, bytes.fromhex(self.zlib))
        found.unpacked()  # now, not when the image is shown
        return found


class _Calibration(msgspec.Struct):
    """A scale; the uncertainty of an unknown one, which is infinite, is left out."""

    scale_inv_angstrom_per_px: float | None = None
    source: ScaleSource = ScaleSource.NONE
    relative_sigma: float | None = None
    remark: str = ""

    @classmethod
    def of(cls, value: Calibration) -> "_Calibration":
        sigma = value.relative_sigma if value.is_known else None
        return cls(value.scale_inv_angstrom_per_px, value.source, sigma, value.remark)

    def calibration(self) -> Calibration:
        scale = self.scale_inv_angstrom_per_px
        if scale is None:
            return Calibration.unknown(self.remark)
        return Calibration.known(scale, self.source, self.relative_sigma, self.remark)


class _State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A `PatternState` as it is written; what the user left to the program is left out."""

    path: str
    frame: Annotated[int, msgspec.Meta(ge=0)] = 0
    calibration: _Calibration | None = None
    energy_kev: Annotated[float, msgspec.Meta(gt=0, le=10_000)] | None = None
    center_xy: tuple[_Place, _Place] | None = None
    drawn: _Mask | None = None
    cleared: _Mask | None = None
    is_inverted: bool | None = None
    spots: SpotEdits | None = None
    ellipse: Ellipse | None = None
    pair: PairIndexing | None = None
    measurements: tuple[Measurement, ...] = ()
    label: Label | None = None
    specimen: str = ""
    dataset: str | None = None


def state_to_json(state: PatternState, *, relative_to: Path | None = None) -> dict[str, Any]:
    """Return a state as plain values.

    Parameters
    ----------
    state
        The state.
    relative_to
        Folder below which paths are written relative to it, so that it can be moved.
    """
    path = state.path
    if relative_to is not None and path.is_relative_to(relative_to):
        path = path.relative_to(relative_to)
    written = _State(
        path=path.as_posix() if sys.platform == "win32" else file_text(path),
        frame=state.frame,
        calibration=_Calibration.of(state.calibration) if state.calibration else None,
        energy_kev=state.energy_kev,
        center_xy=state.center_xy,
        drawn=_Mask.of(state.drawn),
        cleared=_Mask.of(state.cleared),
        is_inverted=state.is_inverted,
        spots=state.spots,
        ellipse=state.ellipse,
        pair=state.pair,
        measurements=state.measurements,
        label=state.label,
        specimen=state.specimen,
        dataset=state.dataset,
    )
    values: dict[str, Any] = msgspec.to_builtins(written)
    return values


def state_from_json(data: Any, *, relative_to: Path | None = None) -> PatternState:
    """Return the state that `state_to_json` wrote.

    Raises
    ------
    ValueError
        If something is missing, of another kind or impossible.
    """
    try:
        found = msgspec.convert(data, _State)
        path = path_of(found.path)
        return PatternState(
            path=path if relative_to is None else relative_to / path,
            frame=found.frame,
            calibration=found.calibration.calibration() if found.calibration else None,
            energy_kev=found.energy_kev,
            center_xy=found.center_xy,
            drawn=found.drawn.mask() if found.drawn else None,
            cleared=found.cleared.mask() if found.cleared else None,
            is_inverted=found.is_inverted,
            spots=found.spots,
            ellipse=found.ellipse,
            pair=found.pair,
            measurements=found.measurements,
            label=found.label,
            specimen=found.specimen,
            dataset=found.dataset,
        )
    except SaedError as error:
        raise ValueError(error.sentence) from error
