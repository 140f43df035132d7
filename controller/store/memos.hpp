// Decided memos and their signatures (section 9). Append-only and immutable: a later decision is a new memo.
//
// PostgreSQL refuses a GO over an open hard stop or an unmet stay (MEM-2), a content that is not its hash, a decision
// or signature by a component (SOD-1), one by somebody who does not hold the role now (SOD-4), over another hash
// (SOD-5), and two signatures by one person (SOD-2). Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

struct MemoSignature {
    policy::Role role = policy::Role::kSystemOwner;
    policy::PrincipalId principal;
    std::string display_name;
    std::string content_hash;
    policy::Time signed_at{};
    bool entitled = false;  // SOD-4: active and holding the role now
};

struct Memo {
    policy::ReleaseId release;
    std::int64_t number = 0;
    policy::Channel target = policy::Channel::kStable;
    policy::Decision decision = policy::Decision::kNoGo;
    std::string manifest_content_hash;
    bool manifest_matches = false;  // with the manifest as it is now
    bool newest = false;            // of its target
    std::string content;            // canonical JSON
    std::string content_hash;
    policy::PrincipalId decided_by;
    policy::Time decided_at{};
    std::vector<MemoSignature> signatures;
};

struct NewMemo {
    policy::ReleaseId release;
    std::int64_t number = 0;  // NextMemoNumber, with the release locked
    policy::Channel target = policy::Channel::kStable;
    policy::Decision decision = policy::Decision::kNoGo;
    std::string manifest_content_hash;
    std::string content;
    std::string content_hash;
    policy::PrincipalId decided_by;
};

/// The number is part of the memo's content, so it is asked for first. Lock the release before.
std::int64_t NextMemoNumber(Tx& tx, const policy::ReleaseId& release);
Memo InsertMemo(Tx& tx, const NewMemo& memo);
std::optional<Memo> LoadMemo(Tx& tx, const policy::ReleaseId& release, std::int64_t number);
/// Ordered by number; `after` is a memo's number.
Page<Memo> ListMemos(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// Conflict when that role has signed already.
Memo InsertMemoSignature(Tx& tx, const policy::ReleaseId& release, std::int64_t number, policy::Role role,
                         const policy::PrincipalId& principal, const std::string& content_hash);

}  // namespace store
