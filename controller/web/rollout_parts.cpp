#include "controller/web/rollout_parts.hpp"

#include "controller/policy/number_text.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr std::size_t kMostOrganizations = 30;

void PutMetrics(Slots stage, const wire::RolloutStage& shown) {
    for (const wire::StageMetric& metric : shown.metrics) {
        Slots row = stage.Add("METRIC");
        row.Set("TEXT", metric.text);
        row.Set("LIMIT", std::string(platform::EnumText(metric.comparison)) + " " +
                             policy::NumberText(metric.threshold) + " " + metric.unit);
        if (!metric.state) {
            PutBadge(row, "STATE", "not measured", Tone::kWaiting);
            continue;
        }
        PutBadge(row, "STATE", platform::EnumText(*metric.state),
                 *metric.state == policy::MeasurementState::kMet     ? Tone::kGood
                 : *metric.state == policy::MeasurementState::kUnmet ? Tone::kBad
                                                                     : Tone::kUnsure);
        if (metric.value) {
            row.Add("MEASURED").Set("VALUE", policy::NumberText(*metric.value));
        }
        PutTime(row, "AT", metric.measured_at);
    }
    stage.ShowIf(shown.metrics.empty(), "NO_METRICS");
}

}  // namespace

Tone ToneOfRollout(const wire::Rollout& rollout) {
    switch (rollout.state) {
        case policy::RolloutState::kPlanned:
            return Tone::kWaiting;
        case policy::RolloutState::kActive:
            return Tone::kGood;
        case policy::RolloutState::kReversed:
            return Tone::kBad;
        case policy::RolloutState::kEnded:
            return Tone::kPlain;
    }
    return Tone::kPlain;
}

void PutCheckpoint(Slots row, const wire::StageCheckpoint& checkpoint) {
    row.Set("TITLE", checkpoint.facts.title);
    row.Set("OWNER", checkpoint.facts.owner.Text());
    Tone tone = Tone::kPlain;
    switch (checkpoint.state) {
        case policy::CheckpointState::kUpcoming:
            break;
        case policy::CheckpointState::kDue:
            tone = Tone::kWaiting;
            break;
        case policy::CheckpointState::kMissed:
        case policy::CheckpointState::kLate:
            tone = Tone::kBad;
            break;
        case policy::CheckpointState::kCompleted:
            tone = Tone::kGood;
            break;
    }
    PutBadge(row, "STATE", platform::EnumText(checkpoint.state), tone);
    if (checkpoint.facts.due_at) {
        PutTime(row.Add("DUE"), "AT", *checkpoint.facts.due_at);
    }
    row.AddText("NOTED", "NOTE", checkpoint.note);
}

void PutStage(Slots stage, const wire::Rollout& rollout, const wire::RolloutStage& shown) {
    const bool now = rollout.state == policy::RolloutState::kActive && rollout.stage == shown.stage;
    stage.Set("N", shown.stage);
    stage.ShowIf(now, "NOW");
    stage.ShowIf(shown.left_at.has_value(), "PAST");
    stage.ShowIf(!shown.entered_at, "AHEAD");
    stage.Set("CAP", shown.cap ? "at most " + platform::Plural(*shown.cap, "organization") : std::string("no cap"));
    if (shown.soak > policy::Duration::zero()) {
        Slots soak = stage.Add("SOAK");
        soak.Set("SPAN", DurationWords(shown.soak));
        if (shown.entered_at && !shown.left_at) {
            PutTime(soak.Add("UNTIL"), "AT", *shown.entered_at + shown.soak);
        }
    }
    if (shown.entered_at) {
        PutTime(stage.Add("ENTERED"), "AT", *shown.entered_at);
    }
    if (shown.left_at) {
        PutTime(stage.Add("LEFT"), "AT", *shown.left_at);
    }
    stage.Set("ORGANIZATIONS", platform::Plural(static_cast<std::int64_t>(shown.organizations.size()), "organization"));
    for (std::size_t i = 0; i < shown.organizations.size() && i < kMostOrganizations; ++i) {
        stage.Add("ORGANIZATION").Set("ID", shown.organizations[i]);
    }
    if (shown.organizations.size() > kMostOrganizations) {
        stage.Add("OTHERS").Set("COUNT", static_cast<std::int64_t>(shown.organizations.size() - kMostOrganizations));
    }
    if (shown.needs.release) {
        Slots needs = stage.Add("NEEDS_RELEASE");
        needs.Set("RELEASE", shown.needs.release->Text());
        needs.Set("CHANNEL", shown.needs.channel ? platform::EnumText(*shown.needs.channel) : std::string_view("any"));
    }
    if (shown.needs.programme) {
        stage.Add("NEEDS_PROGRAMME").Set("PROGRAMME", shown.needs.programme->Text());
    }
    PutMetrics(stage, shown);
}

}  // namespace web
