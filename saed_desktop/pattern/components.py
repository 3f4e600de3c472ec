"""Connected components of the bright pixels of an image."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Components:
    """Connected components of an image, number 0 among them, which is all the rest.

    Parameters
    ----------
    labels_yx
        Number (height, width) of the component that each pixel belongs to.
    boxes
        x, y, width, height and area (n, 5) of each, in pixels.
    middle_xy
        Centroids (n, 2), in pixels.
    """

    labels_yx: npt.NDArray[np.int32]
    boxes: IntArray
    middle_xy: FloatArray

    def __len__(self) -> int:
        return len(self.boxes)


def find_components(bright: npt.NDArray[np.uint8], *, connectivity: int) -> Components:
    """Return the connected components of the pixels that are not 0.

    Parameters
    ----------
    bright
        The image (height, width).
    connectivity
        4 or 8: whether pixels that touch in a corner belong together.
    """
    # where little is bright, most of the image need not be walked through; by blocks of two
    # pixels, so that the components are numbered as they are in the whole
    x, y, width, height = cv2.boundingRect(bright)
    left, top = x - x % 2, y - y % 2
    part = np.s_[top : y + height, left : x + width]
    labels = np.zeros(bright.shape, dtype=np.int32)
    if width == 0:
        empty = np.array([[0, 0, bright.shape[1], bright.shape[0], bright.size]])
        return Components(labels, empty, np.zeros((1, 2)))
    _, labels[part], boxes, middle = cv2.connectedComponentsWithStats(
        np.ascontiguousarray(bright[part]), connectivity=connectivity
    )
    return Components(
        labels, boxes + np.array([left, top, 0, 0, 0]), middle + np.array([left, top])
    )
