"""Computing that is left between two layers."""

import time
from itertools import pairwise

import pytest
import torch
from torch.func import functional_call, stack_module_state, vmap

from trainer.networks.interruptible import interruptible
from trainer.networks.registry import NetworkOptions, build


class LeftError(Exception):
    """Raised where it is asked to stop."""


def network_of(size):
    torch.manual_seed(0)
    return build(NetworkOptions(network="299-an", size=size, crop=size), 9).train()


def asking(limit):
    count = 0

    def is_stopped():
        nonlocal count
        count += 1
        return count >= limit

    return is_stopped, lambda: count


def test_it_is_heard_between_all_layers_forward_and_backward():
    network, image = network_of(300), torch.rand(4, 1, 300, 300)
    never, asked = asking(10**9)
    with interruptible(never, LeftError):
        loss = network(image).sum()
        forward = asked()
        loss.backward()
    assert forward > 20  # every block and every layer in it
    assert asked() - forward > 5  # of the large ones
    for limit in (1, forward, forward + 1, asked()):
        stop, _ = asking(limit)
        with pytest.raises(LeftError), interruptible(stop, LeftError):
            network(image).sum().backward()
    network(image).sum().backward()  # and nothing of it is left behind


def test_it_is_heard_in_networks_that_are_computed_together():
    networks = [network_of(300) for _ in range(2)]
    parameters, buffers = stack_module_state(networks)
    image = torch.rand(2, 1, 300, 300)

    def one(own, statistics):
        return functional_call(networks[0], (own, statistics), (image,))

    def together(stop):
        with interruptible(stop, LeftError):
            vmap(one, randomness="different")(parameters, buffers).sum().backward()

    never, asked = asking(10**9)
    together(never)
    stop, _ = asking(asked())  # in the backward pass
    with pytest.raises(LeftError):
        together(stop)


@pytest.mark.slow
def test_no_two_questions_of_a_long_step_are_far_apart():
    """299-AN at 800 pixels and a batch of 32: some 13 seconds of a core for one step."""
    network, image = network_of(800), torch.rand(32, 1, 800, 800)
    asked = [time.thread_time()]

    def is_stopped():
        asked.append(time.thread_time())
        return False

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with interruptible(is_stopped, LeftError):
            network(image).sum().backward()
    finally:
        torch.set_num_threads(threads)
    asked.append(time.thread_time())
    # some 2 s; what a second computes depends on what else the machine does
    assert max(b - a for a, b in pairwise(asked)) < (asked[-1] - asked[0]) / 6
