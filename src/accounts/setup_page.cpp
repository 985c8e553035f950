#include "accounts/setup_page.hpp"

namespace enstore::accounts
{
namespace
{

constexpr std::string_view style = R"css(:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid #8a8f98; border-radius: .4rem; }
button { margin-top: 1.5rem; width: 100%; padding: .7rem; font: inherit; font-weight: 600; border: 0; border-radius: .4rem;
  background: #0b5fff; color: #fff; }
.problem { color: #c62828; margin: .3rem 0 0; }
.hint { margin: .3rem 0 0; font-size: .9rem; opacity: .8; }
)css";

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

http::Response html_page(http::Language language, int status, std::string_view title, const std::string& body)
{
    http::Response response;
    response.status = status;
    response.content_type = "text/html; charset=utf-8";
    response.body = "<!doctype html>\n<html lang=\"" + std::string(language == http::Language::english ? "en" : "id") +
                    "\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
                    escaped(title) +
                    "</title>\n<link rel=\"stylesheet\" href=\"/setup/style.css\">\n</head>\n<body>\n<h1>" +
                    escaped(title) + "</h1>\n" + body + "</body>\n</html>\n";
    // The address carries the token: it goes nowhere else, and nothing from elsewhere comes in.
    response.with("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; "
                                             "frame-ancestors 'none'; base-uri 'none'");
    response.with("Referrer-Policy", "no-referrer");
    return response;
}

struct Input {
    const char* name;
    const char* type;
    const char* autocomplete;
    Text label;
    Text hint;
};

std::string input_html(http::Language language, const Input& input, const std::string& value, const SetupPage& page)
{
    const std::string name = input.name;
    std::string out = "<label for=\"" + name + "\">" + escaped(http::in(language, input.label)) +
                      "</label>\n<input id=\"" + name + "\" name=\"" + name + "\" type=\"" + input.type +
                      "\" autocomplete=\"" + input.autocomplete + "\" required value=\"" + escaped(value) + "\">\n";
    if (!input.hint.id.empty()) out += "<p class=\"hint\">" + escaped(http::in(language, input.hint)) + "</p>\n";
    for (const auto& problem : page.problems)
        if (problem.field == name)
            out += "<p class=\"problem\" role=\"alert\">" + escaped(http::in(language, problem.text)) + "</p>\n";
    return out;
}

} // namespace

http::Response setup_form_page(http::Language language, const SetupPage& page)
{
    const auto text = [&](const char* id, const char* en) { return http::in(language, Text{id, en}); };
    const Input name{"name", "text", "name", {"Nama", "Name"}, {}};
    const Input email{"email", "email", "username", {"Email", "E-mail"}, {}};
    const Input password{"password",
                         "password",
                         "new-password",
                         {"Password", "Password"},
                         {"Minimal 15 karakter; kalimat yang panjang paling mudah diingat.",
                          "At least 15 characters; a long sentence is easiest to remember."}};
    std::string body =
        "<p>" +
        escaped(text("Buat akun admin pertama toko ini. Tautan ini hanya berlaku sekali.",
                     "Make this store's first admin account. This link works once.")) +
        "</p>\n<form method=\"post\" action=\"/setup\">\n<input type=\"hidden\" name=\"token\" value=\"" +
        escaped(page.token) + "\">\n";
    body += input_html(language, name, page.name, page);
    body += input_html(language, email, page.email, page);
    body += input_html(language, password, {}, page);
    body += "<button type=\"submit\">" + escaped(text("Buat akun admin", "Make the admin account")) +
            "</button>\n</form>\n";
    return html_page(language, page.problems.empty() ? 200 : http::status_of(Kind::invalid),
                     text("Admin pertama", "The first admin"), body);
}

http::Response setup_done_page(http::Language language, const std::string& email)
{
    const auto sentence = http::in(language, Text{"Masuklah sebagai " + email + " dengan password tadi.",
                                                  "Sign in as " + email + " with that password."});
    return html_page(language, 201, http::in(language, Text{"Akun admin dibuat", "The admin account is made"}),
                     "<p>" + escaped(sentence) + "</p>\n");
}

http::Response setup_closed_page(http::Language language, const Error& why)
{
    const auto sentence = language == http::Language::english ? why.refusal.en : why.refusal.id;
    return html_page(language, http::status_of(why.refusal.kind),
                     http::in(language, Text{"Tautan tidak berlaku", "This link does not work"}),
                     "<p>" + escaped(sentence) + "</p>\n");
}

http::Response setup_style()
{
    http::Response response;
    response.content_type = "text/css; charset=utf-8";
    response.body = std::string(style);
    response.no_store = false;
    return response;
}

} // namespace enstore::accounts
