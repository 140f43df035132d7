// Stored memos as documents and summaries. Internal to app. Errors as store::Database.
#pragma once

#include "controller/policy/memo_document.hpp"
#include "controller/store/memos.hpp"
#include "controller/wire/record_json.hpp"

namespace app {

/// The stored content with its hash and the signatures given since.
policy::MemoDocument MemoDocumentOf(const store::Memo& row);
wire::MemoSummary ViewMemo(const store::Memo& row);

}  // namespace app
