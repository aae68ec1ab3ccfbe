"""Which checkpoint a run resumes from, and what is refused."""

import pytest
import torch

from mmmtl.apis import check_checkpoint_file, find_checkpoint_to_resume
from mmmtl.apis.checkpoint import load_weights


def save(path):
    torch.save(dict(state_dict=dict(w=torch.zeros(1000))), path)
    return path


def cut(path):
    path.write_bytes(path.read_bytes()[:1000])
    return path


def test_nothing_to_resume(tmp_path):
    assert find_checkpoint_to_resume(str(tmp_path)) is None
    assert find_checkpoint_to_resume(str(tmp_path / 'missing')) is None


def test_last_checkpoint_is_trusted_when_whole(tmp_path):
    save(tmp_path / 'iter_9.pth')
    named = save(tmp_path / 'iter_5.pth')
    (tmp_path / 'last_checkpoint').write_text(str(named))
    assert find_checkpoint_to_resume(str(tmp_path)) == str(named)


@pytest.mark.parametrize('content', ['', '/gone/iter_12.pth', 'CUT'])
def test_else_the_highest_whole_number(tmp_path, content):
    save(tmp_path / 'iter_9.pth')
    save(tmp_path / 'iter_10.pth')
    save(tmp_path / 'best_mIoU_iter_99.pth')
    if content == 'CUT':
        content = str(cut(save(tmp_path / 'iter_11.pth')))
    (tmp_path / 'last_checkpoint').write_text(content)
    assert find_checkpoint_to_resume(str(tmp_path)) == str(tmp_path / 'iter_10.pth')


def test_a_run_that_was_moved_resumes(tmp_path):
    here = save(tmp_path / 'iter_3.pth')
    save(tmp_path / 'iter_4.pth')
    (tmp_path / 'last_checkpoint').write_text('/where/it/was/iter_3.pth')
    assert find_checkpoint_to_resume(str(tmp_path)) == str(here)


def test_missing_and_cut_files_are_refused(tmp_path):
    check_checkpoint_file(str(save(tmp_path / 'iter_1.pth')))
    check_checkpoint_file('https://host/x.pth')
    with pytest.raises(FileNotFoundError, match=r'does not exist .* there are iter_1\.pth'):
        check_checkpoint_file(str(tmp_path / 'iter_2.pth'))
    with pytest.raises(ValueError, match=r'cut off or no checkpoint \(1000 bytes\)'):
        check_checkpoint_file(str(cut(tmp_path / 'iter_1.pth')))


def test_the_field_that_names_the_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match='^load_from: checkpoint .* does not exist'):
        check_checkpoint_file(str(tmp_path / 'x.pth'), 'load_from')


def test_files_of_old_torch_are_whole(tmp_path):
    torch.save(dict(a=1), tmp_path / 'x.pth', _use_new_zipfile_serialization=False)
    check_checkpoint_file(str(tmp_path / 'x.pth'))


def test_weights_are_loaded_or_refused(tmp_path):
    """With ``module.`` in front or not; a checkpoint of another model is not loaded in parts."""
    model, other = torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)
    path = str(tmp_path / 'weights.pth')
    torch.save(dict(state_dict={f'module.{k}': v for k, v in other.state_dict().items()}), path)
    load_weights(model, path)
    assert torch.equal(model.weight, other.weight) and torch.equal(model.bias, other.bias)
    before = model.weight.clone()
    torch.save(dict(state_dict=dict(weight=torch.zeros(3, 2))), path)
    with pytest.raises(ValueError, match='not of this model: 1 of 2 keys are missing: bias'):
        load_weights(model, path)
    assert torch.equal(model.weight, before)
