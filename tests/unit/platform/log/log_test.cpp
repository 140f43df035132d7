#include "platform/log/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "platform/log/tags.hpp"

namespace platform {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LogLines : public testing::Test {
protected:
    void SetUp() override {
        Start(LogFormat::kJson, Level::kDebug);
    }
    void TearDown() override {
        StartLog({});
    }
    void Start(LogFormat format, Level level) {
        StartLog(
            {.component = "testd", .version = "1.2.3", .level = level, .format = format, .sink = [this](auto line) {
                 lines_.emplace_back(line);
             }});
    }
    json Last() const {
        return lines_.empty() ? json() : json::parse(lines_.back());
    }

    std::vector<std::string> lines_;
};

TEST_F(LogLines, CarryTimeLevelComponentAndVersion) {
    Log(Level::kWarning, "disk.slow");
    EXPECT_THAT(lines_, SizeIs(1));
    EXPECT_EQ(Last()["level"], "warning");
    EXPECT_EQ(Last()["component"], "testd");
    EXPECT_EQ(Last()["version"], "1.2.3");
    EXPECT_EQ(Last()["event"], "disk.slow");
    EXPECT_TRUE(ParseTime(Last()["time"].get<std::string>()).has_value());
}

TEST_F(LogLines, CarryFieldsOfEveryType) {
    const std::string release = "2025-01-15-audit-filter-ui";
    Log(Level::kInfo, "release.promoted",
        {{tags::kRelease, release},
         {"to", "stable"},
         {"tenants", 200},
         {"large", std::size_t{1} << 63},
         {"ratio", 0.25},
         {"forced", false},
         {"infinite", 1.0 / 0.0}});
    EXPECT_EQ(Last()["release"], release);
    EXPECT_EQ(Last()["to"], "stable");
    EXPECT_EQ(Last()["tenants"], 200);
    EXPECT_EQ(Last()["large"], std::uint64_t{1} << 63);
    EXPECT_EQ(Last()["ratio"], 0.25);
    EXPECT_EQ(Last()["forced"], false);
    EXPECT_TRUE(Last()["infinite"].is_null());
}

TEST_F(LogLines, StayOneLineOfJsonWhateverTheValues) {
    const std::string nasty("a\"b\\c\nd\re\tf\0g\x1B[31m\x7F\xC2\x9B\xFF", 22);
    Log(Level::kInfo, nasty, {{nasty, nasty}});
    ASSERT_THAT(lines_, SizeIs(1));
    for (const char c : lines_[0]) {
        EXPECT_GE(static_cast<unsigned char>(c), 0x20);
        EXPECT_NE(c, '\x7F');
    }
    EXPECT_EQ(Last().size(), 6U);

    Log(Level::kInfo, "text.kept", {{"value", "tab\tline\nquote\"\xC3\xA9"}});
    EXPECT_EQ(Last()["value"], "tab\tline\nquote\"\xC3\xA9");
}

TEST_F(LogLines, CutVeryLongValues) {
    Log(Level::kInfo, "long", {{"value", std::string(100'000, 'x')}});
    EXPECT_LT(lines_[0].size(), 10'000U);
    EXPECT_THAT(Last()["value"].get<std::string>(), HasSubstr("... (100000 bytes)"));
}

TEST_F(LogLines, LetNoFieldTakeThePlaceOfWhatTheLogSays) {
    Log(Level::kInfo, "forged",
        {{"level", "error"}, {"time", "never"}, {"event", "other"}, {tags::kComponent, "agent"}});
    EXPECT_EQ(Last()["level"], "info");
    EXPECT_EQ(Last()["level_"], "error");
    EXPECT_EQ(Last()["event"], "forged");
    EXPECT_EQ(Last()["component"], "agent");
}

TEST_F(LogLines, ReadWellAsText) {
    Start(LogFormat::kText, Level::kInfo);
    Log(Level::kInfo, "release.promoted",
        {{"to", "stable"}, {"note", "two words"}, {"n", 3}, {"none", ""}, {"x", "a\nb"}});
    EXPECT_THAT(lines_[0],
                HasSubstr("Z info    testd/1.2.3 release.promoted to=stable note=\"two words\" n=3 none=\"\" "
                          "x=\"a\\nb\""));
}

TEST_F(LogLines, AreWrittenFromTheirLevelOn) {
    Start(LogFormat::kJson, Level::kWarning);
    Log(Level::kInfo, "quiet");
    EXPECT_FALSE(LogEnabled(Level::kInfo));
    EXPECT_TRUE(LogEnabled(Level::kWarning));
    EXPECT_THAT(lines_, IsEmpty());
    SetLogLevel(Level::kDebug);
    Log(Level::kDebug, "loud");
    EXPECT_THAT(lines_, SizeIs(1));
}

TEST_F(LogLines, InheritTheScopesOfTheirThread) {
    {
        const LogScope request({{tags::kRequestId, "r1"}, {tags::kActor, "ann"}});
        {
            const LogScope tenant({{tags::kTenant, "acme"}});
            Log(Level::kInfo, "inner", {{"n", 1}});
            EXPECT_EQ(Last()["request_id"], "r1");
            EXPECT_EQ(Last()["tenant"], "acme");
            std::thread([] { Log(Level::kInfo, "elsewhere"); }).join();
            EXPECT_FALSE(Last().contains("request_id"));
        }
        Log(Level::kInfo, "outer");
        EXPECT_EQ(Last()["actor"], "ann");
        EXPECT_FALSE(Last().contains("tenant"));
    }
    Log(Level::kInfo, "outside");
    EXPECT_FALSE(Last().contains("actor"));
}

TEST_F(LogLines, ComeWholeFromManyThreads) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([t] {
            const LogScope scope({{tags::kRequestId, std::to_string(t)}});
            for (int i = 0; i < 250; ++i) {
                Log(Level::kInfo, "busy", {{"i", i}, {"t", t}});
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    ASSERT_THAT(lines_, SizeIs(1'000));
    for (const std::string& line : lines_) {
        const json parsed = json::parse(line);
        EXPECT_EQ(parsed["request_id"], std::to_string(parsed["t"].get<int>()));
    }
}

TEST_F(LogLines, NeverShowSecrets) {
    const LogScope scope({{"header", "Bearer pcl_scopesecret"}});
    Log(Level::kInfo, "request pcl_eventsecret", {{"query", "a=1&token=pcl_fieldsecret&b=2"}});
    EXPECT_EQ(Last()["query"], "a=1&token=pcl_[redacted]&b=2");
    EXPECT_EQ(lines_[0].find("secret"), std::string::npos) << lines_[0];
}

TEST_F(LogLines, CutAfterRedactingNotBefore) {
    Log(Level::kInfo, "long", {{"url", std::string(8'170, 'x') + "://user:sesame@host/"}});
    EXPECT_EQ(lines_[0].find("ses"), std::string::npos);
}

TEST_F(LogLines, AreLostWithoutHarmWhenTheSinkThrows) {
    StartLog({.sink = [](std::string_view) { throw std::runtime_error("disk full"); }});
    EXPECT_NO_THROW(Log(Level::kError, "lost"));
}

TEST(LogToStandardError, WritesOneLineEach) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDERR_FILENO);
        StartLog({.component = "child", .version = "1"});
        Log(Level::kInfo, "one");
        Log(Level::kDebug, "hidden");
        Log(Level::kError, "two");
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string output;
    char buffer[256];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        output.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    const std::size_t end = output.find('\n');
    EXPECT_EQ(json::parse(output.substr(0, end))["event"], "one");
    EXPECT_EQ(json::parse(output.substr(end + 1))["event"], "two");
}

TEST(Limiter, LetsOneLinePassPerInterval) {
    using std::chrono::seconds;
    LogLimiter limiter(seconds(10));
    const SteadyTime start{seconds(1'000)};
    EXPECT_EQ(limiter.Admit(start), 0U);
    EXPECT_EQ(limiter.Admit(start), std::nullopt);
    EXPECT_EQ(limiter.Admit(start + seconds(9)), std::nullopt);
    EXPECT_EQ(limiter.Admit(start + seconds(10)), 2U);
    EXPECT_EQ(limiter.Admit(start + seconds(11)), std::nullopt);
    EXPECT_EQ(limiter.Admit(start + seconds(100)), 1U);
    EXPECT_EQ(limiter.Admit(start + seconds(200)), 0U);
}

TEST(Limiter, LetsOneOfManyThreadsPass) {
    LogLimiter limiter(std::chrono::hours(1));
    std::atomic<int> passed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1'000; ++i) {
                passed += limiter.Admit(SteadyNow()).has_value() ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(passed, 1);
}

TEST_F(LogLines, SayHowManyWereHeldBack) {
    LogLimiter limiter(std::chrono::hours(1));
    for (int i = 0; i < 5; ++i) {
        LogLimited(limiter, Level::kWarning, "noisy", {{"i", i}});
    }
    ASSERT_THAT(lines_, SizeIs(1));
    EXPECT_FALSE(Last().contains("held_back"));

    LogLimiter always(Duration::zero());
    LogLimited(always, Level::kWarning, "noisy");
    EXPECT_THAT(lines_, SizeIs(2));
}

TEST(LogNames, ReadBothWays) {
    for (const auto& name : EnumNames<Level>::kNames) {
        EXPECT_EQ(ParseEnum<Level>(EnumText(name.value)), name.value);
    }
    for (const auto& name : EnumNames<LogFormat>::kNames) {
        EXPECT_EQ(ParseEnum<LogFormat>(EnumText(name.value)), name.value);
    }
}

}  // namespace
}  // namespace platform
