// One visit to an instance: questions over HTTP, each with a time-out, all within the deadline; and what a step makes
// of the answers. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "tenancy/probe/checklist.hpp"

namespace tenancy::probe {

struct Question {
    std::string method = "GET";
    std::string path;
    std::string with;  // for the evidence: how it is asked
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::size_t max_bytes = 256 * 1024;
};

struct Reply {
    std::optional<platform::ClientResponse> response;
    std::string problem;     // why there is none
    bool too_large = false;  // there was one, larger than the question allows
    std::int64_t duration_ms = 0;
};

/// What is expected of an answer.
struct Wanted {
    int status = 200;
    std::string code;  // of a refusal: in `error` or `code` of its JSON body; empty: any
};

class Visit {
public:
    explicit Visit(const Target& target);

    Reply Ask(const Question& question);
    /// Asks, and judges status and code.
    wire::ProbeCheck Check(const Question& question, const Wanted& wanted);

    /// For what is not asked with Ask: at most the time-out of one request, zero when the deadline has passed.
    std::chrono::milliseconds Patience() const;
    /// Of the whole run.
    std::chrono::milliseconds Left() const;
    /// Fit to be shown: bounded, one line, without the credentials.
    std::string Shown(std::string_view text) const;
    const Target& At() const {
        return target_;
    }

private:
    const Target& target_;
    platform::Deadline deadline_;
    platform::HttpClient client_;
};

/// A question with the canary, which is named in the evidence and never shown.
Question WithCanary(const Target& target, std::string method, std::string path);
Question WithTenantCanary(const Target& target, std::string method, std::string path);
/// Adds a header that selects an organization.
Question Selecting(Question question, const std::string& header, const std::string& org);

/// "501 feature_disabled", "200 (text/html, 512 bytes)", "302 to http://...".
std::string Described(const Visit& visit, const platform::ClientResponse& response);
std::string Described(const Wanted& wanted);
/// `error` or `code` of a JSON body, whichever looks like a code; empty when there is none.
std::string CodeOf(const std::string& body);
/// The check of a question whose answer is judged elsewhere; without outcome, `expected` and `got` when there was one.
wire::ProbeCheck BeginCheck(const Visit& visit, const Question& question, const Reply& reply, std::string expected);

/// Collects checks into a step: failed when one failed, else inconclusive when one was, else passed.
class StepMaker {
public:
    StepMaker(wire::ProbeKind kind, const Target& target);

    void Add(wire::ProbeCheck check);
    /// A check on what is known without a question.
    void Note(wire::ProbeOutcome outcome, std::string what, std::string expected, std::string got);
    /// Said with the step, whatever its outcome: a known defect, what could not be looked at.
    void Remark(std::string sentence);
    wire::ProbeEvidence& Evidence() {
        return evidence_;
    }
    wire::ProbeStep Finish(std::string_view passed);

private:
    wire::ProbeKind kind_;
    wire::ProbeEvidence evidence_;
    std::vector<std::string> remarks_;
};

// The steps that look from outside.
wire::ProbeStep RoutesStep(Visit& visit, const Expectation& expectation);
wire::ProbeStep PageStep(Visit& visit, const Expectation& expectation);
/// `process`: null when nobody looks inside.
wire::ProbeStep WebSocketStep(Visit& visit, const Expectation& expectation, const ProcessState* process);
// The steps that judge what was found inside.
wire::ProbeStep ValueStep(const Target& target, const Expectation& expectation, const ProcessState& process);
wire::ProbeStep RestartStep(const Target& target, const Expectation& expectation, const ProcessState& process);
wire::ProbeStep DataStep(const Target& target, const Expectation& expectation, const TenantData& data);

}  // namespace tenancy::probe
