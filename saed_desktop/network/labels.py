"""The classes that a network tells apart, in the order of its outputs."""

from dataclasses import dataclass

from saed_desktop.errors import BundleError

OTHER = "other"
"""The class of everything that is none of the phases."""

PAPER_LABELS = (
    "alpha-Zr",
    "beta-Pu",
    "delta-PuZr",
    "kappa-PuZr2",
    "PuO",
    "PuO2",
    "Zr3O_R32",
    "Zr3O_R-3c",
    "ZrO2_mono",
)
"""The nine classes of Tomczak & Kuppannagari (HPEC 2023) in their order, by structure file."""


@dataclass(frozen=True)
class Labels:
    """Class names in output order.

    Parameters
    ----------
    names
        One per output; `OTHER`, if there, is the open-set class and no phase.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.names) < 2 or len(set(self.names)) != len(self.names):
            raise BundleError("A network needs at least two classes of different names.")
        for name in self.names:
            # each names a structure file, and is shown in tables and pages
            if not name.isprintable() or set(name) & set("/\\") or name != name.strip():
                raise BundleError(f"The network has a class {name[:40]!r}, which can be no file.")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def phases(self) -> tuple[str, ...]:
        """The names that are phases."""
        return tuple(name for name in self.names if name != OTHER)

    @property
    def phase_indices(self) -> tuple[int, ...]:
        """The outputs that are phases."""
        return tuple(i for i, name in enumerate(self.names) if name != OTHER)

    @property
    def other_index(self) -> int | None:
        """The output of the open-set class, None where there is none."""
        return self.names.index(OTHER) if OTHER in self.names else None
