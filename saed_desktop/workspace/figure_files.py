"""The files of figures: the pattern's pixels drawn and packed without holding up other threads.

Qt draws and packs images while it holds the interpreter, up to 2 s for a large one; OpenCV, zlib
and Pillow let the window go on meanwhile. A PDF or SVG from Qt therefore has a stand-in for the
pattern, and the pattern takes its place here: with the values that it has, and a palette.
"""

import base64
import io
import re
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

from saed_desktop.arrays import ByteImage, ByteTable, FloatArray

STAND_IN_PX = (7, 3)
"""Width and height of the stand-in for the pattern, by which it is found."""
SMOOTH_BELOW = 4.0
"""Magnification from which a pixel of the pattern is drawn as a square."""
INCH_M = 0.0254
_LZW, _INCH = 5, 2
_SIGNATURE_AND_HEADER = 8 + 25


def drawn_pattern(
    grey_yx: ByteImage, table: ByteTable, to_figure: FloatArray, size: tuple[int, int]
) -> ByteImage:
    """Draw a pattern through an affine transform; its edge goes on beyond it.

    Parameters
    ----------
    grey_yx
        Finished grey values.
    table
        Their colours (256, 3), red first.
    to_figure
        (2, 3) from pixels of the pattern, whole numbers in their middles, to those of the figure,
        whole numbers at their corners.
    size
        Width and height of the figure in pixels.

    Returns
    -------
    Blue, green, red and 255, (height, width, 4).
    """
    bgr = np.ascontiguousarray(table[:, None, 2::-1])
    colored = cv2.cvtColor(
        cv2.applyColorMap(np.ascontiguousarray(grey_yx), bgr), cv2.COLOR_BGR2BGRA
    )
    matrix = to_figure.astype(float)
    dots = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if dots < 0.5:
        # spots of a few pixels would vanish if pixels were left out
        height, width = grey_yx.shape
        small = max(1, round(width * 2 * dots)), max(1, round(height * 2 * dots))
        colored = cv2.resize(colored, small, interpolation=cv2.INTER_AREA)
        steps = np.array([width / small[0], height / small[1]])
        matrix = np.column_stack(
            [matrix[:, :2] * steps, matrix[:, 2] + matrix[:, :2] @ ((steps - 1) / 2)]
        )
    matrix[:, 2] -= 0.5
    flags = cv2.INTER_LINEAR if dots < SMOOTH_BELOW else cv2.INTER_NEAREST
    drawn = cv2.warpAffine(colored, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, dtype=np.uint8)


def encoded(picture: ByteImage, suffix: str, dpi: int) -> bytes:
    """Return a picture as PNG or TIFF with its size on paper.

    Parameters
    ----------
    picture
        (height, width, 4), blue first; the fourth is left out.
    suffix
        ".png" or ".tif".
    dpi
        Pixels per inch.
    """
    bgr = cv2.cvtColor(picture, cv2.COLOR_BGRA2BGR)
    if suffix == ".tif":
        options = [cv2.IMWRITE_TIFF_COMPRESSION, _LZW, cv2.IMWRITE_TIFF_RESUNIT, _INCH]
        options += [cv2.IMWRITE_TIFF_XDPI, dpi, cv2.IMWRITE_TIFF_YDPI, dpi]
        return cv2.imencode(".tif", bgr, options)[1].tobytes()
    data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 3])[1].tobytes()
    per_metre = round(dpi / INCH_M)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    size_on_paper = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:_SIGNATURE_AND_HEADER] + size_on_paper + data[_SIGNATURE_AND_HEADER:]


def svg_with_pattern(svg: bytes, stand_in: bytes, grey_yx: ByteImage, table: ByteTable) -> bytes:
    """Put a pattern, as PNG with a palette, where the stand-in of a drawing is.

    Parameters
    ----------
    svg
        A drawing of Qt.
    stand_in
        How the stand-in stands in it: base 64.
    grey_yx, table
        The pattern, and its colours (256, 3), red first.
    """
    image = Image.fromarray(np.ascontiguousarray(grey_yx))
    image.putpalette(np.ascontiguousarray(table).tobytes(), "RGB")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return svg.replace(stand_in, base64.b64encode(stream.getvalue()))


def pdf_with_pattern(pdf: bytes, grey_yx: ByteImage, table: ByteTable) -> bytes:
    """Put a pattern, without loss, where the stand-in of a page is.

    It is appended as PDF files are changed (ISO 32000, 7.5.6): the object once more, and where
    it is now.

    Parameters
    ----------
    pdf
        A page of Qt.
    grey_yx, table
        The pattern, and its colours (256, 3), red first.
    """
    width, height = STAND_IN_PX
    found = re.search(
        rb"(\d+) 0 obj\n<<\n/Type /XObject\n/Subtype /Image\n/Width %d\n/Height %d\n"
        % (width, height),
        pdf,
    )
    trailer = re.search(rb"trailer\n<<\n(.*?)>>\nstartxref\n(\d+)", pdf, re.DOTALL)
    if found is None or trailer is None:
        raise ValueError("the page has no stand-in for the pattern")
    packed = zlib.compress(np.ascontiguousarray(grey_yx).tobytes(), 6)
    rows, columns = grey_yx.shape
    at = len(pdf)
    changed = (
        b"%s 0 obj\n<<\n/Type /XObject\n/Subtype /Image\n/Width %d\n/Height %d\n"
        b"/BitsPerComponent 8\n/ColorSpace [/Indexed /DeviceRGB 255 <%s>]\n"
        b"/Filter /FlateDecode\n/Length %d\n>>\nstream\n"
        % (found[1], columns, rows, table.tobytes().hex().encode(), len(packed))
    )
    end = b"\nendstream\nendobj\n"
    start_of_table = at + len(changed) + len(packed) + len(end)
    places = b"xref\n%s 1\n%010d 00000 n \n" % (found[1], at)
    places += b"trailer\n<<\n%s/Prev %s\n>>\n" % (trailer[1], trailer[2])
    places += b"startxref\n%d\n%%%%EOF\n" % start_of_table
    return b"".join((pdf, changed, packed, end, places))
