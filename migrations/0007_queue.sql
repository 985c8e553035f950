-- Jobs are rows written in the transaction of the change that needs them, so that no order is without its job. The same
-- table is the queue of the database driver, and what a lost Redis is refilled from. `fence` grows with every claim: a
-- worker that comes back after its lease ran out holds an older number, and its writes are refused. `attempts` counts
-- claims, so that a job that kills its process still runs out of tries.
CREATE TABLE jobs (
    id {id},
    kind {code:64} NOT NULL,
    subject_id BIGINT NOT NULL,
    status {code:10} NOT NULL CHECK (status IN ('ready', 'leased', 'done', 'dropped', 'failed')),
    attempts BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    run_at {time} NOT NULL,
    leased_until {time} NULL,
    last_error {text} NULL,
    request_id {code:64} NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    finished_at {time} NULL
){options};

-- Which jobs are due; also which finished ones are old (pruning), because a job's run_at is before its end.
CREATE INDEX jobs_due ON jobs (status, run_at);
CREATE INDEX jobs_leases ON jobs (status, leased_until);
CREATE INDEX jobs_subject ON jobs (kind, subject_id, status);

-- One row: who is the scheduler at the moment.
CREATE TABLE scheduler_leases (
    name {code:64} NOT NULL PRIMARY KEY,
    holder {code:255} NOT NULL,
    held_until {time} NOT NULL
){options};

-- The last run of each task. The row is the record, the lock (whoever moves `due` forward runs the task) and the key to
-- catching up after a time when no scheduler ran. A run that was cut off has no `finished_at`.
CREATE TABLE scheduler_runs (
    task {code:100} NOT NULL PRIMARY KEY,
    due {time} NOT NULL,
    holder {code:255} NOT NULL,
    started_at {time} NOT NULL,
    finished_at {time} NULL,
    ok SMALLINT NOT NULL DEFAULT 0,
    summary {text} NOT NULL
){options};
