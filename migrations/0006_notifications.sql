-- The inbox. A row is written in the transaction that causes it; `is_read` and `read_at` are set together.
CREATE TABLE notifications (
    id {id},
    user_id BIGINT NOT NULL,
    title {code:255} NOT NULL,
    message {text} NOT NULL,
    type {code:20} NOT NULL CHECK (type IN ('info', 'success', 'warning', 'error', 'promo')),
    data {json} NOT NULL,
    is_read SMALLINT NOT NULL DEFAULT 0,
    read_at {time} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
){options};
CREATE INDEX notifications_unread ON notifications (user_id, read_at);
CREATE INDEX notifications_newest ON notifications (user_id, id);
