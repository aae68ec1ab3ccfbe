"""Each rule speaks where it should, and is silent in a pipeline that is right."""

import pytest

from mmmtl.datasets.pipeline_rules import RULES, problems_of
from mmmtl.datasets.pipeline_steps import Step

LOAD = ('LoadInstanceIds', 'LoadDepth')
RIGHT = (*LOAD, 'GenerateNormals', 'RandomResize', 'RepairUnits', 'RandomCrop', 'RandomFlip',
         'GenerateInstanceVectors', 'PackMultiTaskInputs')
WRONG = {
    'LabelsBeforeMoves': ('RandomCrop', 'LoadDepth'),
    'MadeAsLoaded': ('LoadDepth', 'RandomFlip', 'GenerateNormals'),
    'MadeOfLoaded': ('LoadDepth', 'GenerateInstanceVectors'),
    'SpoilsMaps': ('LoadDepth', 'RandomRotate'),
    'OneFlip': ('LoadNormals', 'RandomFlip', 'RandomFlip'),
    'MadeLast': ('LoadInstanceIds', 'GenerateInstanceVectors', 'RandomCrop'),
    'PaddedLast': ('LoadInstanceIds', 'Pad', 'RandomFlip'),
    'UnitsRepaired': ('LoadDepth', 'Resize', 'RandomCrop'),
}


def found(names, test_mode=False):
    return list(problems_of([Step(dict(type=name)) for name in names], test_mode))


def test_a_right_pipeline_has_no_problem():
    assert found(RIGHT) == []


def test_every_rule_is_tried():
    assert {rule.__name__ for rule in RULES} == set(WRONG)


@pytest.mark.parametrize('name', WRONG)
def test_a_rule_alone(name, monkeypatch):
    """Only this rule speaks of its example, and of the last step but for units."""
    (number, text), = found(WRONG[name])
    assert number == (1 if name == 'UnitsRepaired' else len(WRONG[name]) - 1) and text
    others = tuple(rule for rule in RULES if rule.__name__ != name)
    monkeypatch.setattr('mmmtl.datasets.pipeline_rules.RULES', others)
    assert found(WRONG[name]) == []


def test_nothing_is_asked_of_pipelines_without_maps():
    assert found(('LoadSemanticLabels', 'RandomRotate', 'Pad', 'Resize')) == []
