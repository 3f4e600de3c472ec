"""From an architecture and a rung, or the finals, to the options of `saed-trainer train`."""

from trainer.config import TrainConfig, make_config
from trainer.options import to_plain
from trainer.search.settings import Finals, Rung, SearchSettings
from trainer.search.space import Architecture


def trial_config(
    settings: SearchSettings, architecture: Architecture, stage: Rung | Finals
) -> TrainConfig:
    """Return the options with which an architecture is trained in a rung or the finals."""
    return make_config(
        {
            "network": {
                "network": architecture.network,
                "size": stage.size,
                "crop": settings.crop_px,
            },
            "data": {
                **to_plain(settings.data),
                "rotations": stage.rotations if architecture.is_rotated else 1,
            },
            "loop": {
                "epochs": stage.epochs,
                "batch_size": architecture.point.batch_size,
                "seed": settings.search.seed,
                "repeats": stage.seeds,
                "select_by": settings.search.rank_by,
            },
            "optim": {
                "optimizer": "adam",
                "lr": architecture.point.learning_rate,
                "weight_decay": 0.0,
                "schedule": stage.schedule,
                "warmup": 0.0,
                "clip_norm": 0.0,
            },
            "task": {
                "label_smoothing": 0.0,
                "ema": 0.0,
                "precision": settings.search.precision,
            },
        }
    )
