"""The first bytes by which formats are known, those included that are not read."""

import re

from saed_desktop.pattern.loaders.cbf import is_cbf
from saed_desktop.pattern.loaders.mrc import is_mrc
from saed_desktop.pattern.loaders.smv import is_smv

HEAD_BYTES = 1024
"""Length of the part of a file that is looked at."""

_SIGNATURES = (
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"IMGBLO", "NanoMegas block file"),
    (b"MQ1,", "Quantum Detectors (MIB)"),
    (b"\x00\x00\x00\x03", "DigitalMicrograph"),
    (b"\x00\x00\x00\x04", "DigitalMicrograph"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"II\x97\x01", "TIA"),
    (b"JL\x20\x02", "TIA"),
    (b"\x93NUMPY", "NumPy"),
    (b"\x1f\x8b", "gzip"),
)

_BY_ENDING = {
    ".tvips": "TVIPS",
    ".mrc": "MRC",
    ".mrcs": "MRC",
    ".emi": "TIA",
    ".ser": "TIA",
    ".raw": "EMPAD",
    ".npz": "NumPy",
}
"""Formats that are believed by their ending where the first bytes do not tell."""

_EXPORT = "export the picture as TIFF or PNG at full resolution and open that."

_NOT_READ = (
    (b"%PDF", f"is a PDF document; {_EXPORT}"),
    (b"%!PS", f"is a PostScript document; {_EXPORT}"),
    (b"SIMPLE  =", f"is a FITS file, which is not read; {_EXPORT}"),
    (b"8BPS", f"is a Photoshop file, which is not read; {_EXPORT}"),
    (b"\xd0\xcf\x11\xe0", f"is an old Microsoft Office document; {_EXPORT}"),
    (b"\x00\x00\x00\x0cJXL ", f"is a JPEG XL file, which is not read; {_EXPORT}"),
    (b"\xff\x0a", f"is a JPEG XL file, which is not read; {_EXPORT}"),
    (b"\x76\x2f\x31\x01", f"is an OpenEXR file, which is not read; {_EXPORT}"),
    (b"7z\xbc\xaf", "is a 7-Zip archive; unpack it first."),
    (b"Rar!", "is a RAR archive; unpack it first."),
    (b"BZh", "is packed with bzip2; unpack it first."),
    (b"\xfd7zXZ", "is packed with xz; unpack it first."),
    (b"\x28\xb5\x2f\xfd", "is packed with Zstandard; unpack it first."),
    (b"PK\x03\x04", "is a ZIP archive; unpack it first."),
    (b"\xed\xfe\x00\x00", f"is a StreamPix sequence, which is not read; {_EXPORT}"),
    (b"CDF", f"is a netCDF file, which is not read; {_EXPORT}"),
    (b"WDB1", f"is a file of Renishaw's WiRE, which is not read; {_EXPORT}"),
)


def format_name(head: bytes, n_bytes: int, suffix: str) -> str:
    """Return the name of the format that a file has, empty where it is none that is read.

    Parameters
    ----------
    head
        The file's first `HEAD_BYTES` bytes.
    n_bytes
        Its length.
    suffix
        Its ending, lower case, with the dot.
    """
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if re.match(rb"P[2356]\s", head):
        return "PGM"
    if is_smv(head):
        return "SMV"
    if is_cbf(head):
        return "CBF"
    if head[208:212] == b"MAP " or (suffix not in _BY_ENDING and is_mrc(head, n_bytes)):
        return "MRC"
    if suffix == ".npz" and not head.startswith(b"PK"):
        return ""
    if suffix == ".raw" and advice_for(head):
        return ""
    return _BY_ENDING.get(suffix, "")


def advice_for(head: bytes) -> str:
    """Return what to tell the user of a format that is known and not read, empty for others."""
    for signature, advice in _NOT_READ:
        if head.startswith(signature):
            return advice
    if head[128:132] == b"DICM":
        return f"is a DICOM file, which is not read; {_EXPORT}"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"hevc"):
        return f"is a HEIF picture, which is not read; {_EXPORT}"
    if re.match(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<svg", head, re.DOTALL):
        return f"is an SVG drawing; {_EXPORT}"
    return ""
