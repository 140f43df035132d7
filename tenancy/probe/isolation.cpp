#include "tenancy/probe/isolation.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "platform/json/json.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/probe/visit.hpp"

namespace tenancy::probe {
namespace {

using platform::ClientResponse;
using wire::ProbeOutcome;

constexpr std::string_view kOrgHeader = "X-Pulse-Org-ID";
constexpr std::string_view kAliasHeader = "X-Org-ID";
constexpr std::size_t kSearched = 8;  // of the mark
constexpr std::size_t kMostSeenBytes = std::size_t{1} * 1024 * 1024;

Target VisitTargetOf(const IsolationTarget& target) {
    Target at;
    at.base_url = target.base_url;
    at.probed_by = "controller";
    at.canary = target.canary;
    at.tenant_canary = target.other_canary;
    at.request_timeout = target.request_timeout;
    at.deadline = target.deadline;
    return at;
}

/// One try. What it finds is kept; the worst counts.
class IsolationTry {
public:
    IsolationTry(const IsolationTarget& target, std::string_view mark)
        : target_(target),
          at_(VisitTargetOf(target)),
          visit_(at_),
          steps_(wire::ProbeKind::kProbes, at_),
          secret_(mark.substr(kSearched)),
          planted_("canary-" + std::string(mark.substr(0, kSearched))),
          written_("intruder-" + std::string(mark.substr(0, kSearched))) {}

    IsolationSeen Run() {
        if (Plant() && Control()) {
            // All of these, whatever the first finds: the evidence is to be whole.
            Read();
            Write();
            Knock();
            if (!found_ && !doubt_) {
                Find(Isolation::kKept, "what belongs to " + target_.other + " was refused to " + target_.tenant);
            }
        }
        CleanUp();
        IsolationSeen seen;
        seen.is = found_.value_or(Isolation::kNotKnown);
        seen.detail = found_ ? detail_ : doubt_.value_or("not all was asked");
        seen.evidence = steps_.Finish("").evidence;
        return seen;
    }

private:
    Question AsTenant(std::string method, std::string path, std::string_view header, const std::string& org) const {
        Question question;
        question.method = std::move(method);
        question.path = std::move(path);
        question.with = "canary of " + target_.tenant;
        question.headers.emplace_back("X-API-Token", target_.canary);
        question.max_bytes = kMostSeenBytes;
        return Selecting(std::move(question), std::string(header), org);
    }
    Question AsOther(std::string method, std::string path) const {
        Question question;
        question.method = std::move(method);
        question.path = std::move(path);
        question.with = "canary of " + target_.other;
        question.headers.emplace_back("X-API-Token", target_.other_canary);
        question.max_bytes = kMostSeenBytes;
        return Selecting(std::move(question), std::string(kOrgHeader), target_.other);
    }
    Question WithName(Question question, const std::string& name) const {
        question.headers.emplace_back("Content-Type", "application/json");
        question.body = platform::Json{{"name", name + "-" + secret_}}.dump();
        return question;
    }
    static std::string SearchFor(const std::string& text) {
        return "/api/customers?limit=50&q=" + text;
    }
    bool HoldsMark(const ClientResponse& response) const {
        return response.body.find(secret_) != std::string::npos;
    }
    static bool IsSuccess(const ClientResponse& response) {
        return response.status >= 200 && response.status < 300;
    }

    std::optional<ClientResponse> Ask(const Question& question, const std::string& expected) {
        Reply reply = visit_.Ask(question);
        check_ = BeginCheck(visit_, question, reply, expected);
        return std::move(reply.response);
    }
    void Conclude(ProbeOutcome outcome) {
        check_.outcome = outcome;
        steps_.Add(std::move(check_));
    }

    void Find(Isolation is, std::string detail) {
        // Written is the worst; the first of a kind is told.
        if (!found_ || (*found_ == Isolation::kRead && is == Isolation::kWritten)) {
            found_ = is;
            detail_ = std::move(detail);
        }
    }
    void Doubt(const std::string& detail) {
        if (!doubt_) {
            doubt_ = detail;
        }
    }
    void DoubtAnswer(const std::string& expected) {
        Doubt(check_.what + " (" + check_.with + "): expected " + expected + ", got " + check_.got);
        Conclude(ProbeOutcome::kInconclusive);
    }

    bool Plant() {
        const auto made = Ask(WithName(AsOther("POST", "/api/customers"), planted_), "201");
        if (made && made->status == 501 && CodeOf(made->body) == "feature_disabled") {
            Conclude(ProbeOutcome::kInconclusive);
            Find(Isolation::kSwitchedOff, "tenants are switched off at this instance");
            return false;
        }
        if (!made || made->status != 201) {
            DoubtAnswer("201");
            return false;
        }
        const auto json = platform::ParseJson(made->body);
        if (json && json->is_object() && json->contains("id") && (*json)["id"].is_string()) {
            id_ = (*json)["id"].get<std::string>();
        }
        if (id_.empty() || id_.size() > 200) {
            id_.clear();
            DoubtAnswer("a record with an id");
            return false;
        }
        Conclude(ProbeOutcome::kPassed);
        const auto back = Ask(AsOther("GET", RecordPath()), "200 with the mark");
        if (!back || back->status != 200 || !HoldsMark(*back)) {
            DoubtAnswer("200 with the mark");
            return false;
        }
        Conclude(ProbeOutcome::kPassed);
        return true;
    }

    bool Control() {
        const auto own = Ask(AsTenant("GET", SearchFor(planted_), kOrgHeader, target_.tenant), "200 without the mark");
        if (!own || own->status != 200) {
            DoubtAnswer("200 without the mark");
            return false;
        }
        JudgeReading(own, "its own search shows a record of " + target_.other, "200 without the mark");
        return true;
    }

    /// A refusal, or in its own tenant an answer without the mark.
    void JudgeReading(const std::optional<ClientResponse>& answer, const std::string& leak,
                      const std::string& expected) {
        if (answer && HoldsMark(*answer)) {
            Find(Isolation::kRead, leak);
            return Conclude(ProbeOutcome::kFailed);
        }
        const bool own_search = expected.starts_with("200");
        const bool refused = answer && (answer->status == 403 || answer->status == 404);
        if (own_search ? answer && answer->status == 200 : refused) {
            return Conclude(ProbeOutcome::kPassed);
        }
        DoubtAnswer(expected);
    }

    void Read() {
        for (const std::string_view header : {kOrgHeader, kAliasHeader}) {
            JudgeReading(Ask(AsTenant("GET", SearchFor(planted_), header, target_.other), "403"),
                         "a search in " + target_.other + " shows its record", "403");
        }
        JudgeReading(Ask(AsTenant("GET", RecordPath(), kOrgHeader, target_.tenant), "404"),
                     "the record of " + target_.other + " is shown by its id", "404");
    }

    void Write() {
        JudgeWriting(WithName(AsTenant("POST", "/api/customers", kOrgHeader, target_.other), written_), "403");
        JudgeWriting(WithName(AsTenant("PUT", RecordPath(), kOrgHeader, target_.tenant), written_), "404");
    }

    void JudgeWriting(const Question& question, const std::string& expected) {
        const auto answer = Ask(question, expected);
        if (answer && (answer->status == 403 || answer->status == 404)) {
            return Conclude(ProbeOutcome::kPassed);
        }
        const bool taken = answer && IsSuccess(*answer);
        const std::string what = check_.what + " (" + check_.with + ")";
        if (!taken) {
            return DoubtAnswer(expected);
        }
        Conclude(ProbeOutcome::kFailed);
        // Taken: whether it is there, its owner says.
        const auto there = Ask(AsOther("GET", SearchFor(written_)), "200 without what was written");
        if (there && there->status == 200 && HoldsMark(*there)) {
            Conclude(ProbeOutcome::kFailed);
            return Find(Isolation::kWritten, what + " was taken, and " + target_.other + " has what it wrote");
        }
        Conclude(ProbeOutcome::kInconclusive);
        Doubt(what + " was taken, and " + target_.other + " does not have it");
    }

    /// `as_other`: what must be refused; else whether sockets can be had at all.
    void Knock() {
        const auto thread = std::make_shared<platform::WsThread>();
        const auto knock = [&](const std::string& org) -> std::optional<int> {
            const auto patience = visit_.Patience();
            if (patience <= std::chrono::milliseconds(0)) {
                return std::nullopt;
            }
            platform::WsClientOptions options;
            options.url = target_.base_url.starts_with("http") ? "ws" + target_.base_url.substr(4) + "/ws"
                                                               : target_.base_url + "/ws";
            options.headers = {
                {"X-API-Token", target_.canary}, {std::string(kOrgHeader), org}, {"Origin", target_.base_url}};
            options.limits.handshake_timeout = patience;
            options.thread = thread;
            auto client = platform::WsClient::Connect(std::move(options));
            if (client) {
                client->CloseNow();
                return 101;
            }
            return client.error().kind == platform::WsError::Kind::kRefused ? std::optional(client.error().status)
                                                                            : std::nullopt;
        };
        const auto got = [](const std::optional<int>& status) {
            return status ? std::to_string(*status) : std::string("no answer");
        };
        const auto other = knock(target_.other);
        const std::string what =
            "WebSocket /ws (canary of " + target_.tenant + ", " + std::string(kOrgHeader) + ": " + target_.other + ")";
        if (other == 101) {
            steps_.Note(ProbeOutcome::kFailed, what, "403", "101");
            return Find(Isolation::kWritten, "a socket opened as " + target_.other);
        }
        const bool refused = other == 403 || other == 404;
        steps_.Note(refused ? ProbeOutcome::kPassed : ProbeOutcome::kInconclusive, what, "403", got(other));
        if (!refused) {
            Doubt(what + ": expected 403, got " + got(other));
        }
    }

    void CleanUp() {
        if (id_.empty()) {
            return;
        }
        // Its owner takes it away; what remains hurts nobody, so nothing is concluded from it.
        visit_.Ask(AsOther("DELETE", RecordPath()));
        if (found_ == Isolation::kWritten) {
            const Reply reply = visit_.Ask(AsOther("GET", SearchFor(written_)));
            const auto list = platform::ParseJson(reply.response ? reply.response->body : std::string("[]"));
            if (list && list->is_array()) {
                for (const platform::Json& record : *list) {
                    if (record.is_object() && record.contains("id") && record["id"].is_string()) {
                        visit_.Ask(AsOther(
                            "DELETE", "/api/customers/" + platform::PercentEncode(record["id"].get<std::string>())));
                    }
                }
            }
        }
    }

    std::string RecordPath() const {
        return "/api/customers/" + platform::PercentEncode(id_);
    }

    const IsolationTarget& target_;
    const Target at_;
    Visit visit_;
    StepMaker steps_;
    const std::string secret_;   // in no question but those that write it: an echo of a question is no leak
    const std::string planted_;  // what is searched for
    const std::string written_;
    std::string id_;  // of the planted record
    wire::ProbeCheck check_;
    std::optional<Isolation> found_;
    std::string detail_;
    std::optional<std::string> doubt_;
};

}  // namespace

IsolationSeen TryIsolation(const IsolationTarget& target, std::string_view mark) {
    return IsolationTry(target, mark).Run();
}

}  // namespace tenancy::probe
