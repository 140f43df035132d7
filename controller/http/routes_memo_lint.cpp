// Hand-written memos, read against the facts and against themselves (MEM-7).

#include "controller/app/lint_memo.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "platform/base/text.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::size_t kWrittenMemoBytes = 64 * 1024;

HttpResponse LintMemo(Exchange& exchange) {
    const auto release = exchange.QueryId<policy::ReleaseId>("release");
    const std::string& text = exchange.Request().body;
    if (!platform::IsValidUtf8(text) || text.find('\0') != std::string::npos) {
        throw Rejection({400, "input.malformed", "The memo is no text in UTF-8, or holds NUL characters.", {}, {}, {}});
    }
    return exchange.Read([&](store::Tx& tx) { return app::LintMemo(tx, text, release); }, wire::EncodeLint);
}

constexpr QueryParameter kLintQuery[] = {
    {"release", R"({"$ref":"Id"})", "Compare with this release instead of the one the memo names."}};

constexpr Route kMemoLintRoutes[] = {
    {Method::kPost,
     "/v1/memos/lint",
     Kind::kRead,
     Permission::kLintMemo,
     "Memos",
     "List the contradictions of a hand-written memo",
     {200, "Lint"},
     {BodyKind::kText, "", kWrittenMemoBytes},
     kLintQuery,
     Access::kToken,
     LintMemo},
};

}  // namespace

std::span<const Route> MemoLintRoutes() {
    return kMemoLintRoutes;
}

}  // namespace http
