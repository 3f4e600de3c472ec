"""Cell and atoms of structure files as pymatgen reads them, as one JSON file.

Needs an environment with pymatgen; it does not import this project:

    pip install pymatgen
    python tests/benchmarks/independent/structures_by_pymatgen.py FOLDER out.json
"""

import json
import sys
import warnings
from pathlib import Path


def atoms_of(path: Path) -> dict:
    from pymatgen.io.cif import CifParser

    try:
        parser = CifParser(path, occupancy_tolerance=1.1, site_tolerance=0.01)
        structure = parser.parse_structures(primitive=False, check_occu=False)[0]
    except Exception as error:  # whatever it says of a file is a finding
        return {"error": f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"}
    atoms = []
    for site in structure:
        for species, share in site.species.items():
            element = getattr(species, "element", species)
            symbol = {"D": "H", "T": "H", "D0+": "H"}.get(str(element), str(element))
            atoms.append([symbol.rstrip("0+-"), *map(float, site.frac_coords), float(share)])
    return {"cell": [*structure.lattice.abc, *structure.lattice.angles], "atoms": atoms}


def main() -> int:
    warnings.simplefilter("ignore")
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    found = {str(p.relative_to(folder)): atoms_of(p) for p in sorted(folder.rglob("*.cif"))}
    target.write_text(json.dumps(found), encoding="utf-8")
    print(f"{len(found)} files, {sum('error' in entry for entry in found.values())} refused")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
