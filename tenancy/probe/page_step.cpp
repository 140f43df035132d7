// Step `ui`: what the default user's browser is given. Off: neither the page nor what it loads has a switcher, settings
// or words of organizations; on: they are there for who may see them.
#include <algorithm>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tenancy/probe/visit.hpp"
#include "tenancy/probe/wording.hpp"

namespace tenancy::probe {
namespace {

using platform::Json;
using wire::ProbeCheck;
using wire::ProbeOutcome;

constexpr std::size_t kMostPageBytes = std::size_t{2} * 1024 * 1024;
constexpr std::size_t kMostFiles = 24;
constexpr std::string_view kSession = "/api/ui/session";
constexpr std::string_view kModule = "/assets/organizations/main.js";
constexpr std::string_view kSettingsPage = "/settings/organization";
constexpr std::string_view kCapabilities = "/api/license/runtime-capabilities";
constexpr std::string_view kNoWording = "200 without a word of organizations";

Question Page(std::string path) {
    Question question;
    question.path = std::move(path);
    question.headers.emplace_back("Accept", "text/html,*/*");
    question.max_bytes = kMostPageBytes;
    return question;
}

/// Asks for a page or a file of it, and looks for words. Gives its text, empty when there is none.
std::string CheckWording(Visit& visit, StepMaker& step, const Question& question, std::string_view type) {
    Reply reply = visit.Ask(question);
    ProbeCheck check = BeginCheck(visit, question, reply, std::string(kNoWording));
    if (!reply.response) {
        step.Add(std::move(check));
        return {};
    }
    const bool right =
        reply.response->status == 200 && (type.empty() || reply.response->Header("content-type").starts_with(type));
    check.outcome = right ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
    if (const auto found = FindWording(reply.response->body, visit.At().surface); right && found) {
        check.outcome = ProbeOutcome::kFailed;
        check.got = "\"" + visit.Shown(*found) + "\"";
    }
    step.Add(std::move(check));
    return right ? std::move(reply.response->body) : std::string();
}

/// The scripts and styles that the page loads, and those that they load.
void CheckFiles(Visit& visit, StepMaker& step, const std::string& page) {
    std::vector<std::string> files = NamedFiles(page, "/");
    for (std::size_t at = 0; at < files.size() && at < kMostFiles; ++at) {
        const std::string text = CheckWording(visit, step, Page(files[at]), {});
        for (std::string& more : NamedFiles(text, files[at])) {
            if (std::ranges::find(files, more) == files.end()) {
                files.push_back(std::move(more));
            }
        }
    }
    step.Evidence().facts["files_read"] = static_cast<std::int64_t>(std::min(files.size(), kMostFiles));
    if (files.size() > kMostFiles) {
        step.Note(ProbeOutcome::kInconclusive, "files of the page", "at most " + std::to_string(kMostFiles),
                  std::to_string(files.size()));
    }
}

/// What the page is told to draw.
void CheckSession(Visit& visit, StepMaker& step, bool offered) {
    const Question question = WithCanary(visit.At(), "GET", std::string(kSession));
    const Reply reply = visit.Ask(question);
    ProbeCheck check = BeginCheck(visit, question, reply,
                                  offered ? "200 with the switcher's module" : "200 that offers no organizations");
    if (reply.response) {
        const auto json = platform::ParseJson(reply.response->body);
        const bool read = reply.response->status == 200 && json && json->is_object();
        const auto extensions = read ? json->find("extensions") : Json::const_iterator();
        const bool has_module = read && extensions != json->end() && extensions->is_array() &&
                                std::ranges::find(*extensions, Json(kModule)) != extensions->end();
        const bool has_any = read && (json->contains("organization") || json->contains("organizations") || has_module ||
                                      FindWording(reply.response->body, visit.At().surface).has_value());
        const bool right = read && (offered ? has_module && json->contains("organizations") : !has_any);
        check.outcome = right ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
        if (read) {
            check.got = has_any ? "200 that offers organizations" : "200 that offers no organizations";
        }
    }
    step.Add(std::move(check));
}

/// A browser that had selected a tenant must be able to load the page that lets it go.
void CheckCookiePage(Visit& visit, StepMaker& step) {
    const Question question = Selecting(Page("/"), "Cookie", visit.At().tenant);
    const Reply reply = visit.Ask(question);
    ProbeCheck check = BeginCheck(visit, question, reply, "200, and the cookie taken away");
    if (reply.response) {
        const auto& headers = reply.response->headers;
        const bool expired = std::ranges::any_of(headers, [](const auto& header) {
            return header.first == "set-cookie" && header.second.starts_with("pulse_org_id=") &&
                   platform::ToLowerAscii(header.second).find("max-age=0") != std::string::npos;
        });
        const bool right = reply.response->status == 200 && expired;
        check.outcome = right ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
        if (visit.At().surface == Surface::kPulse && !right &&
            (reply.response->status == 501 || reply.response->status == 200)) {
            check.outcome = ProbeOutcome::kPassed;
            check.expected = "200 or, a known defect of Pulse, 501";
            if (reply.response->status == 501) {
                step.Remark(
                    "Known defect of Pulse: a browser whose cookie names a tenant gets 501 for every address, "
                    "the page included, until the cookie pulse_org_id is deleted by hand");
            }
        } else if (!right && reply.response->status == 200) {
            check.got += ", the cookie stays";
        }
    }
    step.Add(std::move(check));
}

/// An unmodified Pulse draws its switcher by the licence alone.
void CheckCapabilities(Visit& visit, StepMaker& step, bool enabled) {
    const Question question = WithCanary(visit.At(), "GET", std::string(kCapabilities));
    const Reply reply = visit.Ask(question);
    ProbeCheck check =
        BeginCheck(visit, question, reply, enabled ? "200 with multi_tenant" : "200 without multi_tenant");
    if (reply.response && reply.response->status == 200) {
        const auto json = platform::ParseJson(reply.response->body);
        const bool listed =
            json && json->is_object() && json->contains("capabilities") && json->at("capabilities").is_array() &&
            std::ranges::find(json->at("capabilities"), Json("multi_tenant")) != json->at("capabilities").end();
        check.got = listed ? "200 with multi_tenant" : "200 without multi_tenant";
        check.outcome = listed == enabled ? ProbeOutcome::kPassed
                        : enabled         ? ProbeOutcome::kFailed
                                          : ProbeOutcome::kInconclusive;
        if (listed && !enabled) {
            step.Remark(
                "Known defect of Pulse: with a licence its page goes by the licence, not by the switch, so "
                "what it shows cannot be told from outside; the calls behind it answer 501");
        }
    } else if (reply.response && !enabled && reply.response->status == 404) {
        check.outcome = ProbeOutcome::kPassed;  // nothing there that could offer a switcher
    }
    step.Add(std::move(check));
}

void CheckOurs(Visit& visit, StepMaker& step, const std::string& page, bool offered) {
    const Target& target = visit.At();
    if (!offered) {
        CheckFiles(visit, step, page);
    }
    const Wanted module = offered ? Wanted{200, {}} : Wanted{404, {}};
    step.Add(visit.Check(WithCanary(target, "GET", std::string(kModule)), module));
    step.Add(visit.Check(WithCanary(target, "GET", std::string(kSettingsPage)), module));
    CheckSession(visit, step, offered);
}

}  // namespace

wire::ProbeStep PageStep(Visit& visit, const Expectation& expectation) {
    const Target& target = visit.At();
    StepMaker step(wire::ProbeKind::kUi, target);
    const bool offered = expectation.enabled && expectation.licensed;
    std::string page;
    if (offered) {
        step.Add(visit.Check(Page("/"), {200, {}}));
    } else {
        page = CheckWording(visit, step, Page("/"), "text/html");
    }
    if (target.canary.empty()) {
        step.Note(ProbeOutcome::kInconclusive, "canary", "a credential to ask with", "none");
    } else if (target.surface == Surface::kPulsed) {
        CheckOurs(visit, step, page, offered);
    } else {
        CheckCapabilities(visit, step, expectation.enabled);
    }
    if (!expectation.enabled && target.tenants == Tenants::kSome) {
        CheckCookiePage(visit, step);
    }
    return step.Finish(offered
                           ? "The page loads and offers tenants to who may see them"
                           : "The page and what it loads show no switcher, no settings and no word of organizations");
}

}  // namespace tenancy::probe
