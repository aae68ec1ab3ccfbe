"""Every registered metric states the scores that it gives: no more, no less, each one way."""

import pytest
from mmengine.hooks import CheckpointHook, EarlyStoppingHook

from mmmtl.evaluation.directions import is_higher_better, stated_scores
from mmmtl.evaluation.functional.score_names import fits, readings
from mmmtl.testing.metric_variants import META, own_metrics, toy_frames, variants

OURS = own_metrics()


@pytest.fixture(scope='module')
def samples():
    return toy_frames()


def given(metric, samples):
    """Names of the scores that a metric gives, without its prefix."""
    if not metric.score_directions:  # it writes files
        return set(metric.compute_metrics([]))
    metric.dataset_meta = META
    metric.process({}, samples)
    start = f'{metric.prefix}/'
    return {key.removeprefix(start) for key in metric.evaluate(len(samples))
            if key.startswith(start)}


@pytest.mark.parametrize('cls', OURS, ids=lambda cls: cls.__name__)
def test_a_metric_gives_what_it_states(cls, samples, tmp_path):
    assert isinstance(vars(cls).get('score_directions'), dict), 'a metric states its own scores'
    seen = set()
    for metric in variants(cls, tmp_path):
        found = given(metric, samples)
        for name in found:
            fitting = {word for one, word in metric.score_directions.items() if fits(one, name)}
            assert len(fitting) == 1, f'{name} is stated as {fitting or "nothing"}'
            assert is_higher_better(f'{metric.prefix}/{name}') is (fitting == {'higher'})
            assert is_higher_better(f'last10/a/b/{name}') is (fitting == {'higher'})
        for stated in metric.score_directions:
            assert any(fits(stated, name) for name in found), f'{stated} is never given'
        seen |= found
    for stated in cls.score_directions:
        assert any(fits(stated, name) for name in seen), f'{stated} is never given'


def test_no_two_metrics_disagree():
    words = {}
    for scores in stated_scores().values():
        for name, word in scores.items():
            assert words.setdefault(name, word) == word, name


@pytest.mark.parametrize('cls', OURS, ids=lambda cls: cls.__name__)
def test_mmengine_guesses_what_is_stated(cls):
    for name, word in cls.score_directions.items():
        key = f'{cls.default_prefix or "tag"}/{name.replace("<n>", "20")}'
        rule = {'higher': 'greater', 'lower': 'less'}[word]
        assert CheckpointHook(save_best=key).rules == [rule], key
        assert EarlyStoppingHook(monitor=key).rule == rule, key


def test_the_documented_table_is_what_is_stated(repo_root):
    """docs/metrics.md: the column "better" of each key in backticks."""
    rows = 0
    for line in (repo_root / 'docs/metrics.md').read_text().splitlines():
        cells = [cell.strip() for cell in line.replace('\\|', '').strip('|').split('|')]
        if len(cells) != 5 or cells[4] not in ('higher', 'lower'):
            continue
        for key in cells[1].replace('…', '').split(','):
            name = key.strip(' `').partition('` (')[0]
            if not name or '`' in name:
                continue
            stated = [scores[one.pattern] for scores in stated_scores().values()
                      for one in readings(name.replace('<k>', '5'), scores) if not one.prefix]
            assert set(stated) == {cells[4]}, name
            rows += 1
    assert rows > 20
