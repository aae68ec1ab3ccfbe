import os
import time

from mmmtl.testing.isolation import run_isolated


def _job(what: str) -> str:
    if what == 'fail':
        raise ValueError('bad input')
    if what == 'crash':
        os._exit(3)
    if what == 'hang':
        time.sleep(60)
    if what == 'eat':
        return str(len(bytearray(2**40)))
    return what.upper()


def test_a_job_that_fails_ends_alone() -> None:
    jobs = [('fail', ), ('crash', ), ('hang', ), ('eat', ), ('good', )]
    outcomes = {job[0]: (result, reason)
                for job, result, reason in run_isolated(_job, jobs, workers=5, timeout=5)}
    assert outcomes.pop('good') == ('GOOD', '')
    assert outcomes.pop('fail') == (None, 'ValueError: bad input')
    assert outcomes.pop('crash') == (None, 'process ended with code 3')
    assert outcomes.pop('hang') == (None, 'took longer than 5 s')
    assert 'MemoryError' in outcomes.pop('eat')[1]
    assert not outcomes
