"""What findings say of lyrics in the few words that search asks for: emotions, themes, how densely they rhyme"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

STRONG = 0.3
"""From this strength on an emotion is named: over 0.3 of the words a reader would name it."""
_EMOTIONS = f"""select 'emotion ' || key from jsonb_each(
    case when jsonb_typeof(document->'emotions') = 'object' then document->'emotions' else '{{}}' end)
    where jsonb_typeof(value) = 'number' and cast(value as float8) >= {STRONG}"""  # noqa: S608 - of constants
_THEMES = """select 'theme ' || lower(value->>'name') from jsonb_array_elements(
    case when jsonb_typeof(document->'themes') = 'array' then document->'themes' else '[]' end)
    where value->>'name' is not null"""
OF_FINDING = f"""create function lyric_facets_of(document jsonb) returns text[] language sql immutable as $$
    select array(select * from ({_EMOTIONS} union {_THEMES}) named order by 1)
$$"""  # noqa: S608 - of constants
DENSITY_OF_FINDING = """create function rhyme_density_of(document jsonb) returns real language sql immutable as $$
    select case when jsonb_typeof(document#>'{data,rhyme,density}') = 'number'
        then cast(document#>>'{data,rhyme,density}' as real) end
$$"""
NOTE = """create function note_lyric_facets() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from lyric_facets where finding_id = old.id;
  end if;
  if tg_op <> 'DELETE' and new.analyzer is not null and new.sentiment is not null then
    insert into lyric_facets (finding_id, track_id, facets, rhyme_density)
      values (new.id, new.track_id, lyric_facets_of(new.analysis_data), rhyme_density_of(new.analysis_data));
  end if;
  return null;
end $$"""


def upgrade() -> None:
    op.create_table(
        "lyric_facets",
        sa.Column("finding_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("facets", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("rhyme_density", postgresql.REAL(), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["analysis_results.id"],
            name=op.f("fk_lyric_facets_finding_id_analysis_results"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_lyric_facets_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_lyric_facets")),
    )
    op.create_index("ix_lyric_facets_track_id", "lyric_facets", ["track_id"])
    op.create_index("ix_lyric_facets_facets", "lyric_facets", ["facets"], postgresql_using="gin")
    op.create_index("ix_lyric_facets_rhyme_density", "lyric_facets", ["rhyme_density"])
    for statement in (OF_FINDING, DENSITY_OF_FINDING, NOTE):
        op.execute(statement)
    op.execute(
        "create trigger note_lyric_facets after insert or update or delete on analysis_results for each row "
        "execute function note_lyric_facets()"
    )
    op.execute(
        """insert into lyric_facets (finding_id, track_id, facets, rhyme_density)
        select id, track_id, lyric_facets_of(analysis_data), rhyme_density_of(analysis_data) from analysis_results
        where analyzer is not null and sentiment is not null"""
    )
    op.execute(
        "create trigger mark_changed after insert or update or delete or truncate on lyric_facets "
        "for each statement execute function mark_changed()"
    )


def downgrade() -> None:
    op.execute("drop trigger note_lyric_facets on analysis_results")
    for function in ("note_lyric_facets()", "rhyme_density_of(jsonb)", "lyric_facets_of(jsonb)"):
        op.execute(f"drop function {function}")
    op.drop_table("lyric_facets")
