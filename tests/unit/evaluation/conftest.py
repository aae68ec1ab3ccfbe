"""Fixtures for the tests of scores."""

import logging
from collections.abc import Callable, Iterator

import pytest
from mmengine.logging import MMLogger


@pytest.fixture
def caplog_messages() -> Iterator[Callable[[], str]]:
    """All that mmengine's logger was told during the test; it does not pass on to the root."""
    messages: list[str] = []

    class Listener(logging.Handler):

        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    listener, logger = Listener(), MMLogger.get_current_instance()
    level = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)  # a runner of another test may have asked for errors only
    yield lambda: '\n'.join(messages)
    logger.setLevel(level)
    logger.removeHandler(listener)
