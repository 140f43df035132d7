// Structured log lines on standard error: one line per event, JSON by default.
//
//     platform::Log(Level::kInfo, "release.promoted", {{tags::kRelease, id.Text()}, {"to", "stable"}});
//
// An event is a short constant name (`noun.verb`); everything that varies is a field. Every line carries time, level,
// component and version, and the fields of the LogScopes that are open on its thread.
//
// Levels, and what they promise to the person on call:
//   error    somebody has to act: an operation failed and will not heal by itself, or our own code is wrong.
//   warning  something went wrong and was handled; worth a look when it repeats.
//   info     a fact about a healthy system that an operator wants to see: started, stopped, promoted, refused.
//   debug    for developers; off unless asked for; may be many lines per request.
// Nothing a caller of the API can repeat at will is above info, or it would be a way to wake people up; what can
// happen many times a second is logged through a LogLimiter.
//
// Values are never trusted: they are escaped, cut when they are very long, and whatever looks like a secret is replaced
// (RedactSecrets). Invariant: whatever the fields hold, one call writes at most one line.
//
// Thread safety: everything may be called from any thread, at any time. Errors: logging never throws and never fails
// the operation that logs; a line that cannot be written is lost.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/enum_text.hpp"

namespace platform {

enum class Level { kDebug, kInfo, kWarning, kError };

template <>
struct EnumNames<Level> {
    static constexpr std::array<EnumName<Level>, 4> kNames = {
        {{Level::kDebug, "debug"}, {Level::kInfo, "info"}, {Level::kWarning, "warning"}, {Level::kError, "error"}}};
};

enum class LogFormat { kJson, kText };

template <>
struct EnumNames<LogFormat> {
    static constexpr std::array<EnumName<LogFormat>, 2> kNames = {
        {{LogFormat::kJson, "json"}, {LogFormat::kText, "text"}}};
};

/// Text, a whole number, a fraction or a truth value. Text is not copied: it must live until Log returns.
struct LogField {
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    template <typename T>
    LogField(std::string_view field_key, const T& field_value) : key(field_key), value(ToValue(field_value)) {}

    std::string_view key;
    Value value;

private:
    template <typename T>
    static Value ToValue(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            return value;
        } else if constexpr (std::is_floating_point_v<T>) {
            return static_cast<double>(value);
        } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
            return static_cast<std::int64_t>(value);
        } else if constexpr (std::is_integral_v<T>) {
            return static_cast<std::uint64_t>(value);
        } else {
            return std::string_view(value);
        }
    }
};

struct LogOptions {
    std::string component;  // the program's name
    std::string version;
    Level level = Level::kInfo;
    LogFormat format = LogFormat::kJson;
    /// Gets each finished line, without line feed, one call at a time. Standard error when empty.
    std::function<void(std::string_view)> sink;
};

/// Sets up the process's log. Lines before that go to standard error as JSON, without component.
void StartLog(LogOptions options);

/// May be called while the program runs.
void SetLogLevel(Level level);
/// True when a line of that level would be written: ask before computing expensive fields.
bool LogEnabled(Level level);

void Log(Level level, std::string_view event, std::initializer_list<LogField> fields = {});

/// Adds fields to every line that this thread writes until the scope ends.
class LogScope {
public:
    LogScope(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
    ~LogScope();
    LogScope(const LogScope&) = delete;
    LogScope& operator=(const LogScope&) = delete;

private:
    std::size_t count_;
};

/// At most one line per interval; the next line that passes says how many did not. One limiter per place that logs.
class LogLimiter {
public:
    explicit LogLimiter(Duration interval) : interval_(interval) {}

    /// How many lines were held back since the last one that passed; nothing when this one is held back too.
    std::optional<std::uint64_t> Admit(SteadyTime now);

private:
    const Duration interval_;
    std::atomic<std::int64_t> next_{INT64_MIN};  // steady nanoseconds
    std::atomic<std::uint64_t> held_back_{0};
};

/// Log through a limiter; lines that pass carry `held_back` when others did not.
void LogLimited(LogLimiter& limiter, Level level, std::string_view event, std::initializer_list<LogField> fields = {});

/// `text` with what looks like a secret replaced: API tokens (`pcl_...`), JSON web tokens, passwords inside URLs,
/// private keys in PEM. The log does this to every value; use it for text that leaves in another way.
std::string RedactSecrets(std::string_view text);

}  // namespace platform
