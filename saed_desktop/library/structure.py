"""A structure of a library: a crystal with its formula, other names, prototype and source."""

from dataclasses import dataclass

from saed_desktop.crystal.phase import Phase
from saed_desktop.library.cif_text import cif_text
from saed_desktop.library.formula import cell_contents, density_g_cm3
from saed_desktop.library.table import TableEntry


@dataclass(frozen=True)
class LibraryStructure:
    """A structure of a library.

    Parameters
    ----------
    phase
        The crystal; its name is the structure's.
    formula
        As it is usually written.
    aliases
        Other names.
    prototype
        Structure type, empty where it is not known.
    source
        Where the numbers come from: literature, or the file they were read from.
    library
        Name of the library that holds it.
    """

    phase: Phase
    formula: str
    aliases: tuple[str, ...]
    prototype: str
    source: str
    library: str

    @property
    def name(self) -> str:
        """The name by which answers call it."""
        return self.phase.name

    @property
    def elements(self) -> tuple[str, ...]:
        """Its elements, in alphabetical order."""
        return tuple(sorted({site.element for site in self.phase.sites}))

    @property
    def cif(self) -> str:
        """The text of a CIF file."""
        return cif_text(
            self.phase,
            source=self.source,
            prototype=self.prototype,
            aliases=", ".join(self.aliases),
        )

    @property
    def line(self) -> str:
        """One line that tells what it is."""
        lattice = self.phase.lattice
        others = f"  ({', '.join(self.aliases)})" if self.aliases else ""
        lengths = f"{lattice.a:.4g} {lattice.b:.4g} {lattice.c:.4g}"
        group = self.phase.space_group.symbol or "?"
        return f"{self.name:24} {self.formula:16} {group:14} {lengths:22} {self.prototype}{others}"

    def matches(self, text: str) -> bool:
        """Tell whether a word stands in its name, other names, formula or prototype."""
        words = (self.name, self.formula, self.prototype, *self.aliases)
        return any(text.casefold() in word.casefold() for word in words)

    def describe(self) -> str:
        """Return a page about it: cell, sites, density, source."""
        lattice, group = self.phase.lattice, self.phase.space_group
        contents = cell_contents(self.phase)
        rows = [
            ("name", self.name),
            ("other names", ", ".join(self.aliases)),
            ("formula", self.formula),
            ("prototype", self.prototype),
            ("space group", f"{group.symbol} ({group.number})" if group.number else group.symbol),
            ("a, b, c", f"{lattice.a:.5g}, {lattice.b:.5g}, {lattice.c:.5g} Å"),
            (
                "α, β, γ",
                f"{lattice.alpha_deg:.5g}, {lattice.beta_deg:.5g}, {lattice.gamma_deg:.5g}°",
            ),
            ("volume", f"{lattice.volume:.4f} Å³"),
            ("density", f"{density_g_cm3(self.phase):.3f} g/cm³"),
            ("atoms in the cell", f"{sum(contents.values()):.4g}"),
            ("source", self.source),
            ("library", self.library),
        ]
        lines = [f"{name:18} {value}" for name, value in rows if value]
        lines.append("sites")
        lines += [
            f"  {s.element:2}  {s.xyz[0]:8.5f} {s.xyz[1]:8.5f} {s.xyz[2]:8.5f}"
            + (f"  occupancy {s.occupancy:.4g}" if s.occupancy < 1 else "")
            for s in self.phase.sites
        ]
        return "\n".join(lines)


def structure_of_entry(entry: TableEntry, library: str) -> LibraryStructure:
    """Return an entry of a table as a structure."""
    prototype = entry.prototype
    first_name = prototype.description.split(",", maxsplit=1)[0]
    return LibraryStructure(
        phase=entry.phase,
        formula=entry.formula,
        aliases=entry.aliases,
        prototype=f"{prototype.name} ({first_name})" if first_name else prototype.name,
        source=entry.source,
        library=library,
    )
