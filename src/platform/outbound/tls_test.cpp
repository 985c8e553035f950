#include "platform/outbound/outbound.hpp"
#include "tests/support/raw_server.hpp"

#include <gtest/gtest.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <memory>

namespace enstore::outbound
{
namespace
{

using support::RawPeer;
using support::RawServer;

template <auto free>
struct Freer {
    template <class T>
    void operator()(T* thing) const
    {
        free(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freer<SSL_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

/// A certificate signed by itself, for `subject_alternative` (`IP:127.0.0.1`, `DNS:example.test`).
Certificate self_signed(EVP_PKEY* key, const std::string& subject_alternative)
{
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3'600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("fake supplier"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, subject_alternative.c_str()));
    X509_add_ext(certificate.get(), extension.get(), -1);
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

/// A TLS server with a certificate of its own making, which answers every request it can decrypt with `{}`.
class TlsServer
{
public:
    explicit TlsServer(const std::string& subject_alternative)
        : key_(EVP_EC_gen("P-256")), certificate_(self_signed(key_.get(), subject_alternative)),
          context_(SSL_CTX_new(TLS_server_method())), server_([this](RawPeer& peer, int) { serve(peer); })
    {
        SSL_CTX_use_certificate(context_.get(), certificate_.get());
        SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    }

    std::string url() const { return "https://127.0.0.1:" + std::to_string(server_.port()) + "/"; }
    int requests() const { return requests_; }

    /// Writes the certificate where a client can be told to trust it.
    void write_certificate(const std::string& path) const
    {
        std::FILE* file = std::fopen(path.c_str(), "wb");
        ASSERT_NE(file, nullptr);
        PEM_write_X509(file, certificate_.get());
        std::fclose(file);
    }

private:
    void serve(RawPeer& peer)
    {
        const Session session(SSL_new(context_.get()));
        SSL_set_fd(session.get(), peer.fd());
        if (SSL_accept(session.get()) != 1) return;
        char buffer[4'096];
        if (SSL_read(session.get(), buffer, sizeof buffer) <= 0) return;
        ++requests_;
        constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        SSL_write(session.get(), answer.data(), static_cast<int>(answer.size()));
        SSL_shutdown(session.get());
        peer.wait_for_close();
    }

    Key key_;
    Certificate certificate_;
    Context context_;
    std::atomic<int> requests_{0};
    RawServer server_;
};

Call call_to(const TlsServer& server)
{
    return Call{.label = "test.tls",
                .url = server.url(),
                .headers = {},
                .body = "{}",
                .connect_timeout = std::chrono::milliseconds{5'000},
                .total_timeout = std::chrono::milliseconds{5'000}};
}

TEST(OutboundTls, S46_a_self_signed_peer_is_refused_before_it_sees_the_request)
{
    TlsServer server("IP:127.0.0.1");
    Client client;
    const auto outcome = client.send(call_to(server));
    EXPECT_EQ(outcome.kind, Outcome::Kind::not_sent);
    EXPECT_NE(outcome.problem.find("certificate"), std::string::npos) << outcome.problem;
    EXPECT_EQ(server.requests(), 0);
}

TEST(OutboundTls, S46_a_trusted_certificate_for_another_name_is_refused)
{
    TlsServer server("DNS:api.example.test");
    const std::string path = testing::TempDir() + "enstore_tls_other.pem";
    server.write_certificate(path);
    Client client(Trust{.ca_file = path});
    EXPECT_EQ(client.send(call_to(server)).kind, Outcome::Kind::not_sent);
    EXPECT_EQ(server.requests(), 0);
    std::remove(path.c_str());
}

TEST(OutboundTls, a_certificate_that_the_owner_trusts_is_accepted)
{
    TlsServer server("IP:127.0.0.1");
    const std::string path = testing::TempDir() + "enstore_tls_own.pem";
    server.write_certificate(path);
    Client client(Trust{.ca_file = path});
    const auto outcome = client.send(call_to(server));
    EXPECT_EQ(outcome.kind, Outcome::Kind::answered) << outcome.problem;
    EXPECT_EQ(outcome.body, "{}");
    EXPECT_EQ(server.requests(), 1);
    std::remove(path.c_str());
}

} // namespace
} // namespace enstore::outbound
