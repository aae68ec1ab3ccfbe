"""A count that a checkpoint keeps."""

from mmmtl.weighting.counter import Counter


def test_it_counts_and_is_restored():
    counter, twin = Counter(3), Counter()
    counter.set(counter.value + 2)
    assert counter.value == counter.count == 5
    assert twin.value == 0
    twin.load_state_dict(counter.state_dict())
    assert twin.value == 5
