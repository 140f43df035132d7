// Planning a rollout: a new one, and whom a stage is for, what counts as its success and what it needs.
#include <deque>

#include "controller/app/rollouts.hpp"
#include "controller/policy/number_text.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/rollout_pages.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr std::size_t kEmptyMetrics = 2;  // rows to add metrics in
constexpr std::size_t kMostMetricRows = 40;

struct MetricField {
    const char* name;
    const char* label;
    const char* hint;
};
constexpr MetricField kMetricFields[] = {{"key", "Metric", "a short name; empty: no metric here"},
                                         {"text", "What it says", ""},
                                         {"comparison", "Holds when it is", ""},
                                         {"threshold", "Threshold", ""},
                                         {"unit", "Unit", ""},
                                         {"query", "Query", "PromQL; empty: a person measures"},
                                         {"samples_query", "Query of the samples", ""},
                                         {"min_samples", "Samples needed", ""}};

std::string MetricFieldName(std::size_t row, std::string_view field) {
    return "metric" + std::to_string(row) + "_" + std::string(field);
}

Json NumberOrText(std::string_view typed) {
    const Json number = Json::parse(typed, nullptr, false);
    return number.is_number() ? number : Json(typed);  // the decoder says what is wrong with it
}

/// Words of a field: between commas, spaces or lines.
Json TypedWords(std::string_view typed) {
    Json words = Json::array();
    std::string word;
    for (const char character : std::string(typed) + " ") {
        if (character != ' ' && character != ',' && character != '\n' && character != '\t') {
            word += character;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    return words;
}

Json PlanOf(const Visit& visit) {
    const Form& typed = visit.Typed();
    Json plan{{"organizations", TypedWords(typed.Text("organizations"))}, {"metrics", Json::array()}};
    for (const char* field : {"release", "channel", "programme"}) {
        if (const std::string_view text = platform::Trim(typed.Text(field)); !text.empty()) {
            plan[field] = text;
        }
    }
    for (std::size_t row = 0; row < kMostMetricRows; ++row) {
        if (platform::Trim(typed.Text(MetricFieldName(row, "key"))).empty()) {
            continue;
        }
        Json metric = Json::object();
        for (const MetricField& field : kMetricFields) {
            const std::string_view name = field.name;
            const std::string_view text = platform::Trim(typed.Text(MetricFieldName(row, name)));
            if (!text.empty()) {
                metric[field.name] = name == "threshold" || name == "min_samples" ? NumberOrText(text) : Json(text);
            }
        }
        plan["metrics"].push_back(std::move(metric));
    }
    return plan;
}

std::string ValueOf(const wire::StageMetric& metric, std::string_view field) {
    return field == "key"             ? metric.key
           : field == "text"          ? metric.text
           : field == "comparison"    ? std::string(platform::EnumText(metric.comparison))
           : field == "threshold"     ? policy::NumberText(metric.threshold)
           : field == "unit"          ? metric.unit
           : field == "query"         ? metric.query.value_or("")
           : field == "samples_query" ? metric.samples_query
                                      : std::to_string(metric.min_samples);
}

std::vector<std::pair<std::string, std::string>> Comparisons() {
    std::vector<std::pair<std::string, std::string>> choices;
    for (const auto& name : platform::EnumNames<policy::Comparison>::kNames) {
        choices.emplace_back(name.text, name.text);
    }
    return choices;
}

void AddMetricFields(std::deque<std::string>& texts, std::vector<ActField>& fields, std::size_t row,
                     const wire::StageMetric* metric) {
    for (const MetricField& field : kMetricFields) {
        const bool chosen = std::string_view(field.name) == "comparison";
        const std::string& name = texts.emplace_back(MetricFieldName(row, field.name));
        const std::string& label = texts.emplace_back(std::to_string(row + 1) + ". " + field.label);
        fields.push_back({.name = name,
                          .label = label,
                          .kind = chosen ? FieldKind::kChoice : FieldKind::kLine,
                          .value = metric != nullptr ? ValueOf(*metric, field.name) : std::string(chosen ? "<" : ""),
                          .hint = field.hint,
                          .required = false,
                          .choices = chosen ? Comparisons() : std::vector<std::pair<std::string, std::string>>()});
    }
}

const wire::RolloutStage& StageOf(const Visit& visit, const wire::Rollout& rollout) {
    const std::string_view wanted = visit.Parameter("stage");
    for (const wire::RolloutStage& stage : rollout.stages) {
        if (std::to_string(stage.stage) == wanted) {
            return stage;
        }
    }
    Visit::RefuseUnknown("stage", wanted);
}

Reply ShowStagePlan(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const wire::Rollout rollout = visit.Read([&](store::Tx& tx) { return app::ShowRollout(tx, id); });
    const wire::RolloutStage& stage = StageOf(visit, rollout);
    const std::string number = std::to_string(stage.stage);
    Slots page =
        visit.Page("stage_plan", {.title = "Plan of stage " + number,
                                  .place = "rollouts",
                                  .crumbs = {{"Rollouts", "/rollouts"}, {rollout.title, RolloutPath(rollout.id)}},
                                  .style = "fleet.css"});
    page.Set("TITLE", rollout.title);
    page.Set("STAGE", number);
    std::string organizations;
    for (const std::string& organization : stage.organizations) {
        organizations.append(organizations.empty() ? "" : "\n").append(organization);
    }
    std::deque<std::string> texts;
    std::vector<ActField> fields{
        {.name = "organizations",
         .label = "Organizations",
         .kind = FieldKind::kText,
         .value = organizations,
         .hint = "ids of tenants, a line each",
         .required = false},
        {.name = "release",
         .label = "Needs release",
         .value = stage.needs.release ? stage.needs.release->Text() : std::string(),
         .required = false},
        {.name = "channel",
         .label = "in channel",
         .kind = FieldKind::kChoice,
         .value = stage.needs.channel ? std::string(platform::EnumText(*stage.needs.channel)) : std::string(),
         .required = false,
         .choices = {{"", "no release needed"},
                     {"experimental", "experimental"},
                     {"candidate", "candidate"},
                     {"stable", "stable"}}},
        {.name = "programme",
         .label = "Needs programme certified",
         .value = stage.needs.programme ? stage.needs.programme->Text() : std::string(),
         .required = false}};
    const std::size_t rows = std::min(kMostMetricRows, stage.metrics.size() + kEmptyMetrics);
    for (std::size_t row = 0; row < rows; ++row) {
        AddMetricFields(texts, fields, row, row < stage.metrics.size() ? &stage.metrics[row] : nullptr);
    }
    PutAct(visit, page, "PLAN",
           {.form = "plan",
            .action = RolloutPath(rollout.id, "/stages/" + number),
            .legend = "Whom stage " + number + " is for, and what counts as its success",
            .what = "Takes the place of what was planned before. A stage is planned until it is entered, and a stage "
                    "without a success metric is not entered.",
            .button = "Plan the stage",
            .version = rollout.version,
            .fields = std::move(fields),
            .primary = true,
            .permission = Permission::kManageRollout});
    return visit.Show();
}

Reply PostStagePlan(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto command = DecodeTyped(wire::DecodePlanStage, PlanOf(visit).dump());
    const auto known = platform::ParseEnum<policy::RolloutStage>(visit.Parameter("stage"));
    if (!known) {
        Visit::RefuseUnknown("stage", visit.Parameter("stage"));
    }
    const auto stage = static_cast<std::int64_t>(*known);
    return ActOnRollout(visit, id, "Stage " + std::to_string(stage) + " is planned.", [&](store::Tx& tx) {
        return app::PlanStage(tx, visit.Caller(), id, VersionOfAct(visit), stage, command);
    });
}

Reply ShowNewRollout(Visit& visit) {
    Slots page = visit.Page(
        "rollout_new",
        {.title = "Plan a rollout", .place = "rollouts", .crumbs = {{"Rollouts", "/rollouts"}}, .style = "fleet.css"});
    const std::string hint = "the name to sign in with";
    PutAct(visit, page, "CREATE",
           {.form = "create",
            .action = "/rollouts/new",
            .legend = "A capability, and who is responsible for it",
            .what = "The stages are planned next, each on its own page: whom it is for, and what counts as success.",
            .button = "Plan the rollout",
            .fields = {{.name = "id", .label = "Id", .hint = "letters, digits, '.', '_' and '-'; it stays"},
                       {.name = "title", .label = "Title"},
                       {.name = "capability", .label = "Capability"},
                       {.name = "flag", .label = "Flag", .hint = "empty: tenancy itself", .required = false},
                       {.name = "owner", .label = "Owner", .value = visit.Caller().actor.id.Text(), .hint = hint},
                       {.name = "engineering", .label = "Engineering", .hint = hint},
                       {.name = "product", .label = "Product", .hint = hint},
                       {.name = "support", .label = "Support", .hint = hint}},
            .primary = true,
            .permission = Permission::kManageRollout});
    return visit.Show();
}

Reply PostNewRollout(Visit& visit) {
    Json json = Json::object();
    for (const char* field : {"id", "title", "capability", "flag", "owner", "engineering", "product", "support"}) {
        if (const std::string_view text = platform::Trim(visit.Typed().Text(field)); !text.empty()) {
            json[field] = text;
        }
    }
    const auto command = DecodeTyped(wire::DecodeCreateRollout, json.dump());
    return ActOnRollout(visit, command.id, "Planned. Each stage still needs its organizations and success metrics.",
                        [&](store::Tx& tx) { return app::CreateRollout(tx, visit.Caller(), command); });
}

constexpr Route kRolloutPlanRoutes[] = {
    {.verb = Verb::kGet,
     .pattern = "/rollouts/new",
     .permission = Permission::kManageRollout,
     .handler = ShowNewRollout},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/new",
     .permission = Permission::kManageRollout,
     .handler = PostNewRollout,
     .page = ShowNewRollout,
     .form = "create"},
    {.verb = Verb::kGet, .pattern = "/rollouts/{rollout}/stages/{stage}", .handler = ShowStagePlan},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/stages/{stage}",
     .permission = Permission::kManageRollout,
     .handler = PostStagePlan,
     .page = ShowStagePlan,
     .form = "plan"},
};

}  // namespace

std::span<const Route> RolloutPlanRoutes() {
    return kRolloutPlanRoutes;
}

}  // namespace web
