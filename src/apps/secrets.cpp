#include "apps/secrets.hpp"

#include "platform/config/config.hpp"
#include "platform/crypto/crypto.hpp"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace enstore::apps
{
namespace
{

[[noreturn]] void cannot(const std::string& what, const std::string& path)
{
    throw std::runtime_error(what + " " + path + ": " + std::system_category().message(errno) +
                             ". Choose another folder with --data, or mend its permissions.");
}

void write_all(int file, const std::string& content, const std::string& path)
{
    std::size_t at = 0;
    while (at < content.size()) {
        const ssize_t wrote = ::write(file, content.data() + at, content.size() - at);
        if (wrote < 0) cannot("cannot write", path);
        at += static_cast<std::size_t>(wrote);
    }
    if (::fsync(file) != 0) cannot("cannot write", path);
}

} // namespace

void open_data_folder(const std::string& folder)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) cannot("cannot use the data folder", folder);
    ::chmod(folder.c_str(), 0700);
}

void write_private_file(const std::string& path, const std::string& content)
{
    const std::string fresh = path + "." + std::to_string(::getpid());
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) cannot("cannot write", fresh);
    write_all(file, content, fresh);
    ::close(file);
    if (::rename(fresh.c_str(), path.c_str()) != 0) cannot("cannot write", path);
}

LocalSecrets local_secrets(const std::string& data_folder)
{
    const std::string path = data_folder + "/secrets.env";
    if (!std::filesystem::exists(path)) {
        const auto made = [](std::size_t length) { return crypto::random_text(length, crypto::token_alphabet); };
        const std::string content =
            "# Made by enstore on its first start. Keep it as private as the database.\nAPP_KEY=" + made(48) +
            "\nSANDBOX_USERNAME=sandbox" + made(6) + "\nSANDBOX_API_KEY=dev-" + made(32) +
            "\nSANDBOX_WEBHOOK_SECRET=" + made(32) + "\n";
        const std::string fresh = path + "." + std::to_string(::getpid());
        write_private_file(fresh, content);
        // link(2) fails when the other process was first, and its secrets count.
        if (::link(fresh.c_str(), path.c_str()) != 0 && errno != EEXIST) cannot("cannot write", path);
        ::unlink(fresh.c_str());
    }
    const auto lookup = config::file_lookup(path);
    const auto need = [&](const char* name) {
        const auto value = lookup(name);
        if (!value || value->empty())
            throw std::runtime_error(std::string(name) + " is missing in " + path +
                                     ". Restore the file, or remove it to make new secrets.");
        return *value;
    };
    return {.app_key = Secret{need("APP_KEY")},
            .sandbox_username = need("SANDBOX_USERNAME"),
            .sandbox_api_key = Secret{need("SANDBOX_API_KEY")},
            .sandbox_webhook_secret = Secret{need("SANDBOX_WEBHOOK_SECRET")}};
}

} // namespace enstore::apps
