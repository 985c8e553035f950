#include "platform/http/json.hpp"
#include "platform/http/numbers.hpp"

#include <gmock/gmock.h>

namespace enstore::http
{
namespace
{

using testing::ElementsAre;
using testing::Pair;

Request json_request(std::string body)
{
    Request request;
    request.method = Method::post;
    request.headers = {{"content-type", "application/json"}};
    request.body = std::move(body);
    return request;
}

Request form_request(std::string body)
{
    Request request = json_request(std::move(body));
    request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=UTF-8"}};
    return request;
}

Fields fields_of(std::string body)
{
    return Fields::of(json_request(std::move(body))).value();
}

std::vector<std::string> problems_of(const Fields& fields)
{
    std::vector<std::string> out;
    if (const auto checked = fields.check(); !checked)
        for (const auto& problem : checked.error().fields)
            out.push_back(problem.field + ": " + problem.text.id);
    return out;
}

TEST(ReadingABody, refuses_what_is_no_object)
{
    for (const auto* body : {"[1]", "\"x\"", "7", "{", "{\"a\":}", "{\"a\":1}x", "{\"a\":\"\xff\"}", "null"}) {
        const auto fields = Fields::of(json_request(body));
        ASSERT_FALSE(fields) << body;
        EXPECT_EQ(fields.error().refusal.kind, Kind::malformed) << body;
    }
    EXPECT_TRUE(Fields::of(json_request("")));
    EXPECT_TRUE(Fields::of(json_request("  \r\n")));
    EXPECT_TRUE(parse_json(std::string(31, '[') + std::string(31, ']')));
    EXPECT_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')));
}

TEST(ReadingABody, notes_every_bad_field_at_once)
{
    auto fields =
        fields_of(R"({"name":"  ","email":"nope","id":"-1","amount":"1e9","nick":"ab","long":"abcdef","list":[1]})");
    (void)fields.text("name", {});
    (void)fields.email("email");
    (void)fields.id("id");
    (void)fields.rupiah("amount");
    (void)fields.rupiah("missing");
    (void)fields.text("nick", {.min = 3});
    (void)fields.text("long", {.max = 5});
    (void)fields.text("list", {});
    fields.note("own", {"Sendiri", "Own"});
    EXPECT_FALSE(fields.good());
    EXPECT_THAT(problems_of(fields),
                ElementsAre("name: Wajib diisi", "email: Format email tidak valid", "id: Harus berupa ID yang valid",
                            "amount: Harus berupa jumlah rupiah bulat, tanpa pecahan dan tidak negatif",
                            "missing: Wajib diisi", "nick: Minimal 3 karakter", "long: Maksimal 5 karakter",
                            "list: Harus berupa teks", "own: Sendiri"));
}

TEST(ReadingABody, trims_text_but_not_passwords)
{
    auto fields = fields_of(R"({"a":"  x y ","password":"  p ","n":12,"blank":" ","none":null,"nul":"a\u0000b"})");
    EXPECT_EQ(fields.text("a", {}), "x y");
    EXPECT_EQ(fields.text("password", {.trim = false}), "  p ");
    EXPECT_EQ(fields.text("n", {}), "12");
    EXPECT_EQ(fields.maybe_text("blank", {.required = false}), std::nullopt);
    EXPECT_EQ(fields.maybe_text("none", {.required = false}), std::nullopt);
    EXPECT_TRUE(fields.has("none"));
    EXPECT_FALSE(fields.has("other"));
    EXPECT_TRUE(fields.good());
    (void)fields.text("nul", {});
    EXPECT_THAT(problems_of(fields), ElementsAre("nul: Mengandung karakter yang tidak diperbolehkan"));
}

TEST(ReadingABody, S24_takes_whole_amounts_and_nothing_else)
{
    const std::vector<std::pair<std::string, std::int64_t>> good{{"50000", 50'000},
                                                                 {"50000.0", 50'000},
                                                                 {"0", 0},
                                                                 {"1000000000000", 1'000'000'000'000},
                                                                 {"5e4", 50'000},
                                                                 {"\"50000\"", 50'000},
                                                                 {"\"50000.00\"", 50'000},
                                                                 {"\" 7 \"", 7},
                                                                 {"\"007\"", 7}};
    for (const auto& [text, rupiah] : good) {
        auto fields = fields_of("{\"a\":" + text + "}");
        EXPECT_EQ(fields.rupiah("a").rupiah(), rupiah) << text;
        EXPECT_TRUE(fields.good()) << text;
    }
    for (const std::string text : {"-1",
                                   "-0.5",
                                   "0.5",
                                   "50000.5",
                                   "1000000000001",
                                   "1e13",
                                   "9223372036854775808",
                                   "1e300",
                                   "true",
                                   "[]",
                                   "{}",
                                   "\"-1\"",
                                   "\"+1\"",
                                   "\"1e9\"",
                                   "\"0x10\"",
                                   "\"1,000\"",
                                   "\"1.000.000\"",
                                   "\"50000.5\"",
                                   "\"50000.\"",
                                   "\".0\"",
                                   "\"abc\"",
                                   "\"99999999999999999999\"",
                                   "\"1000000000001\"",
                                   "\"1 000\"",
                                   "\"٣\"",
                                   "\"NaN\"",
                                   "\"Infinity\"",
                                   "9007199254740993.0"}) {
        auto fields = fields_of("{\"a\":" + text + "}");
        EXPECT_EQ(fields.rupiah("a").rupiah(), 0) << text;
        EXPECT_FALSE(fields.good()) << text;
    }
}

TEST(ReadingABody, S24_a_million_random_amounts_stay_in_range)
{
    std::uint64_t state = 42;
    const auto next = [&state] {
        state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return state >> 16U;
    };
    static constexpr std::string_view symbols = "0123456789.-+eExX ,_";
    for (int i = 0; i < 1'000'000; ++i) {
        std::string text;
        for (auto length = next() % 18; length > 0; --length)
            text += symbols[next() % symbols.size()];
        const auto amount = rupiah_number(json::value(text));
        if (!amount) continue;
        EXPECT_GE(*amount, 0) << text;
        EXPECT_EQ(text.find_first_of("-+eExX,_"), std::string::npos) << text;
    }
}

TEST(ReadingABody, takes_ids_and_flags_as_the_contract_says)
{
    auto fields =
        fields_of(R"({"a":412,"b":"412","c":412.0,"t":true,"one":1,"zero":"0","f":"false","odd":"yes","i":"-5"})");
    EXPECT_EQ(fields.id("a"), 412);
    EXPECT_EQ(fields.id("b"), 412);
    EXPECT_EQ(fields.id("c"), 412);
    EXPECT_TRUE(fields.flag("t", false));
    EXPECT_TRUE(fields.flag("one", false));
    EXPECT_FALSE(fields.flag("zero", true));
    EXPECT_FALSE(fields.flag("f", true));
    EXPECT_TRUE(fields.flag("absent", true));
    EXPECT_EQ(fields.maybe_integer("i"), -5);
    EXPECT_TRUE(fields.good());
    (void)fields.flag("odd", false);
    EXPECT_FALSE(fields.good());
    for (const std::string text : {"0", "-1", "1.5", "\"0x1\"", "\"99999999999999999999\"", "null", "\"\"", "true"}) {
        auto bad = fields_of("{\"a\":" + text + "}");
        EXPECT_EQ(bad.id("a"), 0) << text;
        EXPECT_FALSE(bad.good()) << text;
    }
}

TEST(ReadingABody, nests_the_bracket_names_of_forms)
{
    auto fields =
        Fields::of(
            form_request("a=1&customer_data[user_id]=+77+&customer_data%5Bzone_id%5D=2&rows[1][n]=b&rows[0][n]=a&"
                         "tags[]=x&tags[]=y&empty="))
            .value();
    EXPECT_EQ(fields.text("a", {}), "1");
    EXPECT_THAT(fields.text_map("customer_data", true), ElementsAre(Pair("user_id", "77"), Pair("zone_id", "2")));
    EXPECT_EQ(json::serialize(*fields.raw("rows")), R"([{"n":"a"},{"n":"b"}])");
    EXPECT_EQ(json::serialize(*fields.raw("tags")), R"(["x","y"])");
    EXPECT_EQ(fields.raw("empty"), nullptr);
    EXPECT_TRUE(fields.good());
    EXPECT_FALSE(Fields::of(form_request("a=1&a[b]=2")));
    EXPECT_FALSE(Fields::of(form_request("a[1][2][3][4][5][6][7][8][9]=1")));
    EXPECT_FALSE(Fields::of(form_request("a=%zz")));
}

TEST(ReadingABody, bounds_maps_of_texts)
{
    std::string many = "{\"m\":{";
    for (int i = 0; i < 21; ++i)
        many += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
    auto fields = fields_of(many + "}}");
    EXPECT_TRUE(fields.text_map("m", true).empty());
    EXPECT_FALSE(fields.good());
    auto bad = fields_of(R"({"m":{"a":[1],"b":")" + std::string(256, 'x') + R"(","c":5,"d":null},"n":7})");
    EXPECT_THAT(bad.text_map("m", true), ElementsAre(Pair("c", "5")));
    EXPECT_THAT(problems_of(bad), ElementsAre("m.a: Harus berupa teks", "m.b: Maksimal 255 karakter"));
    (void)bad.text_map("n", true);
    (void)bad.text_map("absent", false);
    EXPECT_EQ(problems_of(bad).size(), 3U);
}

TEST(Paging, reads_the_first_name_that_is_given)
{
    const auto read = [](std::string target) {
        Request request;
        for (const auto& pair : {std::pair<std::string, std::string>{"page", "2"}, {"limit", std::move(target)}})
            request.query.insert(pair);
        return paging(request, 20, {"per_page", "limit"});
    };
    EXPECT_EQ(read("50").per_page, 50);
    EXPECT_EQ(read("50").offset(), 50);
    EXPECT_EQ(read("500").per_page, 100);
    for (const auto* text : {"0", "-3", "x", "1.5", "99999999999999999999"})
        EXPECT_EQ(read(text).per_page, 20) << text;
    Request huge;
    huge.query = {{"page", "9223372036854775807"}};
    EXPECT_GT(paging(huge, 100, {}).offset(), 0);
}

TEST(Paging, wraps_rows_as_the_contract_says)
{
    Request request;
    request.path = "/api/orders";
    request.query = {{"page", "2"}, {"search", "a b"}, {"per_page", "10"}};
    json::array rows(10);
    const auto out = page(request, "http://shop", {.page = 2, .per_page = 10}, 35, std::move(rows));
    EXPECT_EQ(out.at("current_page"), 2);
    EXPECT_EQ(out.at("from"), 11);
    EXPECT_EQ(out.at("to"), 20);
    EXPECT_EQ(out.at("last_page"), 4);
    EXPECT_EQ(out.at("total"), 35);
    EXPECT_EQ(out.at("per_page"), 10);
    EXPECT_EQ(out.at("path"), "http://shop/api/orders");
    EXPECT_EQ(out.at("next_page_url"), "http://shop/api/orders?per_page=10&search=a%20b&page=3");
    EXPECT_EQ(out.at("prev_page_url"), "http://shop/api/orders?per_page=10&search=a%20b&page=1");
    EXPECT_EQ(out.at("links").as_array().size(), 6U);
    EXPECT_EQ(out.at("links").as_array()[2].at("active"), true);
    const auto empty = page(request, "http://shop", {.page = 9, .per_page = 10}, 0, {});
    EXPECT_TRUE(empty.at("from").is_null());
    EXPECT_TRUE(empty.at("to").is_null());
    EXPECT_EQ(empty.at("last_page"), 1);
    EXPECT_TRUE(empty.at("next_page_url").is_null());
}

TEST(Paging, leaves_out_the_middle_of_a_long_list)
{
    Request request;
    request.path = "/a";
    const auto out = page(request, "", {.page = 50, .per_page = 1}, 100, json::array(1));
    std::string labels;
    for (const auto& link : out.at("links").as_array())
        labels += std::string(link.at("label").as_string()) + " ";
    EXPECT_EQ(labels, "Sebelumnya 1 2 ... 47 48 49 50 51 52 53 ... 99 100 Berikutnya ");
}

} // namespace
} // namespace enstore::http
