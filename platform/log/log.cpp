// The only file that knows spdlog. It gives us the sinks, their locking and the level check; the text of a line is
// ours, because spdlog's patterns know no fields.
#include "platform/log/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <mutex>
#include <utility>

#include "platform/log/line.hpp"

namespace platform {
namespace {

spdlog::level::level_enum ToSpdlog(Level level) {
    switch (level) {
        case Level::kDebug:
            return spdlog::level::debug;
        case Level::kInfo:
            return spdlog::level::info;
        case Level::kWarning:
            return spdlog::level::warn;
        case Level::kError:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

class FunctionSink : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(std::function<void(std::string_view)> write) : write_(std::move(write)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        write_({message.payload.data(), message.payload.size()});
    }
    void flush_() override {}

    std::function<void(std::string_view)> write_;
};

/// What a line needs; replaced as a whole, so that a line never mixes two set-ups.
struct LogState {
    explicit LogState(LogOptions log_options) : options(std::move(log_options)), logger("log", MakeSink(options)) {
        logger.set_pattern("%v");
        logger.set_level(ToSpdlog(options.level));
        // Lines are lost rather than reported: where would one report to, when standard error is gone?
        logger.set_error_handler([](const std::string&) {});
    }

    static spdlog::sink_ptr MakeSink(const LogOptions& options) {
        if (options.sink) {
            return std::make_shared<FunctionSink>(options.sink);
        }
        return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }

    LogOptions options;
    spdlog::logger logger;
};

std::mutex& StateMutex() {
    static std::mutex mutex;
    return mutex;
}

// Never destroyed: threads that outlive main may still log.
std::shared_ptr<LogState>& StatePointer() {
    static auto* const state = new std::shared_ptr<LogState>(std::make_shared<LogState>(LogOptions{}));
    return *state;
}

std::shared_ptr<LogState> CurrentState() {
    const std::lock_guard lock(StateMutex());
    return StatePointer();
}

// Asked before every line, so it is read without the lock.
std::atomic<Level> current_level{Level::kInfo};

std::vector<std::pair<std::string, std::string>>& ScopeFields() {
    thread_local std::vector<std::pair<std::string, std::string>> fields;
    return fields;
}

void WriteLine(Level level, std::string_view event, std::span<const LogField> fields) noexcept {
    try {
        const std::shared_ptr<LogState> state = CurrentState();
        const LogLine line{SystemNow(),   level, state->options.component, state->options.version, event,
                           ScopeFields(), fields};
        const std::string text = FormatLogLine(state->options.format, line);
        state->logger.log(ToSpdlog(level), spdlog::string_view_t(text.data(), text.size()));
    } catch (...) {  // Out of memory, or a sink that fails: the operation that wanted to log goes on.
    }
}

}  // namespace

void StartLog(LogOptions options) {
    auto state = std::make_shared<LogState>(std::move(options));
    current_level = state->options.level;
    const std::lock_guard lock(StateMutex());
    StatePointer() = std::move(state);
}

void SetLogLevel(Level level) {
    CurrentState()->logger.set_level(ToSpdlog(level));
    current_level = level;
}

bool LogEnabled(Level level) {
    return level >= current_level.load(std::memory_order_relaxed);
}

void Log(Level level, std::string_view event, std::initializer_list<LogField> fields) {
    if (LogEnabled(level)) {
        WriteLine(level, event, {fields.begin(), fields.size()});
    }
}

LogScope::LogScope(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
    : count_(fields.size()) {
    for (const auto& [key, value] : fields) {
        ScopeFields().emplace_back(key, value);
    }
}

LogScope::~LogScope() {
    auto& fields = ScopeFields();
    fields.resize(fields.size() - count_);
}

std::optional<std::uint64_t> LogLimiter::Admit(SteadyTime now) {
    const std::int64_t moment = std::chrono::nanoseconds(now.time_since_epoch()).count();
    std::int64_t next = next_.load(std::memory_order_relaxed);
    // Whoever moves the time forward writes the line; of several threads exactly one does.
    if (moment < next || !next_.compare_exchange_strong(next, moment + std::chrono::nanoseconds(interval_).count())) {
        held_back_.fetch_add(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    return held_back_.exchange(0, std::memory_order_relaxed);
}

void LogLimited(LogLimiter& limiter, Level level, std::string_view event, std::initializer_list<LogField> fields) {
    if (!LogEnabled(level)) {
        return;
    }
    const std::optional<std::uint64_t> held_back = limiter.Admit(SteadyNow());
    if (!held_back) {
        return;
    }
    std::vector<LogField> all(fields);
    if (*held_back > 0) {
        all.emplace_back("held_back", *held_back);
    }
    WriteLine(level, event, all);
}

}  // namespace platform
