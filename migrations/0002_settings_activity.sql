-- Switches and margins that the owner changes while the store runs, and the record of who did what. `log_type` stands
-- in a column as well as in `meta_data`, because retention goes by it.
CREATE TABLE settings (
    id {id},
    {key} {code:100} NOT NULL UNIQUE,
    value {text} NULL,
    type {code:20} NOT NULL DEFAULT 'string' CHECK (type IN ('string', 'number', 'boolean', 'json', 'image')),
    {group} {code:50} NULL,
    description {text} NULL,
    is_public SMALLINT NOT NULL DEFAULT 0,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL
){options};

CREATE TABLE activity_logs (
    id {id},
    user_id BIGINT NULL,
    log_type {code:20} NOT NULL CHECK (log_type IN ('admin', 'auth', 'transaction', 'payment', 'external_api', 'error')),
    action {code:100} NOT NULL,
    model_type {code:255} NULL,
    model_id BIGINT NULL,
    description {text} NULL,
    ip_address {code:45} NULL,
    user_agent {text} NULL,
    meta_data {json} NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL
){options};
CREATE INDEX activity_logs_created ON activity_logs (created_at);
CREATE INDEX activity_logs_action ON activity_logs (action, created_at);
CREATE INDEX activity_logs_type ON activity_logs (log_type, created_at);
