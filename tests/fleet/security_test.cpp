// What a stolen credential is good for, and what somebody can do who has none.
#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/number.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tests/fleet/knocking.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using std::chrono::seconds;

constexpr seconds kSoon{60};

std::string CredentialOf(char letter) {
    return std::string(tenancy::wire::kCredentialPrefix) + platform::Base64UrlEncode(std::string(32, letter));
}

/// Lets a played instance in and leaves again.
std::string LetIn(const Controller& controller, const std::string& instance, char letter) {
    const std::string credential = CredentialOf(letter);
    EXPECT_EQ(KnockStatus(controller, SecretFor(controller, instance), platform::Sha256Hex(credential)), 101);
    return credential;
}

/// What it is sent until an order comes.
std::optional<tenancy::wire::ControlDocument> AwaitOrder(platform::WsClient& client) {
    for (;;) {
        const auto text = client.Receive(kSoon);
        if (!text) {
            return std::nullopt;
        }
        const auto message = tenancy::wire::DecodeControllerMessage(*text);
        const auto* order = message ? std::get_if<tenancy::wire::Order>(&*message) : nullptr;
        if (order != nullptr) {
            const auto document = tenancy::wire::DecodeControlDocument(order->document);
            return document ? std::optional(*document) : std::nullopt;
        }
    }
}

/// "/v1/releases/{release}/gates/{gate}" with something in the place of each parameter.
std::string Filled(const std::string& pattern) {
    std::string path;
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] == '{') {
            const std::size_t end = pattern.find('}', at) + 1;
            path += pattern.substr(at, end - at) == "{channel}" ? "stable" : "eu-1";
            at = end;
        } else {
            path += pattern[at++];
        }
    }
    return path;
}

struct ApiOperation {
    std::string method;
    std::string pattern;
    std::string content_type;  // of its body; empty: it takes none
};

/// Every operation of the API but those that anybody may use.
std::vector<ApiOperation> GuardedOperations(const Controller& controller) {
    const std::set<std::string> open = {"/docs", "/healthz", "/metrics", "/openapi.json", "/readyz", "/version"};
    std::vector<ApiOperation> operations;
    const Json document = controller.As("nora.none").Get("/openapi.json").Body();
    for (const auto& [pattern, methods] : document["paths"].items()) {
        for (const auto& [method, operation] : methods.items()) {
            if (!open.contains(pattern) && operation.contains("operationId")) {
                std::string upper = method;
                std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
                const Json content = operation.value("requestBody", Json::object()).value("content", Json::object());
                operations.push_back({upper, pattern, content.empty() ? std::string() : content.begin().key()});
            }
        }
    }
    return operations;
}

TEST(StolenCredential, OpensNoRouteOfTheApi) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    const support::TempDir folder("token");
    const std::string whole = support::ReadFile(controller.EnrolInto((folder / "token").string(), "eu-2"));
    const std::string secret = whole.substr(0, whole.find('.'));
    const auto operations = GuardedOperations(controller);
    ASSERT_GT(operations.size(), 80U) << "the whole table";
    for (const std::string& shown : {credential, secret, std::string(platform::Trim(whole))}) {
        const api_test::Caller thief(controller.Server().Url(), shown);
        for (const auto& [method, pattern, content_type] : operations) {
            const auto reply =
                thief.Send(method, Filled(pattern), content_type.empty() ? std::string() : "{}", content_type);
            ASSERT_EQ(reply.Status(), 401) << method << " " << pattern << ": " << reply.Text();
            reply.ExpectProblem(401, "auth.unauthenticated");
        }
    }
    EXPECT_TRUE(controller.As("otto.operator").All("/v1/operations").empty()) << "nothing was ordered";
    EXPECT_EQ(KnockStatus(controller, secret, platform::Sha256Hex("x")), 101) << "nor was the token spent";
}

TEST(StolenCredential, OpensNothingButItsChannelAtTheListener) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    std::string http = controller.FleetUrl();
    http.replace(0, 2, "http");
    platform::HttpClient listener;
    for (const auto& [method, pattern, content_type] : GuardedOperations(controller)) {
        if (method == "GET") {
            platform::ClientRequest request;
            request.url = http + Filled(pattern);
            request.headers = {{"Authorization", "Bearer " + credential}};
            const auto reply = listener.Send(request);
            ASSERT_TRUE(reply) << reply.error().message;
            EXPECT_EQ(reply->status, 404) << pattern;
        }
    }
    EXPECT_EQ(KnockStatus(controller, controller.Server().Token("ada.admin")), 401)
        << "nor does a person's token open it";
}

TEST(StolenCredential, GetsTheOrdersOfItsOwnInstanceOnly) {
    Controller controller;
    const std::string one = LetIn(controller, "eu-1", 'a');
    LetIn(controller, "eu-2", 'b');
    controller.Order(false, {{"instances", {"eu-2"}}});
    const std::string own = controller.Order(false, {{"instances", {"eu-1"}}});
    auto client = Knock(controller, one);
    ASSERT_TRUE(client) << client.error().message;
    client->Send(PlainReport());
    const auto order = AwaitOrder(*client);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->instance, "eu-1");
    EXPECT_EQ(order->operation, own);
}

TEST(StolenCredential, CannotSpeakForAnother) {
    Controller controller;
    const std::string one = LetIn(controller, "eu-1", 'a');
    LetIn(controller, "eu-2", 'b');
    const std::string operation = controller.KillAll();
    auto client = Knock(controller, one);
    ASSERT_TRUE(client);
    // Who reports is told by the credential; a report that names somebody is none.
    std::string forged = PlainReport("boot_forged", 1);
    client->Send(forged.insert(1, R"("instance":"eu-2",)"));
    const auto closed = client->AwaitClosed(kSoon);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->code, platform::ws_code::kPolicy);
    // Nor does what it says of a generation touch anybody else.
    auto again = Knock(controller, one);
    ASSERT_TRUE(again);
    tenancy::wire::Report report;
    report.boot_id = "boot_1";
    report.process_started_at = platform::SystemNow();
    report.sent_at = platform::SystemNow();
    report.program = "played";
    report.generation = 1;
    again->Send(tenancy::wire::EncodeReport(report));
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); }));
    EXPECT_FALSE(controller.IsConnected("eu-2"));
    EXPECT_NE(OutcomeOf(controller.Await(operation), "eu-2"), "applied");
}

/// Reports that decode and are as far from an honest one as they can be.
std::vector<std::string> WildReports() {
    tenancy::wire::Report report;
    report.boot_id = "boot_wild";
    report.program = "played";
    report.enabled = true;
    report.process_started_at = report.sent_at = platform::SystemNow();
    std::vector<std::string> wild;
    const std::string plain = tenancy::wire::EncodeReport(report);
    report.generation = platform::kLargestInteger - 1;
    report.rejected = platform::kLargestInteger;
    wild.push_back(tenancy::wire::EncodeReport(report));
    report.generation = platform::kLargestInteger - 20;
    wild.push_back(tenancy::wire::EncodeReport(report));
    report.generation = 0;
    report.process_started_at = *platform::ParseTime("1970-01-01T00:00:00Z");
    report.sent_at = *platform::ParseTime("9999-12-31T23:59:59Z");
    wild.push_back(tenancy::wire::EncodeReport(report));
    std::swap(report.process_started_at, report.sent_at);
    wild.push_back(tenancy::wire::EncodeReport(report));
    std::string text = plain;
    wild.push_back(text.replace(text.find("boot_wild"), 9, R"(\u0000)"));
    return wild;
}

std::string WildInventory(const std::string& flag) {
    return R"({"type":"inventory","orgs":[],"tenants":{"count":9007199254740991,"digest":""},"flags":{")" + flag +
           R"(":{"default":true,"enabled_orgs":[],"killed":false}},"sent_at":"9999-12-31T23:59:59Z"})";
}

TEST(StolenCredential, KeepsNoOrderFromTheOthersWhateverItReports) {
    Controller controller;
    const auto good = StartInstance(controller, "good");
    std::vector<platform::WsClient> liars;
    for (const std::string& report : WildReports()) {
        const std::string name = "liar-" + std::to_string(liars.size());
        auto client = Knock(controller, SecretFor(controller, name), platform::Sha256Hex(name));
        ASSERT_TRUE(client) << client.error().message;
        client->Send(report);
        client->Send(WildInventory("X"));
        liars.push_back(std::move(*client));
    }
    for (const char* name : {"liar-0", "liar-1", "liar-2", "liar-3"}) {
        EXPECT_TRUE(Eventually([&] { return controller.IsConnected(name); })) << name;
    }
    auto unkept = Knock(controller, SecretFor(controller, "unkept"), platform::Sha256Hex("unkept"));
    ASSERT_TRUE(unkept);
    unkept->Send(PlainReport());
    unkept->Send(WildInventory(R"(\u0000)"));  // which PostgreSQL does not keep
    EXPECT_TRUE(unkept->AwaitClosed(kSoon));
    const std::string kill = controller.KillAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*good) == 501; }));
    const Json operation = controller.Await(kill);
    EXPECT_EQ(OutcomeOf(operation, "good"), "applied") << operation.dump(1);
    EXPECT_EQ(OutcomeOf(operation, "liar-0"), "unreachable") << operation.dump(1);
    controller.SwitchOnAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*good) == 200; })) << "nor an order that takes the other way";
}

TEST(Enrolment, ATokenThatHasExpiredLetsNobodyIn) {
    Controller controller({}, true);
    const std::string token = SecretFor(controller, "eu-1");
    controller.As("otto.operator").Post("/v1/clock/advance", {{"by", "61m"}}).Expect(200);
    EXPECT_EQ(KnockStatus(controller, token, platform::Sha256Hex("x")), 401);
    EXPECT_EQ(controller.As("nora.none").Get("/v1/instances/eu-1").Status(), 404) << "nothing came of it";
}

TEST(Enrolment, IsNotGoodForTwoInstancesAtOnce) {
    Controller controller;
    const std::string token = SecretFor(controller, "eu-1");
    std::vector<int> statuses;
    {
        std::mutex mutex;
        std::vector<std::jthread> claimants;
        for (int n = 0; n < 8; ++n) {
            claimants.emplace_back([&, n] {
                const int status = KnockStatus(controller, token, platform::Sha256Hex(std::to_string(n)));
                const std::lock_guard lock(mutex);
                statuses.push_back(status);
            });
        }
    }
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 101), 1);
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 401), 7);
}

TEST(Enrolment, NamesThatDifferInCaseOnlyAreOneInstance) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    EXPECT_EQ(KnockStatus(controller, SecretFor(controller, "EU-1"), platform::Sha256Hex("x")), 409);
    EXPECT_EQ(KnockStatus(controller, credential), 101) << "the one that is there stays";
}

TEST(Enrolment, ASecondInstanceOfTheSameNameEndsTheFirst) {
    Controller controller;
    const auto first = StartInstance(controller, "eu-1");
    const std::string boot = controller.Instance("eu-1")["state"].value("boot_id", "");
    const auto second = StartInstance(controller, "eu-1");
    EXPECT_TRUE(Eventually([&] { return first->Log().find("controller.refuses") != std::string::npos; }))
        << first->Log();
    EXPECT_TRUE(Eventually([&] { return controller.Instance("eu-1")["state"].value("boot_id", "") != boot; }));
    EXPECT_TRUE(controller.Await(controller.KillAll()).value("complete", false));
    EXPECT_EQ(TenantsAnswer(*second), 501);
    EXPECT_EQ(TenantsAnswer(*first), 200) << "who is not in the fleet is not killed, and not counted as killed";
    EXPECT_EQ(controller.As("nora.none").All("/v1/instances").size(), 1U);
}

TEST(Enrolment, TwoProcessesWithOneCredentialAreNotCalledKilled) {
    Controller controller;
    std::string credential = LetIn(controller, "eu-1", 'a');
    const auto state = [&](const char* what) {
        const Json shown = controller.Instance("eu-1");
        return shown.contains("state") && shown["state"].is_object() ? shown["state"].value(what, "") : std::string();
    };
    const auto says = [&](const std::string& boot, std::int64_t generation, bool enabled) {
        tenancy::wire::Report report;
        report.boot_id = boot;
        report.process_started_at = report.sent_at = platform::SystemNow();
        report.program = "played";
        report.generation = generation;
        report.enabled = enabled;
        auto client = Knock(controller, credential);
        EXPECT_TRUE(client);
        client->Send(tenancy::wire::EncodeReport(report));
        EXPECT_TRUE(Eventually([&] { return state("boot_id") == boot; }));
        return client;
    };
    const auto one = says("boot_one", 0, true);
    const auto other = says("boot_other", 0, true);
    EXPECT_EQ(state("problem"), "") << "a process that was started anew";
    const std::string operation = controller.KillAll();
    const std::int64_t generation = controller.Instance("eu-1")["order"].value("generation", 0);
    const auto killed = says("boot_other", generation, false);
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "eu-1") == "applied"; }));
    const auto returned = says("boot_one", 0, true);
    EXPECT_EQ(OutcomeOf(controller.Await(operation), "eu-1"), "failed");
    EXPECT_NE(WhyOf(controller.Await(operation), "eu-1").find("Two processes"), std::string::npos);
    EXPECT_NE(state("problem").find("boot_one and boot_other"), std::string::npos) << state("problem");
    EXPECT_NE(controller.Instance("eu-1").value("summary", "").find("two processes"), std::string::npos);
    const auto again = says("boot_other", generation, false);
    EXPECT_EQ(OutcomeOf(controller.Await(operation), "eu-1"), "failed") << "the word of one is not the other's";
    EXPECT_NE(controller.Server().Log().find("fleet.two_processes"), std::string::npos);
    // With another credential only one of them comes back.
    credential = LetIn(controller, "eu-1", 'b');
    const auto alone = says("boot_other", generation, false);
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "eu-1") == "applied"; }));
}

TEST(Limits, GuessingIsSlowedDownAndKeepsNobodyElseOut) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    int slowed = 0;
    for (int n = 0; n < 60; ++n) {
        const auto refused = Knock(controller, CredentialOf('z'));
        ASSERT_FALSE(refused);
        ASSERT_TRUE(refused.error().status == 401 || refused.error().status == 429) << refused.error().message;
        slowed += refused.error().status == 429 ? 1 : 0;
    }
    EXPECT_GT(slowed, 10);
    EXPECT_EQ(KnockStatus(controller, credential), 101) << "from the same address";
}

TEST(Limits, TwoProcessesWithOneCredentialDoNotFlapForEver) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    int opened = 0;
    int waits = 0;
    for (int n = 0; n < 40; ++n) {
        const int status = KnockStatus(controller, credential);
        opened += status == 101 ? 1 : 0;
        waits += status == 429 ? 1 : 0;
    }
    EXPECT_LT(opened, 25);
    EXPECT_EQ(opened + waits, 40);
    EXPECT_NE(controller.Server().Log().find("fleet.flapping"), std::string::npos) << "it is said which instance it is";
}

TEST(Limits, AreTheSettings) {
    Controller controller({"--fleet-refused-burst=3", "--fleet-refused-rate=1", "--fleet-opening-burst=2",
                           "--fleet-opening-rate=1", "--fleet-message-burst=20", "--fleet-message-window=10m",
                           "--fleet-max-message=65536"});
    const std::string credential = LetIn(controller, "eu-1", 'a');  // the first opening
    auto large = Knock(controller, credential);                     // the second
    ASSERT_TRUE(large);
    large->Send(std::string(65'537, 'x'));
    ASSERT_TRUE(large->AwaitClosed(kSoon));
    EXPECT_EQ(KnockStatus(controller, credential), 429) << "openings are used up";

    const std::string other = CredentialOf('b');
    auto often = Knock(controller, SecretFor(controller, "eu-2"), platform::Sha256Hex(other));
    ASSERT_TRUE(often);
    for (int n = 0; n < 20; ++n) {
        often->Send(PlainReport());
    }
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-2"); }));
    EXPECT_FALSE(often->Closed());
    often->Send(PlainReport());
    const auto too_often = often->AwaitClosed(kSoon);
    ASSERT_TRUE(too_often);
    EXPECT_EQ(too_often->code, platform::ws_code::kPolicy);

    for (int n = 0; n < 3; ++n) {
        EXPECT_EQ(KnockStatus(controller, CredentialOf('z')), 401);
    }
    EXPECT_EQ(KnockStatus(controller, CredentialOf('z')), 429);
}

TEST(Limits, AFloodOfRefusedHandshakesIsSummarisedInTheLog) {
    Controller controller({"--fleet-refused-burst=1000"});
    for (int n = 0; n < 200; ++n) {
        ASSERT_EQ(KnockStatus(controller, CredentialOf('z')), 401);
    }
    ASSERT_EQ(KnockStatus(controller, "pce_nonsense"), 401);
    ASSERT_EQ(controller.Server().Stop(), 0);
    const std::string log = controller.Server().Log();
    std::size_t lines = 0;
    for (std::size_t at = log.find("\"fleet.refused\""); at != std::string::npos;
         at = log.find("\"fleet.refused\"", at + 1)) {
        ++lines;
    }
    EXPECT_GE(lines, 5U) << "the first ones are there";
    EXPECT_LE(lines, 50U) << log;
    EXPECT_NE(log.find("fleet.refused_more"), std::string::npos) << "and how many more";
    EXPECT_NE(log.find("more: fleet.refused auth.credential; the last: "), std::string::npos) << log;
}

TEST(Limits, WhoSendsTooMuchOrTooOftenIsCutOff) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    auto large = Knock(controller, credential);
    ASSERT_TRUE(large);
    large->Send(std::string(1024 * 1024, 'x'));
    const auto too_big = large->AwaitClosed(kSoon);
    ASSERT_TRUE(too_big);
    // The word about it may be lost behind what was sent and not read.
    EXPECT_TRUE(too_big->code == platform::ws_code::kTooBig || too_big->code == platform::ws_code::kNoGoodbye)
        << too_big->code;
    auto often = Knock(controller, credential);
    ASSERT_TRUE(often);
    for (int n = 0; n < 400; ++n) {
        often->Send(PlainReport());
    }
    const auto too_often = often->AwaitClosed(kSoon);
    ASSERT_TRUE(too_often);
    EXPECT_EQ(too_often->code, platform::ws_code::kPolicy);
}

}  // namespace
}  // namespace fleet_test
