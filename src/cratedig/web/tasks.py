"""Jobs as the API shows them: the drummer's task (its specification, "Utility Endpoints"), and what we add to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cratedig.catalogue.jobs import Job
from cratedig.web.schemas import AtMost, Request

MAX_TASKS = 200

AnalyzerName = Literal["algorithmic", "emotion", "qwen", "gemma", "ollama", "openai", "anthropic", "google", "hybrid"]
"""Whoever leaves findings in the catalogue."""


class TaskStatus(StrEnum):
    """The specification's words; `queued`, `stopped` and `cancelled` are ours."""

    queued = "queued"
    in_progress = "in_progress"
    completed = "completed"
    failed = "failed"
    stopped = "stopped"
    cancelled = "cancelled"


_WORDS = {
    "queued": TaskStatus.queued,
    "running": TaskStatus.in_progress,
    "succeeded": TaskStatus.completed,
    "failed": TaskStatus.failed,
    "stopped": TaskStatus.stopped,
    "cancelled": TaskStatus.cancelled,
}
OURS = {word: status for status, word in _WORDS.items()}


class Task(BaseModel):
    """A task. A field that has nothing to say is left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "task_id": "0d9c2f5e-8d4e-4b8b-9a57-0d6f6a3a8b11",
                "kind": "study",
                "status": "in_progress",
                "progress": 65,
                "current_step": "reading words",
                "estimated_completion": "2026-11-20T21:04:05.123456Z",
                "starts": 1,
                "created": "2026-11-20T21:02:05.123456Z",
            }
        }
    )

    task_id: str
    kind: str
    status: TaskStatus
    progress: int = Field(ge=0, le=100, description="per cent")
    current_step: str | None = None
    estimated_completion: datetime | None = None
    result: Any = Field(default=None, description="of a completed task")
    error: str | None = Field(default=None, description="what went wrong, in one line")
    details: str | None = None
    parts: int | None = Field(default=None, description="into how many parts it was divided")
    parts_left: int | None = None
    starts: int = Field(description="how often a worker took it up; 3 that end in a crash stop it")
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    request_id: str | None = Field(default=None, description="of the request that asked for it")


class TaskList(BaseModel):
    """Newest first. `next` is the cursor of those that follow; absent at the end."""

    tasks: list[Task]
    next: str | None = None


class StudyRequest(Request):
    """What to work out, and for which tracks."""

    what: Literal["audio", "text", "mood", "lyrics", "drums", "all"] = Field(
        default="all", description="the sounds, words and meaning, valence and arousal, findings of lyrics"
    )
    analyzer: AnalyzerName | None = Field(
        default=None, description="who reads lyrics (with `what` lyrics only); null: those that cost only time"
    )
    limit: AtMost | None = Field(default=None, description="at most so many tracks")
    redo: bool = Field(default=False, description="also those that were studied before")


class HealRequest(Request):
    """What to fill in, and for which tracks."""

    only: list[Literal["music", "genre", "tags", "description", "numbers", "traits", "audio"]] = Field(
        default=[], max_length=7, description="parts of healing; all of them where none is named"
    )
    limit: AtMost | None = Field(default=None, description="at most so many tracks")
    redo: bool = Field(default=False, description="also those that were healed before")


def task_of(job: Job) -> dict[str, Any]:
    """A job in the shape of Task, without what is empty."""
    shape = {
        "task_id": job.id,
        "kind": job.kind,
        "status": _WORDS[job.status],
        "progress": int(job.progress),
        "current_step": job.step if not job.is_finished else None,
        "estimated_completion": job.expected_at,
        "result": job.result,
        "error": job.error,
        "details": job.details,
        "parts": job.parts or None,
        "parts_left": job.parts_left or None,
        "starts": job.starts,
        "created": job.created_at,
        "started": job.started_at,
        "finished": job.finished_at,
        "request_id": job.trace,
    }
    return {name: value for name, value in shape.items() if value not in (None, "")}
