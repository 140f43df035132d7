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
using tenancy::wire::VerifyRequest;

constexpr std::size_t kLooksAtOnce = 4;
constexpr std::chrono::milliseconds kLookWithin{5'000};  // well before the question is asked again
constexpr std::size_t kMostCredentialBytes = 4096;

/// The order is about the switch; flags do not show from outside, and a watch goes by the process's counters.
bool IsSeenFromOutside(const VerifyRequest& request) {
    return request.purpose == tenancy::wire::VerifyPurpose::kVerify &&
           request.kind == tenancy::wire::VerifyKind::kMultiTenant;
}

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

std::vector<ProbeStep> NotSeen(const std::string& detail) {
    std::vector<ProbeStep> steps;
    for (const ProbeKind kind : {ProbeKind::kProbes, ProbeKind::kUi, ProbeKind::kWebsocket}) {
        ProbeStep step;
        step.step = kind;
        step.at = platform::SystemNow();
        step.detail = detail;
        step.evidence = R"({"probed_by":"controller"})";
        steps.push_back(std::move(step));
    }
    return steps;
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
    for (DirectTarget& target : targets) {
        policy::InstanceId instance = target.instance;
        targets_.insert_or_assign(std::move(instance), std::move(target));
    }
    for (std::size_t at = 0; at < std::min(kLooksAtOnce, targets_.size()); ++at) {
        threads_.emplace_back([this] { Loop(); });
    }
}

DirectProbes::~DirectProbes() {
    Stop();
}

void DirectProbes::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

bool DirectProbes::Covers(const policy::InstanceId& instance) const {
    return targets_.contains(instance);
}

void DirectProbes::Begin(const policy::InstanceId& instance, const VerifyRequest& request) {
    {
        const std::lock_guard lock(mutex_);
        Look look;
        look.request = request;
        look.ended = !IsSeenFromOutside(request);
        if (!look.ended && std::ranges::find(waiting_, instance) == waiting_.end()) {
            waiting_.push_back(instance);
        }
        looks_.insert_or_assign(instance, std::move(look));
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

void DirectProbes::Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        const policy::InstanceId instance = std::move(waiting_.front());
        waiting_.pop_front();
        const auto asked = looks_.find(instance);
        if (asked == looks_.end() || asked->second.ended) {
            continue;
        }
        const VerifyRequest request = asked->second.request;
        lock.unlock();
        std::vector<ProbeStep> seen;
        try {
            seen = See(targets_.at(instance), request);
        } catch (const std::exception& error) {
            on_error_(error.what());
            seen = NotSeen("the controller could not look; its log says why");
        }
        lock.lock();
        const auto now = looks_.find(instance);
        if (stopping_ || now == looks_.end() || now->second.request.request != request.request) {
            continue;  // a newer question, which waits for its own look
        }
        if (!now->second.said) {
            now->second.seen = std::move(seen);
            now->second.ended = true;
            continue;
        }
        Look look = std::move(now->second);
        looks_.erase(now);
        lock.unlock();
        look.done(WithControllersView(std::move(*look.said), std::move(seen)));
        lock.lock();
    }
}

std::vector<ProbeStep> DirectProbes::See(const DirectTarget& target, const VerifyRequest& request) const {
    probe::Target at = target.at;
    at.deadline = kLookWithin;
    at.probed_by = "controller";
    for (const auto& [file, secret] :
         {std::pair(&target.canary_file, &at.canary), std::pair(&target.tenant_canary_file, &at.tenant_canary)}) {
        if (file->empty()) {
            continue;
        }
        const auto text = platform::ReadFile(*file, kMostCredentialBytes);
        if (!text) {
            on_error_(text.error().message);
            return NotSeen("the controller could not read its credential for this instance; its log says why");
        }
        *secret = platform::Trim(*text);
    }
    return probe::ProbeFromOutside(at, probe::Expectation::Of(request));
}

}  // namespace fleet
