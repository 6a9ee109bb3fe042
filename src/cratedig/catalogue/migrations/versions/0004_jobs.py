"""Jobs: procrastinate's queue, our record of each job, and the steps already done"""

from contextlib import closing

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

# A job's queue row exists while it waits or runs; its record stays. Whoever runs a start of a job knows (queue row,
# worker, number of the start): what a worker that was given up for dead still says about it changes nothing.
# Rows are locked in one order, so that no two of these wait for each other: parent, queue row, record.
WAKE = """
create function job_wake(_queue text) returns void language sql as $$
  select pg_notify(channel, '{"type": "job_inserted", "job_id": 0}')
  from unnest(array['procrastinate_any_queue_v1', 'procrastinate_queue_v1#' || _queue]) as channel
$$
"""
PUT = """
create function job_put(_id text) returns void language sql as $$
  update jobs set worker_id = null, starts = 0, queue_id = (procrastinate_defer_jobs_v1(array[
      row(queue, phase, priority, null, null, jsonb_build_object('id', id), null)::procrastinate_job_to_defer_v1
    ]))[1]
  where id = _id
$$
"""
HOLD = """
create function job_hold(_queue_id bigint) returns void language plpgsql as $$
begin
  perform from jobs p join jobs j on p.id = j.parent_id where j.queue_id = _queue_id for no key update of p;
  perform from procrastinate_jobs where id = _queue_id for update;
end $$
"""
PART_ENDED = """
create function job_part_ended(_parent text) returns void language plpgsql as $$
declare
  _left int;
begin
  update jobs set parts_left = parts_left - 1,
      progress = span_from + (span_to - span_from) * (parts - parts_left + 1) / parts
    where id = _parent and status = 'running' returning parts_left into _left;
  update jobs set expected_at = now() + (now() - started_at) * ((100 - progress) / greatest(progress, 0.1))
    where id = _parent and status = 'running';
  if _left = 0 then
    perform job_put(_parent);
  end if;
end $$
"""
# What a worker does not know it leaves to one that does: a newer one, while workers are being replaced. Each statement
# sees what was committed before it: one alone could take up a queue row whose record it does not see yet. The claim
# need not reach the disk at once: a server that crashes forgets it, and the job is taken up again.
CLAIM = """
create function job_claim(_queues varchar[], _kinds varchar[], _worker bigint) returns setof jobs language plpgsql
as $$
declare
  _queue_id bigint;
begin
  perform set_config('synchronous_commit', 'off', true);
  select id into _queue_id from procrastinate_jobs
    where status = 'todo' and (_queues is null or queue_name = any(_queues)) and task_name = any(_kinds)
      and (scheduled_at is null or scheduled_at <= now())
    order by priority desc, id limit 1 for update skip locked;
  update procrastinate_jobs set status = 'doing', worker_id = _worker where id = _queue_id;
  return query update jobs set status = 'running', starts = starts + 1, worker_id = _worker,
      started_at = coalesce(started_at, now())
    where queue_id = _queue_id returning *;
end $$
"""
END = """
create function job_end(_queue_id bigint, _worker bigint, _start int, _status text, _result jsonb, _error text,
    _details text) returns boolean language plpgsql as $$
declare
  _parent text;
begin
  perform job_hold(_queue_id);
  update jobs set status = _status, result = _result, error = _error, details = _details, finished_at = now(),
      progress = case _status when 'succeeded' then 100 else progress end, expected_at = null, worker_id = null
    where queue_id = _queue_id and worker_id = _worker and starts = _start and status = 'running'
    returning parent_id into _parent;
  if not found then
    return false;
  end if;
  delete from procrastinate_jobs where id = _queue_id;
  if _parent is not null then
    perform job_part_ended(_parent);
  end if;
  return true;
end $$
"""
REQUEUE = """
create function job_requeue(_queue_id bigint, _worker bigint, _start int, _counted boolean, _died boolean,
    _delay_s float) returns boolean language plpgsql as $$
declare
  _job record;
begin
  perform job_hold(_queue_id);
  select id, queue, cancelled_at into _job from jobs
    where queue_id = _queue_id and worker_id = _worker and starts = _start and status = 'running';
  if not found then
    return false;
  end if;
  if _job.cancelled_at is not null then
    return job_end(_queue_id, _worker, _start, 'cancelled', null, null, null);
  end if;
  update jobs set status = case when phase = kind then 'queued' else status end, worker_id = null,
      starts = starts - (not _counted)::int, deaths = deaths + _died::int
    where id = _job.id;
  update procrastinate_jobs set status = 'todo', worker_id = null, attempts = attempts + 1,
      scheduled_at = case when _delay_s > 0 then now() + make_interval(secs => _delay_s) end
    where id = _queue_id;
  perform job_wake(_job.queue);
  return true;
end $$
"""
RESCUE = """
create function job_rescue(_dead bigint[], _max_starts int) returns table (id text, fate text) language plpgsql as $$
declare
  _job record;
  _moved boolean;
begin
  for _job in
    select j.id, j.queue_id, j.worker_id, j.starts from procrastinate_jobs q join jobs j on j.queue_id = q.id
      where q.status = 'doing' and (q.worker_id = any(_dead) or q.worker_id is null) and j.status = 'running'
      order by q.id
  loop
    id := _job.id;
    if _job.starts >= _max_starts then
      fate := 'stopped';
      _moved := job_end(_job.queue_id, _job.worker_id, _job.starts, 'stopped', null,
        format('Stopped after %s starts: each time the process that ran it died or hung.', _job.starts), null);
    else
      fate := 'queued';
      _moved := job_requeue(_job.queue_id, _job.worker_id, _job.starts, true, true, 0);
    end if;
    if _moved then
      return next;
    end if;
  end loop;
  delete from procrastinate_workers w where w.id = any(_dead);
end $$
"""
# By levels rather than in one recursive query, which would see the parts as they were before their parents were locked:
# a part that is just being split would leave its own behind. Planned anew each time: a plan kept from when the tables
# were small took 7 s for 20,000 parts, and grows with their square.
CANCEL_ALL = """
create function job_cancel_all(_ids text[]) returns text[] language plpgsql
set plan_cache_mode to force_custom_plan as $$
declare
  _live text[];
  _ended text[];
begin
  perform from procrastinate_jobs q join jobs j on j.queue_id = q.id where j.id = any(_ids)
    order by q.id for update of q;
  select array_agg(j.id) into _live from (
    select id from jobs where id = any(_ids) and status in ('queued', 'running') and cancelled_at is null
      order by seq for no key update) j;
  delete from procrastinate_jobs q using jobs j where j.id = any(_live) and q.id = j.queue_id and q.status = 'todo';
  update procrastinate_jobs q set abort_requested = true from jobs j where j.id = any(_live) and q.id = j.queue_id;
  with changed as (
    update jobs j set cancelled_at = now(),
        status = case when r.runs then j.status else 'cancelled' end,
        finished_at = case when r.runs then j.finished_at else now() end,
        expected_at = case when r.runs then j.expected_at end
      from (select l.id, q.id is not null as runs from jobs l left join procrastinate_jobs q on q.id = l.queue_id
        where l.id = any(_live)) r
      where j.id = r.id returning j.id, r.runs
  )
  select array_agg(id) into _ended from changed where not runs;
  return _ended;
end $$
"""
CANCEL = """
create function job_cancel(_id text) returns void language plpgsql as $$
declare
  _parent text;
  _ended text[];
begin
  select p.id into _parent from jobs p join jobs j on p.id = j.parent_id where j.id = _id for no key update of p;
  _ended := job_cancel_all(array[_id]);
  if cardinality(_ended) > 0 and _parent is not null then
    perform job_part_ended(_parent);
  end if;
  while cardinality(_ended) > 0 loop
    _ended := job_cancel_all(array(select id from jobs where parent_id = any(_ended)));
  end loop;
end $$
"""


def upgrade() -> None:
    _execute(SchemaManager.get_schema())
    _create_tables()
    for function in (WAKE, PUT, HOLD, PART_ENDED, CLAIM, END, REQUEUE, RESCUE, CANCEL_ALL, CANCEL):
        _execute(function)


def _execute(script: str) -> None:
    """Through the driver itself, to which a per cent sign and a colon are what they are."""
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(script)


def _create_tables() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", JSONB(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("progress", sa.REAL(), server_default=sa.text("0"), nullable=False),
        sa.Column("step", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", JSONB(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("starts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("deaths", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("once_key", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("parts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("parts_left", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("span_from", sa.REAL(), server_default=sa.text("0"), nullable=False),
        sa.Column("span_to", sa.REAL(), server_default=sa.text("100"), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=True),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["jobs.id"], name=op.f("fk_jobs_parent_id_jobs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("uq_jobs_seq", "jobs", ["seq"], unique=True)
    op.create_index("uq_jobs_queue_id", "jobs", ["queue_id"], unique=True)
    op.create_index("ix_jobs_parent", "jobs", ["parent_id"], postgresql_where=sa.text("parent_id is not null"))
    op.create_index(
        "uq_jobs_once_key",
        "jobs",
        ["once_key"],
        unique=True,
        postgresql_where=sa.text("status in ('queued', 'running')"),
    )
    op.create_table(
        "job_steps",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("result", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_steps_job_id_jobs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "step", name=op.f("pk_job_steps")),
    )
    op.create_table(
        "job_ticks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_ticks")),
    )


def downgrade() -> None:
    for function in ("cancel", "cancel_all", "rescue", "requeue", "end", "claim", "part_ended", "hold", "put", "wake"):
        op.execute(f"drop function job_{function}")
    for table in ("job_ticks", "job_steps", "jobs"):
        op.drop_table(table)
    _execute(DROP_QUEUE)


DROP_QUEUE = """
do $$
declare
  _name text;
begin
  drop table procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers cascade;
  for _name in select oid::regprocedure from pg_proc where proname like 'procrastinate\\_%' loop
    execute 'drop function ' || _name || ' cascade';
  end loop;
  drop type procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
end $$
"""
