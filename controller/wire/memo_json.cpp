#include "controller/wire/memo_json.hpp"

#include <functional>
#include <utility>

#include "controller/wire/fields.hpp"
#include "controller/wire/plan.hpp"
#include "controller/wire/reading.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr platform::DocumentLimits kMemoLimits{.max_bytes = 4 * 1024 * 1024, .max_depth = 12, .max_nodes = 50'000};
constexpr platform::TextRule kMemoText{.min = 0, .max = 100'000};
constexpr platform::TextRule kMemoHash{.min = 0, .max = 64};
constexpr std::size_t kMemoItems = 10'000;
constexpr std::int64_t kMaxNumber = 1'000'000'000;

Json PersonToJson(const policy::MemoPerson& person) {
    return {{"id", person.id.Text()}, {"name", CleanUtf8(person.name)}};
}

template <typename Item, typename Write>
Json ListToJson(const std::vector<Item>& items, Write&& write) {
    Json list = Json::array();
    for (const Item& item : items) {
        list.push_back(write(item));
    }
    return list;
}

Json TextsToJson(const std::vector<std::string>& texts) {
    return ListToJson(texts, [](const std::string& text) { return CleanUtf8(text); });
}

Json ApproverToJson(const policy::MemoApprover& approver) {
    return {{"person", PersonToJson(approver.person)},
            {"role", platform::EnumText(approver.role)},
            {"scope", platform::EnumText(approver.scope)},
            {"at", platform::FormatTime(approver.at)},
            {"self_approved", approver.self_approved}};
}

Json ItemToJson(const policy::MemoChecklistItem& item) {
    return {{"key", CleanUtf8(item.key)},
            {"title", CleanUtf8(item.title)},
            {"holds", item.holds},
            {"detail", CleanUtf8(item.detail)},
            {"reasons", TextsToJson(item.reasons)}};
}

Json StayToJson(const policy::MemoStay& stay) {
    Json json{{"channel", platform::EnumText(stay.channel)}, {"entered_at", platform::FormatTime(stay.entered_at)}};
    PutOptional(json, "left_at", stay.left_at);
    PutOptional(json, "counted_from", stay.counted_from);
    if (stay.required > policy::Duration::zero()) {
        json["required"] = FormatSpan(stay.required);
    }
    return json;
}

Json IncidentToJson(const policy::MemoIncident& incident) {
    Json json{{"id", incident.id.Text()},
              {"title", CleanUtf8(incident.title)},
              {"severity", platform::EnumText(incident.severity)},
              {"state", platform::EnumText(incident.state)},
              {"opened_at", platform::FormatTime(incident.opened_at)}};
    PutOptional(json, "resolved_at", incident.resolved_at);
    return json;
}

Json RecordToJson(const policy::MemoRecord& record) {
    Json json{{"stays", ListToJson(record.stays, StayToJson)},
              {"incidents", ListToJson(record.incidents, IncidentToJson)},
              {"tenants", ListToJson(record.tenants, [](const policy::TenantId& id) { return id.Text(); })},
              {"doubts", TextsToJson(record.doubts)}};
    if (record.plan_owner) {
        json["plan_owner"] = PersonToJson(*record.plan_owner);
    }
    return json;
}

Json ContentToJson(const policy::MemoDocument& memo) {
    Json json{
        {"release", memo.release.Text()},
        {"title", CleanUtf8(memo.title)},
        {"target", platform::EnumText(memo.target)},
        {"number", memo.number},
        {"at", platform::FormatTime(memo.at)},
        {"approvers", ListToJson(memo.approvers, ApproverToJson)},
        {"checklist", ListToJson(memo.checklist, ItemToJson)},
        {"risks", ListToJson(memo.risks,
                             [](const policy::AcceptedRisk& risk) -> Json {
                                 return {{"risk", CleanUtf8(risk.risk)}, {"rationale", CleanUtf8(risk.rationale)}};
                             })},
        {"rationale", CleanUtf8(memo.rationale)},
        {"remediation", CleanUtf8(memo.remediation)},
        {"notes", CleanUtf8(memo.notes)},
        {"record", RecordToJson(memo.record)},
        {"manifest_hash", CleanUtf8(memo.manifest_hash)},
        {"manifest_revision", memo.manifest_revision},
        {"catalogue_version", memo.catalogue_version},
        {"simulated_clock", memo.simulated_clock}};
    if (memo.classification) {
        json["class"] = platform::EnumText(*memo.classification);
    }
    if (memo.decision) {
        json["decision"] = platform::EnumText(*memo.decision);
    }
    if (memo.decided_by) {
        json["decided_by"] = PersonToJson(*memo.decided_by);
    }
    return json;
}

policy::MemoPerson ReadPerson(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    policy::MemoPerson person;
    person.id = ReadId<policy::PrincipalId>(in, "id");
    person.name = in.Text("name", kMemoText);
    in.Finish();
    return person;
}

policy::MemoPerson ReadPersonIn(platform::ObjectReader& in, platform::FieldErrors& errors) {
    const Json* const json = in.Object("person");
    return json == nullptr ? policy::MemoPerson{} : ReadPerson(*json, in.PointerTo("person"), errors);
}

std::optional<policy::MemoPerson> ReadOptionalPerson(platform::ObjectReader& in, std::string_view field,
                                                     platform::FieldErrors& errors) {
    const Json* const json = in.OptionalObject(field);
    return json == nullptr ? std::nullopt : std::optional(ReadPerson(*json, in.PointerTo(field), errors));
}

/// Reads every object of the list under `field`; `read(reader, item)` fills one.
template <typename Item, typename Read>
std::vector<Item> ReadItems(const Json* list, const std::string& pointer, platform::FieldErrors& errors, Read&& read) {
    std::vector<Item> items;
    if (list == nullptr) {
        return items;
    }
    for (const Json& json : *list) {
        platform::ObjectReader in(json, pointer + "/" + std::to_string(items.size()), errors);
        read(in, items.emplace_back());
        in.Finish();
    }
    return items;
}

policy::MemoRecord ReadRecord(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    policy::MemoRecord record;
    record.stays = ReadItems<policy::MemoStay>(
        in.Array("stays", kMemoItems), in.PointerTo("stays"), errors,
        [](platform::ObjectReader& item, policy::MemoStay& stay) {
            stay.channel = item.Enum<policy::Channel>("channel");
            stay.entered_at = item.Instant("entered_at");
            stay.left_at = item.OptionalInstant("left_at");
            stay.counted_from = item.OptionalInstant("counted_from");
            if (const auto required = item.OptionalText("required", kMemoText)) {
                const auto span = ParseSpan(*required);
                if (!span) {
                    item.Error("required", "must be a span such as 7d, not '" + *required + "'");
                }
                stay.required = span.value_or(policy::Duration::zero());
            }
        });
    record.incidents =
        ReadItems<policy::MemoIncident>(in.Array("incidents", kMemoItems), in.PointerTo("incidents"), errors,
                                        [](platform::ObjectReader& item, policy::MemoIncident& incident) {
                                            incident.id = ReadId<policy::RecordId>(item, "id");
                                            incident.title = item.Text("title", kMemoText);
                                            incident.severity = item.Enum<policy::Severity>("severity");
                                            incident.state = item.Enum<policy::IncidentState>("state");
                                            incident.opened_at = item.Instant("opened_at");
                                            incident.resolved_at = item.OptionalInstant("resolved_at");
                                        });
    record.plan_owner = ReadOptionalPerson(in, "plan_owner", errors);
    for (const std::string& text : in.TextList("tenants", kMemoItems, kMemoText)) {
        const auto tenant = policy::TenantId::Parse(text);
        if (!tenant) {
            in.Error("tenants", "must hold tenant ids, not '" + text + "'");
        }
        record.tenants.push_back(tenant.value_or(policy::TenantId()));
    }
    record.doubts = in.TextList("doubts", kMemoItems, kMemoText);
    in.Finish();
    return record;
}

void ReadApprover(platform::ObjectReader& in, policy::MemoApprover& approver, platform::FieldErrors& errors) {
    approver.person = ReadPersonIn(in, errors);
    approver.role = in.Enum<policy::Role>("role");
    approver.scope = in.Enum<policy::ApprovalScope>("scope");
    approver.at = in.Instant("at");
    approver.self_approved = in.Boolean("self_approved");
}

void ReadChecklistItem(platform::ObjectReader& in, policy::MemoChecklistItem& item) {
    item.key = in.Text("key", kMemoText);
    item.title = in.Text("title", kMemoText);
    item.holds = in.Boolean("holds");
    item.detail = in.Text("detail", kMemoText);
    item.reasons = in.TextList("reasons", kMemoItems, kMemoText);
}

void ReadLists(platform::ObjectReader& in, policy::MemoDocument& memo, platform::FieldErrors& errors) {
    memo.approvers = ReadItems<policy::MemoApprover>(
        in.Array("approvers", kMemoItems), in.PointerTo("approvers"), errors,
        [&errors](platform::ObjectReader& item, policy::MemoApprover& out) { ReadApprover(item, out, errors); });
    memo.checklist = ReadItems<policy::MemoChecklistItem>(in.Array("checklist", kMemoItems), in.PointerTo("checklist"),
                                                          errors, ReadChecklistItem);
    memo.risks = ReadItems<policy::AcceptedRisk>(in.Array("risks", kMemoItems), in.PointerTo("risks"), errors,
                                                 [](platform::ObjectReader& item, policy::AcceptedRisk& risk) {
                                                     risk.risk = item.Text("risk", kMemoText);
                                                     risk.rationale = item.Text("rationale", kMemoText);
                                                 });
    memo.signatures =
        ReadItems<policy::MemoSignature>(in.OptionalArray("signatures", kMemoItems), in.PointerTo("signatures"), errors,
                                         [&errors](platform::ObjectReader& item, policy::MemoSignature& signature) {
                                             signature.role = item.Enum<policy::Role>("role");
                                             signature.person = ReadPersonIn(item, errors);
                                             signature.at = item.Instant("at");
                                         });
}

policy::MemoDocument ReadMemo(const Json& document, platform::FieldErrors& errors) {
    platform::ObjectReader in(document, "", errors);
    policy::MemoDocument memo;
    memo.release = ReadId<policy::ReleaseId>(in, "release");
    memo.title = in.Text("title", kMemoText);
    memo.classification = in.OptionalEnum<policy::ReleaseClass>("class");
    memo.target = in.Enum<policy::Channel>("target");
    memo.number = in.Integer("number", 0, kMaxNumber);
    memo.at = in.Instant("at");
    memo.decision = in.OptionalEnum<policy::Decision>("decision");
    memo.decided_by = ReadOptionalPerson(in, "decided_by", errors);
    ReadLists(in, memo, errors);
    memo.rationale = in.Text("rationale", kMemoText);
    memo.remediation = in.Text("remediation", kMemoText);
    memo.notes = in.Text("notes", kMemoText);
    if (const Json* const record = in.Object("record")) {
        memo.record = ReadRecord(*record, in.PointerTo("record"), errors);
    }
    memo.manifest_hash = in.Text("manifest_hash", kMemoHash);
    memo.manifest_revision = in.Integer("manifest_revision", 0, kMaxNumber);
    memo.catalogue_version = static_cast<int>(in.Integer("catalogue_version", 0, kMaxNumber));
    memo.simulated_clock = in.Boolean("simulated_clock");
    memo.content_hash = in.OptionalText("content_hash", kMemoHash).value_or("");
    in.Finish();
    return memo;
}

}  // namespace

std::string EncodeMemo(const policy::MemoDocument& memo) {
    return platform::CanonicalJson(ContentToJson(memo));
}

std::string EncodeMemoWithSignatures(const policy::MemoDocument& memo) {
    Json json = ContentToJson(memo);
    json["content_hash"] = CleanUtf8(memo.content_hash);
    json["signatures"] = ListToJson(memo.signatures, [](const policy::MemoSignature& signature) -> Json {
        return {{"role", platform::EnumText(signature.role)},
                {"person", PersonToJson(signature.person)},
                {"at", platform::FormatTime(signature.at)}};
    });
    return platform::CanonicalJson(json);
}

platform::Expected<policy::MemoDocument, platform::FieldErrors> DecodeMemo(std::string_view json) {
    auto document = platform::ParseJson(json, kMemoLimits);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(std::move(document.error()));
    }
    platform::FieldErrors errors;
    policy::MemoDocument memo = ReadMemo(*document, errors);
    return ValueOrErrors(std::move(memo), std::move(errors));
}

std::string ContentHash(const policy::MemoDocument& memo) {
    return platform::Sha256Hex(EncodeMemo(memo));
}

}  // namespace wire
