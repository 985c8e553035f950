#pragma once

#include "apps/store_program.hpp"

#include <string>

namespace enstore::apps
{

/// What a first start tells its owner.
struct Welcome {
    std::string setup_link;    ///< to make the first admin; empty when there is one
    std::string demo_email;    ///< empty: no demo buyer
    std::string demo_password; ///< random, made on first start, kept in `<data>/demo-login.txt` (0600)
};

/// Fills an empty sandbox store: the catalogue from the price lists, and (with `demo`) a buyer with money in the
/// wallet. Does nothing that was done before.
Welcome prepare_first_use(StoreProgram& store, bool demo);

} // namespace enstore::apps
