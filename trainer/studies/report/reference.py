"""The published results: Table III of Tomczak and Kuppannagari (HPEC 2023), and its rows.

The parameter counts are those of our own networks; a test holds them against the registry and
against the digits that the paper prints.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedRow:
    """One row of Table III.

    Parameters
    ----------
    folder
        Name of the folder that holds its ten prediction tables.
    network, title
        Its name in our registry and in print.
    pretrained
        Whether its features are frozen ImageNet features.
    parameters
        Exact number for nine classes at the paper's image size.
    best_accuracy, mean_accuracy
        As printed, in %.
    best_f1, mean_f1
        As printed, weighted by class support.
    """

    folder: str
    network: str
    title: str
    pretrained: bool
    parameters: int
    best_accuracy: float
    mean_accuracy: float
    best_f1: float
    mean_f1: float


TABLE_III: tuple[PublishedRow, ...] = (
    PublishedRow("299-an", "299-an", "299-AN", False, 265_385, 77.03, 71.62, 0.751, 0.686),
    PublishedRow(
        "raw-en-b3",
        "efficientnet-b3",
        "EfficientNet-B3",
        False,
        10_709_345,
        75.68,
        71.82,
        0.71,
        0.686,
    ),
    PublishedRow(
        "pt-en-b3",
        "efficientnet-b3",
        "EfficientNet-B3",
        True,
        10_710_065,
        31.76,
        28.11,
        0.281,
        0.261,
    ),
    PublishedRow("raw-vgg-16", "vgg16", "VGG16", False, 1_342_255_817, 72.97, 44.39, 0.708, 0.287),
    PublishedRow("pt-vgg-16", "vgg16", "VGG16", True, 1_342_256_969, 43.92, 43.04, 0.285, 0.274),
    PublishedRow(
        "raw-rn-50", "resnet-50", "ResNet-50", False, 23_520_201, 75.0, 68.85, 0.745, 0.678
    ),
    PublishedRow("pt-rn-50", "resnet-50", "ResNet-50", True, 23_526_473, 64.19, 61.01, 0.622, 0.57),
    PublishedRow(
        "raw-vit-l-16", "vit-l-16", "ViT-L/16", False, 302_786_569, 45.95, 44.93, 0.388, 0.374
    ),
    PublishedRow(
        "pt-vit-l-16", "vit-l-16", "ViT-L/16", True, 303_310_857, 72.97, 69.8, 0.676, 0.633
    ),
)

BY_FOLDER = {row.folder: row for row in TABLE_III}
