#include "controller/wire/plan.hpp"

#include <array>
#include <unordered_set>
#include <utility>

#include "controller/wire/fields.hpp"
#include "controller/wire/plan_json.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::size_t kMostTenants = 10'000;
constexpr std::size_t kMostCriteria = 100;
constexpr std::size_t kLongestKey = 64;
constexpr platform::TextRule kCriterionText{.min = 1, .max = 1'000};
constexpr platform::TextRule kQuery{.min = 1, .max = 4'000};
constexpr std::int64_t kMostSamples = 1'000'000'000;

void ReadPlanTenants(DocumentReader& in, policy::ExposurePlan& plan) {
    const Json* const list = in.In().Array("tenants", kMostTenants);
    if (list == nullptr) {
        return;
    }
    if (list->empty()) {
        in.In().Error("tenants",
                      "must not be empty (CHN-9): list the tenants that receive the release in experimental");
    }
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Json& item = (*list)[i];
        const std::string pointer = in.In().PointerTo("tenants") + "/" + std::to_string(i);
        if (!item.is_string()) {
            in.ErrorAt(pointer, "must be the id of a tenant");
            continue;
        }
        const auto& text = item.get_ref<const std::string&>();
        const auto tenant = policy::TenantId::Parse(text);
        if (!tenant) {
            in.ErrorAt(pointer,
                       "must be the id of a tenant: letters, digits, '.', '_' and '-', starting with a letter "
                       "or digit, at most " +
                           std::to_string(policy::TenantTag::kMaxLength) + " characters; not " +
                           platform::QuoteForMessage(text));
        } else if (!seen.insert(platform::ToLowerAscii(text)).second) {
            in.ErrorAt(pointer, platform::QuoteForMessage(text) + " is listed twice");
        } else {
            plan.tenants.push_back(*tenant);
        }
    }
}

std::optional<policy::Duration> ReadSpan(DocumentReader& in, std::string_view field, bool required) {
    const std::optional<std::string> text = required ? std::optional(in.In().Text(field, {.min = 1, .max = 40}))
                                                     : in.In().OptionalText(field, {.min = 1, .max = 40});
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const auto span = ParseSpan(*text);
    if (!span) {
        in.In().Error(field, "must be a span such as 7d, 2w, 48h or '1 week', at most ten years; not " +
                                 platform::QuoteForMessage(*text));
    }
    return span;
}

void ReadStay(DocumentReader& in, policy::ExposurePlan& plan) {
    const std::string start = in.In().Text("start_date", {.min = 1, .max = 40});
    if (!start.empty()) {
        plan.start_date = platform::ParseDate(start);
        if (!plan.start_date) {
            in.In().Error("start_date", "must be a day such as 2025-01-15, not " + platform::QuoteForMessage(start));
        }
    }
    plan.minimum_stay = ReadSpan(in, "minimum_stay", true);
    plan.maximum_stay = ReadSpan(in, "maximum_stay", false);
    if (plan.minimum_stay && plan.maximum_stay && *plan.maximum_stay < *plan.minimum_stay) {
        in.In().Error("maximum_stay", "must not be shorter than minimum_stay (" + FormatSpan(*plan.maximum_stay) +
                                          " is less than " + FormatSpan(*plan.minimum_stay) + ")");
    }
}

policy::MetricCheck ReadMetricCheck(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    DocumentReader in(json, pointer, errors);
    policy::MetricCheck check;
    check.query = in.Prose("query", kQuery);
    check.limit = ReadLimitFields(in);
    check.samples_query = in.OptionalProse("samples_query", kQuery);
    check.min_samples = in.In().OptionalInteger("min_samples", 1, kMostSamples).value_or(1);
    in.Finish();
    return check;
}

policy::ExitCriterion ReadCriterion(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    policy::ExitCriterion criterion;
    if (!json.is_object() && !json.is_string()) {
        errors.push_back({pointer, "must be a text, or an object with text and optionally key, limit or metric"});
        return criterion;
    }
    // A text alone is short for an object that has nothing else.
    const Json object = json.is_string() ? Json{{"text", json}} : json;
    DocumentReader in(object, pointer, errors);
    criterion.text = in.Prose("text", kCriterionText);
    if (const auto key = in.In().OptionalText("key", {.min = 1, .max = 200})) {
        criterion.key = *key;
        if (!platform::IsIdText(*key, kLongestKey)) {
            in.In().Error("key",
                          "must be letters, digits, '.', '_' and '-', starting with a letter or digit, at most " +
                              std::to_string(kLongestKey) + " characters; not " + platform::QuoteForMessage(*key));
        }
    }
    criterion.limit = in.OptionalLimit("limit");
    if (const Json* const metric = in.In().OptionalObject("metric")) {
        criterion.metric = ReadMetricCheck(*metric, in.In().PointerTo("metric"), errors);
    }
    if (criterion.limit && criterion.metric) {
        in.In().Error("limit", "must be left out beside metric, which has its own threshold");
    }
    in.Finish();
    return criterion;
}

void ReadCriteria(DocumentReader& in, policy::ExposurePlan& plan) {
    const Json* const list = in.In().Array("exit_criteria", kMostCriteria);
    if (list == nullptr) {
        return;
    }
    if (list->empty()) {
        in.In().Error("exit_criteria",
                      "must not be empty (CHN-9): say what must be true for the release to go on to candidate");
    }
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string pointer = in.In().PointerTo("exit_criteria") + "/" + std::to_string(i);
        policy::ExitCriterion criterion = ReadCriterion((*list)[i], pointer, in.Errors());
        if (criterion.key.empty()) {
            criterion.key = "c" + std::to_string(i + 1);
        }
        if (!seen.insert(criterion.key).second) {
            in.ErrorAt(pointer, "two criteria have the key " + platform::QuoteForMessage(criterion.key) +
                                    "; give each its own (one left out is c1, c2 ... by position)");
        }
        plan.exit_criteria.push_back(std::move(criterion));
    }
}

Json CriterionToJson(const policy::ExitCriterion& criterion) {
    Json json{{"key", criterion.key}, {"text", criterion.text}};
    if (criterion.limit) {
        json["limit"] = LimitToJson(*criterion.limit);
    }
    if (criterion.metric) {
        Json metric = LimitToJson(criterion.metric->limit);
        metric["query"] = criterion.metric->query;
        metric["min_samples"] = criterion.metric->min_samples;
        if (!criterion.metric->samples_query.empty()) {
            metric["samples_query"] = criterion.metric->samples_query;
        }
        json["metric"] = std::move(metric);
    }
    return json;
}

}  // namespace

platform::Expected<policy::ExposurePlan, platform::FieldErrors> DecodePlanJson(const Json& document) {
    platform::FieldErrors errors;
    DocumentReader in(document, "", errors);
    policy::ExposurePlan plan;
    ReadPlanTenants(in, plan);
    plan.opt_in_method = in.Prose("opt_in_method", {.min = 1, .max = 2'000});
    ReadStay(in, plan);
    ReadCriteria(in, plan);
    plan.owner = in.Principal("owner");
    in.Finish();
    return ValueOrErrors(std::move(plan), std::move(errors));
}

platform::Expected<policy::ExposurePlan, platform::FieldErrors> DecodePlan(std::string_view json) {
    const auto document = platform::ParseJson(json, kPlanLimits);
    if (!document) {
        return platform::Unexpected<platform::FieldErrors>(document.error());
    }
    return DecodePlanJson(*document);
}

Json PlanToJson(const policy::ExposurePlan& plan) {
    Json json{{"tenants", Json::array()},
              {"opt_in_method", plan.opt_in_method},
              {"exit_criteria", Json::array()},
              {"owner", plan.owner}};
    for (const policy::TenantId& tenant : plan.tenants) {
        json["tenants"].push_back(tenant.Text());
    }
    for (const policy::ExitCriterion& criterion : plan.exit_criteria) {
        json["exit_criteria"].push_back(CriterionToJson(criterion));
    }
    if (plan.start_date) {
        json["start_date"] = platform::FormatDate(*plan.start_date);
    }
    if (plan.minimum_stay) {
        json["minimum_stay"] = FormatSpan(*plan.minimum_stay);
    }
    if (plan.maximum_stay) {
        json["maximum_stay"] = FormatSpan(*plan.maximum_stay);
    }
    return json;
}

std::string EncodePlan(const policy::ExposurePlan& plan) {
    return platform::CanonicalJson(PlanToJson(plan));
}

std::string ContentHash(const policy::ExposurePlan& plan) {
    return platform::Sha256Hex(EncodePlan(plan));
}

std::optional<policy::Duration> ParseSpan(std::string_view text) {
    if (const auto span = platform::ParseDuration(text)) {
        return span;
    }
    // "14 days": as ParseDuration's letter.
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos || text[digits] != ' ') {
        return std::nullopt;
    }
    constexpr std::array<std::pair<std::string_view, char>, 5> kWords{
        {{"second", 's'}, {"minute", 'm'}, {"hour", 'h'}, {"day", 'd'}, {"week", 'w'}}};
    std::string_view word = text.substr(digits + 1);
    if (!word.empty() && word.back() == 's') {
        word.remove_suffix(1);
    }
    for (const auto& [name, letter] : kWords) {
        if (word == name) {
            return platform::ParseDuration(std::string(text.substr(0, digits)) + letter);
        }
    }
    return std::nullopt;
}

std::string FormatSpan(policy::Duration span) {
    constexpr std::array<std::pair<std::int64_t, char>, 3> kUnits{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}}};
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    for (const auto& [unit, letter] : kUnits) {
        if (seconds != 0 && seconds % unit == 0) {
            return std::to_string(seconds / unit) + letter;
        }
    }
    return std::to_string(seconds) + "s";
}

}  // namespace wire
