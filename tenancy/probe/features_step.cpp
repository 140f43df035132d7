// Step `flags`, from outside: which features an organization is served, against which it is to have.
#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tenancy/probe/visit.hpp"

namespace tenancy::probe {
namespace {

using wire::ProbeOutcome;

constexpr std::size_t kMostFeatureBytes = std::size_t{1} * 1024 * 1024;
constexpr std::size_t kMostNamedFlags = 5;
constexpr int kSwitchedOffStatus = 501;

std::string NamesOf(const std::vector<std::string>& flags) {
    std::string text;
    for (std::size_t at = 0; at < std::min(flags.size(), kMostNamedFlags); ++at) {
        text += (at == 0 ? "" : ", ") + flags[at];
    }
    if (flags.size() > kMostNamedFlags) {
        text += " and " + std::to_string(flags.size() - kMostNamedFlags) + " more";
    }
    return text.empty() ? "no flag" : text;
}

std::vector<std::string> Without(const std::vector<std::string>& flags, const std::vector<std::string>& others) {
    std::vector<std::string> rest;
    std::ranges::set_difference(flags, others, std::back_inserter(rest));
    return rest;
}

/// Sorted; nothing when the body is no such list.
std::optional<std::vector<std::string>> ReadFlagNames(const std::string& body) {
    const auto json = platform::ParseJson(body);
    if (!json || !json->is_object() || !json->contains("flags") || !(*json)["flags"].is_array()) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const platform::Json& name : (*json)["flags"]) {
        if (!name.is_string()) {
            return std::nullopt;
        }
        names.push_back(name.get<std::string>());
    }
    std::ranges::sort(names);
    return names;
}

/// Where the credentials of this organization are kept out of what is shown.
Target TargetFor(const Target& target, const FeaturesAsked& asked) {
    Target at = target;
    const bool is_default = asked.org == kDefaultOrg;
    at.tenant = is_default ? "" : asked.org;
    (is_default ? at.canary : at.tenant_canary) = asked.credential;
    return at;
}

struct Look {
    FeaturesSeen seen;
    wire::ProbeCheck check;  // without outcome and expectation
};

Look LookAtFeatures(const Visit& base, const FeaturesAsked& asked) {
    Target at = TargetFor(base.At(), asked);
    at.deadline = std::max(base.Left(), std::chrono::milliseconds(0));
    Visit visit(at);
    Question question = asked.org == kDefaultOrg ? WithCanary(at, "GET", "/api/features")
                                                 : WithTenantCanary(at, "GET", "/api/features");
    question.max_bytes = kMostFeatureBytes;
    if (asked.org != kDefaultOrg) {
        question = Selecting(std::move(question), "X-Pulse-Org-ID", asked.org);
    }
    const Reply reply = visit.Ask(question);
    Look look;
    look.seen.org = asked.org;
    look.check = BeginCheck(visit, question, reply, {});
    look.seen.problem = look.check.got;
    if (!reply.response) {
        return look;
    }
    look.seen.answered = true;
    const int status = reply.response->status;
    if (status == kSwitchedOffStatus && CodeOf(reply.response->body) == "feature_disabled") {
        look.seen.answer = FeaturesSeen::Answer::kSwitchedOff;
    } else if (status == 400 && CodeOf(reply.response->body) == "invalid_org") {
        look.seen.answer = FeaturesSeen::Answer::kNoSuchOrganization;
    } else if (const std::string code = CodeOf(reply.response->body);
               status == 403 && (code == "access_denied" || code == "org_suspended")) {
        look.seen.answer = FeaturesSeen::Answer::kRefused;
    } else if (status == 200) {
        if (auto flags = ReadFlagNames(reply.response->body)) {
            look.seen.answer = FeaturesSeen::Answer::kListed;
            look.seen.on = std::move(*flags);
            look.check.got = "200, " + visit.Shown(NamesOf(look.seen.on)) + " on";
            look.seen.problem.clear();
        } else {
            look.seen.problem = look.check.got = "200, and no list of flags";
        }
    }
    return look;
}

ProbeOutcome JudgeListed(const FeaturesAsked& asked, wire::ProbeCheck& check, const FeaturesSeen& seen) {
    const auto too_many = Without(seen.on, asked.on);
    const auto missing = Without(asked.on, seen.on);
    if (too_many.empty() && missing.empty()) {
        return ProbeOutcome::kPassed;
    }
    check.got = "200" + (too_many.empty() ? "" : ", " + NamesOf(too_many) + " on, not as ordered") +
                (missing.empty() ? "" : ", " + NamesOf(missing) + " not on");
    return ProbeOutcome::kFailed;
}

void JudgeFeatures(const FeaturesAsked& asked, TenantsAre tenants, Look& look, StepMaker& step) {
    wire::ProbeCheck& check = look.check;
    check.expected = "200, " + NamesOf(asked.on) + " on";
    const bool may_be_off = asked.org != kDefaultOrg;
    switch (look.seen.answer) {
        case FeaturesSeen::Answer::kListed:
            check.outcome = JudgeListed(asked, check, look.seen);
            if (may_be_off && tenants == TenantsAre::kSwitchedOff) {
                check.expected = "501 feature_disabled";
                check.outcome = ProbeOutcome::kFailed;
            }
            break;
        case FeaturesSeen::Answer::kSwitchedOff:
            if (may_be_off && (tenants == TenantsAre::kSwitchedOff || asked.on.empty())) {
                check.expected = tenants == TenantsAre::kSwitchedOff ? "501 feature_disabled" : check.expected;
                check.outcome = ProbeOutcome::kPassed;  // nothing is on where nobody is served
            } else if (may_be_off && tenants == TenantsAre::kNotKnown) {
                check.outcome = ProbeOutcome::kInconclusive;
            } else {
                check.outcome = ProbeOutcome::kFailed;
            }
            break;
        case FeaturesSeen::Answer::kNoSuchOrganization:
        case FeaturesSeen::Answer::kRefused:
        case FeaturesSeen::Answer::kOther:
            check.outcome = look.seen.answered ? ProbeOutcome::kFailed : ProbeOutcome::kInconclusive;
            break;
    }
    step.Add(std::move(check));
}

}  // namespace

wire::ProbeStep ProbeFeatures(const Target& target, const std::vector<FeaturesAsked>& asked, TenantsAre tenants,
                              FlagsInside inside) {
    const Visit visit(target);
    StepMaker step(wire::ProbeKind::kFlags, target);
    step.Evidence().facts = std::move(inside.facts);
    for (std::string& remark : inside.remarks) {
        step.Remark(std::move(remark));
    }
    for (wire::ProbeCheck& check : inside.checks) {
        step.Add(std::move(check));
    }
    for (FeaturesAsked one : asked) {
        std::ranges::sort(one.on);
        if (one.credential.empty()) {
            step.Note(ProbeOutcome::kInconclusive, "features of " + one.org, NamesOf(one.on) + " on",
                      "not asked: there is no credential for it");
            continue;
        }
        Look look = LookAtFeatures(visit, one);
        JudgeFeatures(one, tenants, look, step);
    }
    return step.Finish("Each organization that was asked is served the flags that were ordered for it and no other");
}

FeaturesSeen SeeFeatures(const Target& target, const FeaturesAsked& asked) {
    return LookAtFeatures(Visit(target), asked).seen;
}

}  // namespace tenancy::probe
