#include "controller/web/fleet_parts.hpp"

#include <algorithm>
#include <array>

#include "platform/base/clock.hpp"

namespace web {

InstanceLook LookOf(const wire::Instance& instance) {
    InstanceLook look;
    if (instance.retired_at) {
        look.word = "retired";
        return look;
    }
    if (!instance.state) {
        look.word = "never heard";
        look.tone = Tone::kWaiting;
        look.loud = instance.has_credential;
        return look;
    }
    const wire::InstanceState& state = *instance.state;
    if (!state.connected) {
        look.word = "UNREACHABLE";
        look.tone = Tone::kBad;
        look.loud = true;
        if (state.last_seen_at) {
            look.silent =
                DurationWords(std::max(platform::Duration::zero(), platform::SystemNow() - *state.last_seen_at));
        }
        return look;
    }
    look.word = "connected";
    look.tone = Tone::kGood;
    if (state.hosted) {
        look.word = "connected, unkillable";
        look.tone = Tone::kUnsure;
        return look;
    }
    if (instance.order && !instance.order->operation.empty()) {
        look.drifts = instance.order->enabled != state.enabled || instance.order->generation > state.generation;
        look.tone = look.drifts ? Tone::kBad : Tone::kGood;
    }
    return look;
}

KillEffect EffectOfKill(const wire::Instance& instance) {
    if (instance.retired_at) {
        return KillEffect::kRetired;
    }
    if (!instance.killable) {
        return KillEffect::kUnkillable;
    }
    if (!instance.state || !instance.state->connected) {
        return KillEffect::kUnreachable;
    }
    return instance.state->enabled ? KillEffect::kGoesOff : KillEffect::kIsOff;
}

Tone ToneOfInstanceOutcome(std::string_view outcome) {
    if (outcome == "verified") {
        return Tone::kGood;
    }
    if (outcome == "failed" || outcome == "unreachable") {
        return Tone::kBad;
    }
    if (outcome == "unkillable") {
        return Tone::kUnsure;
    }
    if (outcome == "applied") {
        return Tone::kInfo;
    }
    return outcome == "pending" || outcome == "waiting" ? Tone::kWaiting : Tone::kPlain;
}

Tone ToneOfOperation(const wire::OperationSummary& operation) {
    if (operation.complete) {
        return Tone::kGood;
    }
    if (operation.status == "running" || operation.status == "watching") {
        return Tone::kWaiting;
    }
    return Tone::kBad;
}

std::string TitleOf(const wire::OperationSummary& operation) {
    if (operation.kind == "flag") {
        return (operation.enabled ? "Flag allowed again: " : "Flag killed: ") + operation.flag.value_or("");
    }
    if (operation.kind == "rollback") {
        return "Rolled back: " + operation.release.value_or("");
    }
    return operation.enabled ? "Tenants switched on" : "Tenants switched off";
}

void PutFleetTotals(Slots page, const std::vector<wire::Instance>& instances, bool part) {
    struct Total {
        std::string_view word;
        Tone tone;
        std::int64_t count = 0;
    };
    std::array<Total, 6> totals{{{"connected", Tone::kGood, 0},
                                 {"unreachable", Tone::kBad, 0},
                                 {"other than ordered", Tone::kBad, 0},
                                 {"cannot be killed", Tone::kUnsure, 0},
                                 {"never heard", Tone::kWaiting, 0},
                                 {"retired", Tone::kPlain, 0}}};
    for (const wire::Instance& instance : instances) {
        const InstanceLook look = LookOf(instance);
        totals[0].count += instance.state && instance.state->connected && !instance.retired_at ? 1 : 0;
        totals[1].count += instance.state && !instance.state->connected && !instance.retired_at ? 1 : 0;
        totals[2].count += look.drifts ? 1 : 0;
        totals[3].count += !instance.killable && !instance.retired_at ? 1 : 0;
        totals[4].count += !instance.state && !instance.retired_at ? 1 : 0;
        totals[5].count += instance.retired_at ? 1 : 0;
    }
    for (const Total& total : totals) {
        if (total.count > 0 || &total == totals.data()) {
            Slots slot = page.Add("TOTAL");
            slot.Set("WORD", total.word);
            slot.Set("COUNT", total.count);
            slot.Set("TONE", ToneText(total.tone));
        }
    }
    page.ShowIf(part, "PART");
}

}  // namespace web
