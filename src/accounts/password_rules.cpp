#include "accounts/password_rules.hpp"

#include "platform/core/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace enstore::accounts
{
namespace
{

constexpr std::size_t shortest_password = 8;
constexpr std::size_t shortest_admin_password = 15;

/// Debian's cracklib-runtime, and john-data where it is installed.
constexpr const char* word_list = "/usr/share/dict/cracklib-small";
constexpr const char* longer_word_list = "/usr/share/john/password.lst";

/// What dictionaries lack: the digits, keyboard walks and household words that people here really choose.
constexpr std::string_view everybodys =
    "12345678\n123456789\n1234567890\n0123456789\n87654321\n987654321\n11223344\n1122334455\n12341234\n123123123\n"
    "11111111\n88888888\n1q2w3e4r\n1q2w3e4r5t\n1qaz2wsx\nqwertyui\nqwertyuiop\nqwerty123\nqwerty1234\nqwerty12345\n"
    "asdfghjk\nasdfghjkl\nasdf1234\nzxcvbnm1\nabc12345\nabcd1234\nabcdefgh\na1b2c3d4\naa123456\na12345678\n"
    "password\npassword1\npassword12\npassword123\npassword1234\npassw0rd\np@ssw0rd\np@ssword\np@ssw0rd123\n"
    "passwordpassword\niloveyou\niloveyou1\nsunshine\nprincess\nfootball\nbaseball\nsuperman\nspiderman\npokemon1\n"
    "welcome1\nwelcome123\nletmein1\nletmein123\ntrustno1\nmonkey123\ndragon123\nmaster123\nadmin123\nadmin1234\n"
    "admin12345\nadministrator\nadminadmin\nadministrator123\nchangeme\nchangeme123\ndefault1\nrootroot\nroot1234\n"
    "testtest\ntest1234\nguest123\nuser1234\nindonesia\nindonesia1\nindonesia123\nindonesia45\njakarta123\nbandung123\n"
    "surabaya\nsayang123\nsayangku\nsayangkamu\nakucintakamu\naku12345\nbismillah\nbismillah1\nbismillah123\n"
    "alhamdulillah\nassalamualaikum\nrahasia1\nrahasia123\nrahasiaku\nkatasandi\nkatasandi123\nterserah\nmerdeka1945\n"
    "merdeka45\npancasila\ngaruda123\nanjing123\nbangsat123\nmobilelegend\nmobilelegends\nfreefire\nfreefire123\n"
    "samsung1\nsamsung123\ninternet\ncomputer\nmichelle\njennifer\ncharlie1\ncheeseburger\n";

bool one_repeated_step(std::string_view password)
{
    // `aaaaaaaa`, `abcdefgh`, `98765432`: the distance from character to character never changes and is 1 or less.
    const int step = password[1] - password[0];
    if (step < -1 || step > 1) return false;
    for (std::size_t i = 2; i < password.size(); ++i)
        if (password[i] - password[i - 1] != step) return false;
    return true;
}

bool repeats_its_owner(std::string_view password, const PasswordOwner& owner)
{
    const auto local_part = owner.email.substr(0, owner.email.find('@'));
    if (!owner.email.empty() &&
        (equal_ignoring_case(password, owner.email) || equal_ignoring_case(password, local_part)))
        return true;
    // What holds no digit has an empty normal form, and two of those are not the same number.
    const auto phone = normal_phone(owner.phone);
    return !phone.empty() && normal_phone(password) == phone;
}

} // namespace

CommonPasswords::CommonPasswords(const std::vector<std::string>& paths) : text_(everybodys)
{
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        text_.append(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        text_ += '\n';
    }
    text_ = lower(text_);
    for (std::size_t at = 0; at < text_.size();) {
        const auto end = std::min(text_.find('\n', at), text_.size());
        const auto word = trimmed(std::string_view(text_).substr(at, end - at));
        if (word.size() >= shortest_password && !word.starts_with("#!comment")) words_.push_back(word);
        at = end + 1;
    }
    std::sort(words_.begin(), words_.end());
    words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
    words_.shrink_to_fit();
}

bool CommonPasswords::contains(std::string_view password) const
{
    return std::binary_search(words_.begin(), words_.end(), std::string_view(lower(password)));
}

const CommonPasswords& CommonPasswords::of_this_machine()
{
    static const CommonPasswords list = [] {
        if (!std::ifstream(word_list))
            log::warning("no list of common passwords; install cracklib-runtime", {{"path", word_list}});
        return CommonPasswords({word_list, longer_word_list});
    }();
    return list;
}

std::optional<Text> password_problem(const Secret& password, const PasswordOwner& owner, const CommonPasswords& common)
{
    const std::string& text = password.reveal();
    const std::size_t least = owner.admin ? shortest_admin_password : shortest_password;
    if (length_in_characters(text) < least)
        return Text{"Password minimal " + std::to_string(least) + " karakter",
                    "The password needs at least " + std::to_string(least) + " characters"};
    if (text.size() > longest_password)
        return Text{"Password maksimal " + std::to_string(longest_password) + " byte",
                    "The password may have at most " + std::to_string(longest_password) + " bytes"};
    if (common.contains(text) || one_repeated_step(text))
        return Text{"Password ini terlalu umum dan mudah ditebak; pilih yang lain",
                    "This password is too common and easily guessed; choose another"};
    if (repeats_its_owner(text, owner))
        return Text{"Password tidak boleh sama dengan email atau nomor telepon Anda",
                    "The password must not be your e-mail address or phone number"};
    return std::nullopt;
}

std::string hash_counted(const Secret& password)
{
    metrics::count("enstore_password_work_total", {{"work", "hash"}});
    return crypto::hash_password(password);
}

bool verify_counted(const std::optional<std::string>& hash, const Secret& password)
{
    metrics::count("enstore_password_work_total", {{"work", "verify"}});
    if (hash) return crypto::verify_password(*hash, password);
    crypto::verify_nothing(password);
    return false;
}

} // namespace enstore::accounts
