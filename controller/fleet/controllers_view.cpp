// What an instance says of itself, with what the controller saw beside it: the worse of the two counts.
#include <algorithm>
#include <utility>

#include "controller/fleet/direct_probe.hpp"
#include "platform/json/json.hpp"

namespace fleet {
namespace {

using tenancy::wire::Evidence;
using tenancy::wire::ProbeOutcome;
using tenancy::wire::ProbeStep;

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

}  // namespace fleet
