-- Keys of requests that must not take effect twice, each stored in the transaction of its effect together with the
-- answer, so that a client that lost the answer gets the same one again. Only hashes are kept: of caller, route and key
-- (`key_hash`), and of method, path and body (`body_hash`). Rows live for 24 hours.
CREATE TABLE idempotency_keys (
    key_hash {code:64} NOT NULL,
    body_hash {code:64} NOT NULL,
    status SMALLINT NOT NULL,
    answer {text} NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (key_hash)
){options};
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
