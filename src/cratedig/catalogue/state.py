"""Which state the catalogue is in: what was found in one state may be given again as long as it lasts."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.lines import Lines
from cratedig.catalogue.listening import marked


async def stamp(session: AsyncSession) -> str | None:
    """A word that every committed change of tracks, their texts or the words' counts replaces by a new one.

    Read it before the rows: what another transaction commits in between then counts to the older stamp, which nobody
    asks for any more. None in a catalogue whose state is not known (emptied by hand): keep nothing then.
    """
    given = await session.scalar(text("select stamp from catalogue_state"))
    return None if given is None else str(given)


async def stamp_and_mark(lines: Lines, listener: str | None) -> tuple[str | None, str | None]:
    """The `stamp`, and the listener's mark (`listening.mark`), read at once; no mark of nobody."""
    rows = await lines.rows(
        """select (select stamp from catalogue_state), (select max(id) from listening where listener = %s),
            (select extract(epoch from max(undone_at)) from listening where listener = %s and undone_at is not null)""",
        (listener, listener),
    )
    given, last, undone = rows[0]
    return None if given is None else str(given), marked(last, undone)
