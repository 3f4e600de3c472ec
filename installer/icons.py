"""The program's icon, drawn once as SVG, in the formats that each platform wants."""

import os
from pathlib import Path

from installer.payload import ROOT

SOURCE = ROOT / "resources" / "icons" / "saed-desktop.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def render(folder: Path) -> dict[int, Path]:
    """Write the icon as PNG of every size, as ICO and as ICNS; returns the PNG files by size."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    folder.mkdir(parents=True, exist_ok=True)
    drawing = QSvgRenderer(str(SOURCE))
    if not drawing.isValid():
        raise ValueError(f"{SOURCE.name} is no drawing")
    files = {}
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(QColor(0, 0, 0, 0))
        painter = QPainter(image)
        drawing.render(painter, QRectF(0, 0, size, size))
        painter.end()
        files[size] = folder / f"saed-desktop-{size}.png"
        if not image.save(str(files[size])):
            raise OSError(f"{files[size]} cannot be written")
    with Image.open(files[512]) as largest:
        largest.save(
            folder / "saed-desktop.ico", sizes=[(size, size) for size in SIZES if size <= 256]
        )
        largest.save(folder / "saed-desktop.icns")
    return files
