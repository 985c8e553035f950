#pragma once

#include "platform/http/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enstore::http
{

/// What kind of body a `Content-Type` announces.
enum class BodyKind { json, urlencoded, multipart };
BodyKind body_kind(std::string_view content_type);

using FormPairs = std::vector<std::pair<std::string, std::string>>;

/// The names and values of an `application/x-www-form-urlencoded` or `multipart/form-data` body, in order; parts with a
/// file name are left out. Nothing when it cannot be read or has more than 1,000 fields.
std::optional<FormPairs> read_form(const Request& request);

/// The value of one top-level field of a form; empty when there is none or the body is no form.
std::string form_field(const Request& request, std::string_view name);

/// One file of a multipart form.
struct FilePart {
    std::string field;
    std::string file_name; ///< as the client calls it; never a path to write to
    std::string bytes;
};
/// The files of a `multipart/form-data` body, in order; none when there are none or it cannot be read.
std::vector<FilePart> read_files(const Request& request);

} // namespace enstore::http
