"""A progress line: in place on a terminal, a line every few seconds elsewhere."""

import sys
import time

TERMINAL_INTERVAL, LOG_INTERVAL = 0.2, 5.0  # seconds between two lines


def as_clock(seconds: float) -> str:
    """Return a duration as minutes:seconds or hours:minutes:seconds."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f'{hours}:{minutes:02d}:{seconds:02d}' if hours else f'{minutes}:{seconds:02d}'


class Progress:
    """Shows how many of `total` frames are done, how fast, and how long the rest takes."""

    def __init__(self, total: int, stream=None, clock=time.monotonic):
        self.total = total
        self.done = 0
        self.stream = sys.stderr if stream is None else stream
        self.on_terminal = self.stream.isatty()
        self.interval = TERMINAL_INTERVAL if self.on_terminal else LOG_INTERVAL
        self.clock = clock
        self.start = self.last_shown = clock()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.start

    def line(self) -> str:
        """Return what is shown."""
        rate = self.done / max(self.seconds, 1e-9)
        rest = as_clock((self.total - self.done) / rate) if self.done else 'unknown'
        return f'{self.done}/{self.total} frames, {rate:.1f} frames/s, {rest} left'

    def advance(self) -> None:
        """Count one more frame."""
        self.done += 1
        now = self.clock()
        if now - self.last_shown >= self.interval or self.done == self.total:
            self.last_shown = now
            self.show()

    def show(self) -> None:
        """Show the line now."""
        if self.on_terminal:
            self.stream.write('\r\x1b[K' + self.line())
        else:
            self.stream.write(self.line() + '\n')
        self.stream.flush()

    def close(self) -> None:
        """Leave the line on a terminal standing."""
        if self.on_terminal and self.done:
            self.stream.write('\n')
            self.stream.flush()
