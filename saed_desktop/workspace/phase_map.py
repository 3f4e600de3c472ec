"""The answers of a scan as a map: which phase is where, how sure, and how much of each there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import ByteImage, Float32Array, FloatArray, IntArray
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import tr
from saed_desktop.workspace.folder_row import FolderRow

NOT_ANSWERED, NO_PHASE, FAILED = -1, -2, -3
"""Values of a map where no phase stands."""

PHASE_COLORS = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7",
    "#8a6be0", "#7fc97f", "#b15928",
)  # fmt: skip
"""M. Okabe and K. Ito's colours, which people without red-green vision tell apart, and three."""
NO_PHASE_COLOR, FAILED_COLOR = "#6f7680", "#2b2e33"
FAINTEST_SHADE = 0.35
"""Brightness of a phase of probability 0 where the map is shaded."""


@dataclass(frozen=True)
class LegendEntry:
    """One line of a map's legend.

    Parameters
    ----------
    label
        The phase as people write it, or that there is none.
    color
        As #rrggbb.
    count
        Places with it.
    share
        Of the places that are answered, 0 to 1.
    """

    label: str
    color: str
    count: int
    share: float


@dataclass(frozen=True, eq=False)
class PhaseMap:
    """Phases by place.

    Parameters
    ----------
    phases
        Names, in the order of their colours.
    index
        (n,) number of the phase of each frame, or one of the values without a phase.
    probability
        (n,) of that phase, NaN where there is none.
    """

    phases: tuple[str, ...]
    index: IntArray
    probability: FloatArray

    @property
    def n_answered(self) -> int:
        """Number of frames that were answered, one way or another."""
        return int((self.index != NOT_ANSWERED).sum())

    def legend(self) -> tuple[LegendEntry, ...]:
        """Return the phases that occur, most frequent first, and what has no phase."""
        answered = max(self.n_answered, 1)
        entries = [
            LegendEntry(phase_label(name), color_of(i), count, count / answered)
            for i, name in enumerate(self.phases)
            if (count := int((self.index == i).sum()))
        ]
        entries.sort(key=lambda entry: -entry.count)
        for value, label, color in (
            (NO_PHASE, tr("none of these"), NO_PHASE_COLOR),
            (FAILED, tr("not readable"), FAILED_COLOR),
        ):
            count = int((self.index == value).sum())
            if count:
                entries.append(LegendEntry(label, color, count, count / answered))
        return tuple(entries)

    def colors_rgba(self, *, is_shaded: bool) -> ByteImage:
        """Return a colour (n, 4) for each frame, transparent where it is not answered.

        Parameters
        ----------
        is_shaded
            Whether the less probable is darker.
        """
        table = [_rgb(color_of(i)) for i in range(len(self.phases))]
        # negative values count from the end
        table += [_rgb(FAILED_COLOR), _rgb(NO_PHASE_COLOR), (0, 0, 0)]
        rgb = np.array(table, dtype=np.float64)[self.index]
        if is_shaded:
            known = np.nan_to_num(self.probability, nan=1.0)
            rgb = rgb * (FAINTEST_SHADE + (1 - FAINTEST_SHADE) * known)[:, None]
        alpha = np.where(self.index == NOT_ANSWERED, 0, 255)
        return np.column_stack([np.rint(rgb), alpha]).astype(np.uint8)


def color_of(number: int) -> str:
    """Return the colour of a phase by its number; after the last one they begin again."""
    return PHASE_COLORS[number % len(PHASE_COLORS)]


def phase_map(rows: Iterable[FolderRow], n_frames: int, considered: Iterable[str] = ()) -> PhaseMap:
    """Return the answers of frames as a map.

    Parameters
    ----------
    rows
        Answers of one file.
    n_frames
        How many frames the file has.
    considered
        Phases that take the first colours, whether they occur or not.
    """
    numbers: dict[str, int] = {name: i for i, name in enumerate(dict.fromkeys(considered))}
    index = np.full(n_frames, NOT_ANSWERED, dtype=np.int64)
    probability = np.full(n_frames, np.nan)
    for row in rows:
        if not 0 <= row.frame < n_frames:
            continue
        if row.verdict == "error":
            index[row.frame] = FAILED
        elif row.phase is None:
            index[row.frame] = NO_PHASE
        else:
            index[row.frame] = numbers.setdefault(row.phase, len(numbers))
            probability[row.frame] = np.nan if row.probability is None else row.probability
    return PhaseMap(tuple(numbers), index, probability)


def grey_levels(values: Float32Array) -> ByteImage:
    """Return values (n,) as grey levels (n,): all but the outermost percent spread over them."""
    known = values[np.isfinite(values)]
    if not known.size:
        return np.zeros(len(values), dtype=np.uint8)
    low, high = np.percentile(known, (1, 99))
    if high <= low:
        low, high = float(known.min()), float(known.max())
    span = high - low if high > low else 1.0
    relative = np.clip((np.nan_to_num(values, nan=float(low)) - low) / span, 0, 1)
    return np.rint(255 * relative).astype(np.uint8)


def map_table(
    rows: Mapping[int, FolderRow], values: Float32Array | None, n_columns: int, n_frames: int
) -> list[tuple[str, ...]]:
    """Return a map as a table: a title, then one line for each frame.

    Parameters
    ----------
    rows
        Answers by frame.
    values
        Virtual image (n,), None where none was computed.
    n_columns
        Places in a row of the scan.
    n_frames
        How many frames there are.
    """
    lines: list[tuple[str, ...]] = [
        ("row", "column", "frame", "virtual_intensity", "status", "phase", "zone_axis",
         "probability", "score", "verdict")
    ]  # fmt: skip
    for frame in range(n_frames):
        row = rows.get(frame)
        value = float(values[frame]) if values is not None else float("nan")
        place = (str(frame // n_columns + 1), str(frame % n_columns + 1), str(frame + 1))
        intensity = f"{value:.6g}" if np.isfinite(value) else ""
        if row is None:
            lines.append((*place, intensity, *[""] * 6))
            continue
        lines.append(
            (
                *place, intensity, row.status, row.phase or "", row.zone,
                "" if row.probability is None else f"{row.probability:.4f}",
                "" if row.score is None else f"{row.score:.4f}", row.verdict,
            )
        )  # fmt: skip
    return lines


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
