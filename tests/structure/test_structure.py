"""Limits of the source: circles, lengths, complexity, attributes set from outside.

Exceptions stand here by name. One that no longer occurs fails, so that it is taken out.
"""

import ast
import statistics
from pathlib import Path

import pytest

import source_measures as measures

LONGEST_FILE, MEDIAN_FILE = 400, 90
LARGEST_COMPLEXITY, MEAN_COMPLEXITY = 20, 3.5
#: what the mean has come down to; lower it when the mean falls, until it is MEAN_COMPLEXITY
MEAN_REACHED = 3.92

#: functions above LARGEST_COMPLEXITY
DENSE: dict[str, str] = {}

#: circles of imports within functions
INNER_CIRCLES: dict[tuple[str, ...], str] = {}

#: attributes that torch or Python want set: parts of a protocol, not of somebody's state
PROTOCOL = ('.grad', 'ctx.')
#: configs are data: what is written there is written nowhere else
DATA = ('cfg.', 'options.')

#: file:function target → why it is set from outside
OUTSIDE = {
    '_save_best.py:teach_save_best hook._default_less_keys': 'mmengine has no other way',
    '_save_best.py:teach_save_best hook._default_greater_keys': 'mmengine has no other way',
    'balancing/optim_wrapper.py:BalancingMixin.optim_context model.require_forward_param_sync':
        "torch's no_sync() leaves it as it was before",
    'engine/numbered_classes_hook.py:_number evaluator.dataset_meta':
        "mmengine's evaluator is told so",
    'engine/random_state.py:RandomState.before_train loop.dataloader_iterator':
        'mmengine makes it in run() alone',
    'evaluation/metrics/delta_m.py:DeltaM.dataset_meta self.evaluator.dataset_meta':
        "mmengine's evaluator is told so",
    'models/decode_heads/body.py:build_body body.mask_norm':
        "mmseg's Segmenter has no option for it",
    'models/segmentors/losses_after_step.py:statistics_kept layer.track_running_stats':
        'torch has no other way, and it is put back',
    'testing/cityscapes_official.py:_quiet_folder np.in1d': 'the scripts need what numpy dropped',
    'testing/official_instances.py:official_scores args.distanceAvailable':
        'options of cityscapesScripts are attributes',
    'testing/processes.py:_run sys.argv': 'as the interpreter does',
    'utils/machine_code.py:MachineCode.__call__ numba.config.CACHE_DIR': 'as numba documents it',
    'weighting/famo.py:update_famo famo._prev_losses': 'TorchJD has no method for it',
    'weighting/library_state.py:LibraryState.assign self._of[0].…': "TorchJD's objects keep state",
}


@pytest.fixture(scope='module')
def sources(repo_root) -> dict[str, str]:
    """Text of every file of the package, by its path in it."""
    package = repo_root / 'mmmtl'
    return {path.relative_to(package).as_posix(): path.read_text()
            for path in sorted(package.rglob('*.py'))}


@pytest.fixture(scope='module')
def trees(sources):
    return {name: ast.parse(text) for name, text in sources.items()}


@pytest.fixture(scope='module')
def complexities(trees):
    return {f'{name}:{function}': measures.complexity(node) for name, tree in trees.items()
            for function, node in measures.functions_of(tree)}


@pytest.fixture(scope='module')
def imports(trees):
    """Imports of each module at its top level, and within functions."""
    paths = {name: Path('mmmtl', name) for name in trees}
    known = {measures.module_name(path, Path()): name for name, path in paths.items()}
    return {module: measures.imports_of(trees[name], module, name.endswith('__init__.py'), known)
            for module, name in known.items()}


def compare(found, allowed, what):
    """What is found must be listed, and what is listed must be found."""
    new, gone = sorted(set(found) - set(allowed)), sorted(set(allowed) - set(found))
    assert not new, f'{what}: {new}'
    assert not gone, f'no longer so, take it out of the list in {__file__}: {gone}'


def test_no_circles_of_imports_at_top_level(imports):
    assert len(imports) > 300
    assert measures.circles({module: top for module, (top, _) in imports.items()}) == []


def test_no_circles_of_imports_within_functions(imports):
    found = measures.circles({module: top | inner for module, (top, inner) in imports.items()})
    compare([tuple(group) for group in found], INNER_CIRCLES, 'modules that import one another')


def test_files_are_short(sources):
    lengths = {name: len(text.splitlines()) for name, text in sources.items()}
    assert {name: number for name, number in lengths.items() if number > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FILE


def test_no_function_is_dense(complexities):
    dense = {name: number for name, number in complexities.items() if number > LARGEST_COMPLEXITY}
    compare(dense, DENSE, f'part checks from steps: complexity above {LARGEST_COMPLEXITY} {dense}')


def test_complexity_does_not_rise(complexities):
    mean = statistics.fmean(complexities.values())
    assert mean <= MEAN_REACHED, f'mean complexity has risen to {mean:.3f}'


@pytest.mark.xfail(strict=True, reason='3.92; when it passes, take this mark and MEAN_REACHED out')
def test_complexity_is_low(complexities):
    assert statistics.fmean(complexities.values()) <= MEAN_COMPLEXITY


def test_nothing_sets_attributes_of_others(trees):
    found = [f'{name}:{function} {target}' for name, tree in trees.items()
             for function, target in measures.set_from_outside(tree)
             if not target.endswith(PROTOCOL[0]) and not target.startswith((PROTOCOL[1], *DATA))]
    compare(found, OUTSIDE, 'attributes set from outside; give the object a method for it')


def test_a_list_that_is_not_true_is_noticed():
    with pytest.raises(AssertionError, match=r"no longer so.*\['b'\]"):
        compare(['a'], ['a', 'b'], 'such')
    with pytest.raises(AssertionError, match=r"such: \['b'\]"):
        compare(['a', 'b'], ['a'], 'such')
