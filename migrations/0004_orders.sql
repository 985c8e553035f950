-- Orders (the wire and the tables say "transactions"), their log, what was asked of the supplier, and what partners
-- told us. Vouchers stand here because an order refers to one. Amounts are whole rupiah.
CREATE TABLE vouchers (
    id {id},
    code {ci:50} NOT NULL UNIQUE,
    name {code:255} NOT NULL,
    description {text} NULL,
    type {code:20} NOT NULL CHECK (type IN ('percentage', 'fixed')),
    value BIGINT NOT NULL,
    min_transaction BIGINT NOT NULL DEFAULT 0,
    max_discount BIGINT NULL,
    usage_limit BIGINT NULL,
    usage_count BIGINT NOT NULL DEFAULT 0,
    user_limit BIGINT NOT NULL DEFAULT 1,
    product_id BIGINT NULL,
    customer_type {code:20} NOT NULL DEFAULT 'all' CHECK (customer_type IN ('retail', 'reseller', 'all')),
    is_active SMALLINT NOT NULL DEFAULT 1,
    start_date {time} NULL,
    end_date {time} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE SET NULL
){options};

CREATE TABLE transactions (
    id {id},
    transaction_code {code:40} NOT NULL UNIQUE,
    user_id BIGINT NULL,
    product_item_id BIGINT NULL,
    voucher_id BIGINT NULL,
    customer_type {code:20} NOT NULL CHECK (customer_type IN ('retail', 'reseller')),
    payment_method_type {code:20} NOT NULL CHECK (payment_method_type IN ('gateway', 'balance')),
    transaction_type {code:20} NOT NULL CHECK (transaction_type IN ('purchase', 'topup')),
    prepaid_postpaid_type {code:20} NOT NULL CHECK (prepaid_postpaid_type IN ('prepaid', 'postpaid')),
    inquiry_ref {code:100} NULL UNIQUE,
    bill_data {json} NULL,
    product_name {code:511} NOT NULL,
    product_code {code:255} NOT NULL,
    product_price BIGINT NOT NULL CHECK (product_price >= 0),
    discount_amount BIGINT NOT NULL DEFAULT 0 CHECK (discount_amount >= 0),
    admin_fee BIGINT NOT NULL DEFAULT 0 CHECK (admin_fee >= 0),
    total_price BIGINT NOT NULL,
    base_price BIGINT NULL,
    supplier_cost BIGINT NULL,
    customer_data {json} NOT NULL,
    customer_no {code:100} NULL,
    customer_email {ci:255} NULL,
    customer_name {code:255} NULL,
    customer_phone {code:255} NULL,
    customer_note {text} NULL,
    payment_method {code:50} NOT NULL,
    payment_status {code:20} NOT NULL CHECK (payment_status IN ('pending', 'paid', 'expired', 'failed')),
    status {code:20} NOT NULL CHECK (status IN ('pending', 'processing', 'success', 'failed', 'refunded')),
    failed_reason {text} NULL,
    digiflazz_trx_id {code:255} NULL,
    digiflazz_serial_number {text} NULL,
    digiflazz_status {code:255} NULL,
    digiflazz_rc {code:255} NULL,
    digiflazz_message {text} NULL,
    refund_method {code:20} NULL CHECK (refund_method IN ('balance', 'manual')),
    needs_attention SMALLINT NOT NULL DEFAULT 0,
    request_id {code:64} NULL,
    paid_at {time} NULL,
    processed_at {time} NULL,
    completed_at {time} NULL,
    failed_at {time} NULL,
    cancelled_at {time} NULL,
    refunded_at {time} NULL,
    expired_at {time} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CHECK (total_price = product_price - discount_amount + admin_fee),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    FOREIGN KEY (product_item_id) REFERENCES product_items (id) ON DELETE SET NULL,
    FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE SET NULL
){options};
CREATE INDEX transactions_user_created ON transactions (user_id, created_at);
CREATE INDEX transactions_status_created ON transactions (status, created_at);
CREATE INDEX transactions_payment_expiry ON transactions (payment_status, expired_at);
CREATE INDEX transactions_payment_method ON transactions (payment_method);
CREATE INDEX transactions_customer_no ON transactions (customer_no);

CREATE TABLE voucher_usages (
    id {id},
    voucher_id BIGINT NOT NULL,
    user_id BIGINT NULL,
    guest_email {ci:255} NULL,
    transaction_id BIGINT NOT NULL UNIQUE,
    discount_amount BIGINT NOT NULL,
    released_at {time} NULL,
    created_at {time} NOT NULL,
    FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    FOREIGN KEY (transaction_id) REFERENCES transactions (id) ON DELETE CASCADE
){options};

CREATE TABLE transaction_logs (
    id {id},
    transaction_id BIGINT NOT NULL,
    status_from {code:50} NULL,
    status_to {code:50} NULL,
    action {code:50} NOT NULL,
    message {text} NOT NULL,
    meta_data {json} NULL,
    created_by BIGINT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (transaction_id) REFERENCES transactions (id) ON DELETE CASCADE,
    FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
){options};
CREATE INDEX transaction_logs_order ON transaction_logs (transaction_id, id);

-- One row per purchase attempt, written before the request leaves. `asked_at` and `asking_until` keep two calls for one
-- ref_id apart, whoever makes them; `failing_since` is the first look at a failure that wants a second one.
CREATE TABLE supplier_attempts (
    id {id},
    transaction_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    ref_id {code:60} NOT NULL UNIQUE,
    kind {code:10} NOT NULL CHECK (kind IN ('order', 'bill')),
    sku {code:255} NOT NULL,
    customer_no {code:100} NOT NULL,
    max_price BIGINT NOT NULL,
    state {code:10} NOT NULL CHECK (state IN ('created', 'sent', 'waiting', 'ok', 'failed', 'held')),
    rc {code:10} NULL,
    status {code:20} NULL,
    sn {text} NULL,
    price BIGINT NULL,
    message {text} NULL,
    asks BIGINT NOT NULL DEFAULT 0,
    sent_at {time} NULL,
    asked_at {time} NULL,
    asking_until {time} NULL,
    answered_at {time} NULL,
    failing_since {time} NULL,
    held_since {time} NULL,
    next_check_at {time} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    UNIQUE (transaction_id, number),
    FOREIGN KEY (transaction_id) REFERENCES transactions (id)
){options};

-- A SKU with `multi` false: one open or delivered order per number and business day. The unique key decides the race.
CREATE TABLE repeat_guards (
    id {id},
    product_code {code:255} NOT NULL,
    customer_no {code:100} NOT NULL,
    business_day {code:8} NOT NULL,
    transaction_id BIGINT NOT NULL UNIQUE,
    created_at {time} NOT NULL,
    UNIQUE (product_code, customer_no, business_day),
    FOREIGN KEY (transaction_id) REFERENCES transactions (id) ON DELETE CASCADE
){options};

-- Suppliers whose last answer said that our set-up or our deposit stops all sales; a good call takes the row away.
CREATE TABLE supplier_pauses (
    id {id},
    supplier {code:50} NOT NULL UNIQUE,
    rc {code:10} NOT NULL,
    since {time} NOT NULL
){options};

-- The inbox of partners' callbacks: stored before they are processed, processed at most once, kept for ever by key.
CREATE TABLE payment_callbacks (
    id {id},
    source {code:20} NOT NULL CHECK (source IN ('gateway', 'supplier')),
    payment_id BIGINT NULL,
    transaction_id BIGINT NULL,
    dedupe_key {code:64} NOT NULL UNIQUE,
    event {code:50} NULL,
    body {text} NOT NULL,
    signature {code:255} NULL,
    ip_address {code:45} NOT NULL,
    is_valid SMALLINT NOT NULL,
    processed SMALLINT NOT NULL DEFAULT 0,
    error {text} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (transaction_id) REFERENCES transactions (id) ON DELETE SET NULL
){options};
CREATE INDEX payment_callbacks_open ON payment_callbacks (processed, is_valid, created_at);
