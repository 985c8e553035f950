#include "apps/demo.hpp"

#include "apps/console.hpp"
#include "platform/crypto/crypto.hpp"
#include "wallet/wallet.hpp"

#include <filesystem>

namespace enstore::apps
{
namespace
{

constexpr const char* demo_email = "demo@enstore.test";
constexpr Idr demo_money = 1'000'000_idr;

void fill_catalogue(StoreProgram& store)
{
    if (store.catalogue().has_products()) return;
    const auto report = catalog::sync_from_supplier(store.database(), store.supplier(), store.clock(),
                                                    progress_bar("Loading the catalogue"));
    if (!report) {
        say_refusal(report.error());
        say("The store runs without a catalogue; run `enstore sync-products` when the supplier answers.");
        return;
    }
    store.catalogue().refresh();
    say("Catalogue: " + std::to_string(report->products_created) + " products, " +
        std::to_string(report->items_created) + " items");
}

/// The demo buyer's password is random and made on first start: no fixed one exists (S5).
void make_demo_buyer(StoreProgram& store, Welcome& welcome)
{
    const std::string path = store.config().data_folder + "/demo-login.txt";
    const Timestamp now = store.clock().now();
    const auto known = store.database().read([](db::Tx& tx) { return accounts::find_by_email(tx, demo_email); });
    if (known) {
        if (!std::filesystem::exists(path)) return;
        const auto lookup = config::file_lookup(path);
        welcome.demo_email = lookup("email").value_or("");
        welcome.demo_password = lookup("password").value_or("");
        return;
    }
    const std::string password = crypto::random_text(16, crypto::token_alphabet);
    // The file first: a crash in between leaves a password without an account, and the next start makes both anew.
    write_private_file(path, std::string("email=") + demo_email + "\npassword=" + password + "\n");
    const auto account = accounts::create_account(store.database(),
                                                  {.name = "Pembeli Demo",
                                                   .email = demo_email,
                                                   .phone = "081200000000",
                                                   .password = Secret{password},
                                                   .admin = false,
                                                   .reseller = false,
                                                   .referral_code = {}},
                                                  store.account_deps().on_created, now);
    if (!account) {
        say_refusal(account.error());
        return;
    }
    const auto credited = store.database().transact([&](db::Tx& tx) {
        return wallet::demo_credit(tx, account->id, demo_money, "first-start:" + std::to_string(account->id.value),
                                   now);
    });
    if (!credited) say_refusal(credited.error());
    welcome.demo_email = demo_email;
    welcome.demo_password = password;
}

} // namespace

Welcome prepare_first_use(StoreProgram& store, bool demo)
{
    Welcome welcome;
    if (store.config().sandbox()) fill_catalogue(store);
    if (store.config().sandbox() && demo) make_demo_buyer(store, welcome);
    const bool has_admin = store.database().read([](db::Tx& tx) { return accounts::any_admin(tx); });
    if (!has_admin) {
        const Timestamp now = store.clock().now();
        const std::string token =
            store.database().transact([&](db::Tx& tx) { return accounts::make_setup_token(tx, now); });
        welcome.setup_link = store.config().app_url + "/setup?token=" + token;
    }
    return welcome;
}

} // namespace enstore::apps
