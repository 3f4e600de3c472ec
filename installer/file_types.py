"""The files that a double click opens: one table for Linux, Windows and macOS alike."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from saed_desktop.pattern.formats import FORMATS
from saed_desktop.workspace.file_kinds import NETWORK_SUFFIX, PHASE_SUFFIX, PROJECT_SUFFIX

MIME_NAMESPACE = "http://www.freedesktop.org/standards/shared-mime-info"


@dataclass(frozen=True)
class FileType:
    """One kind of file.

    Parameters
    ----------
    suffixes
        With the dot, lower case.
    mime
        Its MIME type.
    description
        What a file manager says of it.
    ours
        Whether a double click is to open it here; others are offered under "Open with".
    parent
        The more general MIME type of one that we define.
    magic
        What the file begins with: an offset and text in the notation of shared-mime-info.
    """

    suffixes: tuple[str, ...]
    mime: str
    description: str
    ours: bool = True
    parent: str = ""
    magic: tuple[tuple[int, str], ...] = ()

    @property
    def name(self) -> str:
        """A name of letters alone, as Windows wants for its ProgID."""
        return "".join(c for c in self.suffixes[0].upper() if c.isalnum())


FILE_TYPES = (
    FileType((".dm3",), "image/x-dm3", "DigitalMicrograph 3 image",
             magic=((0, "\\x00\\x00\\x00\\x03"),)),
    FileType((".dm4",), "image/x-dm4", "DigitalMicrograph 4 image",
             magic=((0, "\\x00\\x00\\x00\\x04"),)),
    FileType((".emd",), "application/x-emd", "EMD electron microscopy data",
             parent="application/x-hdf"),
    FileType((".emi",), "application/x-tia-emi", "TIA electron microscopy metadata",
             magic=((0, "JL\\x20\\x02"),)),
    FileType((".ser",), "application/x-tia-ser", "TIA electron microscopy data",
             magic=((0, "II\\x97\\x01"),)),
    FileType((".mrc", ".mrcs"), "image/x-mrc", "MRC electron microscopy image",
             magic=((208, "MAP\\x20"),)),
    FileType((".tvips",), "image/x-tvips", "TVIPS camera images"),
    FileType((".blo",), "application/x-blo", "NanoMEGAS block file", magic=((0, "IMGBLO"),)),
    FileType((".mib",), "application/x-mib", "Merlin detector images", magic=((0, "MQ1,"),)),
    FileType((".hspy",), "application/x-hspy", "HyperSpy data", parent="application/x-hdf"),
    FileType((NETWORK_SUFFIX,), "application/x-saed-network", "SAED Desktop network",
             parent="application/zip"),
    FileType((PROJECT_SUFFIX,), "application/x-saed-project", "SAED Desktop project"),
    FileType((".st", ".map"), "image/x-mrc-stack", "MRC electron microscopy stack", ours=False),
    FileType((".h5", ".hdf5", ".nxs", ".nx5", ".cxi", ".de5"), "application/x-hdf",
             "HDF5 data", ours=False),
    FileType((".raw",), "application/x-empad", "EMPAD detector images", ours=False),
    FileType((".img", ".smv"), "image/x-smv", "SMV detector image", ours=False),
    FileType((".cbf",), "image/x-cbf", "CBF detector image", ours=False),
    FileType((".npy", ".npz"), "application/x-numpy", "NumPy array", ours=False),
    FileType((".jp2", ".j2k", ".jpx"), "image/jp2", "JPEG 2000 image", ours=False),
    FileType((".gif",), "image/gif", "GIF image", ours=False),
    FileType((".webp",), "image/webp", "WebP image", ours=False),
    FileType((".pgm", ".ppm", ".pnm"), "image/x-portable-anymap", "PNM image", ours=False),
    FileType((".tif", ".tiff"), "image/tiff", "TIFF image", ours=False),
    FileType((".png",), "image/png", "PNG image", ours=False),
    FileType((".jpg", ".jpeg"), "image/jpeg", "JPEG image", ours=False),
    FileType((".bmp",), "image/bmp", "BMP image", ours=False),
    FileType((PHASE_SUFFIX,), "chemical/x-cif", "Crystal structure", ours=False,
             magic=()),
)  # fmt: skip
"""File types that the program opens; a test holds them against the readers' own list."""

DEFINED_ELSEWHERE = (
    "image/tiff", "image/png", "image/jpeg", "image/bmp", "image/jp2", "image/gif", "image/webp",
    "image/x-portable-anymap", "application/x-hdf",
)  # fmt: skip
"""MIME types that every desktop knows."""


def reader_suffixes() -> set[str]:
    """Return every ending that a reader takes."""
    return {suffix for fmt in FORMATS for suffix in fmt.suffixes}


def mime_package() -> str:
    """Return the MIME types as a package of shared-mime-info."""
    ET.register_namespace("", MIME_NAMESPACE)
    root = ET.Element(f"{{{MIME_NAMESPACE}}}mime-info")

    def add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
        return ET.SubElement(parent, f"{{{MIME_NAMESPACE}}}{tag}", attributes)

    for kind in FILE_TYPES:
        if kind.mime in DEFINED_ELSEWHERE:
            continue
        entry = add(root, "mime-type", type=kind.mime)
        add(entry, "comment").text = kind.description
        if kind.parent:
            add(entry, "sub-class-of", type=kind.parent)
        add(entry, "generic-icon", name="image-x-generic" if kind.ours else "text-x-generic")
        if kind.magic:
            magic = add(entry, "magic", priority="60")
            for offset, value in kind.magic:
                add(magic, "match", type="string", offset=str(offset), value=value)
        for suffix in kind.suffixes:
            # .mrc also stands for library catalogues there: ours goes before the others
            add(entry, "glob", pattern=f"*{suffix}", weight="60")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def desktop_mime_types() -> str:
    """Return the `MimeType=` line's value of the desktop entry."""
    return "".join(f"{kind.mime};" for kind in FILE_TYPES)


def mac_document_types() -> list[dict[str, Any]]:
    """Return `CFBundleDocumentTypes` of the macOS bundle."""
    return [
        {
            "CFBundleTypeName": kind.description,
            "CFBundleTypeExtensions": [suffix.lstrip(".") for suffix in kind.suffixes],
            "CFBundleTypeRole": "Editor" if kind.suffixes == (PROJECT_SUFFIX,) else "Viewer",
            "LSHandlerRank": "Default" if kind.ours else "Alternate",
        }
        for kind in FILE_TYPES
    ]


def nsis_associations() -> str:
    """Return the part of the Windows installer that claims files, and gives them back."""
    claim, release = ["!macro ClaimFiles"], ["!macro ReleaseFiles"]
    for kind in FILE_TYPES:
        prog_id = f"SAEDDesktop.{kind.name}.1"
        claim.append(f'  !insertmacro DefineType "{prog_id}" "{kind.description}"')
        release.append(f'  DeleteRegKey HKCU "Software\\Classes\\{prog_id}"')
        for suffix in kind.suffixes:
            macro = "ClaimSuffix" if kind.ours else "OfferSuffix"
            claim.append(f'  !insertmacro {macro} "{suffix}" "{prog_id}"')
            release.append(f'  !insertmacro ReleaseSuffix "{suffix}" "{prog_id}"')
    return "\n".join([*claim, "!macroend", "", *release, "!macroend", ""])
