"""Every module of a package is imported."""

import sys

from mmmtl.utils.modules import import_modules


def test_what_is_named_nowhere_is_imported(tmp_path, monkeypatch):
    (tmp_path / 'a_package').mkdir()
    (tmp_path / 'a_package' / '__init__.py').write_text(
        'from mmmtl.utils.modules import import_modules\nimport_modules(__name__)\n')
    (tmp_path / 'a_package' / 'new.py').write_text('VALUE = 3\n')
    monkeypatch.syspath_prepend(tmp_path)
    import a_package
    assert a_package.new.VALUE == 3
    for name in ('a_package', 'a_package.new'):
        del sys.modules[name]


def test_packages_of_ours_know_all_their_modules():
    for package in ('datasets.transforms', 'models.decode_heads', 'models.losses',
                    'evaluation.metrics'):
        import_modules(f'mmmtl.{package}')  # nothing is left that cannot be imported
