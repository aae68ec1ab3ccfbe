"""Batches of one data set each: order, ranks, epochs."""

from collections import Counter
from types import SimpleNamespace

import pytest
from mmengine.dataset import ConcatDataset, DefaultSampler, InfiniteSampler
from torch.utils.data import DataLoader

from mmmtl.datasets import AlternatingBatchSampler

SIZES = (10, 4, 1)
ENDS = [10, 14, 15]


def make(rank=0, world=1, seed=3, epoch=0, shuffle=True, batch_size=3, sizes=SIZES, **options):
    ends = [sum(sizes[:i + 1]) for i in range(len(sizes))]
    sampler = SimpleNamespace(dataset=SimpleNamespace(cumulative_sizes=ends), seed=seed,
                              epoch=epoch, shuffle=shuffle, rank=rank, world_size=world)
    return AlternatingBatchSampler(sampler, batch_size, **options)


def data_set(index):
    return next(number for number, end in enumerate(ENDS) if index < end)


def plan(batches):
    return [data_set(batch[0]) for batch in batches]


@pytest.mark.parametrize('order', ['proportional', 'round_robin', 'sequential'])
@pytest.mark.parametrize('world', [1, 2, 3])
def test_one_data_set_a_step_on_all_ranks(order, world):
    ranks = [list(make(rank, world, order=order)) for rank in range(world)]
    assert len({len(batches) for batches in ranks}) == 1
    assert len(ranks[0]) == len(make(0, world))
    for step in zip(*ranks, strict=True):
        assert len({data_set(index) for batch in step for index in batch}) == 1
        assert len({len(batch) for batch in step}) == 1 and len(step[0]) in (1, 2, 3)


@pytest.mark.parametrize('order', ['proportional', 'sequential'])
@pytest.mark.parametrize('world', [1, 2])
def test_an_epoch_sees_every_image(order, world):
    seen = Counter(index for rank in range(world) for batch in make(rank, world, order=order)
                   for index in batch)
    assert set(seen) == set(range(15))
    assert sum(seen.values()) == sum(-(-n // world) * world for n in SIZES)


def test_orders():
    assert len(make()) == 4 + 2 + 1
    assert plan(make(order='sequential')) == [0, 0, 0, 0, 1, 1, 2]
    assert plan(make(order='round_robin')) == [0, 1, 2, 0, 1, 2, 0]
    assert Counter(plan(make(order='proportional'))) == Counter({0: 4, 1: 2, 2: 1})
    assert len({tuple(plan(make(epoch=e))) for e in range(8)}) > 4


def test_small_data_sets_are_seen_again_in_another_order():
    batches = [b for b in make(order='round_robin', sizes=(60, 4), batch_size=2) if b[0] >= 60]
    passes = [sum(batches[i:i + 2], []) for i in range(0, len(batches) - 1, 2)]
    assert len(passes) >= 4 and all(sorted(p) == [60, 61, 62, 63] for p in passes)
    assert len({tuple(p) for p in passes}) > 1


def test_seed_and_epoch_alone_decide():
    assert list(make(epoch=5)) == list(make(epoch=5))
    assert list(make(epoch=5)) != list(make(epoch=6)) != list(make(epoch=6, seed=4))
    assert list(make(shuffle=False, order='sequential'))[:4] == [[0, 1, 2], [3, 4, 5], [6, 7, 8],
                                                                 [9]]


def test_drop_last_keeps_a_data_set_of_less_than_a_batch():
    batches = list(make(drop_last=True, order='sequential', shuffle=False))
    assert batches == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [10, 11, 12], [14]]


def test_in_a_data_loader_with_mmengines_samplers():
    data = ConcatDataset.__new__(ConcatDataset)  # of lists, which mmengine's own refuses
    super(ConcatDataset, data).__init__([list('aaaaa'), list('bbb')])
    data._fully_initialized = True
    data._get_ori_dataset_idx = lambda index: (0, index) if index < 5 else (1, index - 5)
    batches = AlternatingBatchSampler(DefaultSampler(data, seed=0), 2)
    loader = DataLoader(data, batch_sampler=batches)
    assert sorted(''.join(batch) for batch in loader) == ['a', 'aa', 'aa', 'b', 'bb']
    batches.sampler.set_epoch(1)
    assert list(batches) == list(AlternatingBatchSampler(
        SimpleNamespace(**{**vars(batches.sampler), 'epoch': 1}), 2))

    endless = iter(AlternatingBatchSampler(InfiniteSampler(data, seed=0), 2))
    first, second = ([next(endless) for _ in range(5)] for _ in range(2))
    assert sorted(sum(first, [])) == sorted(sum(second, [])) == list(range(8))
    assert first != second


def test_errors():
    with pytest.raises(ValueError, match="order must be one of.*'random'"):
        make(order='random')
    with pytest.raises(ValueError, match='concatenated one, got list'):
        AlternatingBatchSampler(SimpleNamespace(dataset=[1]), 2)
