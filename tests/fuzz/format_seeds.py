"""Whole files of detectors, containers and structures, from which damaged ones are made."""

import gzip
import io
from pathlib import Path

import gemmi
import h5py
import imagecodecs
import numpy as np
import tifffile

from tests.detector_files import (
    raw_mib,
    write_block_file,
    write_cbf,
    write_mrc_frames,
    write_smv,
)
from tests.structure_texts import extended_xyz, poscar, shelx, whole_cell, written_cif

RUTILE = (
    "P 42/m n m",
    (4.594, 4.594, 2.959, 90, 90, 90),
    [("Ti", 0, 0, 0), ("O", 0.3053, 0.3053, 0)],
)


def detector_files(folder: Path) -> dict[str, Path]:
    """Write one small file of each kind and return them by the name of the target."""
    rng = np.random.default_rng(3)
    image = rng.integers(0, 60_000, (40, 56)).astype(np.uint16)
    frames = rng.integers(0, 99, (3, 40, 56)).astype(np.int16)
    paths = {
        name: folder / f"f.{ending}"
        for name, ending in (
            ("smv", "img"),
            ("cbf", "cbf"),
            ("blo", "blo"),
            ("st", "st"),
            ("h5", "h5"),
            ("nxs", "nxs"),
            ("npz", "npz"),
            ("jp2", "jp2"),
            ("tif pages", "tiff"),
            ("gz", "npy.gz"),
        )
    }
    write_smv(paths["smv"], image)
    write_cbf(paths["cbf"], image.astype(int))
    write_block_file(paths["blo"], (image[None, None, :32, :32] // 256).astype(np.uint8))
    write_mrc_frames(paths["st"], frames, extension=b"\0" * 128)
    _write_hdf5(paths["h5"], frames)
    _write_nexus(paths["nxs"], frames)
    np.savez_compressed(paths["npz"], pattern=frames, mask=frames[0] > 3)
    paths["jp2"].write_bytes(imagecodecs.jpeg2k_encode(image, level=0))
    tifffile.imwrite(
        paths["tif pages"], frames, photometric="minisblack", compression="zlib", tile=(16, 16)
    )
    raw = io.BytesIO()
    np.save(raw, image)
    paths["gz"].write_bytes(gzip.compress(raw.getvalue()))
    paths["raw mib"] = folder / "f.mib"
    paths["raw mib"].write_bytes(raw_mib(12, rng.integers(0, 4096, (256, 256))))
    paths["empad"] = folder / "scan_x2_y1.raw"
    paths["empad"].write_bytes(rng.normal(size=(2, 130, 128)).astype("<f4").tobytes())
    return paths


def _write_hdf5(path: Path, frames: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset(
            "entry/data", data=frames, chunks=(1, 40, 56), compression="gzip", shuffle=True
        )


def _write_nexus(path: Path, frames: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        entry = file.create_group("entry")
        entry.attrs["NX_class"], entry.attrs["default"] = "NXentry", "data"
        data = entry.create_group("data")
        data.attrs["NX_class"], data.attrs["signal"] = "NXdata", "counts"
        data.attrs["axes"] = [".", "y", "x"]
        data.create_dataset("counts", data=frames)
        for name, size in (("y", 40), ("x", 56)):
            axis = data.create_dataset(name, data=np.arange(size) * 0.05)
            axis.attrs["units"] = "1/nm"


def structure_texts() -> dict[str, tuple[str, bytes]]:
    """Return file name and content of one crystal in each format by the name of the target."""
    atoms = whole_cell(*RUTILE)
    texts = {
        "poscar": ("POSCAR", poscar(*atoms)),
        "xyz": ("a.xyz", extended_xyz(*atoms)),
        "res": ("a.res", shelx(*RUTILE)),
        "mmcif": ("a.mmcif", _mmcif()),
        "small cif": ("b.cif", written_cif(*RUTILE)),
    }
    return {name: (file_name, text.encode()) for name, (file_name, text) in texts.items()}


def _mmcif() -> str:
    small = gemmi.make_small_structure_from_block(
        gemmi.cif.read_string(written_cif(*RUTILE)).sole_block()
    )
    structure = gemmi.Structure()
    structure.cell, structure.spacegroup_hm = small.cell, RUTILE[0]
    chain, residue = gemmi.Chain("A"), gemmi.Residue()
    residue.name, residue.seqid = "TIO", gemmi.SeqId("1")
    for site in small.sites:
        atom = gemmi.Atom()
        atom.name, atom.element, atom.occ, atom.b_iso = site.label, site.element, 1.0, 0.5
        atom.pos = small.cell.orthogonalize(site.fract)
        residue.add_atom(atom)
    chain.add_residue(residue)
    model = gemmi.Model(1)
    model.add_chain(chain)
    structure.add_model(model)
    structure.setup_entities()
    text: str = structure.make_mmcif_document().as_string()
    return text
