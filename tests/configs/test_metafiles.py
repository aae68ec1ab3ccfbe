"""mim and mmmtl:: find configs through model-index.yml and the metafiles."""

import yaml


def load(path):
    return yaml.safe_load(path.read_text(encoding='utf-8'))


def listed_configs(folder):
    models = load(folder / 'metafile.yml')['Models']
    return {model['Config'] for model in models}


def config_folders(root):
    return sorted(
        folder for folder in (root / 'configs').iterdir()
        if folder.is_dir() and not folder.name.startswith(('_', '.')))


def test_the_index_lists_every_folder(repo_root):
    index = load(repo_root / 'model-index.yml')['Import']
    found = [f'configs/{folder.name}/metafile.yml' for folder in config_folders(repo_root)]
    assert found, 'no folder of configs'
    assert sorted(index) == found


def test_metafiles_list_every_config(repo_root):
    checked = 0
    for folder in config_folders(repo_root):
        found = {path.relative_to(repo_root).as_posix() for path in folder.glob('*.py')}
        assert listed_configs(folder) == found, f'{folder.name}/metafile.yml'
        checked += len(found)
    assert checked, 'no config found'


def test_metafiles_name_what_a_model_is_scored_on(repo_root):
    """The fields that mim reads."""
    for folder in config_folders(repo_root):
        for model in load(folder / 'metafile.yml')['Models']:
            for field in ('Name', 'In Collection', 'Config'):
                assert model.get(field), f'{folder.name}/metafile.yml: {model} has no {field!r}'


def test_every_folder_has_a_readme(repo_root):
    for folder in config_folders(repo_root):
        assert (folder / 'README.md').is_file(), f'configs/{folder.name}/README.md is missing'
