// Every page of the web console with 10,000 tenants, 1,000 releases and 500 open incidents in the database, a fleet of
// 1,000 instances that a kill was ordered for, 500 firing alerts and a release with 200 tenants on its plan
// (docs/performance.md).
//
// Each row of the console's table of routes is asked for as somebody with every role does it: one client, one request
// after the other, 120 times; those that show many gates also while the facts of all of them change before each call.
// Timed is the whole answer, of which the first byte is a part; the ratio is to the lightest page, because that is what
// the layout, the session and the machine cost.
//
// Ends with 1 when the 99th percentile of a page, or its size with all its files, is above its bound, or a route has a
// parameter that PathOf has no value for. Names of pages as arguments: only these.
#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "controller/app/authenticate.hpp"
#include "controller/store/alerts.hpp"
#include "controller/store/instances.hpp"
#include "controller/store/operations.hpp"
#include "controller/store/tokens.hpp"
#include "controller/web/assets.hpp"
#include "controller/web/console.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"
#include "tests/bench/full_world.hpp"
#include "tests/bench/service_world.hpp"

namespace {

using platform::Json;

constexpr int kCallsOfPage = 120;
constexpr int kCallsToWarmUp = 5;
constexpr int kReadings = 1'000;  // until nothing is new to the controller
constexpr double kPageTarget = 200;
constexpr std::size_t kLargestPage = 150 * 1024;
constexpr int kInstances = 1'000;
constexpr int kAlerts = 500;
constexpr int kPeople = 300;
constexpr int kFreezes = 100;
constexpr int kTenantsOfLarge = 200;
constexpr int kChecksOfLarge = 100;
constexpr const char* kLarge = "release-large";
constexpr const char* kTakenBack = "release-taken-back";
constexpr const char* kKill = "op_bench";
constexpr const char* kLightest = "/submit";

/// Somebody with every role, at the API and at the console.
class Max {
public:
    explicit Max(bench::ServiceWorld& world)
        : api_("http://127.0.0.1:" + std::to_string(world.ApiPort())),
          token_(app::MakeTokenText()),
          console_(world.Services(), {}),
          server_({}, [this](const platform::HttpRequest& request) { return console_.Handle(request); }) {
        store::NewToken token;
        token.id = policy::RecordId::Trusted("tok_max");
        token.principal = policy::PrincipalId::Trusted("max");
        token.name = "bench";
        token.hash = app::TokenHash(token_).value();
        token.roles = {policy::Role::kDevLead,        policy::Role::kQa,       policy::Role::kSystemOwner,
                       policy::Role::kReleaseManager, policy::Role::kOperator, policy::Role::kAuditor,
                       policy::Role::kAdmin};
        token.created_by = "max";
        world.Database().Write([&](store::Tx& tx) { store::InsertToken(tx, token); });
        server_.Start();
    }
    ~Max() {
        server_.Drain(std::chrono::seconds(2));
    }
    Max(const Max&) = delete;
    Max& operator=(const Max&) = delete;

    void SignIn() {
        platform::ClientRequest request;
        request.method = "POST";
        request.url = Address("/sign-in");
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = "token=" + platform::PercentEncode(token_);
        const auto reply = Send(request, 303);
        const std::string set = reply.Header("set-cookie");
        cookie_ = set.substr(0, set.find(';'));
    }
    platform::ClientResponse Open(const std::string& path) {
        platform::ClientRequest request;
        request.url = Address(path);
        request.headers = {{"Cookie", cookie_}, {"Accept", "text/html"}};
        return Send(request, 200);
    }
    /// To the API; `of`: what must not have changed meanwhile.
    Json Post(const std::string& path, const Json& body, const std::string& of = {}) {
        platform::ClientRequest request;
        if (!of.empty()) {
            request.url = api_ + of;
            request.headers = {{"Authorization", "Bearer " + token_}};
            request.headers = {{"If-Match", Send(request, 200).Header("etag")}};
        }
        request.method = "POST";
        request.url = api_ + path;
        request.headers.emplace_back("Authorization", "Bearer " + token_);
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = body.dump();
        return platform::ParseJson(Send(request, 201).body).value();
    }

private:
    std::string Address(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server_.Port()) + "/console" + path;
    }
    platform::ClientResponse Send(const platform::ClientRequest& request, int status) {
        auto reply = client_.Send(request);
        if (!reply || reply->status != status) {
            throw std::runtime_error(request.url + ": " +
                                     (reply ? reply->body.substr(0, 1'000) : reply.error().message));
        }
        return std::move(*reply);
    }

    platform::HttpClient client_;
    std::string api_;
    std::string token_;
    std::string cookie_;
    web::Console console_;
    platform::HttpServer server_;
};

void FillFleet(bench::ServiceWorld& world) {
    std::vector<store::InstanceReport> reports;
    for (int n = 0; n < kInstances; ++n) {
        const std::string name = "instance-" + std::to_string(n);
        const auto id = policy::InstanceId::Trusted(name);
        world.Database().Write([&](store::Tx& tx) {
            store::InsertEnrolment(tx, {policy::RecordId::Trusted("enr_" + name), id, platform::Sha256(name),
                                        policy::PrincipalId::Trusted("rita"), std::chrono::hours(1)});
        });
        world.Database().Write([&](store::Tx& tx) {
            const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256(name));
            store::ExchangeEnrolment(tx, *enrolment, policy::RecordId::Trusted("crd_" + name),
                                     platform::Sha256Hex("credential-" + name));
        });
        store::InstanceReport report;
        report.instance = id;
        report.boot_id = "boot_" + name;
        report.started_at = platform::SystemNow() - std::chrono::hours(1);
        report.program = "pulsed 1";
        report.enabled = true;
        reports.push_back(report);
    }
    world.Database().Write([&](store::Tx& tx) { store::RecordReports(tx, "bench", reports); });
    world.Database().Write([&](store::Tx& tx) {
        store::NewOperation kill;
        kill.id = policy::RecordId::Trusted(kKill);
        kill.mode = "hot";
        kill.whole_fleet = true;
        kill.reason = "isolation is in doubt";
        kill.requested_by = policy::PrincipalId::Trusted("max");
        store::InsertOperation(tx, kill);
    });
    world.Database().Write([&](store::Tx& tx) {
        for (int n = 0; n < kAlerts; ++n) {
            store::Alert alert;
            alert.id = policy::RecordId::Trusted("alr_bench" + std::to_string(n));
            alert.trigger = "denied_warning";
            alert.severity = policy::AlertSeverity::kWarning;
            alert.instance = "instance-" + std::to_string(n);
            alert.phase = store::AlertRowPhase::kFiring;
            alert.phase_since = platform::SystemNow();
            alert.opened_at = alert.phase_since;
            alert.value = 12;
            alert.limit = 10;
            alert.detail = "12 answers of 403 a second";
            store::InsertAlert(tx, alert);
        }
    });
}

void FillPeopleAndFreezes(Max& max) {
    for (int n = 0; n < kPeople; ++n) {
        const std::string id = "person-" + std::to_string(n);
        max.Post("/v1/principals", {{"id", id}, {"kind", "user"}, {"display_name", id}});
        max.Post("/v1/principals/" + id + "/roles", {{"role", "qa"}});
    }
    for (int n = 0; n < kFreezes; ++n) {
        max.Post("/v1/freezes", {{"scope", "tenant"},
                                 {"tenant", "tenant-" + std::to_string(n)},
                                 {"zone", "Europe/Berlin"},
                                 {"starts", "2040-12-20T18:00"},
                                 {"ends", "2041-01-03T08:00"},
                                 {"recurrence", "yearly"},
                                 {"reason", "The end of the year"}});
    }
}

void FillReleases(bench::ServiceWorld& world, Max& max) {
    const std::string large = std::string("/v1/releases/") + kLarge;
    world.MakeReadyRelease(kLarge, kTenantsOfLarge);
    for (int n = 0; n < kChecksOfLarge; ++n) {
        max.Post(large + "/checks", {{"control", "feedback"},
                                     {"outcome", "passed"},
                                     {"tier", "documented"},
                                     {"evidence", {{"text", "what was said of it, number " + std::to_string(n)}}}});
    }
    max.Post(large + "/memos", {{"for", "stable"},
                                {"decision", "NO-GO"},
                                {"notes", "It waits."},
                                {"rationale", "It has not been anywhere yet."},
                                {"remediation", "It goes through the channels."}});
    world.MakeReadyRelease(kTakenBack, kTenantsOfLarge);
    const std::string taken_back = std::string("/v1/releases/") + kTakenBack;
    max.Post(taken_back + "/promotions", {{"to", "experimental"}}, taken_back);
    max.Post(taken_back + "/rollbacks", {{"reason", "the label is wrong"}});
}

/// A value for each parameter; none where one is missing.
std::optional<std::string> PathOf(std::string_view pattern) {
    std::string path(pattern);
    const bool rollback = path.ends_with("/rollbacks");
    const std::pair<std::string_view, std::string_view> known[] = {{"{release}", rollback ? kTakenBack : kLarge},
                                                                   {"{tenant}", "tenant-0"},
                                                                   {"{principal}", "max"},
                                                                   {"{incident}", "inc_bench100000"},
                                                                   {"{rollout}", "rollout-0"},
                                                                   {"{stage}", "1"},
                                                                   {"{programme}", "programme-0"},
                                                                   {"{packet}", "00"},
                                                                   {"{instance}", "instance-0"},
                                                                   {"{operation}", kKill},
                                                                   {"{number}", "1"},
                                                                   {"{form}", "html"}};
    for (const auto& [parameter, value] : known) {
        if (const std::size_t at = path.find(parameter); at != std::string::npos) {
            path.replace(at, parameter.size(), value);
        }
    }
    if (path == "/fleet/kill") {
        path += "?scope=fleet";
    }
    return path.find('{') == std::string::npos ? std::optional(path) : std::nullopt;
}

class Pages {
public:
    Pages(Max& max, std::set<std::string> only) : max_(max), only_(std::move(only)) {
        // As after some work: the facts of every release have been looked at once.
        for (int n = 0;
             n < kReadings && max_.Open("/inbox").body.find("could not be looked at") != std::string::npos;) {
            ++n;
        }
        std::vector<double> took;
        Take(
            kLightest, [] {}, took);
        lightest_ = bench::Share(took, 0.5);
        std::cout << "The lightest page, " << kLightest << ": median " << lightest_ << " ms\n";
    }

    void Measure(const std::string& name, const std::string& path, const std::function<void()>& before) {
        if (!only_.empty() && !only_.contains(name)) {
            return;
        }
        std::vector<double> took;
        platform::ClientResponse last;
        ++measured_;
        try {
            last = Take(path, before, took);
        } catch (const std::runtime_error& error) {
            met_ = false;
            std::cout << error.what() << "   MISSED" << std::endl;
            return;
        }
        const double p99 = bench::Share(took, 0.99);
        const double median = bench::Share(took, 0.5);
        const bool is_page =
            last.Header("content-type").starts_with("text/html") && last.Header("content-disposition").empty();
        const std::size_t bytes = last.body.size() + (is_page ? FilesOf(last.body) : 0);
        const bool met = p99 < kPageTarget && (!is_page || bytes <= kLargestPage);
        met_ = met_ && met;
        worst_ = std::max(worst_, p99);
        std::cout << (name.empty() ? "(the board)" : name) << ": median " << median << " ms, p99 " << p99 << " ms, "
                  << median / lightest_ << " of the lightest, " << bytes / 1024 << " KiB"
                  << (is_page ? " with its files" : ", to save") << (met ? "" : "   MISSED") << std::endl;
    }
    bool Report() const {
        std::cout << measured_ << " pages, p99 of each at most " << worst_ << " ms   (targets < " << kPageTarget
                  << " ms, <= " << kLargestPage / 1024 << " KiB, " << (met_ ? "met)" : "MISSED)") << '\n';
        return met_ && measured_ > 0;
    }

private:
    platform::ClientResponse Take(const std::string& path, const std::function<void()>& before,
                                  std::vector<double>& took) {
        platform::ClientResponse last;
        for (int n = -kCallsToWarmUp; n < kCallsOfPage; ++n) {
            before();
            const platform::Stopwatch watch;
            last = max_.Open(path);
            if (n >= 0) {
                took.push_back(std::chrono::duration<double, std::milli>(watch.Elapsed()).count());
            }
        }
        return last;
    }
    /// What somebody is sent beside the page who was never here.
    static std::size_t FilesOf(const std::string& html) {
        std::size_t bytes = 0;
        for (const web::EmbeddedAsset& asset : web::EmbeddedAssets()) {
            if (html.find("/" + std::string(asset.name) + "\"") != std::string::npos || asset.name == "live.js" ||
                asset.name == "keys.js" || asset.name == "times.js") {
                bytes += std::min(asset.bytes.size(), asset.compressed.size());
            }
        }
        return bytes;
    }

    Max& max_;
    std::set<std::string> only_;
    double lightest_ = 0;
    double worst_ = 0;
    bool met_ = true;
    int measured_ = 0;
};

bool MeasurePages(bench::ServiceWorld& world, Max& max, std::set<std::string> only) {
    Pages pages(max, std::move(only));
    for (const auto& area : web::AllRoutes()) {
        for (const web::Route& route : area) {
            if (route.verb != web::Verb::kGet) {
                continue;
            }
            const auto path = PathOf(route.pattern);
            if (!path) {
                throw std::runtime_error(std::string(route.pattern) + ": say in PathOf what it is asked for");
            }
            pages.Measure(std::string(route.pattern), *path, [] {});
        }
    }
    int tenant = bench::kTenants;
    const auto change = [&] { world.Database().Write([&](store::Tx& tx) { bench::InsertBenchTenant(tx, tenant++); }); };
    for (const char* path : {"", "/inbox", "/tenants", "/tenants/tenant-0", "/submit"}) {
        pages.Measure(std::string(path) + " after a change of what all gates look at", path, change);
    }
    return pages.Report();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        bench::ServiceWorld world;
        world.MakeReadyRelease(bench::kGateOf, bench::kTenantsEach);
        bench::FillWorld(world);
        Max max(world);
        FillReleases(world, max);
        FillFleet(world);
        FillPeopleAndFreezes(max);
        max.SignIn();
        return MeasurePages(world, max, {argv + 1, argv + argc}) ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_console: " << error.what() << '\n';
        return 1;
    }
}
