"""requirements/install.py: which pins, which stack; and the files that a package consists of."""

import re
import subprocess
import sys

import pytest

from requirements import install


def test_pins_are_read_with_their_markers():
    text = "# tested\nTorch==2.13.0\nscikit_learn==1.9 ; python_version >= '3.11'\n\n"
    assert install.pins(text) == {
        'torch': 'Torch==2.13.0',
        'scikit-learn': "scikit_learn==1.9 ; python_version >= '3.11'"}


def test_a_foreign_environment_keeps_what_it_has():
    pinned = {'torch': 'torch==2.13.0', 'numpy': 'numpy==2.4.6'}
    have = {'torch': '2.8.0'}
    assert install.apply_pins(pinned, have, keep=True) == {'numpy': 'numpy==2.4.6'}
    assert install.apply_pins(pinned, have, keep=False) == pinned


def test_the_stack_that_is_there_is_used():
    assert install.choose_stack(None, {}) == 'onedl'
    assert install.choose_stack('openmmlab', {}) == 'openmmlab'
    assert install.choose_stack(None, {'mmsegmentation': '1.2.2'}) == 'openmmlab'
    assert install.choose_stack('onedl', {'onedl-mmsegmentation': '1.4'}) == 'onedl'


def test_one_stack_never_goes_over_the_other():
    with pytest.raises(ValueError, match='has the stack openmmlab, onedl was asked for'):
        install.choose_stack('onedl', {'mmsegmentation': '1.2.2'})
    with pytest.raises(ValueError, match='has the stack onedl and openmmlab'):
        install.choose_stack(None, {'mmsegmentation': '1', 'onedl-mmsegmentation': '1'})


def test_the_constraints_pin_torch_and_every_requirement():
    pinned = install.pins(install.CONSTRAINTS.read_text())
    assert re.fullmatch(r'torch==\d+\.\d+\.\d+', pinned['torch'])
    setup = (install.ROOT / 'setup.py').read_text()
    lists = setup[setup.index('EXTRAS = {'):]
    names = set(re.findall(r"^\s+'([A-Za-z0-9_.-]+?)(?:[><=].*)?',", lists, re.MULTILINE))
    names |= {name for found in re.findall(r"\[('.*')\],", lists)
              for name in re.findall(r"'([A-Za-z0-9_.-]+)", found)}
    assert {'numpy', 'onedl-mmcv', 'mmengine', 'pytest', 'numba'} <= names
    free = {'mmcv', 'setuptools', 'pre-commit'}  # a build of one's own; a tool; not in the suite
    assert {name for name in names if install.normalise(name) not in pinned} == free


@pytest.mark.parametrize('change', ['', "vars(build_py).get('editable_mode') is None or "
                                        "delattr(build_py, 'editable_mode'); "])
def test_a_wheel_carries_configs_and_tools(tmp_path, repo_root, change):
    """What pip would install, built without pip (and so without a network).

    Also by setuptools before version 64, which knows no ``editable_mode``.
    """
    code = (f'import sys; from setuptools.command.build_py import build_py; {change}'
            f'sys.argv = ["setup.py", "-q", "build_py", "-d", {str(tmp_path)!r}]; '
            'import runpy; runpy.run_path("setup.py", run_name="__main__")')
    pytest.importorskip('setuptools')
    egg = ['egg_info', '--egg-base', str(tmp_path)]
    code = code.replace('"-q", ', f'"-q", *{egg!r}, ')
    subprocess.run([sys.executable, '-c', code], cwd=repo_root, check=True, timeout=120)
    mim = tmp_path / 'mmmtl' / '.mim'
    assert (mim / 'model-index.yml').is_file() and not (mim / 'model-index.yml').is_symlink()
    configs = {p.relative_to(repo_root / 'configs') for p in repo_root.glob('configs/*/*.py')}
    assert configs and all((mim / 'configs' / config).is_file() for config in configs)
    assert (mim / 'tools' / 'train.py').is_file()
    assert not list(tmp_path.rglob('street_scenes'))  # a package of its own
    assert not list(mim.rglob('__pycache__'))
    assert (tmp_path / 'mmmtl' / 'registry.py').is_file()
