// Every list route with 10,000 tenants, 1,000 releases and 500 open incidents in the database, and what a gate reads
// then against what it reads with an empty one (docs/performance.md).
//
//   lists  each route that is a list, its first page and, where there is one, its second; pages of the largest size and
//          with filters of the three that are full; the releases' also while their facts change before each call. One
//          client, one request after the other: the 99th percentile of the calls.
//   gate   one release's gate, answered from memory, and all of its facts loaded from the database: two controllers'
//          worth of everything, one with an empty database, asked in turns. Medians.
//
// Ends with 1 when a target is missed, or a list's path names something that nobody filled in. There are more rollouts,
// programmes and deliveries than one page shows, too.
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "controller/app/authenticate.hpp"
#include "controller/http/routes.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/tokens.hpp"
#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"
#include "tests/bench/full_world.hpp"
#include "tests/bench/service_world.hpp"

namespace {

using bench::kGateOf;
using bench::Share;

constexpr int kCallsOfList = 200;
constexpr int kRounds = 40;
constexpr int kCallsOfGate = 50;  // in each round
constexpr int kLoads = 10;        // in each round
constexpr int kWarmUpCalls = 20;
constexpr double kListTarget = 50;
constexpr double kGateTarget = 4.0 / 3.0;

class Client {
public:
    explicit Client(bench::ServiceWorld& world)
        : base_("http://127.0.0.1:" + std::to_string(world.ApiPort())),
          manager_(world.Token()),
          admin_(app::MakeTokenText()) {
        store::NewToken token;
        token.id = policy::RecordId::Trusted("tok_admin");
        token.principal = policy::PrincipalId::Trusted("ada");
        token.name = "bench";
        token.hash = app::TokenHash(admin_).value();
        token.roles = {policy::Role::kAdmin};
        token.created_by = "ada";
        world.Database().Write([&](store::Tx& tx) { store::InsertToken(tx, token); });
    }
    /// As who may read everything: what webhooks are is an admin's to read, all else the release manager's.
    platform::ClientResponse Get(const std::string& path) {
        platform::ClientRequest request;
        request.url = base_ + path;
        request.headers = {{"Authorization", "Bearer " + (path.starts_with("/v1/webhook") ? admin_ : manager_)}};
        auto reply = client_.Send(request);
        if (!reply || reply->status != 200) {
            throw std::runtime_error(path + ": " + (reply ? reply->body : reply.error().message));
        }
        return std::move(*reply);
    }
    /// Milliseconds of each call, added to `took`; `before` is called before each and not counted.
    template <typename Before>
    void Time(const std::string& path, int calls, std::vector<double>& took, Before&& before) {
        for (int n = 0; n < calls; ++n) {
            before();
            const platform::Stopwatch watch;
            Get(path);
            took.push_back(std::chrono::duration<double, std::milli>(watch.Elapsed()).count());
        }
    }

private:
    platform::HttpClient client_;
    std::string base_;
    std::string manager_;
    std::string admin_;
};

/// One release's gate in one world.
class GateSide {
public:
    explicit GateSide(bench::ServiceWorld& world) : world_(world), client_(world) {}

    void Round(int calls, int loads) {
        client_.Time(std::string("/v1/releases/") + kGateOf + "/gates/experimental", calls, warm_, [] {});
        for (int n = 0; n < loads; ++n) {
            const platform::Stopwatch watch;
            const auto facts = world_.Database().Read([&](store::Tx& tx) {
                return store::LoadPromotionFacts(tx, policy::ReleaseId::Trusted(kGateOf),
                                                 policy::Channel::kExperimental, store::Lock::kNone);
            });
            if (!facts) {
                throw std::runtime_error("the release of the gate is gone");
            }
            loaded_.push_back(std::chrono::duration<double, std::milli>(watch.Elapsed()).count());
        }
    }
    /// Forgets what was measured so far.
    void Begin() {
        warm_.clear();
        loaded_.clear();
    }
    double Warm() const {
        return Share(warm_, 0.5);
    }
    double Loaded() const {
        return Share(loaded_, 0.5);
    }
    Client& Caller() {
        return client_;
    }

private:
    bench::ServiceWorld& world_;
    Client client_;
    std::vector<double> warm_;
    std::vector<double> loaded_;
};

/// A value for each parameter; empty where there is none.
std::string PathOf(std::string_view pattern) {
    std::string path(pattern);
    const std::pair<std::string_view, std::string_view> known[] = {
        {"{release}", kGateOf},        {"{tenant}", "tenant-0"},
        {"{principal}", "rita"},       {"{incident}", "inc_bench100000"},
        {"{rollout}", "rollout-0"},    {"{programme}", "programme-0"},
        {"{webhook}", bench::kWebhook}};
    for (const auto& [parameter, value] : known) {
        if (const std::size_t at = path.find(parameter); at != std::string::npos) {
            path.replace(at, parameter.size(), value);
        }
    }
    return path.find('{') == std::string::npos ? path : std::string();
}

class Lists {
public:
    explicit Lists(Client& client) : client_(client) {}

    template <typename Before>
    void Measure(const std::string& name, const std::string& path, Before&& before) {
        std::vector<double> took;
        client_.Time(path, kWarmUpCalls, took, before);
        took.clear();
        client_.Time(path, kCallsOfList, took, before);
        const double p99 = Share(took, 0.99);
        const bool met = p99 < kListTarget;
        fast_ = fast_ && met;
        ++measured_;
        std::cout << name << ": " << p99 << " ms, median " << Share(took, 0.5) << (met ? "" : "   MISSED") << '\n';
    }
    void Measure(const std::string& path) {
        Measure(path, path, [] {});
    }
    void MeasureSecondPage(const std::string& path) {
        const auto first = platform::ParseJson(client_.Get(path).body);
        if (first && first->is_object() && first->contains("next") && (*first)["next"].is_string()) {
            const std::string cursor = platform::PercentEncode((*first)["next"].get_ref<const std::string&>());
            Measure(path + " (second page)", path + "?cursor=" + cursor, [] {});
        }
    }
    bool Report() const {
        std::cout << measured_ << " lists, p99 of each   (target < " << kListTarget << " ms"
                  << (fast_ ? ", met)" : ", MISSED)") << '\n';
        return fast_ && measured_ > 0;
    }

private:
    Client& client_;
    bool fast_ = true;
    int measured_ = 0;
};

bool MeasureLists(bench::ServiceWorld& world, Client& client) {
    Lists lists(client);
    for (const http::Route& route : http::AllRoutes()) {
        if (route.kind != http::Kind::kList) {
            continue;
        }
        const std::string path = PathOf(route.pattern);
        if (path.empty()) {
            throw std::runtime_error(std::string(route.pattern) + ": say in PathOf what it is asked for");
        }
        lists.Measure(path);
        lists.MeasureSecondPage(path);
    }
    for (const char* path :
         {"/v1/releases?limit=500", "/v1/releases?q=release-99", "/v1/releases?channel=stable", "/v1/tenants?limit=500",
          "/v1/tenants?q=t-999", "/v1/tenants?active=false", "/v1/incidents?limit=500",
          "/v1/incidents?open=true&severity=SEV-3", "/v1/incidents?breached=true", "/v1/incidents?tenant=tenant-499",
          "/v1/incidents?release=release-500", "/v1/audit?limit=500", "/v1/audit?release=release-500",
          "/v1/audit?tenant=tenant-1", "/v1/audit?actor=nobody"}) {
        lists.Measure(path);
    }
    int tenant = bench::kTenants;
    lists.Measure("/v1/releases, after a change of what all gates look at", "/v1/releases",
                  [&] { world.Database().Write([&](store::Tx& tx) { bench::InsertBenchTenant(tx, tenant++); }); });
    return lists.Report();
}

bool Report(const char* what, double full, double empty) {
    const bool met = full <= kGateTarget * empty;
    std::cout << what << ": " << empty << " ms empty, " << full << " ms full, ratio " << full / empty
              << "   (target <= " << kGateTarget << (met ? ", met)" : ", MISSED)") << '\n';
    return met;
}

}  // namespace

int main() {
    try {
        bench::ServiceWorld empty_world;
        bench::ServiceWorld full_world;
        empty_world.MakeReadyRelease(kGateOf, bench::kTenantsEach);
        full_world.MakeReadyRelease(kGateOf, bench::kTenantsEach);
        bench::FillWorld(full_world);
        GateSide empty(empty_world);
        GateSide full(full_world);
        const bool lists = MeasureLists(full_world, full.Caller());
        empty.Round(kWarmUpCalls, kLoads);
        full.Round(kWarmUpCalls, kLoads);
        empty.Begin();
        full.Begin();
        for (int round = 0; round < kRounds; ++round) {
            empty.Round(kCallsOfGate, kLoads);
            full.Round(kCallsOfGate, kLoads);
        }
        const bool warm = Report("gate, warm", full.Warm(), empty.Warm());
        const bool facts = Report("gate, all facts", full.Loaded(), empty.Loaded());
        return lists && warm && facts ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_lists: " << error.what() << '\n';
        return 1;
    }
}
