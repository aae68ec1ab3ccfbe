from mix_in_check import MixInResult
from mix_in_table import mix_in_table


def test_counts_configs_by_family() -> None:
    groups = {'fcn:1': ['fcn/a', 'fcn/b'], 'fcn:2': ['fcn/c'], 'vpd:1': ['vpd/a'],
              'san:1': ['san/a']}
    results = {
        'fcn:1': MixInResult('fcn/a'),
        'fcn:2': MixInResult('fcn/c', reason='ValueError: why'),
        'vpd:1': MixInResult('vpd/a', host_reason='ImportError: no | ldm'),
    }
    lines = mix_in_table(groups, results).splitlines()
    assert lines[2] == '| fcn | 3 | 2 | 3 | 2 | ValueError: why |'
    assert lines[3] == '| vpd | 1 | 1 | 0 | 0 | alone: ImportError: no \\| ldm |'
    assert lines[4] == '| san | 1 | 1 | 0 | 0 | 1 not run |'
    assert lines[5] == '| **3 families** | **5** | **4** | **3** | **2** | |'
