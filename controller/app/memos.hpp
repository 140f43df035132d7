// Decision memos (specification, section 9): drafted from the facts, decided by a person, signed over the content hash,
// immutable. Errors as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/app/promotions.hpp"
#include "controller/policy/memo_document.hpp"
#include "controller/wire/record_json.hpp"

namespace app {

/// What the facts give now: no decision, no number, nothing stored.
Outcome<policy::MemoDocument> DraftMemo(store::Tx& tx, const policy::ReleaseId& release, policy::Channel target,
                                        const Measurements& measurements);

/// MEM-2 to MEM-4: a GO whose checklist is not all true is refused with every reason.
Outcome<wire::MemoSummary> DecideMemo(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                      const wire::DecideMemo& command, const Measurements& measurements);

/// MEM-5: over the hash of the content the person has seen.
Outcome<wire::MemoSummary> SignMemo(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                    std::int64_t number, const wire::SignMemo& command);

Outcome<wire::MemoSummary> ShowMemo(store::Tx& tx, const policy::ReleaseId& release, std::int64_t number);
/// The whole document, for rendering.
Outcome<policy::MemoDocument> LoadMemoDocument(store::Tx& tx, const policy::ReleaseId& release, std::int64_t number);
Outcome<Page<wire::MemoSummary>> ListMemos(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page);

}  // namespace app
