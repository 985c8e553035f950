#pragma once

#include "platform/core/result.hpp"
#include "platform/core/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which passwords are good enough, and the work of checking them. Private to this room.
namespace enstore::accounts
{

/// Passwords that are tried first: a word list on disk, joined with the ones everybody uses. Compared without case.
class CommonPasswords
{
public:
    /// Reads the word lists that exist among `paths`; words shorter than any password allowed are left out.
    explicit CommonPasswords(const std::vector<std::string>& paths);
    CommonPasswords(const CommonPasswords&) = delete; // `words_` points into `text_`
    CommonPasswords& operator=(const CommonPasswords&) = delete;

    bool contains(std::string_view password) const;
    std::size_t size() const { return words_.size(); }

    /// The list of this machine, read on first use and kept.
    static const CommonPasswords& of_this_machine();

private:
    std::string text_;                    ///< all words, lower case, one a line
    std::vector<std::string_view> words_; ///< into `text_`, sorted
};

/// What a password must not simply repeat.
struct PasswordOwner {
    bool admin = false;
    std::string_view email;
    std::string_view phone;
};
/// What is wrong with a password, or nothing. Any characters are allowed; nothing is trimmed.
std::optional<Text> password_problem(const Secret& password, const PasswordOwner& owner,
                                     const CommonPasswords& common = CommonPasswords::of_this_machine());

/// The longest password in bytes: nobody types more, and hashing it must not be a way to keep us busy.
inline constexpr std::size_t longest_password = 1024;

// Password work goes through here and is counted (`enstore_password_work_total`), so that a flood can be seen, and a
// test can see that a known and an unknown account cost the same (S6). Never call it inside a transaction: it takes
// long.

std::string hash_counted(const Secret& password);
/// Against the hash, or against nothing at all: then it takes its time and says no.
bool verify_counted(const std::optional<std::string>& hash, const Secret& password);

} // namespace enstore::accounts
