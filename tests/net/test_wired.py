"""The way out as the product opens it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cratedig.errors import ForbiddenAddress, UsageError
from cratedig.settings import NetSettings, Settings
from cratedig.wiring import open_net


async def test_no_setting_opens_an_address(tmp_path: Path) -> None:
    async with open_net(Settings.load(data_dir=tmp_path)) as net:
        for url in ("http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://localhost/"):
            with pytest.raises(ForbiddenAddress):
                await net.fetch(url)
    assert "allowed" not in NetSettings.model_fields


async def test_a_contact_that_is_no_header_is_refused_in_one_line(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, net=NetSettings(contact="me\r\nX: y"))
    with pytest.raises(UsageError, match="plain ASCII"):
        async with open_net(settings):
            pass
