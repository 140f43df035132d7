#include <cstdio>

#include "platform/base/text.hpp"
#include "pulse/agent/run.hpp"
#include "pulse/agent/settings.hpp"

namespace pulse::agent {
namespace {

constexpr int kWouldNotReach = 1;

void Print(const char* what, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        std::printf("%s: %s\n", what, platform::EscapeForLog(line).c_str());
    }
}

/// True when its switch is known and the switch decides.
bool PrintProcess(const ProcessRule& rule) {
    const auto process = LookAtProcess(rule);
    if (!process) {
        std::printf("process: not found: %s\n", process.error().c_str());
        return false;
    }
    const std::string value = process->starting    ? "an environment that is not there yet: it is only being started"
                              : !process->readable ? "an environment that this account cannot read"
                              : process->value     ? "the value " + platform::QuoteForMessage(*process->value)
                                                   : "no value";
    std::printf("process: %d runs with %s\n", static_cast<int>(process->pid), value.c_str());
    if (process->hosted) {
        std::printf("process: it runs in hosted mode, where the switch does not decide: it cannot be killed by it\n");
    }
    return process->readable && !process->hosted;
}

}  // namespace

int Check(const platform::Settings& settings) {
    const AgentOptions options = ReadAgentOptions(settings);
    std::printf("entry: %s\n", options.place->Where().c_str());
    const PlaceLook look = options.place->Look("false");
    Print("beats", look.beaten);
    Print("odd", look.remarks);
    Print("is beaten", look.shadows);
    const bool known = PrintProcess(options.keeper.process);
    const bool reaches = known && look.shadows.empty() && look.value == "false";
    std::printf("%s\n", reaches ? "An order would reach the process." : "An order would not be proven to reach it.");
    return reaches ? 0 : kWouldNotReach;
}

}  // namespace pulse::agent
