"""Options for simulated patterns."""

from dataclasses import dataclass
from pathlib import Path

from saed_desktop import paths
from saed_desktop.errors import UsageError
from trainer.options import fraction, not_negative, option, positive

BUNDLED = "bundled"


@dataclass(frozen=True)
class SimulationOptions:
    """Options for simulated patterns, used instead of the labelled ones of --data."""

    phases: tuple[str, ...] | None = option(
        None,
        "learn from patterns simulated from these structure files or folders of them; each file's "
        "stem is a class; 'bundled' for the nine that come with the program",
        metavar="CIF|DIR",
    )
    reflections: Path | None = option(
        None,
        "keep computed reflections in this file, or use those that it holds "
        "(default: a file in the user's cache)",
        metavar="FILE.npz",
        formerly="bank",
    )
    orientations: int = option(
        600, "orientations computed per phase", check=positive, rule="at least 1"
    )
    others: int = option(
        250,
        "real and random crystals that become the class 'other'; 0 for no such class",
        check=not_negative,
        rule="0 or above",
    )
    samples: int = option(
        100_000, "simulated patterns that make an epoch", check=positive, rule="at least 1"
    )
    validation_samples: int = option(
        4_000,
        "simulated patterns by which the best epoch is chosen, of orientations never learnt",
        check=not_negative,
        rule="0 or above",
    )
    mix: tuple[str, ...] = option(
        ("uniform",),
        "how often each phase is shown, and then expected: PHASE=N for each, 'uniform', or 'paper' "
        "as in the paper's test set",
        metavar="PHASE=N",
    )
    detected: Path | None = option(
        None, "spot lists that 'saed-trainer detect' found in drawn images", metavar="DIR"
    )
    detected_share: float = option(
        0.5, "their share of the patterns", check=fraction, rule="at least 0 and below 1"
    )
    scale: str = option(
        "mixed",
        "relative error of the stated scale, 'unknown', or 'mixed' for all of these",
        metavar="SIGMA",
    )
    unknown_scale: float | None = option(
        None,
        "share of the patterns that state no scale where --scale is 'mixed' (default: that of "
        "--ranges, 0.25)",
        check=fraction,
        rule="at least 0 and below 1",
    )
    image_side: int = option(
        640,
        "side of drawn images in pixels, for networks on images",
        check=lambda side: 64 <= side <= 4096,
        rule="between 64 and 4096",
    )
    drawn: int = option(
        0,
        "draw this many images once, keep them in the cache and present them turned and mirrored; "
        "0 draws every image anew",
        check=not_negative,
        rule="0 or above",
    )
    searched: bool = option(
        False,
        "find beam and beam stop of drawn images as the desktop does, ten times slower, instead "
        "of taking them as known but for an error",
    )
    ranges: Path | None = option(
        None, "file with ranges to draw from that differ from the simulator's own", metavar="JSON"
    )
    simulation_seed: int = option(
        0, "seed of crystals, orientations and patterns", check=not_negative, rule="0 or above"
    )

    @property
    def is_asked_for(self) -> bool:
        """Whether anything is to be simulated."""
        return self.phases is not None or self.reflections is not None

    @property
    def structures(self) -> list[Path] | None:
        """The structure files; None for the bundled ones."""
        if self.phases in (None, (BUNDLED,)):
            return None
        bundled = paths.resources_dir() / "phases"
        return [bundled if name == BUNDLED else Path(name) for name in self.phases or ()]


def stated_scale(text: str) -> str | float:
    """Return how well patterns know their scale: "mixed", "unknown" or a relative error.

    Raises
    ------
    UsageError
        If the text is none of these.
    """
    if text in ("mixed", "unknown"):
        return text
    try:
        sigma = float(text)
    except ValueError:
        sigma = -1.0
    if not 0 <= sigma < 0.5:
        raise UsageError(
            f"--scale is 'mixed', 'unknown' or a relative error below 0.5, not {text}."
        )
    return sigma
