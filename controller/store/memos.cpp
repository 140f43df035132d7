#include "controller/store/memos.hpp"

#include <algorithm>

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define MEMO_COLUMNS                                                                                               \
    " m.release_id, m.number, m.target, m.decision, m.manifest_content_hash,"                                      \
    " m.manifest_content_hash = r.content_hash, NOT EXISTS (SELECT FROM memos n WHERE n.release_id = m.release_id" \
    " AND n.target = m.target AND n.number > m.number), m.content, m.content_hash, m.decided_by, m.decided_at"     \
    " FROM memos m JOIN releases r ON r.id = m.release_id "

constexpr Statement kNextMemo{"memo_next", R"sql(
    SELECT coalesce(max(number), 0) + 1 FROM memos WHERE release_id = $1)sql"};
constexpr Statement kInsertMemo{"memo_insert", R"sql(
    INSERT INTO memos (release_id, number, target, decision, manifest_content_hash, content, content_hash, decided_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql"};
constexpr Statement kLoadMemo{"memo_load", "SELECT" MEMO_COLUMNS "WHERE m.release_id = $1 AND m.number = $2"};
constexpr Statement kListMemos{"memo_list", "SELECT" MEMO_COLUMNS R"sql(
    WHERE m.release_id = $1 AND ($2::bigint IS NULL OR m.number > $2) ORDER BY m.number LIMIT $3)sql"};
constexpr Statement kSignaturesOf{"memo_signatures_of", R"sql(
    SELECT s.number, s.role, s.principal_id, p.display_name, s.content_hash, s.signed_at,
           holds_role(s.principal_id, s.role)
    FROM memo_signatures s JOIN principals p ON p.id = s.principal_id
    WHERE s.release_id = $1 AND s.number BETWEEN $2 AND $3 ORDER BY s.number, s.role DESC)sql"};
constexpr Statement kInsertSignature{"memo_signature_insert", R"sql(
    INSERT INTO memo_signatures (release_id, number, role, principal_id, content_hash) VALUES ($1, $2, $3, $4, $5))sql"};

#undef MEMO_COLUMNS

Memo ReadMemo(Columns& in) {
    Memo memo;
    memo.release = in.Id<policy::ReleaseId>();
    memo.number = in.Int();
    memo.target = in.Enum<policy::Channel>();
    memo.decision = in.Enum<policy::Decision>();
    memo.manifest_content_hash = in.Text();
    memo.manifest_matches = in.Flag();
    memo.newest = in.Flag();
    memo.content = in.Text();
    memo.content_hash = in.Text();
    memo.decided_by = in.Id<policy::PrincipalId>();
    memo.decided_at = in.Instant();
    return memo;
}

void FillSignatures(Tx& tx, const policy::ReleaseId& release, std::vector<Memo>& memos) {
    if (memos.empty()) {
        return;
    }
    const auto signatures = tx.All(
        kSignaturesOf,
        [](Columns& in) {
            const std::int64_t number = in.Int();
            MemoSignature signature;
            signature.role = in.Enum<policy::Role>();
            signature.principal = in.Id<policy::PrincipalId>();
            signature.display_name = in.Text();
            signature.content_hash = in.Text();
            signature.signed_at = in.Instant();
            signature.entitled = in.Flag();
            return std::pair(number, std::move(signature));
        },
        release, memos.front().number, memos.back().number);
    for (const auto& [number, signature] : signatures) {
        const auto memo =
            std::find_if(memos.begin(), memos.end(), [n = number](const Memo& row) { return row.number == n; });
        memo->signatures.push_back(signature);
    }
}

}  // namespace

std::int64_t NextMemoNumber(Tx& tx, const policy::ReleaseId& release) {
    return tx.One(
        kNextMemo, [](Columns& in) { return in.Int(); }, release);
}

Memo InsertMemo(Tx& tx, const NewMemo& memo) {
    tx.Exec(kInsertMemo, memo.release, memo.number, memo.target, memo.decision, memo.manifest_content_hash,
            memo.content, memo.content_hash, memo.decided_by);
    return tx.One(kLoadMemo, ReadMemo, memo.release, memo.number);
}

std::optional<Memo> LoadMemo(Tx& tx, const policy::ReleaseId& release, std::int64_t number) {
    auto memos = tx.All(kLoadMemo, ReadMemo, release, number);
    FillSignatures(tx, release, memos);
    return memos.empty() ? std::nullopt : std::optional(std::move(memos.front()));
}

Page<Memo> ListMemos(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    auto result = tx.ListPage(
        kListMemos, page, ReadMemo, [](const Memo& row) { return std::to_string(row.number); }, release);
    FillSignatures(tx, release, result.rows);
    return result;
}

Memo InsertMemoSignature(Tx& tx, const policy::ReleaseId& release, std::int64_t number, policy::Role role,
                         const policy::PrincipalId& principal, const std::string& content_hash) {
    tx.Exec(kInsertSignature, release, number, role, principal, content_hash);
    return *LoadMemo(tx, release, number);
}

}  // namespace store
