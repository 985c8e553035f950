#pragma once

#include <string>
#include <string_view>

/// How rows of the supplier's lists become products (domain 5.3). Pure rules over the supplier's texts.
namespace enstore::catalog
{

/// Every word with a capital. A word that the supplier already spells in mixed case (`LinkAja`, `by.U`) is a name and
/// stays as it is.
std::string title_case(std::string_view text);

struct DisplayBrand {
    std::string text;
    /// Found by some of its words only: `Free Fire Max` reads `Free Fire`, as FREE FIRE itself does.
    bool partial = false;
};
/// The brand as shoppers know it: from the table, matched on the whole brand or on its whole words, never inside a
/// word; else in title case without a trailing GAME, VOUCHER, PULSA and the like.
DisplayBrand display_brand(std::string_view brand);

/// The whole brand in title case without such a trailing word: the name when `display_brand` is taken.
std::string plain_brand(std::string_view brand);

std::string publisher_of(std::string_view brand);

/// What the supplier's brand and category become: one product per `key`.
struct Group {
    std::string key; ///< stable over renaming by an admin: what `products.supplier_group` holds
    std::string name;
    std::string plain_name; ///< the name to take when another product already has `name`
    bool partial = false;
    std::string brand; ///< as the supplier writes it
};
Group group_of(std::string_view brand, std::string_view category, bool postpaid);

/// `game`, `pulsa`, … from the category's words; everything from the postpaid list is `pascabayar`.
std::string_view product_type(std::string_view category, bool postpaid);

/// Whether the category is one the supplier is known to have (digiflazz.md 12), so that it may be shown at once.
bool known_category(std::string_view name);

/// The supplier's product name without the leading brand; the whole name when nothing would be left.
std::string item_name(std::string_view product_name, std::string_view brand);

} // namespace enstore::catalog
