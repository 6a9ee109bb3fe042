"""Which workers are dead: those whose beat does not change while we look."""

from __future__ import annotations

from collections.abc import Mapping


class Watch:
    """Counts how long each worker has been silent, by our own monotonic clock, from look to look.

    What the beats say is only compared, so a wall clock that is moved, here or on the server, makes nobody dead. A look
    that comes late counts as two at most: after everything was asleep together, the others get time to beat first.
    """

    def __init__(self, *, stalled_after_s: float, look_every_s: float) -> None:
        self.stalled_after_s = stalled_after_s
        self.look_every_s = look_every_s
        self._looked_at: float | None = None
        self._seen: dict[int, tuple[float, float]] = {}  # worker -> its beat, seconds of silence since

    def dead(self, beats: Mapping[int, float], *, at: float) -> list[int]:
        """The workers that have been silent for `stalled_after_s`. `at`: this look, in monotonic seconds."""
        passed = 0.0 if self._looked_at is None else min(at - self._looked_at, 2 * self.look_every_s)
        self._looked_at = at
        self._seen = {worker: (beat, self._silence(worker, beat, passed)) for worker, beat in beats.items()}
        return [worker for worker, (_, silence) in self._seen.items() if silence >= self.stalled_after_s]

    def _silence(self, worker: int, beat: float, passed: float) -> float:
        before, silence = self._seen.get(worker, (None, 0.0))
        return silence + passed if beat == before else 0.0
