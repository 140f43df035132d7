#include "pulse/agent/keeper.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "pulse/agent/command.hpp"
#include "tenancy/kill_switch.hpp"

namespace pulse::agent {
namespace {

constexpr std::chrono::seconds kPlaceEvery{30};
constexpr std::chrono::milliseconds kAwaitStep{100};
/// The kernel counts a start in hundredths of a second.
constexpr std::chrono::milliseconds kTick{20};

std::string_view ValueText(bool enabled) {
    return enabled ? "true" : "false";
}

std::string SeenValue(const ProcessFacts& process) {
    if (!process.readable) {
        return process.starting ? "and has not begun its program yet"
                                : "with an environment that this account cannot read";
    }
    return process.value ? "with the value " + platform::QuoteForMessage(*process.value)
                         : std::string("without the variable");
}

}  // namespace

bool Standing::Enabled() const {
    if (!running) {
        return false;
    }
    return process->Enabled().value_or(true) || answers.value_or(false);
}

Keeper::Keeper(KeeperOptions options, Place& place, tenancy::link::ControlLink& link)
    : options_(std::move(options)), place_(place), link_(link) {
    progress_ = ReadProgress(options_.folder).value_or(Progress{});
    Observe();
    LookAtPlace(ValueText(false));
    Publish();
}

Keeper::~Keeper() {
    Stop();
}

void Keeper::Start() {
    started_ = true;
    thread_ = std::thread([this] { Run(); });
}

void Keeper::Stop() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Keeper::Wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

Standing Keeper::Look() const {
    const std::lock_guard lock(mutex_);
    return standing_;
}

/// False when it is time to end.
bool Keeper::Pause(std::chrono::milliseconds span) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, span, [this] { return stopping_; });
    return !stopping_;
}

void Keeper::Run() {
    for (;;) {
        link_.RefreshLocal();
        Observe();
        if (const auto target = TargetNow()) {
            Step(*target);
        } else if (platform::SteadyNow() >= place_at_) {
            LookAtPlace(ValueText(false));
        }
        Publish();
        options_.on_look();
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, options_.look_every, [this] { return stopping_ || woken_; });
        if (stopping_) {
            return;
        }
        if (std::exchange(woken_, false) && target_ && !failure_.empty() && !progress_.done) {
            // It was asked again and the answer is still the same one.
            lock.unlock();
            options_.on_outcome(target_->generation, false, failure_);
        }
    }
}

std::optional<Keeper::Target> Keeper::TargetNow() const {
    const auto [document, inputs] = link_.Now();
    const tenancy::SwitchReason reason = ReasonOf(inputs);
    Target target;
    target.enabled = EffectiveSwitch(inputs);
    if (document) {
        target.generation = document->generation;
        target.operation = document->operation;
        target.restart = document->mode == tenancy::wire::ApplyMode::kRestart;
    }
    target.by_hand = reason == tenancy::SwitchReason::kLocalOrder || reason == tenancy::SwitchReason::kStateDamaged;
    if (document || reason != tenancy::SwitchReason::kOn) {
        return target;
    }
    if (progress_.IsNew()) {
        return std::nullopt;  // nobody ever ordered anything
    }
    target.enabled = progress_.environment_on.value_or(false);  // what was in front of the order that was taken back
    return target;
}

void Keeper::Observe() {
    auto seen = LookAtProcess(options_.process);
    looked_at_ = platform::SteadyNow();
    const bool another = seen && (!process_ || process_->boot_id != seen->boot_id || !running_);
    running_ = seen.has_value();
    if (seen) {
        process_problem_.clear();
        if (seen->starting) {
            process_problem_ =
                "The process " + std::to_string(seen->pid) + " is only being started, so its switch is not known yet.";
        } else if (!seen->readable) {
            process_problem_ = "The environment of the process " + std::to_string(seen->pid) +
                               " cannot be read by this account, so its switch is not known: run the agent as root or "
                               "as the account of the process.";
        }
        process_ = std::move(*seen);
    } else {
        process_problem_ = "The process is not found: " + seen.error() + ".";
    }
    if (!running_) {
        answers_.reset();
    } else if (options_.ask && (another || looked_at_ >= ask_at_)) {
        answers_ = options_.ask();
        // A new process takes its time before it answers.
        ask_at_ = looked_at_ + (answers_ ? options_.ask_every : std::chrono::milliseconds(options_.look_every));
    }
    if (running_ && answers_ == true && process_->Enabled() == false) {
        process_problem_ =
            "The environment of the process says off and its routes say on: one of them is not of the "
            "process that is meant (--process-command, --pid-file, --process-port, --url).";
    }
    if (running_ && process_->readable && !progress_.environment_on && progress_.IsNew()) {
        progress_.environment_on = process_->Enabled();
        Note();
    }
}

void Keeper::Step(const Target& target) {
    if (!target_ || !(*target_ == target)) {
        target_ = target;
        Begin(target);
    }
    if (progress_.done) {
        return GuardOff();
    }
    if (running_ && process_->hosted) {
        if (failure_.empty()) {
            Fail("it runs in hosted mode, where the switch does not decide who gets in");
        }
        return;
    }
    if (target.enabled && !options_.first_switch_on && !progress_.environment_on.value_or(false)) {
        if (failure_.empty()) {
            Fail(
                "its environment had it switched off when this agent first saw it. The first start with the switch on "
                "moves files of the data folder: make a backup, then let the agent do it (--first-switch-on)");
        }
        return;
    }
    if (failure_.empty() || (may_retry_ && platform::SteadyNow() >= retry_at_)) {
        Attempt();
    } else if (IsAsOrdered()) {
        Finish();  // somebody else saw to it
    }
}

/// What is new about the order is noted before anything is done about it.
void Keeper::Begin(const Target& target) {
    failure_.clear();
    retry_pause_ = options_.first_retry;
    may_retry_ = !target.enabled;
    const bool goes_on = progress_.generation == target.generation && progress_.operation == target.operation &&
                         progress_.enabled == target.enabled && progress_.begun_by_hand == target.by_hand;
    if (goes_on) {
        return;
    }
    // Further documents of one operation are no new restart.
    const bool follows =
        !target.operation.empty() && progress_.operation == target.operation && progress_.enabled == target.enabled;
    if (!follows) {
        progress_.boot_before = running_ ? process_->boot_id : std::string();
    }
    progress_.generation = target.generation;
    progress_.operation = target.operation;
    progress_.enabled = target.enabled;
    progress_.begun_by_hand = target.by_hand;
    progress_.done = false;
    Note();
    options_.on_event(
        false, "order.begun",
        "generation " + std::to_string(target.generation) + ": to be switched " + (target.enabled ? "on" : "off"));
}

bool Keeper::IsAsOrdered() const {
    return running_ && process_->Enabled() == target_->enabled &&
           (!target_->restart || process_->boot_id != progress_.boot_before);
}

void Keeper::Attempt() {
    std::string problem = TryOnce();
    if (problem.empty()) {
        return Finish();
    }
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;  // gone on with at the next start
        }
    }
    Fail(std::move(problem));
}

/// Empty: the process is as ordered.
std::string Keeper::TryOnce() {
    const std::string_view value = ValueText(target_->enabled);
    LookAtPlace(value);
    if (const auto written = place_.Write(value); !written) {
        return "the value cannot be written: " + written.error();
    }
    if (IsAsOrdered()) {
        return {};
    }
    if (target_->enabled && !place_look_.shadows.empty()) {
        return WithShadows("it was not restarted, for it would not come back switched on");
    }
    const std::string boot_before = running_ ? process_->boot_id : std::string();
    const auto command_began = platform::SteadyNow();
    const std::string failed = RunCommands();
    if (!failed.empty()) {
        Observe();
        return IsAsOrdered() ? std::string() : failed;
    }
    return AwaitProcess(boot_before, command_began);
}

std::string Keeper::RunCommands() {
    for (const auto* command : {&options_.reload_command, &options_.restart_command}) {
        if (command->empty()) {
            continue;
        }
        const CommandResult result = RunCommand(*command, options_.command_timeout);
        const std::string said = DescribeCommand(*command, result);
        options_.on_event(!result.Succeeded(), "command.ended", said);
        if (!result.Succeeded()) {
            return said;
        }
    }
    return {};
}

std::string Keeper::AwaitProcess(const std::string& boot_before, platform::SteadyTime command_began) {
    const platform::Deadline deadline(options_.restart_timeout);
    std::string candidate;
    platform::SteadyTime since;
    for (;;) {
        Observe();
        const auto now = platform::SteadyNow();
        const bool fresh = running_ && !process_->starting && process_->boot_id != boot_before &&
                           process_->age <= now - command_began + kTick;
        if (!fresh) {
            candidate.clear();
        } else if (candidate != process_->boot_id) {
            candidate = process_->boot_id;
            since = now;
        } else if (now - since >= options_.settle) {
            if (IsAsOrdered()) {
                return {};
            }
            LookAtPlace(ValueText(target_->enabled));
            return WithShadows("the process came back " + SeenValue(*process_) + " instead of " +
                               platform::QuoteForMessage(ValueText(target_->enabled)));
        }
        Publish();
        if (deadline.Passed()) {
            const std::string waited = platform::FormatDuration(options_.restart_timeout);
            return running_ ? "the command ended well and the process is still the one that ran before, after " + waited
                            : "the process did not come back within " + waited + ": " + process_problem_;
        }
        if (!Pause(kAwaitStep)) {
            return "the agent ends";
        }
    }
}

void Keeper::Finish() {
    failure_.clear();
    progress_.done = true;
    if (target_->generation > 0) {
        progress_.applied_generation = target_->generation;
    }
    Note();
    Publish();
    options_.on_event(false, "order.done",
                      "generation " + std::to_string(target_->generation) + ": the process " +
                          std::to_string(process_->pid) + " runs " + SeenValue(*process_));
    options_.on_outcome(target_->generation, true, {});
}

void Keeper::Fail(std::string reason) {
    failure_ = std::move(reason);
    retry_at_ = platform::SteadyNow() + retry_pause_;
    retry_pause_ = std::min(2 * retry_pause_, options_.longest_retry);
    Publish();
    options_.on_event(true, "order.failed", "generation " + std::to_string(target_->generation) + ": " + failure_);
    options_.on_outcome(target_->generation, false, failure_);
}

/// The order is done; that it stays so when it is one to switch off.
void Keeper::GuardOff() {
    const auto now = platform::SteadyNow();
    if (now >= place_at_) {
        LookAtPlace(ValueText(target_->enabled));
        if (!target_->enabled && !place_.Holds(ValueText(false))) {
            const auto written = place_.Write(ValueText(false));
            options_.on_event(true, "entry.mended",
                              written ? place_.Where() + " did not hold the ordered value any more" : written.error());
        }
    }
    const bool drifted = !target_->enabled && running_ && !process_->hosted && process_->Enabled() == true;
    if (!drifted) {
        failure_.clear();
        retry_pause_ = options_.first_retry;
    } else if (failure_.empty() || now >= retry_at_) {
        options_.on_event(true, "switch.drifted",
                          "the process " + std::to_string(process_->pid) +
                              " runs switched on although it was ordered off; it is restarted");
        failure_ = TryOnce();
        if (!failure_.empty()) {
            failure_ = "It runs switched on although it was ordered off, and that cannot be mended: " + failure_;
            retry_at_ = platform::SteadyNow() + retry_pause_;
            retry_pause_ = std::min(2 * retry_pause_, options_.longest_retry);
        }
    }
}

void Keeper::LookAtPlace(std::string_view wanted) {
    place_look_ = place_.Look(wanted);
    place_at_ = platform::SteadyNow() + kPlaceEvery;
}

void Keeper::Note() {
    const auto noted = WriteProgress(options_.folder, progress_);
    note_problem_ = noted ? std::string() : "What was done cannot be noted: " + noted.error() + ".";
}

std::string Keeper::WithShadows(std::string text) const {
    const std::string shadows = ShadowText(place_look_);
    if (!shadows.empty()) {
        text += "; " + shadows;
    } else if (!place_look_.remarks.empty()) {
        text += "; " + platform::Join(place_look_.remarks, "; ");
    }
    return text;
}

void Keeper::Publish() {
    Standing now;
    now.process = process_;
    now.running = running_;
    now.looked_at = looked_at_;
    now.answers = answers_;
    now.applied_generation = progress_.applied_generation;
    std::vector<std::string> problems;
    for (const std::string& problem : {process_problem_, failure_, note_problem_}) {
        if (!problem.empty()) {
            problems.push_back(problem);
        }
    }
    if (!place_look_.shadows.empty() && failure_.empty()) {
        problems.push_back("An order would not reach the process: " + ShadowText(place_look_) + ".");
    }
    now.problem = platform::Join(problems, " ");
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        const bool another =
            now.running != standing_.running || now.Enabled() != standing_.Enabled() ||
            (now.process && (!standing_.process || now.process->boot_id != standing_.process->boot_id));
        changed = another || now.applied_generation != standing_.applied_generation || now.problem != standing_.problem;
        standing_ = std::move(now);
    }
    if (changed && started_) {
        options_.on_change();
    }
}

}  // namespace pulse::agent
