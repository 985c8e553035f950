-- The catalogue: categories, products and their purchasable items, with what the price sync needs beside them.
--
-- products.supplier_group is the sync's own key for "brand in category". Name, slug and category belong to the admin
-- once a product exists, so the sync may not find its product by them. It is null for what an admin made by hand.
-- catalogue_state is one row: its version is raised by whoever changes what the public sees, and tells every process to
-- load its snapshot anew; the lease lets one sync run at a time and runs out by itself after a crash.
-- price_lists keeps the last lists of the supplier, who allows one question in five minutes.
CREATE TABLE product_categories (
    id {id},
    name VARCHAR(255) NOT NULL,
    slug {ci:255} NOT NULL,
    type {code:20} NOT NULL DEFAULT 'VIRTUAL' CHECK (type IN ('PHYSICAL', 'VIRTUAL')),
    description {text} NULL,
    icon VARCHAR(255) NULL,
    image VARCHAR(255) NULL,
    is_active SMALLINT NOT NULL DEFAULT 1,
    sort_order BIGINT NOT NULL DEFAULT 0,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL
){options};
CREATE UNIQUE INDEX product_categories_slug ON product_categories (slug);

INSERT INTO product_categories (name, slug, icon, sort_order, created_at, updated_at) VALUES
    ('Games', 'games', '🎮', 1, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    ('Pulsa', 'pulsa', '📱', 2, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    ('Data', 'data', '📶', 3, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    ('PLN', 'pln', '⚡', 4, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    ('E-Money', 'e-money', '💰', 5, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
    ('Voucher', 'voucher', '🎫', 6, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000');

CREATE TABLE products (
    id {id},
    category_id BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    slug {ci:255} NOT NULL,
    brand {ci:255} NOT NULL,
    publisher VARCHAR(255) NULL,
    provider {code:50} NULL,
    type {code:50} NOT NULL DEFAULT 'other'
        CHECK (type IN ('game', 'pulsa', 'data', 'pln', 'voucher', 'emoney', 'pascabayar', 'other')),
    payment_type {code:20} NOT NULL DEFAULT 'prepaid' CHECK (payment_type IN ('prepaid', 'postpaid')),
    input_fields {json} NOT NULL,
    server_options {json} NULL,
    description {text} NULL,
    image VARCHAR(255) NULL,
    icon VARCHAR(255) NULL,
    rating DECIMAL(3,2) NOT NULL DEFAULT 0,
    is_active SMALLINT NOT NULL DEFAULT 1,
    is_featured SMALLINT NOT NULL DEFAULT 0,
    sort_order BIGINT NOT NULL DEFAULT 0,
    supplier_group {code:255} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (category_id) REFERENCES product_categories(id) ON DELETE RESTRICT
){options};
CREATE UNIQUE INDEX products_slug ON products (slug);
CREATE UNIQUE INDEX products_supplier_group ON products (supplier_group);

CREATE TABLE product_items (
    id {id},
    product_id BIGINT NOT NULL,
    digiflazz_code {code:255} NOT NULL,
    name VARCHAR(255) NOT NULL,
    {group} VARCHAR(255) NULL,
    description {text} NULL,
    base_price BIGINT NOT NULL DEFAULT 0 CHECK (base_price >= 0),
    retail_price BIGINT NOT NULL DEFAULT 0 CHECK (retail_price >= 0),
    reseller_price BIGINT NOT NULL DEFAULT 0 CHECK (reseller_price >= 0),
    retail_profit BIGINT NOT NULL DEFAULT 0,
    reseller_profit BIGINT NOT NULL DEFAULT 0,
    admin_fee BIGINT NOT NULL DEFAULT 0 CHECK (admin_fee >= 0),
    stock_status {code:20} NOT NULL DEFAULT 'available' CHECK (stock_status IN ('available', 'empty', 'maintenance')),
    is_active SMALLINT NOT NULL DEFAULT 1,
    price_locked SMALLINT NOT NULL DEFAULT 0,
    multi SMALLINT NOT NULL DEFAULT 1,
    unlimited_stock SMALLINT NOT NULL DEFAULT 1,
    stock BIGINT NULL,
    cut_off_start {code:5} NULL,
    cut_off_end {code:5} NULL,
    total_sold BIGINT NOT NULL DEFAULT 0,
    sort_order BIGINT NOT NULL DEFAULT 0,
    last_synced_at {time} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE CASCADE
){options};
CREATE UNIQUE INDEX product_items_code ON product_items (digiflazz_code);
CREATE INDEX product_items_product ON product_items (product_id, is_active, retail_price);

CREATE TABLE catalogue_state (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    sync_owner {code:64} NULL,
    sync_until {time} NULL
){options};
INSERT INTO catalogue_state (id, version) VALUES (1, 1);

CREATE TABLE price_lists (
    kind {code:20} NOT NULL PRIMARY KEY CHECK (kind IN ('prepaid', 'postpaid')),
    items {json} NOT NULL,
    fetched_at {time} NOT NULL
){options};
