// What the statements about verifications and about watches share: which part of an operation, and its steps.
// For verifications.cpp and watches.cpp alone.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "controller/store/tx.hpp"
#include "controller/store/verifications.hpp"

namespace store {

using PartKey = std::pair<policy::RecordId, InstanceId>;

inline policy::Duration MicrosecondsOf(Columns& in) {
    return std::chrono::microseconds(in.Int());
}

/// Columns of many steps, for unnest.
class StepRows {
public:
    void Add(const policy::RecordId& operation, const InstanceId& instance, const SeenStep& step);
    void Insert(Tx& tx) const;

private:
    std::vector<policy::RecordId> operations_;
    std::vector<InstanceId> instances_;
    std::vector<std::string> steps_;
    std::vector<std::string> outcomes_;
    std::vector<std::string> details_;
    std::vector<std::string> evidence_;
};

template <typename Row>
std::pair<std::vector<policy::RecordId>, std::vector<InstanceId>> PartsOf(const std::vector<Row>& rows) {
    std::pair<std::vector<policy::RecordId>, std::vector<InstanceId>> parts;
    for (const Row& row : rows) {
        parts.first.push_back(row.operation);
        parts.second.push_back(row.instance);
    }
    return parts;
}

}  // namespace store
