"""The measures themselves, on small sources and against ruff."""

import ast
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import source_measures as measures

#: body of a function, its complexity by statements, and within lines too
EXAMPLES = [
    ('return 1', 1, 1), ('if a: return 1', 2, 2), ('return a and b or c', 1, 3),
    ('return [x for x in a if x if b]', 1, 4), ('return 1 if a else 2', 1, 2),
    ('for x in a: pass\n  else: pass', 2, 2), ('while a: pass', 2, 2),
    ('try: pass\n  except A: pass\n  except B: pass\n  else: pass', 4, 4),
    ('try: pass\n  finally: pass', 1, 1), ('with a: pass', 1, 1),
    ('def g():\n    if a: pass\n  return g', 3, 3), ('return lambda: a', 1, 2),
    ('assert a', 1, 2), ('if a: pass\n  elif b: pass\n  else: pass', 3, 3),
    ('match a:\n    case 1: pass\n    case 2: pass', 3, 3)]


@pytest.mark.parametrize(('body', 'plain', 'dense'), EXAMPLES)
def test_complexity_by_hand(body, plain, dense):
    function = ast.parse(f'def f():\n  {body}').body[0]
    assert measures.complexity(function, within_lines=False) == plain
    assert measures.complexity(function) == dense


def ruff_complexity(folder):
    """ruff's number of every function below a folder, by file and line."""
    if find_spec('ruff') is None:
        pytest.skip('ruff is not installed')
    done = subprocess.run(
        [sys.executable, '-m', 'ruff', 'check', str(folder), '--isolated', '--no-cache', '--select',
         'C901', '--config', 'lint.mccabe.max-complexity=0', '--output-format', 'json'],
        capture_output=True, text=True)
    return {(Path(one['filename']).resolve(), one['location']['row']):
            int(re.search(r'\((\d+) >', one['message'])[1]) for one in json.loads(done.stdout)}


def test_ruff_counts_the_examples_alike(tmp_path):
    for number, (body, _, _) in enumerate(EXAMPLES):
        (tmp_path / f'{number}.py').write_text(f'def f():\n  {body}\n')
    found = ruff_complexity(tmp_path)
    for number, (_, plain, _) in enumerate(EXAMPLES):
        assert found[tmp_path.resolve() / f'{number}.py', 1] == plain


def test_ruff_counts_the_package_alike(repo_root):
    theirs = ruff_complexity(repo_root / 'mmmtl')
    ours = {(path.resolve(), function.lineno): measures.complexity(function, within_lines=False)
            for path in (repo_root / 'mmmtl').rglob('*.py')
            for _, function in measures.functions_of(ast.parse(path.read_text()))}
    assert len(ours) > 1000
    assert {place: (theirs.get(place), number) for place, number in ours.items()
            if theirs.get(place) != number} == {}


KNOWN = dict.fromkeys(('p', 'p.a', 'p.b', 'p.q', 'p.q.c'))


@pytest.mark.parametrize(('source', 'module', 'top', 'inner'), [
    ('import p.a, os', 'p.b', {'p.a'}, set()),
    ('from p import a, thing', 'p.b', {'p.a', 'p'}, set()),
    ('from . import a', 'p.b', {'p.a'}, set()),
    ('from ..a import x', 'p.q.c', {'p.a'}, set()),
    ('from .c import x', 'p.q', {'p.q.c'}, set()),
    ('def f():\n  from .a import x', 'p.b', set(), {'p.a'}),
    ('if TYPE_CHECKING:\n  from .a import x', 'p.b', set(), set())])
def test_imports_by_hand(source, module, top, inner):
    found = measures.imports_of(ast.parse(source), module, module == 'p.q', KNOWN)
    assert found == (top, inner)


def test_circles_by_hand():
    edges = dict(a={'b'}, b={'c'}, c={'a', 'd'}, d=set(), e={'a'}, f={'g'}, g={'f'})
    assert measures.circles(edges) == [['a', 'b', 'c'], ['f', 'g']]


@pytest.mark.parametrize(('body', 'expected'), [
    ('self.a = 1', []), ('x = Made()\n  x.a = 1', []), ('x.a = 1', ['x.a']),
    ('x.a += 1', ['x.a']), ('del x.a', ['x.a']), ('x.a, y = 1, 2', ['x.a']),
    ('self.part.a = 1', ['self.part.a']), ('setattr(x, "a", 1)', ['x.…']),
    ('x.__dict__["a"] = 1', ['x.__dict__']), ('x.__dict__.pop("a")', ['x.__dict__']),
    ('vars(x).update(a=1)', ['x.__dict__']), ('x = y\n  x.a = 1', ['x.a']),
    ('with x.held() as x.a: pass', ['x.a']), ('x["a"] = 1', [])])
def test_set_from_outside_by_hand(body, expected):
    tree = ast.parse(f'class A:\n def f(self):\n  {body}')
    assert [target for _, target in measures.set_from_outside(tree)] == expected
