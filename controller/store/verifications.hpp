// Who is to be asked to verify an order, what came back, and the watch after it (migrations/controller/0011).
//
// The database says who is owed a question: an instance that has applied an order, or whose window is open. Any
// controller that holds its connection may ask; an instance has one question at a time. What came back is kept in
// operation_steps, which is what claims are made from; the rows here only say whom to ask next and when, by the
// machine's clock. Everything is done for many instances in one statement. Errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/store/operations.hpp"

namespace store {

struct Question {
    std::string request;
    bool watch = false;  // else: verify
    std::int64_t attempt = 1;
    InstanceId instance;
    policy::RecordId operation;
    std::string kind;  // as fleet::OperationKind
    bool enabled = false;
    std::string mode;
    std::int64_t generation = 0;  // of its order
    policy::Duration ordered_ago{};
    std::optional<std::string> boot_before;
    std::optional<TenantCount> tenants_before;
    // Of the instance's newest order, for who looks at it beside itself:
    std::string flags;           // a JSON object; empty when the operation is about the switch
    bool switch_on = false;      // as ordered
    bool flags_settled = false;  // ordered so for longer than the patience of drift
};

/// Questions that are due to instances connected to `controller`, noted as asked; one that is not answered within
/// `answer_within`, or that a controller asked that is not connected any more, is due again.
std::vector<Question> ClaimQuestions(Tx& tx, const std::string& controller, std::size_t most,
                                     policy::Duration answer_within);

struct SeenStep {
    std::string step;  // as fleet::Step
    std::string outcome;
    std::string detail;
    std::string evidence;  // a JSON object
};

struct SeenSample {
    std::int64_t requests = 0;
    std::int64_t errors_5xx = 0;  // without 501
    std::int64_t errors_501 = 0;
    bool default_org_ok = false;
};

/// What a controller saw itself in the course of a watch.
struct WitnessSample {
    InstanceId instance;
    policy::RecordId operation;
    bool counted = false;  // `seen` has the process's counters
    SeenSample seen;
    std::optional<bool> as_ordered;  // as far as it can be seen from outside
    std::string detail;
};
/// Those of watches that have not ended.
void RecordWitnessSamples(Tx& tx, const std::vector<WitnessSample>& samples);

struct Answer {
    InstanceId instance;
    std::string request;
    std::vector<SeenStep> steps;
    std::optional<SeenSample> sample;
};

/// An answer to a question that was open.
struct Answered {
    InstanceId instance;
    policy::RecordId operation;
    bool watch = false;
    std::int64_t attempt = 1;
    std::string kind;
    std::string mode;
    policy::Duration watch_for{};
    bool default_org_ok = true;        // as its sample says
    std::vector<OperationStep> steps;  // the latest of each on record, without evidence
};

/// Records the answers to questions that are open; others are nobody's. All steps of an answer are one attempt. What an
/// instance says of its tenants is what it is compared with at the next order.
std::vector<Answered> RecordAnswers(Tx& tx, const std::vector<Answer>& answers);

/// A step that an answer left out, of its attempt: inconclusive, so that none of an earlier attempt stands for it.
struct LeftOutStep {
    InstanceId instance;
    policy::RecordId operation;
    std::string step;
    std::string detail;
    std::int64_t attempt = 1;
};
void RecordLeftOut(Tx& tx, const std::vector<LeftOutStep>& steps);

/// What comes after an answer.
struct FollowUp {
    InstanceId instance;
    policy::RecordId operation;
    enum class State : std::uint8_t { kVerify, kWatch, kDone };
    State state = State::kVerify;
    policy::Duration ask_after{};    // verify and watch
    policy::Duration watch_for{};    // when its watch begins
    policy::Duration watch_every{};  // of a watch
    bool witnessed = false;          // when its watch begins: a controller looks, too, and its samples are due
};
/// A watch that runs already keeps its window.
void SetFollowUps(Tx& tx, const std::vector<FollowUp>& follow_ups);

/// A watch whose window has ended, or that is named: locked, those that another controller is about are left out.
struct Watch {
    InstanceId instance;
    policy::RecordId operation;
    policy::Duration window{};
    policy::Duration elapsed{};
    policy::Duration every{};
    bool witnessed = false;
    struct Sample {
        policy::Duration at{};  // since the window was opened
        bool by_controller = false;
        bool counted = true;
        SeenSample seen;
        std::optional<bool> as_ordered;
        std::string detail;
    };
    std::vector<Sample> samples;  // in the order they were taken
};
std::vector<Watch> LockWatches(Tx& tx, const std::vector<InstanceId>& named, std::size_t most);

struct WatchResult {
    InstanceId instance;
    policy::RecordId operation;
    SeenStep step;
};
/// The step `watch`, and the end of it.
void EndWatches(Tx& tx, const std::vector<WatchResult>& results);

/// What an instance said of its tenants outside a verification.
void RecordTenants(Tx& tx, const InstanceId& instance, const TenantCount& tenants);

}  // namespace store
