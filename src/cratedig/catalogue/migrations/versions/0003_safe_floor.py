"""Keys, answers to be repeated, published files"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# what a found answer is made from; other tables change nothing in it
WATCHED = ("tracks", "track_texts", "word_counts", "text_directions")

# Once a transaction, however many statements it has. The row is marked at its first write and the stamp renewed at its
# commit, so that the one row everybody writes is locked only while a commit lasts.
MARK_CHANGED = """
create function mark_changed() returns trigger language plpgsql as $$
begin
  if current_setting('cratedig.marked', true) is distinct from pg_current_xact_id()::text then
    perform set_config('cratedig.marked', pg_current_xact_id()::text, true);
    insert into catalogue_changes default values;
  end if;
  return null;
end $$
"""
RENEW_STAMP = """
create function renew_stamp() returns trigger language plpgsql as $$
begin
  insert into catalogue_state (stamp) values (gen_random_uuid())
    on conflict (single) do update set stamp = excluded.stamp;
  delete from catalogue_changes where id = new.id;
  return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotent_answers")),
    )
    op.create_index(op.f("ix_idempotent_answers_created_at"), "idempotent_answers", ["created_at"], unique=False)
    op.create_table(
        "published_files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_published_files")),
    )
    _watch_changes()


def _watch_changes() -> None:
    op.create_table(
        "catalogue_state",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stamp", sa.Uuid(), nullable=False),
        sa.CheckConstraint("single", name="ck_catalogue_state_single"),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_catalogue_state")),
    )
    op.create_table(
        "catalogue_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_changes")),
    )
    op.execute(MARK_CHANGED)
    op.execute(RENEW_STAMP)
    op.execute(
        "create constraint trigger renew_stamp after insert on catalogue_changes deferrable initially deferred "
        "for each row execute function renew_stamp()"
    )
    for table in WATCHED:
        op.execute(
            f"create trigger mark_changed after insert or update or delete or truncate on {table} "
            "for each statement execute function mark_changed()"
        )
    op.execute("insert into catalogue_state (stamp) values (gen_random_uuid())")


def downgrade() -> None:
    for table in WATCHED:
        op.execute(f"drop trigger mark_changed on {table}")
    op.drop_table("catalogue_changes")
    op.drop_table("catalogue_state")
    op.execute("drop function renew_stamp()")
    op.execute("drop function mark_changed()")
    op.drop_table("published_files")
    op.drop_table("idempotent_answers")
    op.drop_table("api_keys")
