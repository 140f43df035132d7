// What is next of an operation that goes batch by batch: wait, order the next batch, or stop. Pure; thread safe.
//
// A batch is over when nothing about its instances is about to change by itself: each is verified (or applied, when
// that was all that was asked for), or is known not to be. Told to stop on a failure, nothing is ordered after a batch
// with an instance that is not done, whatever the reason; those that a newer order has taken over, and those that the
// switch does not decide for, are no failures of it.
#pragma once

#include <string>
#include <vector>

#include "controller/fleet/plan/outcome.hpp"

namespace fleet {

struct BatchedInstance {
    std::string name;
    int batch = 1;
    bool issued = false;
    Judgement judgement;
};

struct NextStep {
    enum class What : std::uint8_t { kNothing, kWait, kIssue, kHalt };
    What what = What::kNothing;          // nothing: there is no batch left
    int batch = 0;                       // to issue; or the last that was, of one that is halted
    std::string why;                     // it is halted; for people
    std::vector<std::string> instances;  // it is halted for
};

NextStep DecideNext(const std::vector<BatchedInstance>& instances, bool verify, bool stop_on_failure);

}  // namespace fleet
