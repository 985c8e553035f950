#include "sandbox/store.hpp"

#include <array>

namespace enstore::sandbox::store
{
namespace
{

/// Moments are microseconds in a BIGINT: this database belongs to the sandbox alone and is read by nobody else.
constexpr std::string_view tables = R"(
CREATE TABLE orders (
    id {id},
    ref_id {code:100} NOT NULL UNIQUE,
    kind {code:10} NOT NULL CHECK (kind IN ('none', 'prepaid', 'inquiry', 'payment')),
    sku {code:100} NOT NULL,
    customer_no {code:255} NOT NULL,
    testing SMALLINT NOT NULL,
    status {code:10} NOT NULL CHECK (status IN ('Sukses', 'Pending', 'Gagal')),
    rc {code:10} NOT NULL,
    sn {text} NOT NULL,
    price BIGINT NOT NULL,
    last_saldo BIGINT NOT NULL,
    debited BIGINT NOT NULL,
    bought_at BIGINT NOT NULL,
    plan {code:100} NOT NULL,
    next_at BIGINT NULL,
    hook_copies BIGINT NOT NULL,
    forged_hooks SMALLINT NOT NULL,
    hook_sequence {code:100} NOT NULL,
    callback_url {text} NOT NULL,
    detail {text} NOT NULL,
    requests BIGINT NOT NULL,
    deliveries BIGINT NOT NULL,
    closest_ms BIGINT NULL,
    last_request_at BIGINT NOT NULL
){options};
CREATE INDEX orders_next ON orders (next_at);
CREATE INDEX orders_number ON orders (customer_no, sku, bought_at);
CREATE TABLE account (
    id BIGINT NOT NULL PRIMARY KEY,
    deposit BIGINT NOT NULL CHECK (deposit >= 0),
    clock_offset_us BIGINT NOT NULL,
    settings {text} NOT NULL
){options};
CREATE TABLE stock (
    sku {code:100} NOT NULL PRIMARY KEY,
    pieces BIGINT NOT NULL CHECK (pieces >= 0)
){options};
CREATE TABLE item_changes (
    id {id},
    sku {code:100} NOT NULL,
    fields {text} NOT NULL
){options};
CREATE TABLE faults (
    id {id},
    definition {text} NOT NULL,
    times_left BIGINT NOT NULL
){options};
CREATE TABLE magic_refs (
    ref_id {code:100} NOT NULL PRIMARY KEY
){options};
CREATE TABLE hooks (
    id {id},
    ref_id {code:100} NOT NULL,
    event {code:10} NOT NULL,
    url {text} NOT NULL,
    agent {code:50} NOT NULL,
    body {text} NOT NULL,
    forged SMALLINT NOT NULL,
    due_at BIGINT NOT NULL,
    state {code:10} NOT NULL CHECK (state IN ('due', 'sent', 'failed', 'lost')),
    tries BIGINT NOT NULL,
    answer BIGINT NOT NULL
){options};
CREATE INDEX hooks_due ON hooks (state, due_at);
CREATE INDEX hooks_ref ON hooks (ref_id);
)";

constexpr std::array<db::Migration, 1> list{{db::Migration{1, "0001_sandbox", tables}}};

} // namespace

std::span<const db::Migration> migrations()
{
    return list;
}

} // namespace enstore::sandbox::store
