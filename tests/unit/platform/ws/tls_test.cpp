// wss:// through a front that ends TLS: which certificates are believed, and that messages pass.

#include "platform/ws/client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/platform/ws/tls_front.hpp"
#include "tests/unit/platform/ws/ws_port.hpp"

namespace ws_test {

namespace {

using platform::WsClient;
using platform::WsError;

class WsTls : public WsPort {
protected:
    static std::string TlsUrl(const TlsFront& front) {
        return "wss://127.0.0.1:" + std::to_string(front.Port()) + "/ws";
    }

    support::TempDir folder_;
};

TEST_F(WsTls, CertificateOfAKnownAuthorityForThisAddressIsBelieved) {
    StartServer();
    const auto certificate = MakeCertificate(folder_.Path(), "good", "IP:127.0.0.1");
    const TlsFront front(certificate, Port());
    auto client = WsClient::Connect({.url = TlsUrl(front), .ca_file = certificate.string()});
    ASSERT_TRUE(client.has_value()) << client.error().message;
    const std::string large(60'000, 'm');
    for (const std::string& text : {std::string("hello"), large}) {
        client->Send(text);
        EXPECT_EQ(client->Receive(kPatience).value_or(""), text);
    }
    client->Close(1000, "done");
    ASSERT_TRUE(client->AwaitClosed(kPatience).has_value());
    EXPECT_EQ(client->Closed()->reason, "done");
    const auto seen = AwaitClosed();
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->closed->reason, "done");
}

TEST_F(WsTls, CertificateForAnotherNameIsNot) {
    StartServer();
    const auto certificate = MakeCertificate(folder_.Path(), "other", "DNS:example.test");
    const TlsFront front(certificate, Port());
    const auto client = WsClient::Connect({.url = TlsUrl(front), .ca_file = certificate.string()});
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().kind, WsError::Kind::kUntrusted);
}

TEST_F(WsTls, CertificateOfAnUnknownAuthorityIsNot) {
    StartServer();
    const auto certificate = MakeCertificate(folder_.Path(), "good", "IP:127.0.0.1");
    const auto stranger = MakeCertificate(folder_.Path(), "stranger", "IP:127.0.0.1");
    const TlsFront front(certificate, Port());
    for (const std::string& authorities : {std::string(), stranger.string()}) {
        const auto client = WsClient::Connect({.url = TlsUrl(front), .ca_file = authorities});
        ASSERT_FALSE(client.has_value());
        EXPECT_EQ(client.error().kind, WsError::Kind::kUntrusted);
        EXPECT_NE(client.error().message.find("authority"), std::string::npos);
    }
    EXPECT_EQ(ws->Counters().opened, 0U);
}

}  // namespace

}  // namespace ws_test
