// Callers that an OpenID Connect issuer names, with real keys; every other token is turned away.
#include <filesystem>
#include <mutex>

#include "controller/app/oidc.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/httpd/server.hpp"
#include "tests/api/harness.hpp"
#include "tests/api/jwt_maker.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

constexpr const char* kPeople = "https://people.example.org";
constexpr const char* kPipelines = "https://pipelines.example.org";

std::int64_t NowSeconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(platform::SystemNow().time_since_epoch()).count();
}

Json KeySet(std::initializer_list<const JwtIssuer*> issuers) {
    Json set{{"keys", Json::array({{{"kty", "oct"}, {"k", "c2VjcmV0"}, {"kid", "shared"}}})}};
    for (const JwtIssuer* issuer : issuers) {
        set["keys"].push_back(issuer->Jwk());
    }
    return set;
}

/// The issuer's own web server.
class KeyServer {
public:
    explicit KeyServer(const Json& keys)
        : keys_(keys.dump()), server_({.threads = 2}, [this](const platform::HttpRequest&) {
              const std::lock_guard lock(mutex_);
              ++asked_;
              return platform::HttpResponse{200, {{"Content-Type", "application/json"}}, keys_};
          }) {
        server_.Start();
    }
    ~KeyServer() {
        server_.Drain(std::chrono::seconds(1));
    }

    void Publish(const Json& keys) {
        const std::lock_guard lock(mutex_);
        keys_ = keys.dump();
    }
    int Asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    std::string Url() const {
        return "http://127.0.0.1:" + std::to_string(server_.Port()) + "/keys";
    }

private:
    std::mutex mutex_;
    std::string keys_;
    int asked_ = 0;
    platform::HttpServer server_;
};

class Oidc : public ::testing::Test {
protected:
    Oidc()
        : people_(JwtIssuer::Kind::kRsa, "people-1"),
          pipelines_(JwtIssuer::Kind::kP256, "pipelines-1"),
          stranger_(JwtIssuer::Kind::kRsa, "people-1"),
          dir_("oidc"),
          key_server_(KeySet({&pipelines_})) {
        support::WriteFile(dir_ / "people.jwks", KeySet({&people_}).dump());
        support::WriteFile(dir_ / "oidc.yaml",
                           "issuers:\n"
                           "  - issuer: " +
                               std::string(kPeople) +
                               "\n"
                               "    audience: portcullis\n"
                               "    jwks: " +
                               (dir_ / "people.jwks").string() +
                               "\n"
                               "    claim: preferred_username\n"
                               "  - issuer: " +
                               std::string(kPipelines) +
                               "\n"
                               "    audience: portcullis\n"
                               "    jwks: " +
                               key_server_.Url() +
                               "\n"
                               "    prefix: c\n");
        server_ =
            std::make_unique<OwnServer>(std::vector<std::string>{"--oidc-config=" + (dir_ / "oidc.yaml").string()});
    }

    static Json PersonClaims() {
        return {{"iss", kPeople},
                {"aud", {"something", "portcullis"}},
                {"sub", "11-22-33"},
                {"preferred_username", "dora.lead"},
                {"exp", NowSeconds() + 300},
                {"nbf", NowSeconds() - 10}};
    }

    Reply WhoAmI(const std::string& token) const {
        return Caller(server_->Url(), token).Get("/v1/whoami");
    }
    void ExpectTurnedAway(const std::string& token, const char* why) const {
        SCOPED_TRACE(why);
        WhoAmI(token).ExpectProblem(401, "auth.unauthenticated");
    }

    JwtIssuer people_;
    JwtIssuer pipelines_;
    JwtIssuer stranger_;
    support::TempDir dir_;
    KeyServer key_server_;
    std::unique_ptr<OwnServer> server_;
};

TEST_F(Oidc, PersonIsNamedByTheConfiguredClaimAndHasTheRegistrysRoles) {
    const Reply who = WhoAmI(people_.Sign(PersonClaims()));
    EXPECT_EQ(who.Expect(200).Body()["id"], "dora.lead");
    EXPECT_EQ(who.Body()["roles"], Json::array({"dev_lead"}));
    EXPECT_FALSE(who.Body().contains("token"));
    Caller(server_->Url(), people_.Sign(PersonClaims()))
        .Get("/v1/releases/none/gates/candidate")
        .ExpectProblem(404, "not_found.resource");
}

TEST_F(Oidc, PipelineIsNamedByItsPrefixAndSignsWithAnEllipticKey) {
    const Json claims = {{"iss", kPipelines}, {"aud", "portcullis"}, {"sub", "i"}, {"exp", NowSeconds() + 300}};
    EXPECT_EQ(WhoAmI(pipelines_.Sign(claims)).Expect(200).Body()["id"], "ci");
    EXPECT_EQ(WhoAmI(pipelines_.Sign(claims)).Expect(200).Body()["kind"], "component");
    EXPECT_EQ(key_server_.Asked(), 1);
}

TEST_F(Oidc, EverythingElseIsTurnedAway) {
    const auto with = [](const char* claim, const Json& value) {
        Json claims = PersonClaims();
        claims[claim] = value;
        return claims;
    };
    const auto without = [](const char* claim) {
        Json claims = PersonClaims();
        claims.erase(claim);
        return claims;
    };
    ExpectTurnedAway(stranger_.Sign(PersonClaims()), "another key under the same id");
    ExpectTurnedAway(people_.Sign(with("iss", "https://evil.example.org")), "unknown issuer");
    ExpectTurnedAway(people_.Sign(with("iss", kPipelines)), "the right key for another issuer");
    ExpectTurnedAway(people_.Sign(with("aud", "someone-else")), "another audience");
    ExpectTurnedAway(people_.Sign(without("aud")), "no audience");
    ExpectTurnedAway(people_.Sign(with("exp", NowSeconds() - 120)), "expired");
    ExpectTurnedAway(people_.Sign(without("exp")), "never expires");
    ExpectTurnedAway(people_.Sign(with("exp", "tomorrow")), "a time that is none");
    ExpectTurnedAway(people_.Sign(with("nbf", NowSeconds() + 600)), "not good yet");
    ExpectTurnedAway(people_.Sign(with("preferred_username", "nobody.here")), "not registered");
    ExpectTurnedAway(people_.Sign(with("preferred_username", "../admin")), "no id");
    ExpectTurnedAway(people_.Sign(without("preferred_username")), "nobody named");
    ExpectTurnedAway(people_.SignWithHeader({{"alg", "RS256"}, {"kid", "people-9"}}, PersonClaims()), "unknown key");
    ExpectTurnedAway(people_.SignWithHeader({{"alg", "RS512"}, {"kid", "people-1"}}, PersonClaims()),
                     "another algorithm");
    ExpectTurnedAway(people_.SignWithHeader({{"alg", "RS256"}, {"kid", "people-1"}, {"crit", {"b64"}}}, PersonClaims()),
                     "a critical extension");
}

TEST_F(Oidc, KnownAttacksFail) {
    const std::string claims = JwtPart(PersonClaims());
    for (const char* none : {"none", "None", "NONE", ""}) {
        const std::string header = JwtPart({{"alg", none}, {"kid", "people-1"}});
        ExpectTurnedAway(header + "." + claims + ".", "no signature");
        ExpectTurnedAway(header + "." + claims + ".AAAA", "no algorithm");
    }
    // The public key as the secret of a shared-key algorithm.
    const std::string header = JwtPart({{"alg", "HS256"}, {"kid", "people-1"}});
    const std::string mac = platform::HmacSha256(people_.PublicPem(), header + "." + claims);
    ExpectTurnedAway(header + "." + claims + "." + platform::Base64UrlEncode(mac), "a shared secret");
    // Another person's claims under a good signature.
    const std::string good = people_.Sign(PersonClaims());
    Json other = PersonClaims();
    other["preferred_username"] = "ada.admin";
    const auto first = good.find('.');
    const auto second = good.rfind('.');
    ExpectTurnedAway(good.substr(0, first + 1) + JwtPart(other) + good.substr(second), "changed claims");
    ExpectTurnedAway(good + "." + good, "too many parts");
    ExpectTurnedAway(good.substr(0, second), "too few parts");
    ExpectTurnedAway(std::string(30'000, 'a') + "." + claims + ".AAAA", "very long");
    WhoAmI(good).Expect(200);
}

TEST_F(Oidc, DeactivatedPersonIsTurnedAwayAtOnce) {
    const Reply shown = server_->As("ada.admin").Get("/v1/principals/dora.lead");
    server_->As("ada.admin").IfMatch(shown.Etag()).Patch("/v1/principals/dora.lead", {{"active", false}}).Expect(200);
    ExpectTurnedAway(people_.Sign(PersonClaims()), "not active any more");
}

TEST(OidcKeys, NewOnesAreFetchedWhenATokenNamesThemAndOldOnesOutliveAnOutage) {
    const JwtIssuer first(JwtIssuer::Kind::kP256, "k1");
    const JwtIssuer second(JwtIssuer::Kind::kRsa, "k2");
    KeyServer key_server(KeySet({&first}));
    app::OidcOptions options;
    options.issuers = {{.issuer = kPipelines, .audience = "portcullis", .jwks = key_server.Url()}};
    options.unknown_key = std::chrono::seconds(0);
    app::OidcVerifier verifier(options);
    const Json claims = {{"iss", kPipelines}, {"aud", "portcullis"}, {"sub", "ci"}, {"exp", NowSeconds() + 300}};
    EXPECT_EQ(verifier.Verify(first.Sign(claims)), policy::PrincipalId::Trusted("ci"));
    EXPECT_EQ(verifier.Verify(second.Sign(claims)), std::nullopt);
    key_server.Publish(KeySet({&second}));
    EXPECT_EQ(verifier.Verify(second.Sign(claims)), policy::PrincipalId::Trusted("ci"));
    EXPECT_EQ(verifier.Verify(first.Sign(claims)), std::nullopt) << "a key that was taken back";
    key_server.Publish("nonsense");
    EXPECT_EQ(verifier.Verify(first.Sign(claims)), std::nullopt);
    EXPECT_EQ(verifier.Verify(second.Sign(claims)), policy::PrincipalId::Trusted("ci"));
}

TEST(OidcConfig, MistakesAreNamedAtTheStart) {
    const support::TempDir dir("oidc");
    support::WriteFile(dir / "oidc.yaml", "issuers:\n  - issuer: https://x\n    audiance: portcullis\n");
    try {
        const OwnServer server({"--oidc-config=" + (dir / "oidc.yaml").string()});
        FAIL() << "it started";
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("/issuers/0/audience"), std::string::npos) << text;
        EXPECT_NE(text.find("/issuers/0/jwks"), std::string::npos) << text;
        EXPECT_NE(text.find("audiance"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace api_test
