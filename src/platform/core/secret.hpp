#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace enstore
{

/// A key, password or token of ours. It prints as `***`; `reveal()` is the only way to its text, so that a search for
/// that word finds every place a secret is used.
class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

private:
    std::string text_;
};

} // namespace enstore
