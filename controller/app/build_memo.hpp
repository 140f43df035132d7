// The memo that facts give, before anybody decides. Internal to app. Errors as store::Database.
#pragma once

#include "controller/policy/facts.hpp"
#include "controller/policy/memo_document.hpp"
#include "controller/store/database.hpp"

namespace app {

/// `facts.to` is the memo's target. Checklist, approvers and record are filled in; decision, number and hash are not.
policy::MemoDocument BuildMemo(store::Tx& tx, const policy::PromotionFacts& facts);

}  // namespace app
