#include "controller/wire/fleet_json.hpp"

#include <algorithm>

#include "controller/wire/reading.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::FormatTime;
using platform::Json;

constexpr std::chrono::minutes kShortestEnrolment{1};
constexpr std::chrono::hours kLongestEnrolment{24 * 7};
constexpr std::size_t kMostInstances = 10'000;
constexpr std::chrono::hours kLongestWatch{24 * 7};
constexpr std::string_view kNoWatch = "0s";

Json EnrolmentToJson(const Enrolment& enrolment) {
    return {{"id", enrolment.id},
            {"instance", enrolment.instance},
            {"created_at", FormatTime(enrolment.created_at)},
            {"created_by", enrolment.created_by},
            {"expires_at", FormatTime(enrolment.expires_at)}};
}

Json StateToJson(const InstanceState& state) {
    Json json{{"connected", state.connected}, {"boot_id", state.boot_id}, {"program", state.program},
              {"hosted", state.hosted},       {"enabled", state.enabled}, {"generation", state.generation},
              {"rejected", state.rejected},   {"problem", state.problem}, {"agent", state.agent}};
    PutOptional(json, "controller", state.controller);
    PutOptional(json, "last_seen_at", state.last_seen_at);
    PutOptional(json, "process_started_at", state.process_started_at);
    if (state.tenants) {
        json["tenants"] = {{"count", state.tenants->count}, {"digest", state.tenants->digest}};
    }
    return json;
}

Json OrderToJson(const InstanceOrder& order) {
    Json json{{"enabled", order.enabled},
              {"generation", order.generation},
              {"reason", order.reason},
              {"issued_at", FormatTime(order.issued_at)}};
    if (!order.operation.empty()) {
        json["operation"] = order.operation;
    }
    return json;
}

void PutNumber(Json& json, const char* field, const std::optional<std::int64_t>& value) {
    if (value) {
        json[field] = *value;
    }
}

Json StepToJson(const OperationStep& step) {
    Json json{{"step", step.step},
              {"outcome", step.outcome},
              {"attempt", step.attempt},
              {"detail", step.detail},
              {"at", FormatTime(step.at)}};
    if (!step.evidence.empty()) {
        json["evidence"] = Json::parse(step.evidence);
    }
    return json;
}

void PutProcess(Json& json, const char* field, const std::optional<OperationProcess>& process) {
    if (process) {
        json[field] = {{"boot_id", process->boot_id}};
        PutOptional(json[field], "began_at", process->began_at);
    }
}

Json PartToJson(const OperationInstance& part) {
    Json steps = Json::array();
    for (const OperationStep& step : part.steps) {
        steps.push_back(StepToJson(step));
    }
    Json json{{"instance", part.instance}, {"batch", part.batch},       {"generation", part.generation},
              {"outcome", part.outcome},   {"watching", part.watching}, {"why", part.why},
              {"steps", std::move(steps)}};
    PutNumber(json, "applied_ms", part.applied_ms);
    PutNumber(json, "verified_ms", part.verified_ms);
    PutOptional(json, "ordered_at", part.ordered_at);
    PutProcess(json, "process_before", part.process_before);
    PutProcess(json, "process", part.process_applied);
    return json;
}

Json WatchToJson(const OperationWatch& watch) {
    Json json{
        {"for", watch.window > platform::Duration{} ? platform::FormatDuration(watch.window) : std::string(kNoWatch)},
        {"state", watch.state}};
    PutOptional(json, "until", watch.until);
    return json;
}

Json TimingsToJson(const Operation& operation) {
    Json json = Json::object();
    const auto put = [&](const char* name, const std::optional<OperationTiming>& timing) {
        if (timing) {
            json[name] = {{"count", timing->count}, {"p50", timing->p50}, {"p99", timing->p99}, {"max", timing->max}};
        }
    };
    put("applied", operation.applied);
    put("verified", operation.verified);
    return json;
}

Json OperationSummaryToJson(const OperationSummary& operation) {
    Json counts = Json::object();
    for (const auto& [name, count] : operation.counts) {
        counts[name] = count;
    }
    Json json{{"id", operation.id},
              {"kind", operation.kind},
              {"enabled", operation.enabled},
              {"mode", operation.mode},
              {"whole_fleet", operation.whole_fleet},
              {"stop_on_failure", operation.stop_on_failure},
              {"verify", operation.verify},
              {"status", operation.status},
              {"reason", operation.reason},
              {"requested_by", operation.requested_by},
              {"requested_at", FormatTime(operation.requested_at)},
              {"finished", operation.finished},
              {"complete", operation.complete},
              {"summary", operation.summary},
              {"counts", std::move(counts)}};
    PutOptional(json, "approval", operation.approval);
    PutOptional(json, "release", operation.release);
    PutOptional(json, "flag", operation.flag);
    PutOptional(json, "drill", operation.drill);
    PutNumber(json, "batch_size", operation.batch_size);
    return json;
}

/// How an order is carried out; what does not go together is said here.
void ReadManner(platform::ObjectReader& in, SwitchOrder& out) {
    if (const auto mode = in.OptionalText("mode", {.min = 1, .max = 20})) {
        out.mode = *mode;
        if (*mode != "hot" && *mode != "restart") {
            in.Error("mode", "must be hot (in effect at once) or restart (each instance restarts), not " +
                                 platform::QuoteForMessage(*mode));
        }
    }
    out.batch_size = in.OptionalInteger("batch_size", 1, static_cast<std::int64_t>(kMostInstances));
    out.stop_on_failure = in.OptionalBoolean("stop_on_failure").value_or(false);
    out.verify = in.OptionalBoolean("verify").value_or(true);
    if (out.stop_on_failure && !out.batch_size) {
        in.Error("stop_on_failure", "needs a batch_size: ordered all at once, there is nothing left to stop");
    }
    if (const auto text = in.OptionalText("watch_for", {.min = 1, .max = 20})) {
        const auto span = *text == kNoWatch ? platform::Duration{} : platform::ParseDuration(*text);
        if (!span || *span > kLongestWatch) {
            in.Error("watch_for", "must be a span from 0s (no watch) to 7d, not " + platform::QuoteForMessage(*text));
        } else if (!out.verify && *span > platform::Duration{}) {
            in.Error("watch_for", "needs verify: an instance is watched once it is verified");
        } else {
            out.watch_for = *span;
        }
    }
    if (!out.verify) {
        out.watch_for = platform::Duration{};
    }
}

void ReadScope(const Json& json, const std::string& pointer, SwitchOrder& out, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    out.whole_fleet = in.OptionalBoolean("all").value_or(false);
    if (in.Has("instances")) {
        for (const std::string& text : in.TextList("instances", kMostInstances, {.min = 1, .max = 63})) {
            const policy::InstanceId id = IdFrom<policy::InstanceId>(in, "instances", text);
            if (std::ranges::find(out.instances, id) == out.instances.end()) {
                out.instances.push_back(id);
            }
        }
    }
    if (out.whole_fleet != out.instances.empty()) {
        in.Error("all", "say either {\"all\": true} or which instances");
    }
    in.Finish();
}

}  // namespace

std::string EncodeEnrolment(const Enrolment& enrolment) {
    return EnrolmentToJson(enrolment).dump();
}

std::string EncodeIssuedEnrolment(const IssuedEnrolment& issued) {
    Json json = EnrolmentToJson(issued.enrolment);
    json["token"] = issued.token;
    return json.dump();
}

Decoded<NewEnrolment> DecodeNewEnrolment(const Document& document) {
    return ReadObject<NewEnrolment>(document, [](platform::ObjectReader& in, NewEnrolment& out) {
        out.instance = ReadId<policy::InstanceId>(in, "instance");
        if (const auto text = in.OptionalText("valid_for", {.min = 2, .max = 20})) {
            const auto span = platform::ParseDuration(*text);
            if (!span || *span < kShortestEnrolment || *span > kLongestEnrolment) {
                in.Error("valid_for", "must be a span from 1m to 7d, not '" + *text + "'");
            } else {
                out.valid_for = *span;
            }
        }
    });
}

std::string EncodeInstance(const Instance& instance) {
    Json json{{"id", instance.id},
              {"summary", instance.summary},
              {"killable", instance.killable},
              {"has_credential", instance.has_credential},
              {"created_at", FormatTime(instance.created_at)},
              {"created_by", instance.created_by}};
    PutOptional(json, "retired_at", instance.retired_at);
    PutOptional(json, "retired_by", instance.retired_by);
    if (instance.state) {
        json["state"] = StateToJson(*instance.state);
    }
    if (instance.order) {
        json["order"] = OrderToJson(*instance.order);
    }
    return json.dump();
}

Decoded<SwitchOrder> DecodeSwitchOrder(const Document& document) {
    platform::FieldErrors errors;
    SwitchOrder out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.enabled = in.Boolean("enabled");
    if (const Json* scope = in.Object("scope")) {
        ReadScope(*scope, in.PointerTo("scope"), out, errors);
    }
    ReadManner(in, out);
    out.reason = ReadProse(in, "reason", {.min = 0, .max = 2000});
    in.Finish();
    return ValueOrErrors(std::move(out), std::move(errors));
}

std::string EncodeOperationSummary(const OperationSummary& operation) {
    return OperationSummaryToJson(operation).dump();
}

std::string EncodeOperation(const Operation& operation) {
    Json instances = Json::array();
    for (const OperationInstance& part : operation.instances) {
        instances.push_back(PartToJson(part));
    }
    Json json = OperationSummaryToJson(operation);
    json["watch"] = WatchToJson(operation.watch);
    json["timings"] = TimingsToJson(operation);
    json["instances"] = std::move(instances);
    if (operation.journal) {
        json["journal"] = {{"given_at", FormatTime(operation.journal->given_at)},
                           {"controller", operation.journal->controller},
                           {"entered", operation.journal->entered}};
    }
    if (!operation.warnings.empty()) {
        json["warnings"] = operation.warnings;
    }
    if (operation.halt) {
        json["halt"] = {{"batch", operation.halt->batch},
                        {"why", operation.halt->why},
                        {"instances", operation.halt->instances},
                        {"at", FormatTime(operation.halt->at)}};
    }
    return json.dump();
}

std::string EncodeSwitchApproval(const SwitchApproval& approval) {
    return Json{{"id", approval.id},
                {"reason", approval.reason},
                {"approved_by", approval.approved_by},
                {"approved_at", FormatTime(approval.approved_at)},
                {"expires_at", FormatTime(approval.expires_at)}}
        .dump();
}

std::string EncodeKillReview(const KillReview& review) {
    Json json{{"operation", review.operation},
              {"opened_at", FormatTime(review.opened_at)},
              {"killed_by", review.killed_by},
              {"reason", review.reason},
              {"completed", review.completed_at.has_value()}};
    PutOptional(json, "findings", review.findings);
    PutOptional(json, "completed_by", review.completed_by);
    PutOptional(json, "completed_at", review.completed_at);
    return json.dump();
}

Decoded<CompleteReview> DecodeCompleteReview(const Document& document) {
    return ReadObject<CompleteReview>(document, [](platform::ObjectReader& in, CompleteReview& out) {
        out.findings = ReadProse(in, "findings", {.min = 10, .max = 4000});
    });
}

std::string RefusalOf(const std::string& evidence) {
    const Json json = Json::parse(evidence);
    const std::string reason = json.value("reason", "");
    return json.value("outcome", "refused") + (reason.empty() ? "" : ": " + reason);
}

}  // namespace wire
