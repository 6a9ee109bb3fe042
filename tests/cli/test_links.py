"""`cratedig collect links`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Cratedig, one_line

CSV = "title,artist,url\nRain,Ana,http://127.0.0.1/rain\nSnow,Ana,http://127.0.0.1/rain\nHail,Ana,\n"


def test_links_are_looked_at_once_and_the_account_says_so(cratedig: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "dump.csv").write_text(CSV)
    assert cratedig("collect", "csv", "dump.csv", "--no-study").returncode == 0
    done = cratedig("collect", "links", "--json")
    assert done.returncode == 0, done.stderr
    account = json.loads(done.stdout)
    assert (account["links"], account["tracks"], account["left"]) == (1, 2, 0)
    assert account["outcomes"] == {"UNKNOWN": 1}
    assert account["recovery"] == {"sought": {}, "recovered": {}, "passed_over": {}}
    again = cratedig("collect", "links", "--no-recover")
    assert again.stdout.startswith("0 links of 0 tracks looked at")


def test_a_source_without_its_credentials_is_one_line(cratedig: Cratedig) -> None:
    done = cratedig("collect", "links", env={"CRATEDIG_COLLECT__LINK_SOURCES": '["soundcloud"]'})
    assert done.returncode == 2
    assert "collect.soundcloud_client_id" in one_line(done.stderr)
