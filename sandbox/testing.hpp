#pragma once

#include "platform/crypto/crypto.hpp"
#include "sandbox/store.hpp"
#include "sandbox/supplier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

/// What the sandbox's tests share: a supplier on a fresh folder with a clock of its own, and signed requests.
namespace enstore::sandbox::testing_support
{

inline std::string sign(std::string_view text)
{
    return crypto::md5("tokocontohdev-contoh-0000" + std::string(text));
}

inline Config test_config(const std::string& folder)
{
    Config config;
    config.port = 0;
    config.data_folder = folder;
    config.username = "tokocontoh";
    config.api_key = Secret{"dev-contoh-0000"};
    config.webhook_secret = Secret{"rahasia-webhook"};
    config.webhook_url = "http://127.0.0.1:9/none";
    return config;
}

/// A folder that goes away with the test.
class Folder
{
public:
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "sandbox-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~Folder()
    {
        std::error_code ignored; // a folder left behind fails no test
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

inline json::object order_body(const std::string& ref, const std::string& number, const std::string& sku = "xld10")
{
    return {{"username", "tokocontoh"},
            {"buyer_sku_code", sku},
            {"customer_no", number},
            {"ref_id", ref},
            {"sign", sign(ref)}};
}

inline json::object bill_body(const std::string& command, const std::string& ref, const std::string& number,
                              const std::string& sku, bool testing = false)
{
    auto body = order_body(ref, number, sku);
    body["commands"] = command;
    if (testing) body["testing"] = true;
    return body;
}

inline json::object with(json::object body, std::string_view field, json::value value)
{
    body[field] = std::move(value);
    return body;
}

/// The supplier without HTTP: 2026-02-20 10:00 in Jakarta, and nothing waits.
class SupplierTest : public ::testing::Test
{
protected:
    SupplierTest() { restart(); }

    void restart()
    {
        supplier_.reset();
        world_.reset();
        world_ = std::make_unique<World>(test_config(folder_.path()), clock_);
        supplier_ = std::make_unique<Supplier>(*world_, test_config(folder_.path()),
                                               [this](std::chrono::milliseconds time) { paused_ = time; });
    }

    Reply post(std::string_view path, const json::object& body)
    {
        return supplier_->post(path, json::serialize(body), "127.0.0.1");
    }
    json::object data(std::string_view path, const json::object& body)
    {
        return json::parse(post(path, body).body).at("data").as_object();
    }
    json::object buys(const std::string& ref, const std::string& number, const std::string& sku = "xld10")
    {
        return data("/transaction", order_body(ref, number, sku));
    }
    std::string rc(const json::object& body)
    {
        return json::value_to<std::string>(data("/transaction", body).at("rc"));
    }
    void fault(std::string_view definition)
    {
        std::string problem;
        const auto parsed = json::parse(definition).as_object();
        const auto read = read_fault(parsed, problem);
        ASSERT_TRUE(read) << problem;
        world_->faults().add(*read, std::string(definition));
    }
    void set(std::string_view changes) { ASSERT_FALSE(world_->change_settings(json::parse(changes).as_object())); }
    std::int64_t deposit()
    {
        return json::value_to<std::int64_t>(
            data("/cek-saldo", {{"cmd", "deposit"}, {"username", "tokocontoh"}, {"sign", sign("depo")}}).at("deposit"));
    }
    Order order(const std::string& ref)
    {
        return world_->database().read([&](db::Tx& tx) { return store::order(tx, ref); }).value();
    }
    /// Lets the callback delay pass and takes the steps that are then due, as the messenger's thread would.
    void callbacks_pass()
    {
        clock_.advance(std::chrono::seconds{4});
        const auto now = world_->now();
        world_->database().transact([&](db::Tx& tx) {
            for (const auto& ref : store::refs_due(tx, now, 1000)) {
                auto due = store::order(tx, ref).value();
                catch_up(tx, due, world_->settings(), now);
                store::update_order(tx, due);
            }
        });
    }
    /// `create Pending`, `update Sukses` …, the oldest first.
    std::vector<std::string> told(const std::string& ref)
    {
        std::vector<std::string> told;
        auto hooks = world_->database().read([&](db::Tx& tx) { return store::hooks(tx, ref, 100); });
        for (auto hook = hooks.rbegin(); hook != hooks.rend(); ++hook)
            told.push_back(hook->event + " " +
                           json::value_to<std::string>(json::parse(hook->body).at("data").at("status")));
        return told;
    }

    Folder folder_;
    ManualClock clock_;
    std::chrono::milliseconds paused_{0};
    std::unique_ptr<World> world_;
    std::unique_ptr<Supplier> supplier_;
};

} // namespace enstore::sandbox::testing_support
