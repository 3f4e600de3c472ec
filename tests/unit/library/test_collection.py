"""Libraries asked by name, words and elements; structures written as CIF files and read again."""

import numpy as np
import pytest

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.errors import UsageError
from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.collection import bundled_collection, find, named, open_collection
from saed_desktop.library.elements import ElementFilter, element_mask, filter_from_options


def names(**conditions):
    elements = filter_from_options(
        conditions.get("elements"),
        only=conditions.get("only", False),
        any_of=conditions.get("any_of"),
        exclude=conditions.get("exclude"),
    )
    found = find(bundled_collection(), elements=elements, text=conditions.get("text", ""))
    return {structure.name for structure in found}


def test_elements_only():
    found = names(elements="Al,Cu", only=True)
    assert {"Al", "Cu", "theta-Al2Cu", "Cu9Al4"} <= found
    assert "S-Al2CuMg" not in found and "AlN" not in found


def test_elements_all_of_them():
    found = names(elements="Al,Cu")
    assert {"theta-Al2Cu", "S-Al2CuMg", "CuAlO2"} <= found
    assert "Al" not in found and "Cu" not in found


def test_any_of_and_exclude():
    found = names(any_of="Pu,Np", exclude="O")
    assert "alpha-Pu" in found and "PuN" in found and "PuO2" not in found and "Al" not in found


def test_words_stand_in_name_alias_formula_or_prototype():
    assert "sigma-FeCr" in names(text="sigma")
    assert "Fe3C" in names(text="cementite")
    assert "MgO" in names(text="rock salt") and "MgO" in names(text="periclase")


def test_unknown_elements_are_refused():
    with pytest.raises(UsageError, match="no chemical element"):
        names(elements="Al,Qq")
    with pytest.raises(UsageError, match="--only"):
        names(only=True)


def test_masks_hold_heavy_elements_as_well():
    masks = np.array([element_mask(["Pu", "O"]), element_mask(["H"])], dtype=np.uint64)
    assert ElementFilter(required=("Pu",)).admits(masks).tolist() == [True, False]
    assert ElementFilter(allowed=("H", "Pu")).admits(masks).tolist() == [False, True]


def test_structures_by_name():
    library = bundled_collection()
    assert named(library, "Fe3C").formula == "Fe3C"
    assert named(library, "cementite").name == "Fe3C"
    with pytest.raises(UsageError, match="Did you mean"):
        named(library, "cement")
    with pytest.raises(UsageError, match="no library"):
        open_collection("nowhere.saedlib")


def test_every_cif_is_read_as_the_same_crystal():
    rng = np.random.default_rng(1)
    for i in rng.choice(len(bundled_entries()), 60, replace=False):
        (structure,) = bundled_collection().structures([int(i)])
        again = phase_from_cif(structure.cif.encode(), f"{i}.cif")
        own = structure.phase
        hkl = own.lattice.hkl_within(0.6)
        # the reader may take the atoms of a shared place in another order, not another place
        difference = np.abs(again.structure_factors(hkl) - own.structure_factors(hkl)).max()
        assert difference < 1e-3 * np.abs(own.structure_factors(hkl)).max(), structure.name
        assert again.space_group.number == own.space_group.number
