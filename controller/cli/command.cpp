#include "controller/cli/command.hpp"

#include <iostream>
#include <iterator>
#include <map>

#include "controller/cli/failure.hpp"
#include "platform/base/files.hpp"
#include "platform/base/time.hpp"

namespace cli {

const std::string& Arguments::Text(const std::string& name) const {
    const auto found = values.find(name);
    if (found == values.end() || found->second.empty()) {
        throw Failure(kExitUsage, "'" + name + "' is missing");
    }
    return found->second.front();
}

std::optional<std::string> Arguments::Optional(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() || found->second.empty() ? std::nullopt : std::optional(found->second.front());
}

const std::vector<std::string>& Arguments::List(const std::string& name) const {
    static const std::vector<std::string> kNone;
    const auto found = values.find(name);
    return found == values.end() ? kNone : found->second;
}

bool Arguments::Flag(const std::string& name) const {
    return values.contains(name);
}

std::chrono::milliseconds Arguments::Span(const std::string& name) const {
    const auto span = platform::ParseDuration(Text(name));
    if (!span) {
        throw Failure(kExitUsage, "--" + name + " '" + Text(name) + "' is no span", "Write 30s, 15m, 48h or 7d.");
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(*span);
}

void Arguments::Into(Json& body, const std::string& name, const char* field) const {
    if (const auto value = Optional(name)) {
        body[field == nullptr ? name : field] = *value;
    }
}

Session& Shell::Api() {
    if (!session_) {
        session_ = std::make_unique<Session>(ResolveProfile(profile_), call_timeout_);
    }
    return *session_;
}

std::string ReadInput(const std::string& path, std::size_t max_bytes) {
    if (path == "-") {
        std::string text(std::istreambuf_iterator<char>(std::cin), {});
        if (text.size() > max_bytes) {
            throw Failure(kExitUsage, "standard input is larger than " + std::to_string(max_bytes) + " bytes");
        }
        return text;
    }
    auto text = platform::ReadFile(path, max_bytes);
    if (!text) {
        throw Failure(kExitUsage, text.error().message);
    }
    return std::move(*text);
}

Json ReadDocument(const std::string& path) {
    auto document = platform::ParseYaml(ReadInput(path));
    if (!document) {
        std::string message = path + " cannot be read as YAML or JSON";
        for (const platform::FieldError& error : document.error()) {
            message += "\n  " + (error.pointer.empty() ? std::string() : error.pointer + ": ") + error.message;
        }
        throw Failure(kExitUsage, message);
    }
    return std::move(*document);
}

std::string GroupHelp(const std::string& name) {
    static const std::map<std::string, std::string> kGroups = {
        {"release", "Releases: list, show, compare revisions, archive."},
        {"plan", "Tenant exposure plans."},
        {"approval", "Approvals that were given."},
        {"evidence", "Evidence for the controls a gate asks for."},
        {"risk", "Risk acceptances."},
        {"hard-stop", "Hard stops: raise, resolve with evidence."},
        {"memo", "GO/NO-GO memos: draft, decide, sign, show, lint."},
        {"rollback", "Rollbacks: authority, steps, outcome."},
        {"incident", "Incidents and their response clocks."},
        {"calendar", "The business calendar that P4's clock is counted with."},
        {"freeze", "Freeze windows."},
        {"packet", "Packets of a programme: start, tick, review, checkpoint."},
        {"programme", "Certification programmes: packets, evidence, progress trackers."},
        {"rollout", "Staged rollouts: plan, gate, advance, checkpoints, evaluations, reverse."},
        {"fleet", "Managed instances: let in, look at, take out."},
        {"switch", "The way back on after a kill: approval, reviews, order."},
        {"drill", "Drills of the kill switch: approve, run, look at, schedule."},
        {"operation", "Operations of the kill switch, with what became of them."},
        {"tenant", "The registry of tenants."},
        {"consent", "The consent ledger."},
        {"principal", "People and components."},
        {"role", "Role grants."},
        {"token", "API tokens."},
        {"webhook", "Receivers of events: subscribe, look at deliveries, deliver once more."},
        {"rule", "The rule catalogue."},
        {"audit", "The audit chain: list, export, verify offline."},
        {"archive", "Archive bundles: export, verify offline."},
        {"clock", "The clock that rules use."}};
    const auto found = kGroups.find(name);
    return found == kGroups.end() ? std::string() : found->second;
}

platform::VerifyingKeys ReadPublicKeys(const std::string& path) {
    auto keys = platform::VerifyingKeys::FromPem(ReadInput(path, 64 * 1024));
    if (!keys) {
        throw Failure(kExitUsage, path + " holds no Ed25519 public key in PEM form", "portcullis audit key prints it.");
    }
    return std::move(*keys);
}

void WriteOutput(const std::string& path, const std::string& text) {
    const auto written = platform::WriteFileAtomically(path, text, 0644);
    if (!written) {
        throw Failure(kExitUsage, written.error().message);
    }
}

std::vector<Command> AllCommands() {
    std::vector<Command> all;
    for (auto area :
         {ApplyCommands(),     ReleaseCommands(),  PlanCommands(),       GateCommands(),          EvidenceCommands(),
          MemoCommands(),      RollbackCommands(), IncidentCommands(),   CommunicationCommands(), CalendarCommands(),
          ProgrammeCommands(), PacketCommands(),   RolloutCommands(),    FleetCommands(),         KeyCommands(),
          KillCommands(),      DrillCommands(),    MonitoringCommands(), RegistryCommands(),      WebhookCommands(),
          AuditCommands()}) {
        std::move(area.begin(), area.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace cli
