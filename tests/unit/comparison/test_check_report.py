"""Words that only the table needs are checked before any run."""

import pytest

from mmmtl.comparison import Variant, check_report


def check(cfg, tmp_path, **words):
    check_report(cfg, [Variant('equal'), Variant('fixed', 'grid')], tmp_path, **words)


@pytest.mark.parametrize('words, error, match', [
    (dict(metrics=['dpeth/mae']), KeyError, "--metrics names 'dpeth/mae', but the metrics give"),
    (dict(metrics=['depth/nothere']), KeyError, 'depth/nothere: whether higher or lower is better'),
    (dict(metrics=['depth/nothere'], directions=dict(nothere='lower')), KeyError,
     r"'depth/nothere', which gives \['mae', 'rmse'\]"),
    (dict(metrics=['depth/abs_rel']), KeyError, r"'depth/abs_rel', which gives \['mae', 'rmse'\]"),
    (dict(directions={'depth/mae': 'up'}), ValueError, "'depth/mae' must be 'higher' or 'lower'"),
    (dict(directions={'dpeth/odd': 'lower'}), KeyError, "--directions names 'dpeth/odd'"),
    (dict(grid_lines=['nosuch']), KeyError, r"--grid-lines names \['nosuch'\].*\['equal'\]"),
    (dict(grid_lines=['fixed']), KeyError, r"--grid-lines names \['fixed'\]"),
    (dict(baseline={'dpeth/mae': 1.0}), ValueError, 'none of which is a score of the config')])
def test_refused(cfg, tmp_path, words, error, match):
    with pytest.raises(error, match=match):
        check(cfg, tmp_path, **words)


def test_accepted(cfg, tmp_path, leave_results):
    check(cfg, tmp_path)
    check(cfg, tmp_path, metrics=['semantic/mIoU', 'last10/depth/mae'], grid_lines=['Equal'],
          baseline={'depth/mae': 1.0, 'other/rmse': 1.0}, directions=dict(odd='lower'))
    leave_results(Variant('dwa'), 0, {'depth/mae': 1.0})
    check(cfg, tmp_path, grid_lines=['dwa'])  # run before


def test_metrics_of_any_form(cfg, tmp_path):
    """Within DeltaM, and with its own prefix; without a prefix nothing can be said."""
    cfg.val_evaluator = dict(type='mmmtl.DeltaM', baseline={'depth/mae': 1.0},
                             task_metrics=cfg.val_evaluator)
    check(cfg, tmp_path, metrics=['depth/mae'])
    check(cfg, tmp_path, metrics=['multi_task/delta_m'], directions=dict(delta_m='higher'))
    with pytest.raises(KeyError, match='instance/epee'):
        check(cfg, tmp_path, metrics=['instance/epee'])
    cfg.val_evaluator = [dict(type='IoUMetric', iou_metrics=['mIoU'])]
    check(cfg, tmp_path, metrics=['mIoU', 'any/mae'])
