#include "controller/wire/release_json.hpp"

#include <algorithm>

#include "controller/wire/diff.hpp"
#include "controller/wire/finding_json.hpp"
#include "controller/wire/manifest_json.hpp"
#include "controller/wire/plan.hpp"
#include "controller/wire/plan_json.hpp"
#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::FormatTime;
using platform::Json;

Json StayToJson(const Stay& stay) {
    Json json = {{"since", FormatTime(stay.since)}, {"required", FormatSpan(stay.required)}};
    PutOptional(json, "ends_at", stay.ends_at);
    if (stay.left) {
        json["left"] = platform::FormatDuration(*stay.left);
    }
    return json;
}

template <typename T, typename Read>
std::vector<T> ReadItems(platform::ObjectReader& in, std::string_view field, platform::FieldErrors& errors,
                         Read&& read) {
    std::vector<T> items;
    const Json* list = in.OptionalArray(field, 200);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        platform::ObjectReader item((*list)[i], in.PointerTo(field) + "/" + std::to_string(i), errors);
        T value;
        read(item, value);
        item.Finish();
        items.push_back(std::move(value));
    }
    return items;
}

void ReadAssumptions(const Json& assume, const std::string& pointer, WhatIf& out, platform::FieldErrors& errors) {
    platform::ObjectReader in(assume, pointer, errors);
    out.approvals =
        ReadItems<AssumedApproval>(in, "approvals", errors, [](platform::ObjectReader& item, AssumedApproval& value) {
            value.role = item.Enum<policy::Role>("as");
            value.scope = item.OptionalEnum<policy::ApprovalScope>("for").value_or(policy::ApprovalScope::kClass);
        });
    out.checks = ReadItems<AssumedCheck>(in, "checks", errors, [](platform::ObjectReader& item, AssumedCheck& value) {
        value.control = item.Enum<policy::Control>("control");
        value.key = item.OptionalText("key", {.min = 1, .max = 100}).value_or("");
        value.outcome = item.OptionalEnum<policy::CheckOutcome>("outcome").value_or(policy::CheckOutcome::kPassed);
        value.tier =
            item.OptionalEnum<policy::EvidenceTier>("tier").value_or(policy::EvidenceTier::kProductionObserved);
    });
    out.incidents_resolved = in.OptionalTextList("incidents_resolved", 200, {.min = 1, .max = 40});
    out.hard_stops_resolved = in.OptionalTextList("hard_stops_resolved", 200, {.min = 1, .max = 40});
    out.requirements_met = in.OptionalTextList("requirements_met", 200, {.min = 1, .max = 100});
    const auto take = [&](const char* field, auto decoded, auto& target) {
        if (decoded) {
            target = std::move(*decoded);
            return;
        }
        for (const platform::FieldError& error : decoded.error()) {
            errors.push_back({in.PointerTo(field) + error.pointer, error.message});
        }
    };
    if (const Json* manifest = in.OptionalObject("manifest")) {
        take("manifest", DecodeManifestJson(*manifest), out.manifest);
    }
    if (const Json* plan = in.OptionalObject("plan")) {
        take("plan", DecodePlanJson(*plan), out.plan);
    }
    in.Finish();
}

}  // namespace

std::string EncodeRelease(const Release& release) {
    Json json = {{"id", release.id.Text()},
                 {"title", release.title},
                 {"channel", EnumText(release.channel)},
                 {"status", EnumText(release.status)},
                 {"revision", release.revision},
                 {"content_hash", release.content_hash},
                 {"change_hash", release.change_hash},
                 {"channel_entered_at", FormatTime(release.channel_entered_at)},
                 {"created_at", FormatTime(release.created_at)},
                 {"created_by", release.created_by},
                 {"author", release.author}};
    json["classification"] = release.classification ? Json(EnumText(*release.classification)) : Json(nullptr);
    PutOptional(json, "promotion_begun_at", release.promotion_begun_at);
    if (release.plan_revision) {
        json["plan_revision"] = *release.plan_revision;
    }
    if (release.stay) {
        json["stay"] = StayToJson(*release.stay);
    }
    if (release.next) {
        json["next"] = {{"to", EnumText(release.next->to)},
                        {"state", EnumText(release.next->state)},
                        {"findings_count", release.next->findings}};
    }
    return json.dump();
}

std::string EncodeRevision(const Revision& revision) {
    Json json = {{"revision", revision.revision},       {"content_hash", revision.content_hash},
                 {"change_hash", revision.change_hash}, {"created_at", FormatTime(revision.created_at)},
                 {"created_by", revision.created_by},   {"manifest", Json::parse(revision.manifest)}};
    json["classification"] = revision.classification ? Json(EnumText(*revision.classification)) : Json(nullptr);
    return json.dump();
}

std::string EncodeCurrentManifest(const Revision& revision) {
    return revision.manifest;
}

std::string EncodeRevisionDiff(const RevisionDiff& diff) {
    Json changes = Json::array();
    for (const Change& change : DiffDocuments(diff.before, diff.after)) {
        Json entry = {{"op", EnumText(change.op)}, {"pointer", change.pointer}};
        if (!change.before.empty()) {
            entry["before"] = Json::parse(change.before);
        }
        if (!change.after.empty()) {
            entry["after"] = Json::parse(change.after);
        }
        changes.push_back(std::move(entry));
    }
    return Json{{"from", diff.from}, {"to", diff.to}, {"changes", std::move(changes)}}.dump();
}

std::string EncodePlanResource(const Plan& plan) {
    Json approvals = Json::array();
    for (const PlanApproval& approval : plan.approvals) {
        approvals.push_back({{"id", approval.id},
                             {"principal", approval.principal},
                             {"at", FormatTime(approval.at)},
                             {"counts", approval.counts}});
    }
    return Json{{"revision", plan.revision},
                {"content_hash", plan.content_hash},
                {"plan", Json::parse(plan.plan)},
                {"approved", plan.approved},
                {"approvals", std::move(approvals)},
                {"findings", ToJson(plan.findings)},
                {"created_at", FormatTime(plan.created_at)},
                {"created_by", plan.created_by}}
        .dump();
}

namespace {

Json InstanceExposureToJson(const InstanceExposure& instance) {
    Json drifts = Json::array();
    for (const policy::ExposureDriftFacts& drift : instance.drifts) {
        Json entry{{"kind", EnumText(drift.kind)}};
        if (drift.kind != policy::ExposureDrift::kSilent && drift.kind != policy::ExposureDrift::kUnseen) {
            entry["tenants"] = drift.tenants;
        }
        drifts.push_back(std::move(entry));
    }
    Json json{{"instance", instance.instance}, {"managed", instance.managed}, {"reported", instance.reported},
              {"hosts", instance.hosts},       {"ordered", instance.ordered}, {"on", instance.on},
              {"drift", std::move(drifts)}};
    if (instance.seen) {
        Json seen{{"on", instance.seen->on}, {"off", instance.seen->off}, {"absent", instance.seen->absent}};
        if (instance.seen->at) {
            seen["at"] = FormatTime(*instance.seen->at);
        }
        if (!instance.seen->problem.empty()) {
            seen["problem"] = instance.seen->problem;
        }
        json["seen"] = std::move(seen);
    }
    return json;
}

}  // namespace

InstanceExposure::Seen ReadSeenFlags(std::string_view text, const std::string& flag) {
    InstanceExposure::Seen seen;
    const auto json = platform::ParseJson(text);
    if (!json || !json->is_object()) {
        return seen;
    }
    for (const auto& [org, flags] : json->items()) {
        if (flags.is_null()) {
            seen.absent.push_back(org);
        } else if (flags.is_array()) {
            (std::ranges::find(flags, Json(flag)) == flags.end() ? seen.off : seen.on).push_back(org);
        }
    }
    return seen;
}

std::string EncodeExposure(const Exposure& exposure) {
    Json items = Json::array();
    std::int64_t included = 0;
    for (const ExposureItem& item : exposure.items) {
        included += item.eligibility.included ? 1 : 0;
        items.push_back({{"tenant", item.eligibility.tenant.Text()},
                         {"kind", EnumText(item.kind)},
                         {"included", item.eligibility.included},
                         {"code", item.eligibility.code},
                         {"reason", item.eligibility.reason}});
        if (item.hosted) {
            items.back()["hosted"] = *item.hosted;
        }
    }
    const auto all = static_cast<std::int64_t>(exposure.items.size());
    Json json{{"channel", EnumText(exposure.channel)},
              {"items", std::move(items)},
              {"included", included},
              {"excluded", all - included},
              {"instances", Json::array()}};
    if (exposure.flag) {
        json["flag"] = *exposure.flag;
    }
    if (exposure.killed_by) {
        json["killed_by"] = *exposure.killed_by;
    }
    for (const InstanceExposure& instance : exposure.instances) {
        json["instances"].push_back(InstanceExposureToJson(instance));
    }
    return json.dump();
}

std::string EncodePromotion(const Promotion& promotion) {
    Json json = {{"id", promotion.id},
                 {"release", promotion.release},
                 {"from", EnumText(promotion.from)},
                 {"to", EnumText(promotion.to)},
                 {"content_hash", promotion.content_hash},
                 {"facts_hash", promotion.facts_hash},
                 {"promoted_by", promotion.promoted_by},
                 {"promoted_at", FormatTime(promotion.promoted_at)}};
    if (promotion.memo) {
        json["memo"] = *promotion.memo;
    }
    if (!promotion.notes.empty()) {
        json["notes"] = ToJson(promotion.notes);
    }
    return json.dump();
}

Decoded<policy::Manifest> DecodeManifestDocument(const Document& document) {
    return DecodeManifestJson(document.Root());
}

Decoded<policy::ExposurePlan> DecodePlanDocument(const Document& document) {
    return DecodePlanJson(document.Root());
}

Decoded<ReasonCommand> DecodeReason(const Document& document) {
    return ReadObject<ReasonCommand>(
        document, [](platform::ObjectReader& in, ReasonCommand& out) { out.reason = in.Text("reason", kProseRule); });
}

Decoded<PromoteCommand> DecodePromote(const Document& document) {
    return ReadObject<PromoteCommand>(
        document, [](platform::ObjectReader& in, PromoteCommand& out) { out.to = in.Enum<policy::Channel>("to"); });
}

Decoded<WhatIf> DecodeWhatIf(const Document& document) {
    platform::FieldErrors errors;
    WhatIf out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.at = in.OptionalInstant("at");
    if (const Json* assume = in.OptionalObject("assume")) {
        ReadAssumptions(*assume, "/assume", out, errors);
    }
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return out;
}

}  // namespace wire
