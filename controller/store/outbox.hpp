// Events for subscribers, written in the same transaction as what they tell. Errors as store::Database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"

namespace store {

struct OutboxEvent {
    std::int64_t seq = 0;
    policy::Time at{};
    std::string kind;     // "release.promoted"
    std::string subject;  // what it is about: a release's, tenant's or incident's id
    std::string data;     // a JSON object
};

struct NewOutboxEvent {
    std::string kind;
    std::string subject;
    std::string data;  // a JSON object
};

void AppendOutbox(Tx& tx, const std::string& kind, const std::string& subject, const std::string& data_json);
/// In order, at most `limit`, after `seq`.
std::vector<OutboxEvent> LoadOutbox(Tx& tx, std::int64_t after_seq, int limit);

}  // namespace store
