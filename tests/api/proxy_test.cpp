// The nginx configuration that we ship, under the real nginx with a certificate of its own: what callers rely on
// reaches portcullisd and comes back through it.
#include "tests/api/harness.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "platform/ws/client.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

std::string Replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << "the shipped configuration has no " << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

struct ProxyReply {
    int status = 0;
    std::map<std::string, std::string> headers;  // lower-case names
    std::string body;
    Json Document() const {
        return Json::parse(body, nullptr, false);
    }
};

class Proxy : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        shared_ = std::make_unique<Parts>();
    }
    static void TearDownTestSuite() {
        shared_.reset();
    }

    struct Parts {
        Parts() {
            const support::Finished made = support::RunToEnd(
                {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                 (dir / "key.pem").string(), "-out", (dir / "cert.pem").string()});
            EXPECT_EQ(made.exit_code, 0) << made.error;
            std::string site = support::ReadFile(PORTCULLIS_SOURCE_DIR "/cmake/packaging/nginx/portcullis.conf");
            site = Replaced(site, "listen 443 ssl", "listen 127.0.0.1:" + std::to_string(port) + " ssl");
            site = Replaced(site, "server_name portcullis.example.org", "server_name localhost");
            site = Replaced(site, "/etc/ssl/portcullis.pem", (dir / "cert.pem").string());
            site = Replaced(site, "/etc/ssl/portcullis.key", (dir / "key.pem").string());
            site = Replaced(site, "server 127.0.0.1:8600", "server " + server.Url().substr(7));
            support::WriteFile(dir / "site.conf", site);
            // One process without rights of its own: what Debian's nginx.conf sets around a site.
            std::string main = "daemon off;\nmaster_process off;\npid " + (dir / "pid").string() +
                               ";\nerror_log stderr warn;\nevents {}\nhttp {\n    access_log off;\n";
            for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
                main += std::string("    ") + kind + "_temp_path " + (dir / kind).string() + ";\n";
            }
            support::WriteFile(dir / "nginx.conf", main + "    include " + (dir / "site.conf").string() + ";\n}\n");
            const support::Finished checked =
                support::RunToEnd({"/usr/sbin/nginx", "-t", "-c", (dir / "nginx.conf").string()});
            EXPECT_EQ(checked.exit_code, 0) << checked.error;
            EXPECT_EQ(checked.error.find("[warn]"), std::string::npos) << checked.error;
            nginx = std::make_unique<support::Process>(
                std::vector<std::string>{"/usr/sbin/nginx", "-c", (dir / "nginx.conf").string()});
        }

        support::TempDir dir{"proxy"};
        OwnServer server{{"--max-body=4194304", "--console-trusted-proxies=127.0.0.1"}};
        std::uint16_t port = support::FreePort();
        std::unique_ptr<support::Process> nginx;
    };

    static std::string Url(const std::string& path) {
        return "https://localhost:" + std::to_string(shared_->port) + path;
    }

    /// Through curl, which knows the certificate; status 0 when there was no answer.
    static ProxyReply Ask(const std::string& method, const std::string& path,
                          const std::vector<std::string>& headers = {}, const std::string& body = {},
                          const std::string& from = "127.0.0.1") {
        support::ProcessOptions options;
        options.input = body;
        std::vector<std::string> command = {"curl",       "-s",       "-S",
                                            "--max-time", "60",       "--interface",
                                            from,         "--cacert", (shared_->dir / "cert.pem").string(),
                                            "-D",         "-",        "-X",
                                            method};
        for (const std::string& header : headers) {
            command.insert(command.end(), {"-H", header});
        }
        if (!body.empty()) {
            command.insert(command.end(), {"-H", "Expect:", "--data-binary", "@-"});
        }
        command.push_back(Url(path));
        const support::Finished done = support::RunToEnd(command, options);
        ProxyReply reply;
        const auto end = done.output.find("\r\n\r\n");
        if (end == std::string::npos) {
            return reply;
        }
        reply.body = done.output.substr(end + 4);
        std::string head = done.output.substr(0, end);
        reply.status = std::stoi(head.substr(head.find(' ') + 1));
        for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
            const std::string line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
            const auto colon = line.find(": ");
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
            reply.headers[name] = colon == std::string::npos ? "" : line.substr(colon + 2);
        }
        return reply;
    }

    static std::string Bearer(std::string_view person) {
        return "Authorization: Bearer " + shared_->server.Token(person);
    }

    void SetUp() override {
        ASSERT_TRUE(Eventually([] { return Ask("GET", "/healthz").status == 200; })) << shared_->nginx->Error();
    }

    static inline std::unique_ptr<Parts> shared_;
};

TEST_F(Proxy, CarriesWhatCallersRelyOn) {
    const std::string json = "Content-Type: application/json";
    const std::string tenant = R"({"id":"behind-proxy","name":"T","kind":"dev"})";
    const ProxyReply made = Ask("POST", "/v1/tenants",
                                {Bearer("rita.release"), json, "Idempotency-Key: k1", "X-Request-Id: mine-1"}, tenant);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.at("x-request-id"), "mine-1");
    EXPECT_FALSE(made.headers.at("strict-transport-security").empty());
    const ProxyReply again = Ask("POST", "/v1/tenants", {Bearer("rita.release"), json, "Idempotency-Key: k1"}, tenant);
    EXPECT_EQ(again.headers.at("idempotency-replayed"), "true");
    EXPECT_FALSE(again.headers.at("x-request-id").empty());
    const std::string patch = R"({"name":"U"})";
    EXPECT_EQ(Ask("PATCH", "/v1/tenants/behind-proxy", {Bearer("rita.release"), json}, patch).status, 428);
    const std::string etag = made.headers.at("etag");
    const ProxyReply changed =
        Ask("PATCH", "/v1/tenants/behind-proxy", {Bearer("rita.release"), json, "If-Match: " + etag}, patch);
    EXPECT_EQ(changed.status, 200) << changed.body;
    const ProxyReply known = Ask("GET", "/v1/tenants/behind-proxy",
                                 {Bearer("rita.release"), "If-None-Match: " + changed.headers.at("etag")});
    EXPECT_EQ(known.status, 304);
    EXPECT_EQ(Ask("GET", "/v1/whoami").status, 401);
}

TEST_F(Proxy, BadPathsAndLargeBodiesAreAnsweredAsProblems) {
    for (const char* path : {"/v1/tenants/%00", "/v1/tenants/a%2Fb", "/v1/tenants/%ff"}) {
        EXPECT_EQ(Ask("GET", path, {Bearer("rita.release")}).status / 100, 4) << path;
    }
    for (const std::size_t megabytes : {4U, 8U}) {  // one that portcullisd turns away, one that never gets there
        const ProxyReply reply = Ask("POST", "/v1/tenants", {Bearer("rita.release"), "Content-Type: application/json"},
                                     std::string(megabytes * 1024 * 1024 + 1, 'x'));
        EXPECT_EQ(reply.status, 413);
        EXPECT_EQ(reply.headers.at("content-type"), "application/problem+json");
        EXPECT_EQ(reply.Document()["type"], "urn:portcullis:problem:input.too_large");
        EXPECT_EQ(reply.Document()["request_id"], reply.headers.at("x-request-id"));
    }
}

TEST_F(Proxy, PlainHttpAndOldTlsAreTurnedAway) {
    const auto curl = [](const std::string& url, const std::vector<std::string>& more) {
        std::vector<std::string> command = {"curl", "-s",           "-o",       "/dev/null",
                                            "-w",   "%{http_code}", "--cacert", (shared_->dir / "cert.pem").string()};
        command.insert(command.end(), more.begin(), more.end());
        command.push_back(url);
        return support::RunToEnd(command).output;
    };
    EXPECT_EQ(curl("http://localhost:" + std::to_string(shared_->port) + "/v1/whoami", {}), "400");
    EXPECT_EQ(curl(Url("/healthz"), {"--tls-max", "1.1"}), "000");
    EXPECT_EQ(curl(Url("/healthz"), {"--tlsv1.3"}), "200");
}

TEST_F(Proxy, TheConsoleSignsInOverTlsAlone) {
    const std::string own = "Origin: https://localhost:" + std::to_string(shared_->port);
    const std::string form = "Content-Type: application/x-www-form-urlencoded";
    const std::string token = "token=" + shared_->server.Token("rita.release");
    EXPECT_EQ(Ask("GET", "/", {"Accept: text/html"}).headers.at("location"), "/console");
    EXPECT_EQ(Ask("POST", "/console/sign-in", {form, "Origin: https://elsewhere.example"}, token).status, 403);
    EXPECT_EQ(Ask("POST", "/console/sign-in", {form, "Origin: https://localhost"}, token).status, 403)
        << "another port";
    const ProxyReply in = Ask("POST", "/console/sign-in", {form, own}, token);
    ASSERT_EQ(in.status, 303) << in.body;
    const std::string set = in.headers.at("set-cookie");
    EXPECT_TRUE(set.starts_with("__Host-portcullis_session=")) << set;
    EXPECT_NE(set.find("; Secure"), std::string::npos) << set;
    EXPECT_NE(set.find("; SameSite=Strict"), std::string::npos) << set;
    const std::string cookie = "Cookie: " + set.substr(0, set.find(';'));
    const ProxyReply board = Ask("GET", "/console", {cookie});
    ASSERT_EQ(board.status, 200);
    EXPECT_NE(board.headers.at("content-security-policy").find("default-src 'none'"), std::string::npos);
    EXPECT_FALSE(board.headers.at("strict-transport-security").empty());

    platform::WsClientOptions live;
    live.url = "wss://localhost:" + std::to_string(shared_->port) + "/console/live";
    live.ca_file = (shared_->dir / "cert.pem").string();
    live.limits.handshake_timeout = std::chrono::seconds(60);
    const auto nobody = platform::WsClient::Connect(live);
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().status, 401) << nobody.error().message;
    live.headers = {{"Cookie", set.substr(0, set.find(';'))},
                    {"Origin", "https://localhost:" + std::to_string(shared_->port)}};
    const auto connected = platform::WsClient::Connect(live);
    EXPECT_TRUE(connected) << connected.error().message;
}

TEST_F(Proxy, GuessingLocksOutTheAddressItComesFromAndNoOther) {
    const std::string own = "Origin: https://localhost:" + std::to_string(shared_->port);
    const std::string form = "Content-Type: application/x-www-form-urlencoded";
    const auto sign_in = [&](const std::string& from, const std::string& password, const std::string& forged) {
        std::vector<std::string> headers{form, own};
        if (!forged.empty()) {
            headers.push_back("X-Forwarded-For: " + forged);
        }
        return Ask("POST", "/console/sign-in", headers, "name=quinn.qa&password=" + password, from);
    };
    const Caller quinn(shared_->server.Url(), shared_->server.Token("quinn.qa"));
    quinn.Post("/v1/principals/quinn.qa:set-password", {{"password", "horses-eat-batteries"}}).Expect(200);
    for (int guess = 0; guess < 5; ++guess) {  // each says that it comes from somewhere else
        EXPECT_EQ(sign_in("127.0.0.2", "wrong-password", "198.51.100." + std::to_string(guess)).status, 403);
    }
    const ProxyReply locked = sign_in("127.0.0.2", "horses-eat-batteries", "198.51.100.77");
    EXPECT_EQ(locked.status, 403);
    EXPECT_NE(locked.body.find("Too many wrong passwords"), std::string::npos) << locked.body;
    EXPECT_EQ(sign_in("127.0.0.3", "horses-eat-batteries", "").status, 303);
}

TEST_F(Proxy, SaysWhenTheControllerIsNotThere) {
    ASSERT_EQ(shared_->server.Stop(), 0);
    const ProxyReply reply = Ask("GET", "/v1/whoami", {Bearer("rita.release"), "X-Request-Id: mine-2"});
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.at("content-type"), "application/problem+json");
    EXPECT_FALSE(reply.headers.at("retry-after").empty());
    EXPECT_EQ(reply.Document()["type"], "urn:portcullis:problem:unavailable.controller");
    EXPECT_EQ(reply.Document()["request_id"], "mine-2");
}

}  // namespace
}  // namespace api_test
