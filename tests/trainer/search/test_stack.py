"""Networks trained together learn what each learns alone."""

import pytest
import torch

from trainer.data.loader import Batch
from trainer.distributed import World
from trainer.networks.registry import NetworkOptions, build
from trainer.optim import set_rate
from trainer.search.stack import StackedAdam, trial_task
from trainer.task import TaskOptions

RATES = (0.01, 0.001, 0.0001)
NAME = "plain:conv=2,width=4,dense=8-8"


def networks(count, name=NAME):
    made = []
    for seed in range(count):
        torch.manual_seed(seed)
        made.append(build(NetworkOptions(network=name, size=24, crop=24), 3))
    return made


class Learners:
    """Networks of one shape with the trainer's own step around them."""

    def __init__(self, members, rates, *, bf16=False):
        options = TaskOptions(
            label_smoothing=0.0, ema=0.0, precision="bf16" if bf16 else "fp32", channels_last=False
        )
        self.task, self.optimizer = trial_task(members, rates, options, World())
        self.rate = max(rates)

    def learn(self, inputs, classes, factor=1.0):
        set_rate(self.optimizer, self.rate * factor)
        images = Batch({"image": inputs}, classes)
        outcome = self.task.learn(images, global_size=len(inputs), last=True)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.task.after_step()
        return outcome.sums[:, 0] / outcome.sums[:, 2]

    def logits(self, inputs):
        images = Batch({"image": inputs}, torch.zeros(len(inputs), dtype=torch.int64))
        with torch.inference_mode():
            found = torch.stack([self.task.logits(images, m) for m in self.task.members()])
        self.task.network.train()
        return found


def batch(n=16):
    generator = torch.Generator().manual_seed(1)
    return (
        torch.rand(n, 1, 24, 24, generator=generator),
        torch.randint(0, 3, (n,), generator=generator),
    )


def test_together_as_alone():
    # in double precision: what is left of a difference is not rounding that learning blew up
    first, second = ([network.double() for network in networks(3)] for _ in range(2))
    together = Learners(first, RATES)
    alone = [Learners([n], [rate]) for n, rate in zip(second, RATES, strict=True)]
    inputs, classes = batch()
    inputs = inputs.double()
    for _ in range(3):
        losses = together.learn(inputs, classes)
        single = torch.cat([stack.learn(inputs, classes) for stack in alone])
        torch.testing.assert_close(losses, single, rtol=1e-4, atol=1e-4)
    # running statistics too: evaluation uses them
    expected = torch.cat([stack.logits(inputs) for stack in alone])
    torch.testing.assert_close(together.logits(inputs), expected, rtol=1e-2, atol=1e-2)


def test_one_network_that_diverges_leaves_the_others_alone():
    inputs, classes = batch()
    calm = Learners(networks(2), (0.001, 0.001))
    wild = Learners(networks(2), (0.001, 1e30))
    for _ in range(4):
        expected, found = calm.learn(inputs, classes), wild.learn(inputs, classes)
    assert not torch.isfinite(found[1])
    torch.testing.assert_close(found[0], expected[0])


def test_dropout_differs_between_the_networks():
    stack = Learners(networks(1, NAME + ",drop=0.5") * 2, (0.0, 0.0))
    losses = stack.learn(*batch())
    assert losses[0] != losses[1]


@pytest.mark.parametrize("count", [1, 2])
def test_a_factor_is_a_smaller_rate_for_one_step(count):
    inputs, classes = batch()
    halved = Learners(networks(count), (0.01,) * count)
    smaller = Learners(networks(count), (0.005,) * count)
    halved.learn(inputs, classes, factor=0.5)
    smaller.learn(inputs, classes)
    torch.testing.assert_close(halved.logits(inputs), smaller.logits(inputs))
    # the factor is that of its step alone
    halved.learn(inputs, classes)
    smaller.learn(inputs, classes, factor=2.0)
    torch.testing.assert_close(halved.logits(inputs), smaller.logits(inputs))


def test_a_state_goes_on_exactly():
    inputs, classes = batch()
    for count in (1, 3):
        a = Learners(networks(count), RATES[:count])
        a.learn(inputs, classes)
        b = Learners(list(reversed(networks(count))), RATES[:count])
        b.task.load_state(a.task.state())
        b.optimizer.load_state_dict(a.optimizer.state_dict())
        assert torch.equal(a.learn(inputs, classes), b.learn(inputs, classes))


def test_the_optimizer_is_adam():
    torch.manual_seed(0)
    start = torch.randn(2, 5)
    ours = [start.clone().requires_grad_(True)]
    theirs = [row.clone().requires_grad_(True) for row in start]
    stacked = StackedAdam(ours, [0.1, 0.01])
    adams = [torch.optim.Adam([t], lr=rate) for t, rate in zip(theirs, (0.1, 0.01), strict=True)]
    for step in range(5):
        gradient = torch.randn(2, 5, generator=torch.Generator().manual_seed(step))
        ours[0].grad = gradient
        stacked.step()
        for k, adam in enumerate(adams):
            theirs[k].grad = gradient[k]
            adam.step()
    torch.testing.assert_close(
        ours[0], torch.stack([t.detach() for t in theirs]), check_stride=False
    )


@pytest.mark.parametrize("count", [1, 2])
def test_half_precision_learns(count):
    stack = Learners(networks(count), (0.01,) * count, bf16=True)
    inputs, classes = batch()
    first = stack.learn(inputs, classes)
    for _ in range(20):
        last = stack.learn(inputs, classes)
    assert (last < first).all()


def test_batch_norm_is_ready_after_a_few_steps():
    (network,) = networks(1)
    stack = Learners([network], (1e-9,))
    inputs, classes = batch(64)
    for start in range(0, 64, 16):
        stack.learn(inputs[start : start + 16], classes[start : start + 16])
    norm = network.body.convolution[0].norm
    seen = []
    handle = norm.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    stack.logits(inputs)
    handle.remove()
    torch.testing.assert_close(norm.running_mean, seen[0].mean((0, 2, 3)), rtol=1e-3, atol=1e-4)
