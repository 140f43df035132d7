// SIGTERM and SIGINT: the first asks for an orderly end, the second ends the process at once. A part of the program may
// ask for the orderly end, too; that is no signal.
//
// Block must run before any other thread starts: threads inherit the mask. One object per process.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>

namespace platform {

class Signals {
public:
    /// Keeps the signals from every thread that starts after it.
    static void Block();

    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// Returns the name of the signal when there was one; empty when the program asked by itself.
    std::string_view WaitForFirst();
    /// From any thread; WaitForFirst returns.
    void WakeUp();
    /// Whether there was a signal so far.
    bool Asked();

private:
    void Listen();

    std::mutex mutex_;
    std::condition_variable changed_;
    int first_ = 0;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace platform
