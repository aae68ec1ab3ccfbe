"""Averages over ranks; every rank calls each of these alike."""

from collections.abc import Sequence

import torch
from mmengine.dist import all_reduce, broadcast, get_world_size
from torch import Tensor

#: bytes that a single reduction moves at most: the buffer of DDP's buckets, and of its order
_BUCKET = 2**26


def average(tensor: Tensor) -> Tensor:
    """Mean over ranks, in place, in buckets.

    Args:
        tensor: of one shape on all ranks, contiguous.
    """
    world = get_world_size()
    if world > 1 and tensor.numel():
        flat = tensor.view(-1)
        for part in flat.split(max(1, _BUCKET // flat.element_size())):
            all_reduce(part, op='sum')
        tensor.div_(world)
    return tensor


def average_all(tensors: Sequence[Tensor]) -> None:
    """Mean over ranks of many tensors, in place, as few messages as fit."""
    if get_world_size() == 1:
        return
    bucket: list[Tensor] = []
    size = 0
    for tensor in tensors:
        if bucket and (size + tensor.numel() * tensor.element_size() > _BUCKET
                       or tensor.dtype != bucket[0].dtype):
            _average_bucket(bucket)
            bucket, size = [], 0
        bucket.append(tensor)
        size += tensor.numel() * tensor.element_size()
    if bucket:
        _average_bucket(bucket)


def _average_bucket(tensors: list[Tensor]) -> None:
    flat = average(torch.cat([tensor.reshape(-1) for tensor in tensors]))
    for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
        tensor.copy_(part.view_as(tensor))


def total(tensor: Tensor) -> Tensor:
    """Sum over ranks, in place."""
    if get_world_size() > 1:
        all_reduce(tensor, op='sum')
    return tensor


def union(flags: Tensor) -> Tensor:
    """Whether a flag is set on any rank: new bool tensor of the same shape."""
    if get_world_size() == 1:
        return flags
    counts = flags.to(torch.int32)
    all_reduce(counts, op='sum')
    return counts > 0


def agree(tensor: Tensor) -> Tensor:
    """The first rank's values on all ranks, so that replicas stay equal to the last bit."""
    if get_world_size() > 1:
        tensor = tensor.contiguous()
        broadcast(tensor, src=0)
    return tensor
