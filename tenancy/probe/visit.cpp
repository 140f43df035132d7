#include "tenancy/probe/visit.hpp"

#include <algorithm>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace tenancy::probe {
namespace {

using platform::ClientResponse;
using std::chrono::milliseconds;
using wire::ProbeCheck;
using wire::ProbeOutcome;

constexpr std::size_t kExcerptBytes = 300;
constexpr std::size_t kMostCodeBytes = 64 * 1024;
constexpr std::size_t kLongestCode = 60;
constexpr std::size_t kMostNamed = 3;

/// Codes are words with underscores; `error` of one kind of body is a sentence instead.
bool LooksLikeCode(const std::string& text) {
    return !text.empty() && text.size() <= kLongestCode && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

std::string WithoutSecret(std::string text, const std::string& secret) {
    if (secret.empty()) {
        return text;
    }
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "[credential]");
    }
    return text;
}

std::string Sentence(const ProbeCheck& check) {
    std::string text = check.what + (check.with.empty() ? "" : " (" + check.with + ")");
    return text + ": expected " + check.expected + ", got " + check.got;
}

}  // namespace

Visit::Visit(const Target& target) : target_(target), deadline_(target.deadline) {}

milliseconds Visit::Left() const {
    return std::chrono::duration_cast<milliseconds>(deadline_.Remaining());
}

milliseconds Visit::Patience() const {
    return std::min(Left(), target_.request_timeout);
}

std::string Visit::Shown(std::string_view text) const {
    // Longer than what is shown, so that no credential is cut in two and missed.
    std::string clean = WithoutSecret(std::string(text.substr(0, 8 * kExcerptBytes)), target_.canary);
    clean = WithoutSecret(std::move(clean), target_.tenant_canary);
    return std::string(platform::TruncateUtf8(platform::EscapeForLog(clean), kExcerptBytes));
}

Reply Visit::Ask(const Question& question) {
    Reply reply;
    const milliseconds patience = Patience();
    if (patience <= milliseconds(0)) {
        reply.problem = "not asked: the time for the whole run was over";
        return reply;
    }
    platform::ClientRequest request;
    request.method = question.method;
    request.url = target_.base_url + question.path;
    request.headers = question.headers;
    request.body = question.body;
    request.connect_timeout = patience;
    request.timeout = patience;
    request.max_response_bytes = question.max_bytes;
    const platform::Stopwatch watch;
    auto response = client_.Send(request);
    reply.duration_ms = std::chrono::duration_cast<milliseconds>(watch.Elapsed()).count();
    if (response) {
        reply.response = std::move(*response);
    } else {
        reply.too_large = response.error().too_large;
        reply.problem =
            Shown(reply.too_large ? "an answer of more than " + std::to_string(question.max_bytes) + " bytes"
                                  : response.error().message);
    }
    return reply;
}

ProbeCheck BeginCheck(const Visit& visit, const Question& question, const Reply& reply, std::string expected) {
    ProbeCheck check;
    check.what = question.method + " " + question.path;
    check.with = question.with;
    check.expected = std::move(expected);
    check.duration_ms = reply.duration_ms;
    check.got = reply.response ? Described(visit, *reply.response) : reply.problem;
    // The body of a success is somebody's data.
    if (reply.response && reply.response->status >= 300) {
        check.excerpt = visit.Shown(reply.response->body);
    }
    return check;
}

ProbeCheck Visit::Check(const Question& question, const Wanted& wanted) {
    const Reply reply = Ask(question);
    ProbeCheck check = BeginCheck(*this, question, reply, Described(wanted));
    if (reply.response) {
        const bool as_wanted = reply.response->status == wanted.status &&
                               (wanted.code.empty() || CodeOf(reply.response->body) == wanted.code);
        check.outcome = as_wanted ? ProbeOutcome::kPassed : ProbeOutcome::kFailed;
    } else if (reply.too_large && wanted.status >= 300) {
        check.outcome = ProbeOutcome::kFailed;  // no refusal is that long
    }
    return check;
}

Question WithCanary(const Target& target, std::string method, std::string path) {
    Question question;
    question.method = std::move(method);
    question.path = std::move(path);
    if (!target.canary.empty()) {
        question.with = "canary";
        question.headers.emplace_back("X-API-Token", target.canary);
    }
    return question;
}

Question WithTenantCanary(const Target& target, std::string method, std::string path) {
    Question question;
    question.method = std::move(method);
    question.path = std::move(path);
    question.with = "canary of " + target.tenant;
    question.headers.emplace_back("X-API-Token", target.tenant_canary);
    return question;
}

Question Selecting(Question question, const std::string& header, const std::string& org) {
    const std::string value = header == "Cookie" ? "pulse_org_id=" + org : org;
    question.with += (question.with.empty() ? "" : ", ") + header + ": " + value;
    question.headers.emplace_back(header, value);
    return question;
}

std::string CodeOf(const std::string& body) {
    const auto json = platform::ParseJson(std::string_view(body).substr(0, kMostCodeBytes));
    if (!json || !json->is_object()) {
        return {};
    }
    for (const char* field : {"code", "error"}) {
        const auto found = json->find(field);
        if (found != json->end() && found->is_string() && LooksLikeCode(found->get<std::string>())) {
            return found->get<std::string>();
        }
    }
    return {};
}

std::string Described(const Visit& visit, const ClientResponse& response) {
    std::string text = std::to_string(response.status);
    if (response.status >= 300 && response.status < 400) {
        return text + " to " + visit.Shown(response.Header("location"));
    }
    if (response.status < 300) {
        return text + " (" + visit.Shown(response.Header("content-type")) + ", " +
               std::to_string(response.body.size()) + " bytes)";
    }
    const std::string code = CodeOf(response.body);
    return code.empty() ? text : text + " " + code;
}

std::string Described(const Wanted& wanted) {
    return std::to_string(wanted.status) + (wanted.code.empty() ? "" : " " + wanted.code);
}

StepMaker::StepMaker(wire::ProbeKind kind, const Target& target) : kind_(kind) {
    evidence_.probed_by = target.probed_by;
}

void StepMaker::Add(ProbeCheck check) {
    evidence_.checks.push_back(std::move(check));
}

void StepMaker::Note(ProbeOutcome outcome, std::string what, std::string expected, std::string got) {
    ProbeCheck check;
    check.what = std::move(what);
    check.outcome = outcome;
    check.expected = std::move(expected);
    check.got = std::move(got);
    Add(std::move(check));
}

void StepMaker::Remark(std::string sentence) {
    remarks_.push_back(std::move(sentence));
}

wire::ProbeStep StepMaker::Finish(std::string_view passed) {
    wire::ProbeStep step;
    step.step = kind_;
    step.at = platform::SystemNow();
    const auto with = [&](ProbeOutcome outcome) {
        std::vector<std::string> sentences;
        for (const ProbeCheck& check : evidence_.checks) {
            if (check.outcome == outcome) {
                sentences.push_back(Sentence(check));
            }
        }
        return sentences;
    };
    std::vector<std::string> reasons = with(ProbeOutcome::kFailed);
    step.outcome = ProbeOutcome::kFailed;
    if (reasons.empty()) {
        reasons = with(ProbeOutcome::kInconclusive);
        step.outcome =
            reasons.empty() && !evidence_.checks.empty() ? ProbeOutcome::kPassed : ProbeOutcome::kInconclusive;
    }
    const std::size_t more = reasons.size() > kMostNamed ? reasons.size() - kMostNamed : 0;
    reasons.resize(reasons.size() - more);
    step.detail = step.outcome == ProbeOutcome::kPassed ? std::string(passed) : platform::Join(reasons, "; ");
    if (more > 0) {
        step.detail += "; and " + std::to_string(more) + " more";
    }
    for (const std::string& remark : remarks_) {
        step.detail += (step.detail.empty() || step.detail.ends_with('.') ? " " : ". ") + remark;
    }
    step.evidence = wire::EncodeProbeEvidence(evidence_);
    return step;
}

}  // namespace tenancy::probe
