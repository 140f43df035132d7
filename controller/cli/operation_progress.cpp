#include "controller/cli/operation_progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "platform/base/text.hpp"

namespace cli {
namespace {

constexpr std::size_t kBarWidth = 28;
constexpr std::size_t kMostNamed = 8;
constexpr std::size_t kNarrowest = 20;

constexpr std::array<const char*, 9> kOutcomes = {"waiting",     "pending",    "applied",    "verified",   "failed",
                                                  "unreachable", "unkillable", "superseded", "not_managed"};
constexpr std::array<const char*, 8> kChecklist = {"value",     "restart", "probes", "ui",
                                                   "websocket", "data",    "flags",  "watch"};

std::int64_t CountOf(const Json& operation, const char* outcome) {
    const Json counts = operation.value("counts", Json::object());
    return counts.value(outcome, std::int64_t{0});
}

bool Verifies(const Json& operation) {
    return operation.value("verify", true);
}

/// What is asked for: proven, or taken when nobody asked for proof.
std::int64_t DoneOf(const Json& operation) {
    return CountOf(operation, "verified") + (Verifies(operation) ? 0 : CountOf(operation, "applied"));
}

/// Those an order about a flag concerns: the others have none.
std::int64_t ManagedOf(const Json& operation) {
    return CountOf(operation, "total") - CountOf(operation, "not_managed");
}

std::int64_t LostOf(const Json& operation) {
    return CountOf(operation, "failed") + CountOf(operation, "unreachable") + CountOf(operation, "unkillable") +
           CountOf(operation, "superseded");
}

bool IsDone(const Json& operation, const Json& part) {
    const std::string outcome = part.value("outcome", "");
    return outcome == "verified" || outcome == "not_managed" || (outcome == "applied" && !Verifies(operation));
}

/// A step's last attempt; null when there was none.
const Json* LatestOf(const Json& part, const std::string& name) {
    const auto steps = part.find("steps");
    const Json* latest = nullptr;
    if (steps == part.end()) {
        return nullptr;
    }
    for (const Json& step : *steps) {
        if (step.value("step", "") == name &&
            (latest == nullptr || step.value("attempt", 1) >= latest->value("attempt", 1))) {
            latest = &step;
        }
    }
    return latest;
}

std::string Cut(std::string text, std::size_t width) {
    if (platform::CountCodePoints(text) <= width) {
        return text;
    }
    std::size_t end = 0;
    for (std::size_t shown = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && ++shown > width - 1) {
            break;
        }
    }
    return text.substr(0, end) + "~";
}

std::string Padded(std::string text, std::size_t width) {
    const std::size_t length = platform::CountCodePoints(text);
    return length < width ? text.append(width - length, ' ') : text;
}

std::string Bar(const Json& operation) {
    const auto total = static_cast<std::size_t>(std::max<std::int64_t>(0, CountOf(operation, "total")));
    std::string bar;
    const auto fill = [&](std::int64_t count, char mark) {
        if (total > 0 && count > 0) {
            // Rounded down: the bar is full only when everybody is there.
            bar.append(std::min(kBarWidth - bar.size(), kBarWidth * static_cast<std::size_t>(count) / total), mark);
        }
    };
    fill(DoneOf(operation), '#');
    fill(Verifies(operation) ? CountOf(operation, "applied") : 0, '=');
    fill(LostOf(operation), '!');
    return "[" + bar.append(kBarWidth - bar.size(), '-') + "]";
}

std::string WhatItIs(const Json& operation) {
    const std::string kind = operation.value("kind", "");
    std::string text = kind == "flag"                      ? "flag " + operation.value("flag", "")
                       : kind == "rollback"                ? "rollback of " + operation.value("release", "")
                       : operation.value("enabled", false) ? "switch on"
                                                           : "kill";
    text += " " + operation.value("id", "") + ", " + operation.value("mode", "hot");
    if (const auto batch = operation.find("batch_size"); batch != operation.end() && batch->is_number_integer()) {
        text += ", " + batch->dump() + " at a time";
    }
    return platform::EscapeForLog(text);
}

std::string FractionOf(const Json& operation) {
    return std::to_string(DoneOf(operation)) + " of " + std::to_string(ManagedOf(operation)) +
           (Verifies(operation) ? " verified" : " applied");
}

std::string Counts(const Json& operation) {
    std::string text;
    for (const char* outcome : kOutcomes) {
        const std::int64_t count = CountOf(operation, outcome);
        const bool rare = outcome == std::string_view("unkillable") || outcome == std::string_view("superseded") ||
                          outcome == std::string_view("not_managed");
        if (count > 0 || !rare) {
            text += std::string(text.empty() ? "" : "  ") + outcome + " " + std::to_string(count);
        }
    }
    return text;
}

/// "value 4  probes 3 (1 failed)": on how many instances each step has passed.
std::string StepCounts(const Json& operation) {
    std::string text;
    for (const char* name : kChecklist) {
        int passed = 0;
        int other = 0;
        for (const Json& part : operation.value("instances", Json::array())) {
            if (const Json* step = LatestOf(part, name)) {
                ++(step->value("outcome", "passed") == "passed" ? passed : other);
            }
        }
        if (passed + other > 0) {
            text += std::string(text.empty() ? "" : "  ") + name + " " + std::to_string(passed) +
                    (other > 0 ? " (" + std::to_string(other) + " not)" : "");
        }
    }
    return text;
}

/// The more worrying, the earlier.
int WorryOf(const Json& part) {
    const std::string outcome = part.value("outcome", "");
    constexpr std::array<const char*, 7> kWorst = {"unreachable", "unkillable", "failed", "superseded",
                                                   "pending",     "applied",    "waiting"};
    return static_cast<int>(std::ranges::find(kWorst, outcome) - kWorst.begin());
}

std::vector<const Json*> NotDone(const Json& operation) {
    std::vector<const Json*> parts;
    const auto instances = operation.find("instances");
    if (instances == operation.end()) {
        return parts;
    }
    for (const Json& part : *instances) {
        if (!IsDone(operation, part)) {
            parts.push_back(&part);
        }
    }
    std::ranges::stable_sort(parts, {}, [](const Json* part) { return WorryOf(*part); });
    return parts;
}

std::string Plight(const Json& part) {
    std::string text = part.value("outcome", "");
    if (const std::string why = part.value("why", ""); !why.empty()) {
        text += ": " + why;
    } else if (const std::string steps = StepsInWords(part); !steps.empty()) {
        text += ": " + steps;
    }
    return platform::EscapeForLog(text);
}

}  // namespace

std::string StepsInWords(const Json& part) {
    std::string text;
    for (const char* name : kChecklist) {
        const Json* step = LatestOf(part, name);
        if (step == nullptr) {
            continue;
        }
        const std::string outcome = step->value("outcome", "passed");
        text += std::string(text.empty() ? "" : ", ") + name + " " + (outcome == "passed" ? "ok" : outcome);
        if (outcome != "passed" && step->value("attempt", 1) > 1) {
            text += " (attempt " + std::to_string(step->value("attempt", 1)) + ")";
        }
    }
    return platform::EscapeForLog(text);
}

std::vector<std::string> DrawProgress(const Json& operation, std::chrono::seconds elapsed, std::size_t width) {
    width = std::max(width, kNarrowest) - 1;  // a full last column would begin a new line
    std::array<char, 32> clock{};
    std::snprintf(clock.data(), clock.size(), "%lld:%02lld", static_cast<long long>(elapsed.count() / 60),
                  static_cast<long long>(elapsed.count() % 60));
    std::vector<std::string> lines = {WhatItIs(operation),
                                      Bar(operation) + "  " + FractionOf(operation) + "  " + clock.data(),
                                      "  " + Counts(operation)};
    if (const std::string steps = StepCounts(operation); !steps.empty()) {
        lines.push_back("  passed: " + steps);
    }
    const std::vector<const Json*> parts = NotDone(operation);
    const std::size_t shown = std::min(parts.size(), kMostNamed);
    std::size_t longest = 0;
    for (std::size_t i = 0; i < shown; ++i) {
        longest = std::max(longest, platform::CountCodePoints(parts[i]->value("instance", "")));
    }
    for (std::size_t i = 0; i < shown; ++i) {
        lines.push_back("  " + Padded(platform::EscapeForLog(parts[i]->value("instance", "")), longest) + "  " +
                        Plight(*parts[i]));
    }
    if (parts.size() > shown) {
        lines.push_back("  and " + std::to_string(parts.size() - shown) + " more that are not done");
    }
    for (std::string& line : lines) {
        line = Cut(std::move(line), width);
    }
    return lines;
}

std::string ProgressLine(const Json& operation) {
    std::string line = Bar(operation) + " " + FractionOf(operation);
    std::string others;
    for (const char* outcome : kOutcomes) {
        const bool done = outcome == std::string_view(Verifies(operation) ? "verified" : "applied");
        if (const std::int64_t count = CountOf(operation, outcome); count > 0 && !done) {
            others += (others.empty() ? "" : ", ") + std::to_string(count) + " " + outcome;
        }
    }
    if (!others.empty()) {
        line += "; " + others;
    }
    if (const std::string steps = StepCounts(operation); !steps.empty()) {
        line += "; passed: " + steps;
    }
    const std::vector<const Json*> parts = NotDone(operation);
    std::string names;
    for (std::size_t i = 0; i < std::min(parts.size(), kMostNamed); ++i) {
        names += (names.empty() ? "" : ", ") + parts[i]->value("instance", "");
    }
    if (parts.size() > kMostNamed) {
        names += " and " + std::to_string(parts.size() - kMostNamed) + " more";
    }
    return line + (names.empty() ? "" : "; not yet: " + platform::EscapeForLog(names));
}

bool IsOver(const Json& operation) {
    const std::string status = operation.value("status", "");
    return status == "halted" || (operation.value("finished", false) && status != "watching" && status != "running");
}

ExitCode CodeOfOperation(const Json& operation) {
    const std::int64_t total = CountOf(operation, "total");
    if (operation.value("complete", false) && total > 0 && DoneOf(operation) == ManagedOf(operation)) {
        return kExitOk;
    }
    if (CountOf(operation, "failed") + CountOf(operation, "unkillable") > 0 ||
        operation.value("status", "") == "halted") {
        return kExitDenied;
    }
    const bool finished = operation.value("finished", false);
    if (CountOf(operation, "unreachable") > 0 || total == 0) {
        return kExitUnavailable;
    }
    if (finished && CountOf(operation, "superseded") > 0) {
        return kExitConflict;
    }
    // It took the order, and is not heard any more: nothing more will be known by itself.
    return finished && Verifies(operation) && CountOf(operation, "applied") > 0 ? kExitUnavailable : kExitPending;
}

}  // namespace cli
