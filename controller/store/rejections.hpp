// What instances turned away, and how much of it has been entered in the audit log (migration 0020). Errors as
// store::Database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/store/database.hpp"

namespace store {

struct Rejection {
    policy::InstanceId instance;
    std::string boot_id;
    std::int64_t rejected = 0;  // since that process began; above zero
};

struct MoreRejected {
    policy::InstanceId instance;
    std::int64_t more = 0;
};

/// Those of which more was turned away than is noted, each instance named once in `rejections`. It is noted then: the
/// same again gives nothing.
std::vector<MoreRejected> NoteRejections(Tx& tx, const std::vector<Rejection>& rejections);

}  // namespace store
