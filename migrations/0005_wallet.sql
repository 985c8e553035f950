-- The books: a double-entry ledger (plus is debit, minus is credit; the postings of an entry sum to zero), and the
-- readable projection of each customer's wallet, written in the same transaction.
CREATE TABLE ledger_accounts (
    id {id},
    code {code:64} NOT NULL UNIQUE,
    kind {code:20} NOT NULL CHECK (kind IN ('asset', 'liability', 'income', 'expense', 'equity')),
    user_id BIGINT NULL UNIQUE,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
){options};

CREATE TABLE ledger_entries (
    id {id},
    kind {code:30} NOT NULL,
    source {code:30} NOT NULL,
    source_ref {code:100} NOT NULL,
    transaction_id BIGINT NULL,
    withdrawal_id BIGINT NULL,
    reverses BIGINT NULL,
    created_by BIGINT NULL,
    memo {text} NULL,
    created_at {time} NOT NULL,
    UNIQUE (source, source_ref, kind),
    FOREIGN KEY (transaction_id) REFERENCES transactions (id),
    FOREIGN KEY (reverses) REFERENCES ledger_entries (id),
    FOREIGN KEY (created_by) REFERENCES users (id)
){options};
CREATE INDEX ledger_entries_order ON ledger_entries (transaction_id);

CREATE TABLE ledger_postings (
    id {id},
    entry_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0),
    FOREIGN KEY (entry_id) REFERENCES ledger_entries (id),
    FOREIGN KEY (account_id) REFERENCES ledger_accounts (id)
){options};
CREATE INDEX ledger_postings_account ON ledger_postings (account_id, amount);

CREATE TABLE balances (
    id {id},
    user_id BIGINT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL UNIQUE,
    balance BIGINT NOT NULL DEFAULT 0 CHECK (balance >= 0),
    bonus_balance BIGINT NOT NULL DEFAULT 0 CHECK (bonus_balance >= 0),
    hold_balance BIGINT NOT NULL DEFAULT 0 CHECK (hold_balance >= 0),
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CHECK (hold_balance <= balance),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (account_id) REFERENCES ledger_accounts (id)
){options};

CREATE TABLE balance_mutations (
    id {id},
    balance_id BIGINT NOT NULL,
    posting_entry_id BIGINT NOT NULL UNIQUE,
    transaction_id BIGINT NULL,
    type {code:10} NOT NULL CHECK (type IN ('credit', 'debit')),
    amount BIGINT NOT NULL CHECK (amount > 0),
    balance_before BIGINT NOT NULL CHECK (balance_before >= 0),
    balance_after BIGINT NOT NULL CHECK (balance_after >= 0),
    description {text} NOT NULL,
    reference_type {code:50} NULL,
    reference_id BIGINT NULL,
    once_key {code:100} NULL UNIQUE,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (balance_id) REFERENCES balances (id),
    FOREIGN KEY (posting_entry_id) REFERENCES ledger_entries (id),
    FOREIGN KEY (transaction_id) REFERENCES transactions (id)
){options};
CREATE INDEX balance_mutations_created ON balance_mutations (balance_id, created_at);

-- A database is born sandbox or live and remembers it, so that demo money never buys real goods.
CREATE TABLE store_identity (
    id {id},
    mode {code:10} NOT NULL UNIQUE CHECK (mode IN ('sandbox', 'live')),
    created_at {time} NOT NULL
){options};

INSERT INTO ledger_accounts (id, code, kind, created_at, updated_at) VALUES
    (1, 'orders_in_progress', 'liability', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (2, 'refunds_payable', 'liability', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (3, 'withdrawals_payable', 'liability', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (4, 'suspense', 'liability', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (5, 'gateway_receivable', 'asset', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (6, 'supplier_deposit', 'asset', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (7, 'bank', 'asset', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (8, 'disputes', 'asset', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (9, 'sales', 'income', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (10, 'fees_charged', 'income', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (11, 'cost_of_goods', 'expense', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (12, 'gateway_fees', 'expense', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (13, 'discounts', 'expense', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (14, 'adjustments', 'expense', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (15, 'opening_balances', 'equity', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    (16, 'demo_funds', 'equity', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000');
