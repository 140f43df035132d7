#include "pulse/agent/run.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/log/log.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/process_file.hpp"
#include "platform/service/signals.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/agent/examiner.hpp"
#include "pulse/agent/settings.hpp"
#include "tenancy/link/channel.hpp"

namespace pulse::agent {
namespace {

using platform::Level;
using tenancy::link::ChannelEvent;

constexpr std::chrono::seconds kInventoryEvery{10};
constexpr int kFolderTaken = 2;

/// Two agents of one folder would answer for each other.
class FolderLock {
public:
    explicit FolderLock(const std::string& folder)
        : fd_(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (fd_ < 0 || ::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
            throw platform::StartError(kFolderTaken, "another pulse-agent has the folder " + folder +
                                                         ", or it cannot be written: give each its own --data-dir");
        }
    }
    ~FolderLock() {
        ::close(fd_);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int fd_;
};

/// A controller that is away is tried again and again; one line in a while says so.
void LogController(ChannelEvent event, std::string_view detail) {
    static platform::LogLimiter away(std::chrono::seconds(10));
    static platform::LogLimiter refused(std::chrono::seconds(10));
    switch (event) {
        case ChannelEvent::kConnected:
            return platform::Log(Level::kInfo, "controller.connected", {{"key_id", detail}});
        case ChannelEvent::kEnrolled:
            return platform::Log(Level::kInfo, "controller.enrolled", {{"key_id", detail}});
        case ChannelEvent::kOrderTaken:
            return platform::Log(Level::kInfo, "controller.order_taken", {{"detail", detail}});
        case ChannelEvent::kOrderRefused:
            return platform::Log(Level::kWarning, "controller.order_refused", {{"detail", detail}});
        case ChannelEvent::kHandoverRefused:
            return platform::Log(Level::kWarning, "controller.handover_refused", {{"detail", detail}});
        case ChannelEvent::kDisconnected:
            return platform::LogLimited(away, Level::kWarning, "controller.away", {{"detail", detail}});
        case ChannelEvent::kRefused:
            return platform::LogLimited(refused, Level::kError, "controller.refuses", {{"detail", detail}});
    }
}

/// When the process started, by this machine's clock: the same time for the same process, unless the clock was set.
class StartTimes {
public:
    platform::Time Of(const Standing& standing) {
        constexpr std::chrono::seconds kClockWasSet{1};
        const auto age = standing.process->age + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                     platform::SteadyNow() - standing.looked_at);
        const platform::Time started = platform::SystemNow() - age;
        const auto off = started > started_ ? started - started_ : started_ - started;
        if (standing.process->boot_id != boot_id_ || (standing.running && off > kClockWasSet)) {
            boot_id_ = standing.process->boot_id;
            started_ = started;
        }
        return started_;
    }

private:
    std::string boot_id_;
    platform::Time started_;
};

void Describe(const Standing& standing, StartTimes& starts, tenancy::wire::Report& report) {
    report.program = std::string("pulse-agent ") + PORTCULLIS_VERSION;
    report.agent = true;
    report.generation = standing.applied_generation;
    report.enabled = standing.Enabled();
    if (standing.process) {
        report.boot_id = standing.process->boot_id;
        report.process_started_at = starts.Of(standing);
        report.hosted = standing.running && standing.process->hosted;
    }
    if (!standing.problem.empty()) {
        report.problem += (report.problem.empty() ? "" : " ") + standing.problem;
    }
}

std::unique_ptr<tenancy::link::ControlChannel> OpenChannel(const platform::Settings& settings, Keeper& keeper,
                                                           Examiner& examiner, tenancy::link::ControlLink& link,
                                                           tenancy::TenantSwitch& tenant_switch) {
    if (settings.Text("controller-url").empty()) {
        return nullptr;
    }
    tenancy::link::ChannelOptions options;
    options.controller_url = settings.Text("controller-url");
    options.ca_file = settings.Text("controller-ca-file");
    options.folder = ControlFolder(settings);
    options.enrolment_token_file = settings.Text("enrolment-token-file");
    options.describe = [&keeper, starts = std::make_shared<StartTimes>()](tenancy::wire::Report& report) {
        Describe(keeper.Look(), *starts, report);
    };
    options.on_accepted = [&keeper](const tenancy::link::AcceptResult&) { keeper.Wake(); };
    options.on_verify = [&examiner](const tenancy::wire::VerifyRequest& request, Examiner::Reply reply) {
        examiner.Examine(request, std::move(reply));
    };
    options.on_event = LogController;
    options.on_error = [](std::string_view text) {
        platform::Log(Level::kWarning, "controller.channel_failed", {{"error", text}});
    };
    return std::make_unique<tenancy::link::ControlChannel>(std::move(options), link, tenant_switch);
}

void Announce(const Place& place, const Standing& standing) {
    std::string process = "none found";
    if (standing.running) {
        process = std::to_string(standing.process->pid) + ", tenants " +
                  (standing.process->hosted ? "hosted" : (standing.Enabled() ? "on" : "off"));
    }
    std::printf("pulse-agent %s keeps %s (process: %s)\n", PORTCULLIS_VERSION, place.Where().c_str(), process.c_str());
    std::fflush(stdout);
    platform::Log(Level::kInfo, "agent.started", {{"place", place.Where()}, {"process", process}});
}

}  // namespace

int Run(const platform::Settings& settings) {
    AgentOptions options = ReadAgentOptions(settings);
    platform::Signals signals;
    platform::EnsureDataDir(settings.Text("data-dir"));
    std::filesystem::create_directories(ControlFolder(settings));
    const FolderLock lock(settings.Text("data-dir"));
    const platform::ProcessFile process_file(settings.Text("data-dir"));

    // How the process beside us is to be; its own environment is the keeper's to know.
    tenancy::TenantSwitch tenant_switch;
    tenancy::link::ControlLink link({.folder = ControlFolder(settings),
                                     .instance = settings.Text("instance"),
                                     .environment = true,
                                     .applying = tenancy::link::Applying::kElsewhere},
                                    tenant_switch);
    if (const std::string problem = link.Problem(); !problem.empty()) {
        platform::Log(Level::kError, "control.damaged", {{"problem", problem}});
    }
    if (const auto kept = link.KeepRoom(); !kept) {
        platform::Log(Level::kError, "control.no_room", {{"error", kept.error()}});
    }
    std::unique_ptr<tenancy::link::ControlChannel> channel;
    std::unique_ptr<Examiner> examiner;
    platform::SteadyTime inventory_at{};
    options.keeper.on_outcome = [&channel](std::int64_t generation, bool applied, const std::string& reason) {
        if (channel && generation > 0) {
            channel->Answer({generation, applied ? "applied" : "failed", reason});
        }
    };
    options.keeper.on_change = [&channel] {
        if (channel) {
            channel->ReportSoon();
        }
    };
    options.keeper.on_event = [](bool warning, std::string_view event, std::string_view detail) {
        platform::Log(warning ? Level::kWarning : Level::kInfo, event, {{"detail", detail}});
    };
    options.keeper.on_look = [&] {
        if (!channel || platform::SteadyNow() < inventory_at) {
            return;
        }
        inventory_at = platform::SteadyNow() + kInventoryEvery;
        if (auto inventory = examiner->Inventory()) {
            channel->Publish(std::move(*inventory));
        }
    };
    const ProcessRule rule = options.keeper.process;
    Keeper keeper(std::move(options.keeper), *options.place, link);
    examiner = std::make_unique<Examiner>(ExaminerOptions{.target = std::move(options.target),
                                                          .orgs_folder = std::move(options.orgs_folder),
                                                          .process = rule,
                                                          .standing = [&keeper] { return keeper.Look(); }});
    channel = OpenChannel(settings, keeper, *examiner, link, tenant_switch);
    keeper.Start();
    Announce(*options.place, keeper.Look());

    const std::string_view signal = signals.WaitForFirst();
    platform::Log(Level::kInfo, "agent.stopping", {{"signal", signal}});
    keeper.Stop();
    channel.reset();
    examiner.reset();
    platform::Log(Level::kInfo, "agent.stopped", {});
    return 0;
}

}  // namespace pulse::agent
