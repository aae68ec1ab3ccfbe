"""What a head learned counts, by the checkpoint or the training set."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest

from mmmtl.engine import HeadClassesHook, PredictionWriterHook
from mmmtl.engine.learned_classes import check_order, meta_of_predictions
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

ROAD, CAR, SKY = 'road', 'car', 'sky'


@pytest.mark.parametrize(('judged', 'learned', 'warned'), [
    ((ROAD, CAR), (ROAD, CAR), 0), ((), (ROAD, CAR), 0), ((ROAD, CAR), (), 0),
    (('0', '1'), (ROAD, CAR), 0), ((ROAD, CAR), ('0', '1'), 0), (('1', '0'), ('0', '1'), 0),
    ((ROAD, SKY), (ROAD, CAR), 1), ((ROAD, CAR, SKY), (ROAD, CAR), 1)])
def test_other_names_are_warned_of(judged, learned, warned):
    with patch('mmmtl.engine.learned_classes.print_log') as log:
        check_order(dict(classes=judged), dict(classes=learned), 'x')
    assert log.call_count == warned


def dataset(*classes):
    return SimpleNamespace(metainfo=dict(classes=classes))


def test_the_same_names_in_another_order_are_refused():
    model = MODELS.build(toy_model_cfg())
    runner = SimpleNamespace(
        model=model, train_dataloader=SimpleNamespace(dataset=dataset(ROAD, CAR, SKY)),
        val_loop=SimpleNamespace(dataloader=SimpleNamespace(dataset=dataset(CAR, ROAD, SKY))),
        test_dataloader=SimpleNamespace(dataset=dataset(SKY, CAR, ROAD)), visualizer=None)
    with pytest.raises(ValueError, match="val_dataloader: .*'car', 'road'.*learned them as .'road"):
        HeadClassesHook().before_train(runner)
    hook = HeadClassesHook()
    hook.after_load_checkpoint(runner, dict(meta=dict(dataset_meta=dataset(
        ROAD, CAR, SKY).metainfo)))
    with pytest.raises(ValueError, match='test_dataloader: '):
        hook.before_test(runner)
    runner.model = SimpleNamespace()  # without a semantic head
    hook.before_test(runner)


@pytest.mark.parametrize(('learned', 'judged', 'expected'), [
    (('0', '1'), dict(classes=(ROAD, CAR), thing_classes=(CAR, )), (ROAD, CAR)),
    ((ROAD, 'auto'), dict(classes=(ROAD, CAR), thing_classes=(CAR, )), (ROAD, CAR)),
    ((CAR, 'ground'), dict(classes=(ROAD, CAR), thing_classes=(1, )), (CAR, 'ground'))])
def test_classes_of_predictions(learned, judged, expected):
    meta = meta_of_predictions(judged, dict(classes=learned))
    assert meta['classes'] == expected and CAR in [
        one if isinstance(one, str) else judged['classes'][one] for one in meta['thing_classes']]


def test_predictions_are_written_by_the_names_that_were_learned(tmp_path):
    hook = PredictionWriterHook(str(tmp_path))
    runner = SimpleNamespace(test_dataloader=SimpleNamespace(dataset=dataset(ROAD, CAR)))
    hook.after_load_checkpoint(runner, dict(meta=dict(dataset_meta=dict(classes=(SKY, ROAD)))))
    with patch('mmmtl.engine.prediction_writer_hook._image_paths', return_value=[]):
        hook.before_test(runner)
    assert hook.classes == (SKY, ROAD)
