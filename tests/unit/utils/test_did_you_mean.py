"""Misspelt names are answered with the closest known one."""

from mmmtl.utils.did_you_mean import did_you_mean


def test_the_closest_name_is_asked_for():
    assert did_you_mean('PCGard', ['PCGrad', 'GradNorm']) == "did you mean 'PCGrad'? "
    assert did_you_mean('PCGard', {'PCGrad': 'mmmtl.PCGrad'}) == "did you mean 'mmmtl.PCGrad'? "
    assert did_you_mean('val_x', ['val_a', 'val_b', 'val_c'], most=2) == (
        "did you mean 'val_c' or 'val_b'? ")


def test_nothing_is_asked_where_nothing_is_close():
    assert did_you_mean('xyz', ['PCGrad']) == did_you_mean('xyz', []) == ''
    assert did_you_mean('GradNarm', ['GradNorm'], cutoff=0.95) == ''
