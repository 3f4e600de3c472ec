"""The Python interface: read a pattern, index it, look at the answer.

Everything that `saed_desktop` itself offers (`saed_desktop.index`, `saed_desktop.read`, …) is
defined or named here. These names are stable: they change only with a major version, after a
release that warns.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.cif import read_phase, read_phases
from saed_desktop.crystal.phase import Phase, require_names_differ
from saed_desktop.crystal.setting import conventional
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases, index_pattern
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.network.bundle import Bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.network.store import available_networks, find_network
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.readers import SMALLEST_SIDE_PX, read_pattern
from saed_desktop.pattern.units import inverse_length_factor

__all__ = [
    "Calibration",
    "Candidate",
    "Pattern",
    "Phase",
    "SaedError",
    "Solution",
    "index",
    "read",
    "read_phase",
    "read_phases",
]


@runtime_checkable
class Signal(Protocol):
    """A HyperSpy signal, as far as it is used here."""

    data: Any
    axes_manager: Any


PatternLike = Pattern | str | PathLike[str] | npt.NDArray[Any] | Signal


def read(
    pattern: PatternLike,
    *,
    frame: int = 0,
    dataset: str | None = None,
    scale_inv_angstrom_per_px: float | None = None,
    scale_relative_sigma: float | None = None,
    energy_kev: float | None = None,
) -> Pattern:
    """Return a diffraction pattern from a file, an array or a HyperSpy signal.

    Parameters
    ----------
    pattern
        The name of a file in any format that the program reads; an array (height, width) whose
        row 0 is the top of the image; or a two-dimensional HyperSpy signal, whose axes give the
        scale where their unit is a reciprocal length.
    frame
        Which frame of a file of several, counted from 0.
    dataset
        Which of several datasets of a file, by name or by number from 1; the likeliest pattern
        where None.
    scale_inv_angstrom_per_px
        Scale, where it overrides what the file says.
    scale_relative_sigma
        Standard uncertainty of that scale, relative to it; 0.02 where none is given.
    energy_kev
        Electron energy, where it overrides what the file says.

    Returns
    -------
    Pattern
        The image (height, width) with calibration and energy.

    Raises
    ------
    UnreadablePatternError
        If the file cannot be read as a pattern.
    UsageError
        If the array has another shape, or a number is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> import saed_desktop as sd
    >>> pattern = sd.read(np.ones((256, 256)), scale_inv_angstrom_per_px=0.01)
    >>> pattern.shape_yx
    (256, 256)
    """
    if isinstance(pattern, Pattern):
        found = pattern
    elif isinstance(pattern, np.ndarray):
        found = Pattern(_image(pattern))
    elif isinstance(pattern, str | PathLike):
        found = read_pattern(Path(pattern), frame=frame, dataset=dataset)
    else:
        found = _of_signal(pattern)
    if scale_inv_angstrom_per_px is not None:
        found = found.with_calibration(
            Calibration.known(scale_inv_angstrom_per_px, ScaleSource.USER, scale_relative_sigma)
        )
    if energy_kev is not None:
        if not energy_kev > 0:
            raise UsageError(f"The energy must be positive, not {energy_kev} keV.")
        found = found.with_energy(energy_kev)
    return found


def index(
    pattern: PatternLike,
    *,
    phases: Sequence[Phase | str | PathLike[str]] | None = None,
    network: str | PathLike[str] | None = None,
    priors: Mapping[str, float] | None = None,
    scale_inv_angstrom_per_px: float | None = None,
    energy_kev: float | None = None,
) -> Solution:
    """Answer a pattern as the window and `saed-index` do: the same input has the same answer.

    Parameters
    ----------
    pattern
        Whatever `read` takes.
    phases
        Candidate phases or their structure files; None for those of the network, or the bundled
        ones without a network.
    network
        Name or file of the network to ask; "none" for spot indexing alone; the default network
        where None. A network has no say on phases that it was not trained on.
    priors
        Relative frequencies of candidates that are to be expected; 1 where not stated.
    scale_inv_angstrom_per_px, energy_kev
        Where they override what the file says.

    Returns
    -------
    Solution
        The phase named, probabilities, candidates with zone axis and hkl, and the reasons.

    Raises
    ------
    SaedError
        If a file cannot be read, two candidates have one name, or a prior is negative or of no
        candidate; the message is one sentence.

    Examples
    --------
    >>> import saed_desktop as sd
    >>> from saed_desktop.paths import resources_dir
    >>> files = sorted((resources_dir() / "patterns").glob("*"))
    >>> answer = sd.index(next(f for f in files if "beta-Pu" in f.name))
    >>> answer.phase
    'beta-Pu'
    >>> print(answer)
    beta-Pu.tif: beta-Pu [112], probability 0.90 (agree)
    """
    image = read(
        pattern, scale_inv_angstrom_per_px=scale_inv_angstrom_per_px, energy_kev=energy_kev
    )
    bundle = _bundle(network)
    if phases is not None:
        candidates = tuple(
            p if isinstance(p, Phase) else conventional(read_phase(p)) for p in phases
        )
        require_names_differ(candidates)
    else:
        candidates = bundle.phases if bundle else bundled_phases()
    session = _session(bundle) if bundle else None
    setup = IndexingSetup(candidates, session, _checked(priors or {}, candidates))
    return index_pattern(image, setup)


def _checked(priors: Mapping[str, float], candidates: Sequence[Phase]) -> dict[str, float]:
    names = [phase.name for phase in candidates]
    for name, weight in priors.items():
        if name not in names:
            raise UsageError(f"priors name {name}; the candidates are {', '.join(names)}.")
        if not 0 <= weight < float("inf"):
            raise UsageError(f"The prior of {name} must be 0 or above, not {weight}.")
    if all(priors.get(name, 1.0) == 0 for name in names):
        raise UsageError("The priors leave no candidate: one phase needs a weight above 0.")
    return dict(priors)


def _bundle(network: str | PathLike[str] | None) -> Bundle | None:
    if network is None:
        return find_network() if available_networks() else None
    return None if str(network) == "none" else find_network(str(network))


@lru_cache(maxsize=2)
def _session(bundle: Bundle) -> NetworkSession:
    return NetworkSession(bundle)


def _image(data: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    if data.ndim != 2 or min(data.shape) < SMALLEST_SIDE_PX:
        raise UsageError(
            f"A pattern is an array (height, width) of at least {SMALLEST_SIDE_PX} pixels a side, "
            f"not one of shape {data.shape}."
        )
    if not np.isfinite(data).all():
        raise UsageError("The array holds values that are not finite.")
    return np.ascontiguousarray(data, dtype=np.float32)


def _of_signal(signal: Signal) -> Pattern:
    x_axis, y_axis = _signal_axes(signal)
    image = _image(np.asarray(signal.data))
    factors = [inverse_length_factor(str(axis.units)) for axis in (x_axis, y_axis)]
    energy = _energy_kev(signal)
    if None in factors:
        return Pattern(image, energy_kev=energy)
    scales = [
        abs(float(axis.scale)) * float(factor or 0.0)
        for axis, factor in zip((x_axis, y_axis), factors, strict=True)
    ]
    if abs(scales[0] / scales[1] - 1) > 0.005:
        raise UsageError("The signal's pixels are not square; resample it first.")
    return Pattern(image, Calibration.known(scales[0], ScaleSource.FILE), energy_kev=energy)


def _signal_axes(signal: Signal) -> tuple[Any, Any]:
    axes: tuple[Any, ...] = getattr(getattr(signal, "axes_manager", None), "signal_axes", ())
    data: Any = getattr(signal, "data", None)
    if len(axes) != 2 or np.ndim(data) != 2:
        raise UsageError(
            "Expected a file name, an array, a Pattern or a HyperSpy signal of one "
            "two-dimensional pattern; of a stack, choose one with signal.inav[…]."
        )
    x_axis, y_axis = axes
    return x_axis, y_axis


def _energy_kev(signal: Signal) -> float | None:
    metadata = getattr(signal, "metadata", None)
    if metadata is None:
        return None
    value = metadata.get_item("Acquisition_instrument.TEM.beam_energy", None)
    return float(value) if value else None
