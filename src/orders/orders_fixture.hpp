#pragma once

#include "orders/store.hpp"
#include "settings/settings.hpp"
#include "tests/support/people.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/threads.hpp"
#include "wallet/wallet.hpp"

#include "audit/audit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

/// A small shop for this room's tests: one category, one product of each kind that matters, buyers with money. Only the
/// tests include it.
namespace enstore::orders::testing_shop
{

struct ItemFacts {
    Idr base = 10'000_idr;
    Idr price = 12'000_idr;
    bool multi = true;
    bool postpaid = false;
    std::string provider = "digiflazz";
    std::string cut_off_start = {};
    std::string cut_off_end = {};
};

class Shop
{
public:
    explicit Shop(support::Backend backend) : store_(backend)
    {
        db().transact([&](db::Tx& tx) {
            support::be_a_sandbox(tx, now);
            constexpr db::Query category{"test.category", "SELECT id FROM product_categories WHERE slug = 'pulsa'"};
            category_ = tx.one(category)->integer(0);
        });
    }

    db::Database& db() { return store_.db(); }

    UserId buyer(const std::string& name, Idr money)
    {
        return db().transact([&](db::Tx& tx) {
            const UserId user = support::a_user(tx, name, now);
            wallet::open_wallet(tx, user, now);
            if (money > 0_idr && !wallet::demo_credit(tx, user, money, "start:" + name, now))
                throw std::logic_error("no demo money");
            return user;
        });
    }
    ItemId item(const std::string& sku, const ItemFacts& facts = {})
    {
        constexpr db::Query product{"test.product", "INSERT INTO products (category_id, name, slug, brand, provider, "
                                                    "type, payment_type, input_fields, created_at, updated_at) "
                                                    "VALUES (?, ?, ?, 'TEST', ?, ?, ?, ?, ?, ?)"};
        constexpr db::Query insert{"test.item", "INSERT INTO product_items (product_id, digiflazz_code, name, "
                                                "base_price, retail_price, reseller_price, retail_profit, "
                                                "reseller_profit, multi, cut_off_start, cut_off_end, created_at, "
                                                "updated_at) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?)"};
        const std::string fields = R"([{"name":"phone","label":"Nomor","type":"tel","required":true}])";
        const auto text_or_null = [](const std::string& text) {
            return text.empty() ? std::optional<std::string>() : std::optional(text);
        };
        return db().transact([&](db::Tx& tx) {
            const auto id = tx.insert(product, category_, "Produk " + sku, "produk-" + sku, facts.provider,
                                      facts.postpaid ? "pascabayar" : "pulsa", facts.postpaid ? "postpaid" : "prepaid",
                                      fields, now, now);
            return ItemId{tx.insert(insert, id, sku, "Item " + sku, facts.base, facts.price, facts.price - 500_idr,
                                    facts.multi, text_or_null(facts.cut_off_start), text_or_null(facts.cut_off_end),
                                    now, now)};
        });
    }
    PlaceOrder wish(UserId buyer, ItemId item, const std::string& phone = "081234567890")
    {
        PlaceOrder wanted;
        wanted.buyer = buyer;
        wanted.item = item;
        wanted.customer_data = {{"phone", phone}};
        wanted.code = "ENS-20260220-TEST" + std::to_string(++codes_);
        wanted.request_id = "req-test";
        return wanted;
    }
    Result<Order> place(const PlaceOrder& wanted)
    {
        return db().transact([&](db::Tx& tx) { return place_order(tx, wanted, now, zone); });
    }
    /// An order whose request has left, as after a claim.
    Order sent(const Order& order)
    {
        db().transact([&](db::Tx& tx) {
            store::Attempt attempt;
            attempt.order = order.id;
            attempt.ref_id = order.code;
            attempt.sku = order.sku;
            attempt.customer_no = order.customer_no.value();
            attempt.max_price = order.total;
            attempt.state = "created";
            const auto id = store::insert_attempt(tx, attempt, now);
            if (!store::claim_asking(tx, id, now)) throw std::logic_error("nobody else asks");
        });
        return order;
    }
    /// Ends the first job as a claim does, leaving a check that is not due in this test.
    void hand_over_to_check(const Order& order)
    {
        constexpr db::Query finish{"test.finish_jobs", "UPDATE jobs SET status = 'done' WHERE subject_id = ?"};
        db().transact([&](db::Tx& tx) {
            tx.execute(finish, order.id);
            queue::enqueue(
                tx, {.kind = "CheckOrder", .subject = order.id.value, .run_at = now + std::chrono::hours{24}}, now);
        });
    }
    /// What the supplier says about the order's first attempt.
    digiflazz::Answer says(const Order& order, const std::string& rc, const std::string& status,
                           const std::string& ref = "")
    {
        digiflazz::Answer answer;
        answer.meaning = digiflazz::classify(rc, status);
        answer.ref_id = ref.empty() ? order.code : ref;
        answer.sku = order.sku;
        answer.customer_no = order.customer_no.value();
        answer.rc = rc;
        answer.status = status;
        if (rc == "00") answer.sn = "SN-1234567890";
        answer.message = "raw supplier text";
        answer.price = 9'900_idr;
        return answer;
    }
    std::optional<std::string> apply(const digiflazz::Answer& answer)
    {
        return db().transact([&](db::Tx& tx) { return apply_answer(tx, answer, now, zone); });
    }
    Order order(OrderId id)
    {
        return db().read([&](db::Tx& tx) { return store::find(tx, id).value(); });
    }
    std::string state_of_attempt(OrderId id)
    {
        return db().read([&](db::Tx& tx) {
            const auto attempt = store::last_attempt(tx, id);
            return attempt ? attempt->state : std::string("none");
        });
    }
    Idr balance(UserId user)
    {
        return db().read([&](db::Tx& tx) { return wallet::balance_of(tx, user).balance; });
    }
    /// The balance of a house account, by its id of migration 0005, on the debit side.
    std::int64_t account(std::int64_t id)
    {
        constexpr db::Query sum{"test.account", "SELECT SUM(amount) FROM ledger_postings WHERE account_id = ?"};
        return db().read([&](db::Tx& tx) { return tx.number(sum, id); });
    }
    std::int64_t count(const db::Query& query, std::int64_t id)
    {
        return db().read([&](db::Tx& tx) { return tx.number(query, id); });
    }
    void set(const std::string& key, const std::string& value)
    {
        db().transact([&](db::Tx& tx) {
            settings::save(
                tx, {.key = key, .value = value, .type = settings::Type::number, .group = "orders", .is_public = false},
                now);
        });
    }
    /// The findings of the audit, one a line; empty when the books are in order.
    std::string audit()
    {
        std::string out;
        for (const auto& finding : audit::run(db(), now).findings)
            out += finding.invariant + ": " + finding.what + "\n";
        return out;
    }

    Timestamp now{1'771'556'400'000'000}; // 2026-02-20 10:00 WIB
    BusinessZone zone;

private:
    support::TestDatabase store_;
    std::int64_t category_ = 0;
    int codes_ = 0;
};

/// One shop per test and backend.
class InTheShop : public testing::TestWithParam<support::Backend>
{
protected:
    void TearDown() override { EXPECT_EQ(shop.audit(), ""); }
    Shop shop{GetParam()};
};

} // namespace enstore::orders::testing_shop

#define EXPECT_REFUSED(result, with)                                                                                   \
    do {                                                                                                               \
        const auto& refused_result = (result);                                                                         \
        ASSERT_FALSE(refused_result);                                                                                  \
        EXPECT_EQ(refused_result.error().refusal.code, (with).code);                                                   \
    } while (false)
