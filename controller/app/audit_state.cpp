#include "controller/app/audit_state.hpp"

#include <algorithm>

namespace app {

AuditState ShowAuditState(store::Tx& tx) {
    return {store::LoadAuditHead(tx), store::LoadLastCheckpoint(tx)};
}

std::vector<store::AuditCheckpoint> ListCheckpoints(store::Tx& tx) {
    auto checkpoints = store::LoadCheckpoints(tx, 1, store::LoadAuditHead(tx).seq);
    std::ranges::reverse(checkpoints);
    return checkpoints;
}

}  // namespace app
