"""Keys: shown once, kept as an HMAC, refused with the reason, their use written once a minute."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import event, text

from callers import make_key
from cratedig.catalogue import keys
from cratedig.errors import SettingsError, UsageError
from cratedig.settings import Settings
from cratedig.web.access.keys import FORM, SESSION_S, KeyRefused, Keyring, create
from cratedig.web.access.pepper import pepper_of
from cratedig.web.access.roles import Role
from cratedig.wiring import App


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keyring(app: App, clock: Clock) -> Keyring:
    return Keyring(app.catalogue, lambda: pepper_of(app.settings), clock=clock, now=clock)


async def test_a_key_opens_with_its_role(app: App, keyring: Keyring) -> None:
    new = await make_key(app, Role.EDITOR)
    assert FORM.fullmatch(new.key)
    holder = await keyring.holder_of(new.key)
    assert (holder.id, holder.role) == (new.row.id, Role.EDITOR)


async def test_a_key_lives_ninety_days_by_default(app: App) -> None:
    async with app.catalogue.begin() as session:
        new = await create(session, pepper=b"p" * 32, name="a", role=Role.READER)
    assert (new.row.expires_at - new.row.created_at).days == 90


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[2J", "x" * 101])
async def test_a_name_is_a_line_of_text(app: App, name: str) -> None:
    async with app.catalogue.begin() as session:
        with pytest.raises(UsageError):
            await create(session, pepper=b"p" * 32, name=name, role=Role.READER)


async def test_a_wrong_secret_and_a_wrong_id_get_the_same_words(app: App, keyring: Keyring) -> None:
    new = await make_key(app)
    other = await make_key(app)
    mixed = new.key[:16] + other.key[16:]
    told = set()
    for wrong in (mixed, "cd_000000000000_" + "A" * 43, "", "nonsense", new.key + "A", new.key[:-1], "ключ"):
        with pytest.raises(KeyRefused) as refused:
            await keyring.holder_of(wrong)
        told.add(str(refused.value))
    assert told == {"This key is not known here"}


async def test_an_expired_and_a_revoked_key_are_told_so(app: App, keyring: Keyring) -> None:
    expired, revoked = await make_key(app, days=0), await make_key(app)
    async with app.catalogue.begin() as session:
        await keys.revoke(session, revoked.row.id)
    for new, state in ((expired, "expired"), (revoked, "revoked")):
        with pytest.raises(KeyRefused, match=state):
            await keyring.holder_of(new.key)


async def test_many_requests_in_half_a_second_cost_one_query(app: App, keyring: Keyring, clock: Clock) -> None:
    new = await make_key(app)
    await keyring.holder_of(new.key)
    asked = []
    engine = app.catalogue.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for _ in range(50):
        await keyring.holder_of(new.key)
        with pytest.raises(KeyRefused):
            await keyring.holder_of("cd_000000000000_" + "A" * 43)
    assert asked == []
    clock.now += 0.5
    await keyring.holder_of(new.key)
    assert len(asked) == 1


async def test_the_last_use_is_written_once_a_minute(app: App, keyring: Keyring, clock: Clock) -> None:
    new = await make_key(app)
    written = []
    for seconds in (0.0, 30.0, 29.0, 2.0):
        clock.now += seconds
        async with app.catalogue.begin() as session:
            await session.execute(text("update api_keys set last_used_at = null"))
        await keyring.holder_of(new.key)
        async with app.catalogue.begin() as session:
            written.append((await keys.listed(session))[0].last_used_at is not None)
    assert written == [True, False, False, True]


async def test_a_session_stands_for_its_key_and_ends_with_it(app: App, keyring: Keyring, clock: Clock) -> None:
    new = await make_key(app, Role.EDITOR)
    token = await keyring.session_for(await keyring.holder_of(new.key))
    assert new.key[16:] not in token
    assert (await keyring.holder_of_session(token)).role == Role.EDITOR
    async with app.catalogue.begin() as session:
        await keys.revoke(session, new.row.id)
    clock.now += 1
    with pytest.raises(KeyRefused, match="revoked"):
        await keyring.holder_of_session(token)


async def test_a_session_ends_by_itself_and_cannot_be_lengthened(app: App, keyring: Keyring, clock: Clock) -> None:
    token = await keyring.session_for(await keyring.holder_of((await make_key(app)).key))
    id, until, mac = token.split(".")
    for forged in (f"{id}.{int(until) + 1}.{mac}", f"{id}.{until}.{'0' * 64}", id, "", "..", f"{id}.².{mac}", "a.1.ü"):
        with pytest.raises(KeyRefused):
            await keyring.holder_of_session(forged)
    clock.now += SESSION_S
    with pytest.raises(KeyRefused, match="ended"):
        await keyring.holder_of_session(token)


def test_the_pepper_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    pepper = pepper_of(settings)
    assert len(pepper) == 64
    assert pepper_of(settings) == pepper
    assert stat.S_IMODE((tmp_path / "new" / "pepper").stat().st_mode) == 0o600


def test_a_given_pepper_is_taken_and_a_short_one_refused(tmp_path: Path) -> None:
    def with_pepper(pepper: str) -> Settings:
        return Settings.load(data_dir=tmp_path, api={"pepper": pepper})

    assert pepper_of(with_pepper("0123456789abcdef")) == b"0123456789abcdef"
    assert not (tmp_path / "pepper").exists()
    with pytest.raises(SettingsError, match="shorter than 16"):
        pepper_of(with_pepper("short"))


def test_a_pepper_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "pepper").mkdir()
    with pytest.raises(SettingsError, match="cannot be used"):
        pepper_of(Settings(data_dir=tmp_path))
