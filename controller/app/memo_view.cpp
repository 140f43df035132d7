#include "controller/app/memo_view.hpp"

#include <set>

#include "controller/policy/memo.hpp"
#include "controller/wire/memo_json.hpp"
#include "platform/base/invariant.hpp"

namespace app {

policy::MemoDocument MemoDocumentOf(const store::Memo& row) {
    auto memo = wire::DecodeMemo(row.content);
    PORTCULLIS_INVARIANT(memo.has_value(), "a stored memo decodes");
    memo->content_hash = row.content_hash;
    memo->signatures.clear();
    for (const store::MemoSignature& signature : row.signatures) {
        memo->signatures.push_back(
            {signature.role, {signature.principal, signature.display_name}, signature.signed_at});
    }
    return std::move(*memo);
}

wire::MemoSummary ViewMemo(const store::Memo& row) {
    wire::MemoSummary view;
    view.release = row.release.Text();
    view.number = row.number;
    view.target = row.target;
    view.decision = row.decision;
    view.content_hash = row.content_hash;
    view.decided_by = row.decided_by.Text();
    view.decided_at = row.decided_at;
    view.newest = row.newest;
    policy::MemoFacts facts;
    for (const store::MemoSignature& signature : row.signatures) {
        facts.signatures.push_back({signature.role, signature.principal, policy::PrincipalKind::kUser,
                                    signature.entitled, signature.content_hash == row.content_hash,
                                    signature.signed_at});
    }
    view.is_signed = policy::IsSigned(facts);
    view.document = wire::EncodeMemoWithSignatures(MemoDocumentOf(row));
    return view;
}

}  // namespace app
