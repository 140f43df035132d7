#include "controller/fleet/direct_probe.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace fleet {
namespace {

namespace probe = tenancy::probe;
using tenancy::wire::Evidence;
using tenancy::wire::ProbeKind;
using tenancy::wire::ProbeOutcome;
using tenancy::wire::ProbeStep;
using tenancy::wire::VerifyKind;
using tenancy::wire::VerifyPurpose;
using tenancy::wire::VerifyRequest;

constexpr std::size_t kLooksAtOnce = 4;
constexpr std::size_t kSightsAtOnce = 2;
constexpr std::chrono::milliseconds kLookWithin{5'000};  // well before the question is asked again
constexpr std::size_t kMostCredentialBytes = 4096;

int Badness(ProbeOutcome outcome) {
    switch (outcome) {
        case ProbeOutcome::kPassed:
            return 0;
        case ProbeOutcome::kInconclusive:
            return 1;
        case ProbeOutcome::kFailed:
            break;
    }
    return 2;
}

platform::Json ObjectOf(const std::string& evidence) {
    const auto json = platform::ParseJson(evidence);
    return json && json->is_object() ? *json : platform::Json::object();
}

ProbeStep Joined(const ProbeStep& said, const ProbeStep& seen) {
    ProbeStep both = Badness(seen.outcome) > Badness(said.outcome) ? seen : said;
    if (both.outcome != ProbeOutcome::kPassed) {
        both.detail = (said.outcome == both.outcome ? "As the instance sees itself: " + said.detail : std::string()) +
                      (said.outcome == seen.outcome ? ". " : "") +
                      (seen.outcome == both.outcome ? "As the controller sees it: " + seen.detail : std::string());
    } else {
        both.detail = seen.detail + ", as the instance and the controller see it";
    }
    both.evidence = platform::Json{{"probed_by", {"instance", "controller"}},
                                   {"instance", ObjectOf(said.evidence)},
                                   {"controller", ObjectOf(seen.evidence)}}
                        .dump();
    return both;
}

std::vector<ProbeKind> SeenKinds(const VerifyRequest& request) {
    return request.kind == VerifyKind::kMultiTenant
               ? std::vector{ProbeKind::kProbes, ProbeKind::kUi, ProbeKind::kWebsocket}
               : std::vector{ProbeKind::kFlags};
}

std::vector<ProbeStep> NotSeen(const VerifyRequest& request, const std::string& detail) {
    std::vector<ProbeStep> steps;
    for (const ProbeKind kind : SeenKinds(request)) {
        ProbeStep step;
        step.step = kind;
        step.at = platform::SystemNow();
        step.detail = detail;
        step.evidence = R"({"probed_by":"controller"})";
        steps.push_back(std::move(step));
    }
    return steps;
}

/// The names of flags that are ordered on for the organization.
std::vector<std::string> OrderedOn(const policy::WantedFlags& flags, const std::string& org) {
    std::vector<std::string> on;
    for (const auto& [name, flag] : flags) {
        if (!flag.killed && flag.tenants.contains(org)) {
            on.push_back(name);
        }
    }
    return on;
}

/// A target with the credentials that its files hold now.
struct Armed {
    probe::Target at;
    std::vector<probe::FeaturesAsked> tenants;  // beside the default organization
};

platform::Expected<Armed, std::string> Arm(const DirectTarget& target) {
    Armed armed{target.at, {}};
    armed.at.deadline = kLookWithin;
    armed.at.probed_by = "controller";
    std::vector<std::pair<const std::string*, std::string*>> files{
        {&target.canary_file, &armed.at.canary}, {&target.tenant_canary_file, &armed.at.tenant_canary}};
    armed.tenants.reserve(target.feature_tenants.size() + 1);
    for (const auto& [tenant, file] : target.feature_tenants) {
        armed.tenants.push_back({tenant, {}, {}});
        files.emplace_back(&file, &armed.tenants.back().credential);
    }
    for (const auto& [file, secret] : files) {
        if (file->empty()) {
            continue;
        }
        const auto text = platform::ReadFile(*file, kMostCredentialBytes);
        if (!text) {
            return platform::Unexpected<std::string>(text.error().message);
        }
        *secret = platform::Trim(*text);
    }
    if (!armed.at.tenant_canary.empty()) {
        armed.tenants.push_back({armed.at.tenant, armed.at.tenant_canary, {}});
    }
    return armed;
}

std::vector<probe::FeaturesAsked> WhomToAskFor(const Armed& armed, const policy::WantedFlags& flags) {
    std::vector<probe::FeaturesAsked> asked{{std::string(tenancy::kDefaultOrg), armed.at.canary, {}}};
    asked.insert(asked.end(), armed.tenants.begin(), armed.tenants.end());
    for (probe::FeaturesAsked& one : asked) {
        one.on = OrderedOn(flags, one.org);
    }
    return asked;
}

ProbeStep SeeFlagsAsOrdered(const Armed& armed, const OrderedNow& ordered) {
    return probe::ProbeFeatures(armed.at, WhomToAskFor(armed, ordered.flags),
                                ordered.switch_on ? probe::TenantsAre::kNotKnown : probe::TenantsAre::kSwitchedOff);
}

/// Off: a tenant that somebody selects is refused. False: nobody answered, so nothing was seen.
bool SeeSwitchStillOff(const Armed& armed, WatchLook& look) {
    const auto seen = probe::SeeFeatures(armed.at, {armed.at.tenant, armed.at.canary, {}});
    if (!seen.answered) {
        return false;
    }
    look.as_ordered = seen.answer == probe::FeaturesSeen::Answer::kSwitchedOff;
    if (!*look.as_ordered) {
        look.detail = "a request that selects " + armed.at.tenant + " got " +
                      (seen.problem.empty() ? std::string("200") : seen.problem) + ", not 501 feature_disabled";
    }
    return true;
}

std::string Unreadable() {
    return "the controller could not read its credential for this instance; its log says why";
}

}  // namespace

Evidence WithControllersView(Evidence said, std::vector<ProbeStep> seen) {
    for (ProbeStep& own : seen) {
        const auto found =
            std::ranges::find_if(said.steps, [&](const ProbeStep& step) { return step.step == own.step; });
        if (found != said.steps.end()) {
            *found = Joined(*found, own);
            continue;
        }
        ProbeStep silent = own;
        silent.outcome = ProbeOutcome::kInconclusive;
        silent.detail = "the instance says nothing of this step";
        silent.evidence = "{}";
        said.steps.push_back(Joined(silent, own));
    }
    return said;
}

DirectProbes::DirectProbes(std::vector<DirectTarget> targets, std::function<void(std::string_view)> on_error)
    : on_error_(std::move(on_error)) {
    Replace(std::move(targets));
}

DirectProbes::~DirectProbes() {
    Stop();
}

void DirectProbes::Replace(std::vector<DirectTarget> targets) {
    Targets by_instance;
    for (DirectTarget& target : targets) {
        policy::InstanceId instance = target.instance;
        by_instance.insert_or_assign(std::move(instance), std::move(target));
    }
    const std::lock_guard lock(mutex_);
    targets_ = std::move(by_instance);
    if (!stopping_ && !targets_.empty() && threads_.empty()) {
        for (std::size_t at = 0; at < kLooksAtOnce; ++at) {
            threads_.emplace_back([this] { Loop(); });
        }
    }
}

void DirectProbes::Stop() {
    std::vector<std::thread> ending;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        ending.swap(threads_);
    }
    changed_.notify_all();
    for (std::thread& thread : ending) {
        thread.join();
    }
}

bool DirectProbes::Stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

bool DirectProbes::Covers(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    return targets_.contains(instance);
}

std::optional<DirectTarget> DirectProbes::Find(const policy::InstanceId& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = targets_.find(instance);
    return found == targets_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<policy::InstanceId> DirectProbes::WithFeatures() const {
    const std::lock_guard lock(mutex_);
    std::vector<policy::InstanceId> instances;
    for (const auto& [instance, target] : targets_) {
        if (target.at.surface == probe::Surface::kPulsed) {
            instances.push_back(instance);
        }
    }
    return instances;
}

/// Under the mutex. What waits already is done with the newest question.
void DirectProbes::Put(std::deque<Job>& jobs, const policy::InstanceId& instance, std::function<void()> run) {
    const auto found = std::ranges::find_if(jobs, [&](const Job& job) { return job.instance == instance; });
    if (found != jobs.end()) {
        found->run = std::move(run);
    } else {
        jobs.push_back({instance, std::move(run)});
    }
}

void DirectProbes::Begin(const policy::InstanceId& instance, const VerifyRequest& request, const OrderedNow& ordered,
                         Watched watched) {
    const auto target = Find(instance);
    if (!target) {
        return;
    }
    const bool watch = request.purpose == VerifyPurpose::kWatch;
    const bool has_flags = target->at.surface == probe::Surface::kPulsed;
    {
        const std::lock_guard lock(mutex_);
        Look look;
        look.request = request;
        // A sample is nothing for the instance's own to wait for.
        look.ended = watch || (request.kind != VerifyKind::kMultiTenant && !has_flags);
        if (!look.ended) {
            Put(jobs_, instance,
                [this, instance, request, ordered] { LookForVerification(instance, request, ordered); });
        }
        looks_.insert_or_assign(instance, std::move(look));
        if (watch && watched) {
            Put(watching_, instance, [this, instance, request, ordered, watched = std::move(watched)] {
                const auto seen = SeeInWatch(instance, request, ordered);
                if (seen && !Stopping()) {
                    watched(*seen);
                }
            });
        }
    }
    changed_.notify_one();
}

void DirectProbes::Complete(const policy::InstanceId& instance, Evidence said, Done done) {
    std::vector<ProbeStep> seen;
    {
        const std::lock_guard lock(mutex_);
        const auto found = looks_.find(instance);
        if (found == looks_.end() || found->second.request.request != said.request) {
            return;
        }
        if (!found->second.ended) {
            found->second.said = std::move(said);
            found->second.done = std::move(done);
            return;
        }
        seen = std::move(found->second.seen);
        looks_.erase(found);
    }
    done(WithControllersView(std::move(said), std::move(seen)));
}

void DirectProbes::LookAtFeatures(const policy::InstanceId& instance, std::vector<std::string> others,
                                  Sighted sighted) {
    {
        const std::lock_guard lock(mutex_);
        Put(sighting_, instance, [this, instance, others = std::move(others), sighted = std::move(sighted)] {
            const Sight sight = SeeFeatures(instance, others);
            if (!Stopping()) {
                sighted(sight);
            }
        });
    }
    changed_.notify_one();
}

void DirectProbes::Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto may_sight = [this] { return !sighting_.empty() && sights_running_ < kSightsAtOnce; };
        changed_.wait(lock, [&] { return stopping_ || !jobs_.empty() || !watching_.empty() || may_sight(); });
        if (stopping_) {
            return;
        }
        std::deque<Job>& from = !jobs_.empty() ? jobs_ : !watching_.empty() ? watching_ : sighting_;
        const bool sighting = &from == &sighting_;
        sights_running_ += sighting ? 1 : 0;
        const Job job = std::move(from.front());
        from.pop_front();
        lock.unlock();
        try {
            job.run();
        } catch (const std::exception& error) {
            on_error_(error.what());
        }
        lock.lock();
        if (sighting) {
            --sights_running_;
            changed_.notify_one();
        }
    }
}

void DirectProbes::LookForVerification(const policy::InstanceId& instance, const VerifyRequest& request,
                                       const OrderedNow& ordered) {
    std::vector<ProbeStep> seen;
    try {
        seen = See(instance, request, ordered);
    } catch (const std::exception& error) {
        on_error_(error.what());
        seen = NotSeen(request, "the controller could not look; its log says why");
    }
    Look look;
    {
        const std::lock_guard lock(mutex_);
        const auto now = looks_.find(instance);
        if (stopping_ || now == looks_.end() || now->second.request.request != request.request) {
            return;  // a newer question, which waits for its own look
        }
        if (!now->second.said) {
            now->second.seen = std::move(seen);
            now->second.ended = true;
            return;
        }
        look = std::move(now->second);
        looks_.erase(now);
    }
    look.done(WithControllersView(std::move(*look.said), std::move(seen)));
}

std::vector<ProbeStep> DirectProbes::See(const policy::InstanceId& instance, const VerifyRequest& request,
                                         const OrderedNow& ordered) const {
    const auto target = Find(instance);
    if (!target) {
        return NotSeen(request, "the controller is not told to look at this instance any more");
    }
    const auto armed = Arm(*target);
    if (!armed) {
        on_error_(armed.error());
        return NotSeen(request, Unreadable());
    }
    return request.kind == VerifyKind::kMultiTenant
               ? probe::ProbeFromOutside(armed->at, probe::Expectation::Of(request))
               : std::vector{SeeFlagsAsOrdered(*armed, ordered)};
}

std::optional<WatchLook> DirectProbes::SeeInWatch(const policy::InstanceId& instance, const VerifyRequest& request,
                                                  const OrderedNow& ordered) const {
    const auto target = Find(instance);
    if (!target) {
        return std::nullopt;
    }
    const auto armed = Arm(*target);
    if (!armed) {
        on_error_(armed.error());
        return std::nullopt;
    }
    const probe::Watched watched = probe::Sample(armed->at);
    if (watched.default_org == ProbeOutcome::kInconclusive) {
        return std::nullopt;  // a gap, in which nobody has seen anything
    }
    WatchLook look;
    look.counters = watched.sample;
    look.default_org_ok = watched.default_org == ProbeOutcome::kPassed;
    if (!look.default_org_ok) {
        look.detail = watched.step.detail;
        return look;
    }
    if (request.kind == VerifyKind::kMultiTenant) {
        // While nobody has ordered it on again.
        if (!request.enabled && !ordered.switch_on && armed->at.tenants == probe::Tenants::kSome &&
            !SeeSwitchStillOff(*armed, look)) {
            return std::nullopt;
        }
    } else if (target->at.surface == probe::Surface::kPulsed && ordered.flags_settled) {
        const ProbeStep flags = SeeFlagsAsOrdered(*armed, ordered);
        if (flags.outcome == ProbeOutcome::kInconclusive) {
            return std::nullopt;
        }
        look.as_ordered = flags.outcome == ProbeOutcome::kPassed;
        look.detail = *look.as_ordered ? "" : flags.detail;
    }
    return look;
}

Sight DirectProbes::SeeFeatures(const policy::InstanceId& instance, const std::vector<std::string>& others) const {
    using Answer = probe::FeaturesSeen::Answer;
    Sight sight;
    const platform::Stopwatch watch;
    const auto target = Find(instance);
    const auto armed = target ? Arm(*target) : platform::Unexpected<std::string>("it is not among them any more");
    if (!armed) {
        on_error_(armed.error());
        sight.problem = Unreadable();
        return sight;
    }
    std::vector<probe::FeaturesAsked> asked = WhomToAskFor(*armed, {});
    const std::size_t with_token = asked.size();
    for (const std::string& other : others) {
        if (std::ranges::find(asked, other, &probe::FeaturesAsked::org) == asked.end()) {
            asked.push_back({other, armed->at.canary, {}});
        }
    }
    for (std::size_t at = 0; at < asked.size() && !Stopping(); ++at) {
        const auto seen = probe::SeeFeatures(armed->at, asked[at]);
        const bool is_there =
            seen.answer == Answer::kSwitchedOff || (seen.answer == Answer::kRefused && at >= with_token);
        if (seen.answer == Answer::kListed) {
            sight.orgs[seen.org] = {Sight::Org::Is::kListed, seen.on};
        } else if (seen.answer == Answer::kNoSuchOrganization) {
            sight.orgs[seen.org] = {Sight::Org::Is::kAbsent, {}};
        } else if (is_there) {
            sight.orgs[seen.org] = {Sight::Org::Is::kThere, {}};
        } else {
            sight.problem = seen.org + ": " + seen.problem;
        }
        if (!seen.answered) {
            break;  // nor will the others be
        }
    }
    sight.took = std::chrono::duration_cast<std::chrono::milliseconds>(watch.Elapsed());
    return sight;
}

}  // namespace fleet
