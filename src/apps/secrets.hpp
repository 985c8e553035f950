#pragma once

#include "platform/core/secret.hpp"

#include <string>

namespace enstore::apps
{

/// The secrets that `up` makes when they are missing: kept in `<data>/secrets.env`, mode 0600, made once.
struct LocalSecrets {
    Secret app_key;
    std::string sandbox_username;
    Secret sandbox_api_key;
    Secret sandbox_webhook_secret;
};

/// Creates the folder (mode 0700) when it is missing. Throws `std::runtime_error` with a remedy when it cannot be used.
void open_data_folder(const std::string& folder);
/// Reads the file, or makes it. Two processes that start together end with the same secrets.
LocalSecrets local_secrets(const std::string& data_folder);
/// Writes a file only its owner can read (0600), replacing it whole.
void write_private_file(const std::string& path, const std::string& content);

} // namespace enstore::apps
