#include "platform/core/text.hpp"
#include "tests/support/test_database.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace enstore::db
{
namespace
{

constexpr Query insert_thing{"thing.insert", "INSERT INTO things (name, amount, note, at) VALUES (?, ?, ?, ?)"};
constexpr Query read_thing{"thing.read", "SELECT id, name, amount, note, at FROM things WHERE id = ?"};
constexpr Query set_amount{"thing.set", "UPDATE things SET amount = ? WHERE name = ?"};
constexpr Query put_thing{"thing.put", "INSERT INTO things (name, amount) VALUES (?, ?)"
                                       "{on_duplicate(name)}amount = {new(amount)}"};
constexpr Query amount_of{"thing.amount", "SELECT amount FROM things WHERE name = ?{for_update}"};
constexpr Query next_free{"thing.next", "SELECT id FROM things WHERE amount > ? ORDER BY id LIMIT 1{skip_locked}"};
constexpr Query many_things{"thing.many", "INSERT INTO things (name, amount) VALUES {rows}"};
constexpr Query put_many{"thing.put_many", "INSERT INTO things (name, amount) VALUES {rows}"
                                           "{on_duplicate(name)}amount = {new(amount)}"};
constexpr Query sum{"thing.sum", "SELECT SUM(amount) FROM things"};
constexpr Query count{"thing.count", "SELECT COUNT(*) FROM things"};
constexpr Query insert_part{"part.insert", "INSERT INTO parts (thing_id, {group}, {key}) VALUES (?, ?, ?)"};
constexpr Query read_part{"part.read", "SELECT {group}, {key} FROM parts WHERE thing_id = ?"};

constexpr Migration tables[] = {
    {.number = 1,
     .name = "0001_things",
     .sql = "CREATE TABLE things (id {id}, name {code:100} NOT NULL UNIQUE, amount BIGINT, note {text}, at {time},\n"
            "  mail {ci:100}, CHECK (amount > -10)){options};\n"
            "CREATE TABLE parts (id {id}, thing_id BIGINT NOT NULL, {group} {code:40}, {key} {json},\n"
            "  FOREIGN KEY (thing_id) REFERENCES things(id)){options};\n"}};

class Statement : public testing::TestWithParam<support::Backend>
{
protected:
    void SetUp() override { migrate(db, tables); }

    std::int64_t a_thing(const Param& name, const Param& amount = 1, const Param& note = std::nullopt)
    {
        return db.transact([&](Tx& tx) { return tx.insert(insert_thing, name, amount, note, std::nullopt); });
    }
    Row thing(std::int64_t id)
    {
        return db.read([&](Tx& tx) { return tx.one(read_thing, id).value(); });
    }

    support::TestDatabase store{GetParam(), support::Schema::empty};
    Database& db = store.db();
};

TEST_P(Statement, keeps_every_integer_whole)
{
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, (std::int64_t{1} << 31) + 1,
                                      (std::int64_t{1} << 53) + 1, std::numeric_limits<std::int64_t>::max()}) {
        const auto id = a_thing(std::to_string(number), number);
        EXPECT_EQ(thing(id).integer(2), number);
    }
}

TEST_P(Statement, keeps_every_text_as_it_is)
{
    for (const std::string text : {"", "it's", "\"quoted\"", "back\\slash\\", ":x and ? and {rows}", "100%_",
                                   "Rp 10.000 — 北京 😀", "two\nlines", "' OR 1=1 --", "\\' OR 1=1 #", "tab\tend "}) {
        const auto id = a_thing("name of " + text, 1, text);
        EXPECT_EQ(thing(id).text(3), text);
    }
}

TEST_P(Statement, refuses_a_text_with_a_nul_byte)
{
    EXPECT_THROW(a_thing(std::string("a\0b", 3)), std::invalid_argument);
    EXPECT_EQ(thing(a_thing("after")).text(1), "after");
}

TEST_P(Statement, tells_null_from_nothing)
{
    const auto empty = thing(a_thing("empty", std::nullopt, ""));
    EXPECT_TRUE(empty.null(2));
    EXPECT_FALSE(empty.null(3));
    EXPECT_EQ(empty.maybe_text(3), "");
    EXPECT_EQ(empty.maybe_time(4), std::nullopt);
    const auto none = thing(a_thing("none", 5, std::nullopt));
    EXPECT_EQ(none.integer(2), 5);
    EXPECT_TRUE(none.null(3));
    EXPECT_FALSE(db.read([](Tx& tx) { return tx.one(read_thing, 999).has_value(); }));
}

TEST_P(Statement, binds_a_place_anew_when_its_type_changes)
{
    constexpr Query same{"same", "SELECT COUNT(*) FROM things WHERE name = ?"};
    db.transact([&](Tx& tx) {
        tx.insert(insert_thing, "7", 1, std::nullopt, std::nullopt);
        EXPECT_EQ(tx.number(same, "7"), 1);
        EXPECT_EQ(tx.number(same, std::nullopt), 0);
        EXPECT_EQ(tx.number(same, 8), 0);
        EXPECT_EQ(tx.number(same, "7"), 1);
    });
}

TEST_P(Statement, keeps_microseconds)
{
    const auto at = parse_time("2026-02-20T03:15:42.123457Z").value();
    const auto id = db.transact([&](Tx& tx) { return tx.insert(insert_thing, "t", Idr{3}, "n", at); });
    EXPECT_EQ(thing(id).time(4), at);
    EXPECT_EQ(thing(id).text(4), "2026-02-20 03:15:42.123457");
}

TEST_P(Statement, counts_found_rows_also_when_nothing_changes)
{
    a_thing("a", 5);
    db.transact([](Tx& tx) {
        EXPECT_EQ(tx.execute(set_amount, 5, "a"), 1);
        EXPECT_EQ(tx.execute(set_amount, 6, "a"), 1);
        EXPECT_EQ(tx.execute(set_amount, 6, "b"), 0);
    });
}

TEST_P(Statement, goes_on_after_a_unique_violation)
{
    a_thing("taken", 5);
    db.transact([](Tx& tx) {
        tx.insert(insert_thing, "before", 1, std::nullopt, std::nullopt);
        EXPECT_THROW(tx.insert(insert_thing, "taken", 1, std::nullopt, std::nullopt), UniqueViolation);
        EXPECT_EQ(tx.number(amount_of, "taken"), 5);
        tx.insert(insert_thing, "after", 1, std::nullopt, std::nullopt);
    });
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(count); }), 3);
}

TEST_P(Statement, never_quotes_a_value_in_what_it_throws)
{
    a_thing("SECRET-VALUE");
    try {
        a_thing("SECRET-VALUE");
        FAIL() << "a taken name was accepted";
    } catch (const UniqueViolation& violation) {
        EXPECT_THAT(violation.what(), testing::HasSubstr("thing.insert"));
        EXPECT_THAT(violation.what(), testing::Not(testing::HasSubstr("SECRET")));
        EXPECT_NE(violation.native_code(), 0);
    }
}

TEST_P(Statement, names_the_constraint_that_forbade_it)
{
    const auto fault_when = [&](auto body) {
        try {
            db.transact(body);
        } catch (const Failure& failure) {
            return failure.fault();
        }
        return Fault::other;
    };
    EXPECT_EQ(fault_when([](Tx& tx) { tx.insert(insert_part, 999, "g", "k"); }), Fault::foreign_key);
    EXPECT_EQ(fault_when([](Tx& tx) { tx.insert(insert_thing, "low", -10, std::nullopt, std::nullopt); }),
              Fault::constraint);
    EXPECT_EQ(fault_when([](Tx& tx) { tx.insert(insert_thing, std::nullopt, 1, std::nullopt, std::nullopt); }),
              Fault::constraint);
}

TEST_P(Statement, upserts_and_counts_one)
{
    db.transact([](Tx& tx) {
        EXPECT_EQ(tx.execute(put_thing, "a", 5), 1);
        EXPECT_EQ(tx.execute(put_thing, "a", 6), 1);
        EXPECT_EQ(tx.number(amount_of, "a"), 6);
        const std::vector<std::vector<Param>> rows{{"a", 7}, {"b", 8}};
        EXPECT_EQ(tx.insert_rows(put_many, rows), 2);
        EXPECT_EQ(tx.number(sum), 15);
    });
}

TEST_P(Statement, inserts_one_row_or_thousands)
{
    for (const int rows : {1, 2, 200, 5'000}) {
        const auto before = db.read([](Tx& tx) { return tx.number(count); });
        std::vector<std::vector<Param>> values;
        for (int i = 0; i < rows; ++i)
            values.push_back({std::to_string(rows) + "/" + std::to_string(i), i});
        EXPECT_EQ(db.transact([&](Tx& tx) { return tx.insert_rows(many_things, values); }), rows);
        EXPECT_EQ(db.read([](Tx& tx) { return tx.number(count); }), before + rows);
    }
    db.transact([](Tx& tx) {
        EXPECT_EQ(tx.insert_rows(many_things, {}), 0);
        const std::vector<std::vector<Param>> ragged{{"x", 1}, {"y"}};
        EXPECT_THROW(tx.insert_rows(many_things, ragged), std::logic_error);
    });
}

TEST_P(Statement, numbers_rows_and_says_which)
{
    const auto first = a_thing("a");
    const auto second = a_thing("b");
    EXPECT_GT(second, first);
    EXPECT_EQ(thing(second).text(1), "b");
}

TEST_P(Statement, adds_up_to_more_than_an_int_and_to_zero)
{
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(sum); }), 0);
    a_thing("a", 3'000'000'000'000);
    a_thing("b", 4'000'000'000'000);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(sum); }), 7'000'000'000'000);
}

TEST_P(Statement, reads_columns_whose_names_are_reserved)
{
    const auto id = a_thing("a");
    db.transact([&](Tx& tx) { tx.insert(insert_part, id, "g", "k"); });
    const auto row = db.read([&](Tx& tx) { return tx.one(read_part, id).value(); });
    EXPECT_EQ(row.text(0), "g");
    EXPECT_EQ(row.text(1), "k");
    EXPECT_EQ(db.transact([](Tx& tx) { return tx.number(next_free, 0); }), id);
}

TEST_P(Statement, filters_with_what_was_asked_for)
{
    for (const char* name : {"apple", "banana", "cherry"})
        a_thing(name, 2);
    const auto names = [&](const std::vector<Param>& wanted, const std::optional<std::string>& after) {
        return db.read([&](Tx& tx) {
            Filter filter{"thing.list", "SELECT name, amount FROM things WHERE amount = ?", 2};
            filter.add("AND name IN (").add_list(wanted).add(")");
            if (after) filter.add("AND name > ?", *after);
            filter.add("ORDER BY name DESC");
            std::vector<std::string> found;
            for (const auto& row : tx.all(filter))
                found.push_back(row.text(0));
            return found;
        });
    };
    EXPECT_THAT(names({"apple", "cherry", "none"}, {}), testing::ElementsAre("cherry", "apple"));
    EXPECT_THAT(names({"apple", "banana", "cherry"}, "apple"), testing::ElementsAre("cherry", "banana"));
    EXPECT_THAT(names({}, {}), testing::IsEmpty());
    const Filter counted{"thing.counted", "SELECT COUNT(*) FROM things WHERE name <> ?", "apple"};
    EXPECT_EQ(db.read([&](Tx& tx) { return tx.number(counted); }), 2);
}

TEST_P(Statement, keeps_only_the_latest_of_many_filters)
{
    for (int i = 0; i < 200; ++i)
        a_thing("n" + std::to_string(i), i);
    db.read([&](Tx& tx) {
        for (int round = 0; round < 2; ++round)
            for (std::size_t width = 1; width <= 100; ++width) {
                std::vector<Param> names;
                for (std::size_t i = 0; i < width; ++i)
                    names.emplace_back("n" + std::to_string(i));
                Filter filter{"thing.wide", "SELECT COUNT(*) FROM things WHERE name IN ("};
                filter.add_list(names).add(")");
                EXPECT_EQ(tx.number(filter), static_cast<std::int64_t>(width));
            }
    });
}

TEST_P(Statement, searches_for_wildcards_as_letters)
{
    constexpr Query search{"thing.search", "SELECT COUNT(*) FROM things WHERE name LIKE ? ESCAPE '!'"};
    for (const char* name : {"100%", "1000", "a_b", "axb", "a\\b", "a!b"})
        a_thing(name);
    const auto found = [&](std::string_view term) {
        return db.read([&](Tx& tx) { return tx.number(search, "%" + like_literal(term) + "%"); });
    };
    EXPECT_EQ(found("100%"), 1);
    EXPECT_EQ(found("100"), 2);
    EXPECT_EQ(found("a_b"), 1);
    EXPECT_EQ(found("a\\b"), 1);
    EXPECT_EQ(found("a!b"), 1);
}

TEST_P(Statement, compares_codes_exactly_and_names_without_case)
{
    constexpr Query by_name{"thing.by_name", "SELECT COUNT(*) FROM things WHERE name = ?"};
    constexpr Query set_mail{"thing.set_mail", "UPDATE things SET mail = ? WHERE name = ?"};
    constexpr Query by_mail{"thing.by_mail", "SELECT COUNT(*) FROM things WHERE mail = ?"};
    constexpr Query glued{"thing.glued", "SELECT name || '-' || mail FROM things WHERE name = ?"};
    a_thing("Ab");
    db.transact([&](Tx& tx) { tx.execute(set_mail, "Buyer@Example.com", "Ab"); });
    db.read([&](Tx& tx) {
        EXPECT_EQ(tx.number(by_name, "AB"), 0);
        EXPECT_EQ(tx.number(by_mail, "BUYER@example.com"), 1);
        EXPECT_EQ(tx.one(glued, "Ab")->text(0), "Ab-Buyer@Example.com");
    });
}

TEST_P(Statement, refuses_a_wrong_number_of_values)
{
    EXPECT_THROW(db.read([](Tx& tx) { return tx.number(amount_of); }), std::logic_error);
    EXPECT_THROW(db.read([](Tx& tx) { return tx.all(set_amount, 1, "a").size(); }), std::logic_error);
}

TEST_P(Statement, says_other_to_what_is_simply_wrong_and_goes_on)
{
    constexpr Query wrong{"wrong", "SELECT nothing FROM nowhere"};
    EXPECT_THROW(db.read([&](Tx& tx) { return tx.number(wrong); }), Failure);
    EXPECT_EQ(db.read([](Tx& tx) { return tx.number(count); }), 0);
}

ENSTORE_ON_BOTH_BACKENDS(Statement);

} // namespace
} // namespace enstore::db
