"""The end of an epoch and of a training: measure, keep the best weights, record."""

from collections.abc import Callable

from saed_desktop.results.atomic import write_json
from trainer.checkpoint import remove_checkpoints
from trainer.data.interruption import never
from trainer.distributed import wait_for_all
from trainer.evaluate import predict, summary, write_evaluation
from trainer.networks.base import Network
from trainer.run_log import RunLog
from trainer.session import Session
from trainer.weights_file import RESULT, WEIGHTS, load_weights, save_weights


def close_epoch(session: Session, log: RunLog, is_stopped: Callable[[], bool] = never) -> None:
    """Measure the validation patterns, keep the weights if they are the best, and record.

    Raises
    ------
    EvaluationStopped
        If `is_stopped` says so before they are measured.
    """
    config, world, progress = session.config, session.world, session.progress
    loss, accuracy, n = session.collect_sums()
    values = {
        "epoch": progress.epoch,
        "loss": loss,
        "accuracy": accuracy,
        "samples": n,
        "learning_rate": float(session.optimizer.param_groups[0]["lr"]),
    }
    text = f"epoch {progress.epoch + 1}/{config.loop.epochs}  loss {loss:.4f}"
    is_last = progress.epoch + 1 == config.loop.epochs
    if session.data.validation is not None:
        with session.task.evaluation() as network:
            validation = session.data.validation
            table = predict(session.task, network, validation, world, is_stopped=is_stopped)
        scores = table.scores
        score = float(getattr(scores, config.loop.select_by))
        values |= {
            "validation_accuracy": scores.accuracy,
            "validation_macro_f1": scores.macro_f1,
            "validation_weighted_f1": scores.weighted_f1,
            "validation_log_loss": scores.log_loss or 0.0,
        }
        text += f"  validation: {summary(scores)}"
        if progress.best_score is None or score > progress.best_score:
            progress.best_score, progress.best_epoch = score, progress.epoch
            progress.epochs_without_gain = 0
            _keep_weights(session)
            if world.is_main:
                write_evaluation(session.folder, table, stem="validation")
        else:
            progress.epochs_without_gain += 1
    elif is_last:
        _keep_weights(session)
    log.line(text)
    log.record("epoch", progress.step, values)


def finish(session: Session, log: RunLog, is_stopped: Callable[[], bool] = never) -> None:
    """Measure the kept weights on the test patterns and mark the training as finished.

    Raises
    ------
    EvaluationStopped
        If `is_stopped` says so before they are measured.
    """
    world, folder, progress = session.world, session.folder, session.progress
    wait_for_all(world)
    kept = load_weights(folder / WEIGHTS)
    session.task.network.load_state_dict(kept.network.state_dict())
    session.task.average = None
    result: dict[str, object] = {
        "seed": session.seed,
        "steps": progress.step,
        "epochs": progress.epoch,
        "best_epoch": progress.best_epoch,
        "best_score": progress.best_score,
        "select_by": session.config.loop.select_by,
        "seconds": progress.seconds,
        "images_per_second": progress.step * session.sampler.batch_size / progress.seconds,
        "processes": world.size,
        "device": world.device.type,
        "test": None,
    }
    if session.data.test is not None:
        with session.task.evaluation() as network:
            test = session.data.test
            table = predict(session.task, network, test, world, is_stopped=is_stopped)
        result["test"] = table.scores.to_json()
        log.line(f"test: {summary(table.scores)}")
        if world.is_main:
            write_evaluation(folder, table)
    if world.is_main:
        write_json(folder / RESULT, result)
        remove_checkpoints(folder)


def _keep_weights(session: Session) -> None:
    """Write the weights as they are measured: the average where there is one."""
    if not session.world.is_main:
        return
    progress = session.progress
    with session.task.evaluation() as network:
        assert isinstance(network, Network)
        save_weights(
            session.folder / WEIGHTS,
            state=network.state_dict(),
            options=session.config.network,
            labels=session.data.labels,
            facts={
                "epoch": progress.epoch,
                "step": progress.step,
                "seed": session.seed,
                "validation_score": progress.best_score,
                "data": session.data.train.describe(),
            },
        )
