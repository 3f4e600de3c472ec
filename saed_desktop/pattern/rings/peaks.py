"""Peaks of a profile, found at several widths and fitted together by pseudo-Voigt functions."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray

_SCALES = 1.3 * 1.35 ** np.arange(11)
"""Standard deviations (bins) at which peaks are looked for: from two pixels to halos."""
_MOST_PEAKS = 24
_LEAST_SIGNIFICANCE = 6.0
_LEAST_CONTRAST = 0.008
_FWHM = 2.3548
_MOST_DROPPED = 6
_MENDED = 0.15
"""Relative error of the first background up to which it is mended."""


@dataclass(frozen=True, eq=False)
class Peaks:
    """Peaks of a profile in bins; all arrays have one entry (n,) per peak.

    Parameters
    ----------
    position, position_sigma
        In bins, with the standard uncertainty of the fit.
    fwhm, fwhm_sigma
        Full widths at half height.
    height
        Over the background.
    height_sigma
        Its standard uncertainty.
    shape
        Share of the Lorentzian, 0 to 1, common to all peaks.
    background
        Fitted background under the whole profile.
    misfit
        Root of the mean squared residual over the noise.
    """

    position: FloatArray
    position_sigma: FloatArray
    fwhm: FloatArray
    fwhm_sigma: FloatArray
    height: FloatArray
    height_sigma: FloatArray
    shape: float
    background: FloatArray
    misfit: float

    def __len__(self) -> int:
        return len(self.position)

    def components(self, bins: FloatArray) -> FloatArray:
        """Return each peak (n, m) of height 1 at places (m,) in bins."""
        return pseudo_voigt(bins, self.position, self.fwhm, self.shape)


def pseudo_voigt(
    bins: FloatArray, position: FloatArray, fwhm: FloatArray, shape: float
) -> FloatArray:
    """Return pseudo-Voigt functions (n, m) of height 1: shape·Lorentz + (1 - shape)·Gauss."""
    reduced = ((bins[None, :] - position[:, None]) / (0.5 * fwhm[:, None])) ** 2
    return np.asarray(shape / (1 + reduced) + (1 - shape) * np.exp(-np.log(2) * reduced))


def area_factor(shape: float) -> float:
    """Return the area of a pseudo-Voigt function of height 1 and full width 1."""
    return shape * np.pi / 2 + (1 - shape) * float(np.sqrt(np.pi / np.log(2))) / 2


def find_peaks(values: FloatArray, sigma: FloatArray, *, first: int = 3) -> FloatArray:
    """Return peaks as rows (n, 3) of position and full width in bins and significance.

    Each is a maximum, over position and width, of the profile's curvature on the scale at which a
    Gaussian answers most at its own width (Lindeberg, Int. J. Comput. Vis. 30 (1998) 79).

    Parameters
    ----------
    values, sigma
        The profile (n,) over a smooth background and its noise: a peak counts by its contrast.
    first
        Where the profile begins: peaks that reach further in are none.
    """
    n = len(values)
    response = np.zeros((len(_SCALES), n))
    for i, scale in enumerate(_SCALES):
        half = int(np.ceil(4 * scale))
        x = np.arange(-half, half + 1) / scale
        kernel = (1 - x**2) * np.exp(-0.5 * x**2)
        kernel -= kernel.mean()
        padded = np.pad(values, half, mode="edge")
        noise = np.sqrt(np.convolve(np.pad(sigma**2, half, "edge"), kernel**2, mode="valid"))
        response[i] = np.convolve(padded, kernel, mode="valid") / noise
    # the edge values that stand for what is outside bend the profile there
    response[:, :3] = 0
    response[:, n - 3 :] = 0
    work = np.where(response > _LEAST_SIGNIFICANCE, response / _SCALES[:, None], 0.0)
    found: list[tuple[float, float, float]] = []
    while len(found) < _MOST_PEAKS:
        place = np.unravel_index(int(np.argmax(work)), work.shape)
        i, x = int(place[0]), int(place[1])
        if work[i, x] <= 0:
            break
        width = float(_SCALES[i])
        if x > first + 1.5 * width and _is_peak(values, x, width):
            found.append((float(x), _FWHM * width, float(response[i, x])))
        _forget(work, x, width)
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _is_peak(values: FloatArray, x: int, width: float) -> bool:
    """Tell whether a profile rises to a place from both sides, a slope between them apart."""
    reach = max(2, round(2.5 * width))
    left, right = max(0, x - reach), min(len(values) - 1, x + reach)
    if right - left < 3 or width > 0.45 * (x + 4):
        return False
    across = np.linspace(values[left], values[right], right - left + 1)
    above = values[left : right + 1] - across
    top = float(above[max(0, x - left - 1) : x - left + 2].mean())
    return top > _LEAST_CONTRAST and top > 0.7 * float(above.max())


def _forget(work: FloatArray, x: int, width: float) -> None:
    """Take away what a peak answers to at all scales near its own."""
    for i, scale in enumerate(_SCALES):
        reach = int(np.ceil(1.3 * max(width, min(float(scale), 2 * width))))
        work[i, max(0, x - reach) : x + reach + 1] = 0


class PeakFit:
    """Levenberg-Marquardt fit of peaks and a smooth background to a profile.

    The model is Σ height·pseudo-Voigt + baseline·(1 + Σ knot·hat): the baseline is given, and hats
    on wide-spaced knots mend it where broad rings have lifted or lowered it.

    Parameters
    ----------
    values, sigma, baseline
        Profile, noise and first background (n,), all of them positive.
    spacing
        Distance of the knots in bins.
    """

    def __init__(
        self, values: FloatArray, sigma: FloatArray, baseline: FloatArray, spacing: float
    ) -> None:
        self._values, self._weight, self._baseline = values, 1 / sigma, baseline
        self._bins = np.arange(len(values), dtype=np.float64)
        count = max(3, round(len(values) / spacing) + 1)
        knots = np.linspace(0, len(values) - 1, count)
        self._hats = baseline * np.maximum(
            0, 1 - np.abs(self._bins[None, :] - knots[:, None]) / (knots[1] - knots[0])
        )
        self._weighted_hats = self._hats * self._weight

    def fit(self, position: FloatArray, fwhm: FloatArray) -> Peaks:
        """Return the fitted peaks that are left of those to start from (n,)."""
        before: FloatArray | None = None
        for _ in range(_MOST_DROPPED):
            peaks, found = self._fitted(position, fwhm, before)
            real = peaks.height > 3 * peaks.height_sigma
            real &= np.abs(peaks.position - position) < 1.2 * fwhm + 2
            real &= (peaks.fwhm < 3.5 * fwhm + 3) & (peaks.fwhm > 0.8)
            if real.all():
                if before is None:
                    return peaks
                before = None  # all are real, also from the start?
                continue
            # two that stand for one are both unsure: without the one the other is not
            weak = np.where(real, np.inf, peaks.height / np.maximum(peaks.height_sigma, 1e-12))
            keep = weak > max(float(weak.min()), 0.5)
            position, fwhm = position[keep], fwhm[keep]
            # the others hardly move: the next fit goes on from where they are, on the first
            # background, which the one that is gone may have bent
            rest = np.zeros_like(found[3 * len(keep) :])
            rest[0] = found[3 * len(keep)]
            before = np.concatenate([found[: 3 * len(keep)][np.tile(keep, 3)], rest])
        return self._fitted(position, fwhm, None)[0]

    def _fitted(
        self, start: FloatArray, start_fwhm: FloatArray, before: FloatArray | None
    ) -> tuple[Peaks, FloatArray]:
        """Return the fitted peaks and all parameters; the fit begins where another one ended."""
        n = len(start)
        first = np.maximum(np.interp(start, self._bins, self._values - self._baseline), 1e-12)
        origin = np.concatenate(
            [start, np.log(start_fwhm), first, [0.3], np.zeros(len(self._hats))]
        )
        stiff = self._stiffness(n, start_fwhm)
        x, damping = (origin if before is None else before).copy(), 1e-3
        residual, parts = self._residual(x, n)
        slopes = self._slopes(x, parts)
        change = stiff * (x - origin)
        cost = float(residual @ residual + change @ change)
        for _ in range(60):
            normal = slopes @ slopes.T + np.diag(stiff**2)
            gradient = slopes @ residual - stiff**2 * (x - origin)
            step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), gradient)
            trial = self._bounded(x + step, n, start, start_fwhm)
            new, parts = self._residual(trial, n)
            change = trial - origin
            value = float(new @ new + (stiff * change) @ (stiff * change))
            if value < cost:
                gain, cost = cost - value, value
                x, damping = trial, damping / 4
                if gain < 1e-3 * cost:
                    break
                residual, slopes = new, self._slopes(x, parts)
            elif damping > 1e5:
                break
            else:
                damping *= 6
        residual, parts = self._residual(x, n)
        slopes = self._slopes(x, parts)
        normal = slopes @ slopes.T + np.diag(stiff**2)
        misfit = float(np.sqrt(residual @ residual / max(len(residual) - len(x), 1)))
        # neighbouring bins share pixels, and no model is perfect: at least the noise as stated
        spread = np.sqrt(np.maximum(_inverse_diagonal(normal), 0)) * max(misfit, 1.0)
        fwhm = np.exp(x[n : 2 * n])
        peaks = Peaks(
            position=x[:n],
            position_sigma=spread[:n],
            fwhm=fwhm,
            fwhm_sigma=spread[n : 2 * n] * fwhm,
            height=x[2 * n : 3 * n],
            height_sigma=spread[2 * n : 3 * n],
            shape=float(x[3 * n]),
            background=self._baseline + x[3 * n + 1 :] @ self._hats,
            misfit=misfit,
        )
        return peaks, x

    def _stiffness(self, n: int, fwhm: FloatArray) -> FloatArray:
        """Return the reciprocal standard deviations of the parameters' priors."""
        return np.concatenate(
            [1 / (0.25 * fwhm), np.full(n, 1 / 0.3), np.zeros(n), [1 / 0.25],
             np.full(len(self._hats), 1 / _MENDED)]
        )  # fmt: skip

    def _bounded(
        self, x: FloatArray, n: int, start: FloatArray, start_fwhm: FloatArray
    ) -> FloatArray:
        x = x.copy()
        x[:n] = np.clip(x[:n], start - 1.5 * start_fwhm - 2, start + 1.5 * start_fwhm + 2)
        x[n : 2 * n] = np.clip(x[n : 2 * n], np.log(0.7), np.log(4 * start_fwhm + 4))
        x[2 * n : 3 * n] = np.maximum(x[2 * n : 3 * n], 0)
        x[3 * n] = np.clip(x[3 * n], 0, 1)
        return x

    def _residual(self, x: FloatArray, n: int) -> tuple[FloatArray, "_Parts"]:
        """Return the weighted residual (m,), and of what the model consists."""
        half = 0.5 * np.exp(x[n : 2 * n, None])
        scaled = (self._bins - x[:n, None]) / half
        squared = scaled * scaled
        parts = _Parts(scaled, half, 1 / (1 + squared), np.exp(-np.log(2) * squared))
        shape = float(x[3 * n])
        height = x[2 * n : 3 * n]
        peaks = shape * (height @ parts.lorentz) + (1 - shape) * (height @ parts.gauss)
        model = peaks + self._baseline + x[3 * n + 1 :] @ self._hats
        return (self._values - model) * self._weight, parts

    def _slopes(self, x: FloatArray, parts: "_Parts") -> FloatArray:
        """Return the weighted slopes (parameters, m) of the model."""
        n = len(parts.scaled)
        shape, height = float(x[3 * n]), x[2 * n : 3 * n, None]
        lorentz, gauss = shape * parts.lorentz, (1 - shape) * parts.gauss
        slopes = np.empty((len(x), len(self._bins)))
        # by position: the slope along the scaled place, over half the width
        steep = np.log(2) * gauss
        lorentz_squared = lorentz * parts.lorentz
        steep += lorentz_squared
        steep *= parts.scaled
        steep *= 2 * height * self._weight
        np.divide(steep, parts.half, out=slopes[:n])
        np.multiply(steep, parts.scaled, out=slopes[n : 2 * n])
        np.add(lorentz, gauss, out=slopes[2 * n : 3 * n])
        slopes[2 * n : 3 * n] *= self._weight
        slopes[3 * n] = (height[:, 0] @ parts.lorentz - height[:, 0] @ parts.gauss) * self._weight
        slopes[3 * n + 1 :] = self._weighted_hats
        return slopes


@dataclass(frozen=True, eq=False)
class _Parts:
    """Places relative to peaks, in half widths (n, m), half widths (n, 1), and the functions."""

    scaled: FloatArray
    half: FloatArray
    lorentz: FloatArray
    gauss: FloatArray


def _inverse_diagonal(matrix: FloatArray) -> FloatArray:
    """Return the diagonal of a symmetric matrix's inverse, or else of its pseudo-inverse."""
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    try:
        inverse = np.linalg.inv(matrix * scale[:, None] * scale)
    except np.linalg.LinAlgError:
        inverse = np.linalg.pinv(matrix * scale[:, None] * scale)
    return np.asarray(np.diag(inverse) * scale**2)
