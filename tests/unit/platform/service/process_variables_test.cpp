// What a process was started with, read while it is started, too.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>
#include <thread>

#include "platform/service/process_variables.hpp"
#include "tests/support/process.hpp"

namespace platform {
namespace {

using std::chrono::seconds;

constexpr std::string_view kVariable = "PULSE_TEST_SWITCH";

/// A child that is forked and starts its program, with an environment of its own, when it is told to.
class HeldBack {
public:
    explicit HeldBack(std::string environment) {
        EXPECT_EQ(::pipe2(gate_.data(), O_CLOEXEC), 0);
        std::array<char*, 2> variables{environment.empty() ? nullptr : environment.data(), nullptr};
        std::array<const char*, 3> words{"/bin/sleep", "3600", nullptr};
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(gate_[1]);
            char go = 0;
            if (::read(gate_[0], &go, 1) == 1) {
                ::execve(words[0], const_cast<char**>(words.data()), variables.data());
            }
            ::_exit(1);
        }
        ::close(gate_[0]);
    }
    ~HeldBack() {
        ::close(gate_[1]);
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    HeldBack(const HeldBack&) = delete;
    HeldBack& operator=(const HeldBack&) = delete;

    pid_t Pid() const {
        return pid_;
    }
    void Go() const {
        EXPECT_EQ(::write(gate_[1], "g", 1), 1);
    }
    void Kill() const {
        ::kill(pid_, SIGKILL);
    }

private:
    std::array<int, 2> gate_{-1, -1};
    pid_t pid_ = 0;
};

/// A look that is under way in another thread.
class Reading {
public:
    Reading(pid_t process, std::string_view name)
        : thread_([this, process, name] { told_.set_value(ReadProcessVariables(process, {name}, seconds(300))); }) {}
    ~Reading() {
        thread_.join();
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    bool GoesOn() const {
        return future_.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout;
    }
    ProcessVariables Get() {
        return future_.get();
    }

private:
    std::promise<ProcessVariables> told_;
    std::future<ProcessVariables> future_ = told_.get_future();
    std::thread thread_;
};

TEST(ProcessVariables, AreThoseTheProcessWasStartedWith) {
    support::ProcessOptions options;
    options.environment = {{"PULSE_TEST_SWITCH", " true "}, {"PULSE_TEST", "short"}, {"PULSE_EMPTY", ""}};
    support::Process child({"sh", "-c", "echo started; while :; do sleep 60; done"}, options);
    ASSERT_TRUE(child.WaitForLine("started"));
    const auto read = ReadProcessVariables(child.Pid(), {kVariable, "PULSE_TEST", "PULSE_EMPTY", "PULSE_NOT_THERE"});
    EXPECT_TRUE(read.readable);
    EXPECT_FALSE(read.starting);
    EXPECT_EQ(read.Value(kVariable), " true ");
    EXPECT_EQ(read.Value("PULSE_TEST"), "short") << "a name that begins alike is another one";
    EXPECT_EQ(read.Value("PULSE_EMPTY"), "");
    EXPECT_FALSE(read.Value("PULSE_NOT_THERE"));
    EXPECT_FALSE(read.Value("PATH")) << "nobody asked for it";
}

TEST(ProcessVariables, OfAProcessThatIsGoneAreUnknownRatherThanUnset) {
    const auto read = ReadProcessVariables(999'999'999, {"PATH"});
    EXPECT_FALSE(read.readable);
    EXPECT_FALSE(read.starting);
}

TEST(ProcessVariables, AreNotThoseOfTheProcessThatForkedIt) {
    ::setenv(std::string(kVariable).c_str(), "of the parent", 1);
    const HeldBack child(std::string(kVariable) + "=its own");
    Reading read(child.Pid(), kVariable);
    EXPECT_TRUE(read.GoesOn()) << "it has begun no program";
    child.Go();
    EXPECT_EQ(read.Get().Value(kVariable), "its own");
    ::unsetenv(std::string(kVariable).c_str());
}

TEST(ProcessVariables, ThereMayBeNone) {
    const HeldBack child("");
    child.Go();
    const auto read = ReadProcessVariables(child.Pid(), {"PATH"}, seconds(300));
    EXPECT_TRUE(read.readable);
    EXPECT_FALSE(read.Value("PATH"));
}

TEST(ProcessVariables, OfAForkThatStartsNoProgramAreBelievedAfterAWhile) {
    const HeldBack child("");
    const auto read = ReadProcessVariables(child.Pid(), {"PATH"}, std::chrono::milliseconds(50));
    EXPECT_TRUE(read.readable);
    EXPECT_TRUE(read.Value("PATH")) << "those of the process that forked it, for good";
}

TEST(ProcessVariables, OfOneThatEndsMeanwhileAreUnknown) {
    const HeldBack child("");
    Reading read(child.Pid(), "PATH");
    child.Kill();
    EXPECT_FALSE(read.Get().readable);
}

// As it happens in practice: many starts, each looked at from its first moment on.
TEST(ProcessVariables, AreRightFromTheFirstMomentOn) {
    for (int round = 0; round < 200; ++round) {
        const HeldBack child(std::string(kVariable) + "=its own");
        child.Go();
        const auto read = ReadProcessVariables(child.Pid(), {kVariable}, seconds(300));
        ASSERT_TRUE(read.readable) << round;
        ASSERT_EQ(read.Value(kVariable), "its own") << round;
    }
}

}  // namespace
}  // namespace platform
