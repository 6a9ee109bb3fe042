"""`cratedig doctor`: every part with its state and what to do; exit 1 only where one does not work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from commands import Cratedig


def _checks(stdout: str) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(stdout)["checks"]}


def test_quick_looks_at_every_part(cratedig: Cratedig, tmp_path: Path) -> None:
    answer = cratedig("doctor", "--quick", "--json", "--data-dir", tmp_path / "empty")
    assert answer.returncode == 0, answer.stderr
    checks = _checks(answer.stdout)
    assert {
        "settings",
        "database",
        "schema",
        "catalogue",
        "pool",
        "indices",
        "chat models",
        "redis",
        "text model",
        "mood model",
        "box",
        "disk",
    } == (set(checks))
    assert checks["catalogue"]["state"] == "degraded"
    assert all(check["advice"] for check in checks.values() if check["state"] != "ok")


def test_analysis_says_how_far_each_analyzer_has_come(cratedig: Cratedig, tmp_path: Path) -> None:
    dump = tmp_path / "dump.csv"
    dump.write_text("id,title,artist\n1,Rain,Oriel\n2,Sun,Oriel\n")
    assert cratedig("collect", "csv", dump, "--no-study").returncode == 0
    before = _checks(cratedig("doctor", "--analysis", "--json").stdout)
    assert before["text"]["detail"] == "0 of 2 tracks, 0.0 %"
    assert before["text"]["advice"] == "Run `cratedig study`."
    assert cratedig("study", "text").returncode == 0
    after = _checks(cratedig("doctor", "--analysis", "--json").stdout)
    assert (after["text"]["state"], after["text"]["detail"]) == ("ok", "2 of 2 tracks, 100.0 %")


def test_connections_counts_states_and_says_whether_all_fit(cratedig: Cratedig) -> None:
    answer = cratedig("doctor", "--connections", "--json")
    checks = _checks(answer.stdout)
    assert set(checks) == {"pool", "connections", "longest running", "idle in transaction"}
    assert "active" in checks["connections"]["detail"]
    assert checks["pool"]["state"] == "ok"


def test_too_large_a_pool_is_a_finding_with_the_size_that_fits(cratedig: Cratedig) -> None:
    answer = cratedig("doctor", "--connections", env={"CRATEDIG_DATABASE__POOL_SIZE": "200", "COLUMNS": "250"})
    assert answer.returncode == 1
    assert "CRATEDIG_DATABASE__POOL_SIZE to " in answer.stdout


def test_an_absent_redis_is_no_failure(cratedig: Cratedig) -> None:
    answer = cratedig("doctor", "--json", env={"CRATEDIG_REDIS__URL": "redis://127.0.0.1:1/0"})
    assert answer.returncode == 0
    assert _checks(answer.stdout)["redis"]["state"] == "degraded"


def test_an_address_that_is_no_redis_is_wrong_usage(cratedig: Cratedig) -> None:
    answer = cratedig("doctor", env={"CRATEDIG_REDIS__URL": "http://me:hush@127.0.0.1"})
    assert "redis.url" in answer.stdout
    assert "hush" not in answer.stdout + answer.stderr


def test_a_database_that_is_absent_is_said_with_the_rest(cratedig: Cratedig) -> None:
    answer = cratedig("doctor", "--json", env={"CRATEDIG_DATABASE__URL": "postgresql://me:hush@127.0.0.1:1/none"})
    checks = _checks(answer.stdout)
    assert (answer.returncode, checks["database"]["state"], checks["disk"]["state"]) == (1, "failed", "ok")
    assert "hush" not in answer.stdout + answer.stderr
