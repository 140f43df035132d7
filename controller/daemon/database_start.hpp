// Waits for a database that is not there or hangs when the program starts, and prepares it as soon as it answers.
//
// The first attempt is the constructor's: when the database answers, nothing has happened behind it that did not happen
// before, and what the operator has to mend is thrown (StartError and others). When it does not answer, a thread goes
// on trying, with growing pauses, and until it has succeeded Prepared() is false: no connection of this program's pools
// is given out (store::DatabaseOptions::prepared). What the operator has to mend then ends the program, as it would
// have at the start: `on_failure` is called once, on the thread, and Failure() says why.
//
// One owner thread; Prepared, IsPrepared and Failure from any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace controller::daemon {

class DatabaseStart {
public:
    /// `prepare` throws store::Unavailable while the database does not answer.
    explicit DatabaseStart(std::function<void()> prepare);
    ~DatabaseStart();
    DatabaseStart(const DatabaseStart&) = delete;
    DatabaseStart& operator=(const DatabaseStart&) = delete;

    /// Goes on trying, if that is needed.
    void KeepTrying(std::function<void()> on_failure);

    const std::shared_ptr<const std::atomic<bool>> Prepared() const {
        return prepared_;
    }
    bool IsPrepared() const {
        return prepared_->load();
    }
    /// Null: there was none.
    std::exception_ptr Failure() const;

private:
    void Run();
    bool Attempt();

    const std::function<void()> prepare_;
    const std::shared_ptr<std::atomic<bool>> prepared_ = std::make_shared<std::atomic<bool>>(false);
    std::function<void()> on_failure_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::exception_ptr failure_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace controller::daemon
