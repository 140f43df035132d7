// Answers the controller's requests to look at the process: the operator's checklist, asked of the process beside the
// agent, with its environment and start from the kernel. And the short question that is asked in between.
//
// A thread of its own, for a checklist takes seconds; requests that come meanwhile wait, the newest few of them.
// Examine and AskSwitch may be called from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "pulse/agent/keeper.hpp"
#include "tenancy/probe/checklist.hpp"
#include "tenancy/wire/inventory.hpp"

namespace pulse::agent {

struct ExaminerOptions {
    tenancy::probe::Target target;  // without a URL nothing can be asked
    std::string orgs_folder;        // of the data folder; empty: tenants are not known
    ProcessRule process;
    std::function<Standing()> standing;
};

class Examiner {
public:
    explicit Examiner(ExaminerOptions options);
    ~Examiner();
    Examiner(const Examiner&) = delete;
    Examiner& operator=(const Examiner&) = delete;

    using Reply = std::function<void(const tenancy::wire::Evidence&)>;
    void Examine(const tenancy::wire::VerifyRequest& request, Reply reply);

    /// What there is of tenants; empty when that is not known.
    std::optional<tenancy::wire::Inventory> Inventory() const;

private:
    void Run();
    tenancy::wire::Evidence AnswerTo(const tenancy::wire::VerifyRequest& request) const;

    const ExaminerOptions options_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<tenancy::wire::VerifyRequest, Reply>> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

/// What the routes of the process say about its switch: 501 is off, 200 and 402 are on; anything else says nothing.
std::optional<bool> AskSwitch(const std::string& url, const std::string& canary);

}  // namespace pulse::agent
