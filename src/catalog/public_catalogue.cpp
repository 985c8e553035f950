#include "catalog/public_catalogue.hpp"

namespace enstore::catalog
{

bool PublicCatalogue::Impl::refresh()
{
    const std::lock_guard one_at_a_time(refreshing_);
    const auto current = snapshot()->version;
    if (loaded_ && database_.read([](db::Tx& tx) { return store::version(tx); }) == current) return false;

    // One reading transaction: the version belongs to exactly these rows.
    auto rows = database_.read([](db::Tx& tx) {
        return CatalogueRows{.version = store::version(tx),
                             .categories = store::public_categories(tx),
                             .products = store::public_products(tx),
                             .items = store::public_items(tx)};
    });
    auto fresh = make_snapshot(std::move(rows), public_url_);
    {
        const std::lock_guard lock(mutex_);
        snapshot_.swap(fresh);
    }
    loaded_ = true;
    return true; // the old snapshot goes when its last request does
}

PublicCatalogue::PublicCatalogue(db::Database& database, std::string public_url)
    : impl_(std::make_shared<Impl>(database, std::move(public_url)))
{
}

PublicCatalogue::~PublicCatalogue() = default;

bool PublicCatalogue::refresh()
{
    return impl_->refresh();
}

bool PublicCatalogue::has_products() const
{
    return !impl_->snapshot()->products.empty();
}

} // namespace enstore::catalog
