"""Every error Cratedig raises on purpose. Each knows its HTTP status and its exit code.

    CratedigError                 500 / 1   something failed
    +-- UsageError                422 / 2   the request itself is wrong
    |   +-- SettingsError         500 / 2   the configuration cannot be read
    +-- NotFound                  404 / 1   nothing has that name or id
    +-- InputRejected             422 / 3   the input was read, part or all of it was refused
    |   +-- Undecodable           422 / 3   a file is not the audio or MIDI it should be
    |   +-- DecodeLimit           422 / 3   decoding a file would take more memory, time or space than it may
    |   +-- BackupRefused         422 / 3   a backup is damaged, or not for this catalogue
    +-- Refused                   502 / 4   a source or a model refused
    |   +-- ForbiddenAddress      422 / 4   no request may go there: not the public web, or not plainly written
    |   +-- UnknownHost           502 / 4   the name leads nowhere
    |   +-- DisallowedByRobots    502 / 4   the site's robots.txt says no, or cannot be read
    |   +-- RemoteRefused         502 / 4   the site says too many requests, to the end
    |   +-- RemoteMalformed       502 / 4   what the site sent is not usable HTTP
    |   +-- RemoteTooLarge        502 / 4   what the site sent is over a limit
    +-- Unavailable               503 / 5   a part is missing or not running; says what to install or configure
        +-- CatalogueUnavailable  503 / 5   the database does not answer
        |   +-- CatalogueBusy     503 / 1   another process owns this data folder
        |   +-- CatalogueNewer    503 / 1   the schema is newer than this program
        |   +-- CatalogueUnfit    503 / 1   the database is another program's, or its vectors have another size
        +-- ModelUnavailable      503 / 5   a model's files are absent or damaged
        |   +-- NoModelAnswered   503 / 5   no chat model is configured, or none gave an answer that will do
        +-- RemoteUnavailable     503 / 5   a site cannot be reached, or fails
        |   +-- RemoteTimeout     503 / 5   a site took longer than it may
        |   +-- CircuitOpen       503 / 5   a site failed so often that it is left alone for a while
        |   +-- NotYet            503 / 5   a site is to be left alone for longer than a fetch waits
        +-- NotRecorded           503 / 5   recorded answers are used, and hold none for this address
        +-- NotPublished          503 / 5   a file could not be written; the old one is kept
        +-- FormatUnavailable     503 / 5   a file needs a program that is not installed
        +-- Damaged               503 / 5   a file's bytes are not the ones that were published

A message is one line: what happened, what was kept. The hint is one line: what to do next.
"""

from __future__ import annotations


class CratedigError(Exception):
    """The root. `str(error)` is the one line a person reads."""

    status = 500
    exit_code = 1
    code = "failed"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(CratedigError):
    status, exit_code, code = 422, 2, "usage"


class SettingsError(UsageError):
    status, exit_code, code = 500, 2, "settings"


class NotFound(CratedigError):
    status, exit_code, code = 404, 1, "not_found"


class InputRejected(CratedigError):
    status, exit_code, code = 422, 3, "input_rejected"


class Undecodable(InputRejected):
    code = "undecodable"


class DecodeLimit(InputRejected):
    code = "decode_limit"


class BackupRefused(InputRejected):
    code = "backup_refused"


class Refused(CratedigError):
    status, exit_code, code = 502, 4, "refused"


class Unavailable(CratedigError):
    status, exit_code, code = 503, 5, "unavailable"


class CatalogueUnavailable(Unavailable):
    code = "catalogue_unavailable"


class CatalogueBusy(CatalogueUnavailable):
    exit_code, code = 1, "catalogue_busy"


class CatalogueNewer(CatalogueUnavailable):
    exit_code, code = 1, "catalogue_newer"


class CatalogueUnfit(CatalogueUnavailable):
    exit_code, code = 1, "catalogue_unfit"


class ModelUnavailable(Unavailable):
    code = "model_unavailable"


class NoModelAnswered(ModelUnavailable):
    code = "no_model_answered"


class NotPublished(Unavailable):
    code = "not_published"


class FormatUnavailable(Unavailable):
    code = "format_unavailable"


class Damaged(Unavailable):
    code = "damaged"


class ForbiddenAddress(Refused):
    status, code = 422, "forbidden_address"


class UnknownHost(Refused):
    code = "unknown_host"


class DisallowedByRobots(Refused):
    code = "disallowed_by_robots"


class RemoteRefused(Refused):
    code = "remote_refused"


class RemoteMalformed(Refused):
    code = "remote_malformed"


class RemoteTooLarge(Refused):
    code = "remote_too_large"


class RemoteUnavailable(Unavailable):
    code = "remote_unavailable"


class RemoteTimeout(RemoteUnavailable):
    code = "remote_timeout"


class CircuitOpen(RemoteUnavailable):
    code = "circuit_open"


class NotYet(RemoteUnavailable):
    code = "not_yet"


class NotRecorded(Unavailable):
    code = "not_recorded"
