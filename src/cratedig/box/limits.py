"""What one decode may use, and what a file may claim."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BoxLimits:
    """One child's share. `memory_mb` counts from what a child that has not yet seen a file already maps.

    `wall_s` and `cpu_s` are seconds; a file may hold up to `max_audio_s` seconds of `max_channels` channels, or
    `max_notes` notes in `max_midi_bytes` bytes. `processes` decodes run at once, and as many children wait warm.
    """

    memory_mb: int = 1024
    cpu_s: int = 30
    wall_s: float = 60.0
    max_audio_s: float = 1800.0
    max_channels: int = 64
    max_rate_hz: int = 384_000
    max_notes: int = 500_000
    max_midi_bytes: int = 16 * 2**20
    processes: int = 2

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"{name} {value} is not positive")

    @property
    def max_output_bytes(self) -> int:
        """The most that a child may hand back: as mono float32, 1024 MiB are 93 minutes at 48 kHz."""
        return self.memory_mb << 20
