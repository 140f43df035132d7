#include "controller/app/lint_memo.hpp"

#include <algorithm>

#include "controller/app/page.hpp"
#include "controller/app/refusals.hpp"
#include "controller/render/memo_lint.hpp"
#include "controller/render/memo_parse.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/promotions.hpp"

namespace app {
namespace {

std::vector<render::LintPrincipal> LoadLintPrincipals(store::Tx& tx) {
    std::vector<render::LintPrincipal> people;
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const auto page = store::ListPrincipals(tx, {}, query);
        for (const store::Principal& row : page.rows) {
            people.push_back({row.id, row.display_name, row.kind, row.active, row.roles});
        }
        if (!page.next) {
            return people;
        }
        query.after = *page.next;
    }
}

render::LintFacts LoadLintFacts(store::Tx& tx, const std::optional<policy::ReleaseId>& release,
                                policy::Channel target) {
    render::LintFacts facts;
    facts.now = store::Now(tx);
    facts.principals = LoadLintPrincipals(tx);
    if (!release) {
        return facts;
    }
    facts.release = store::LoadPromotionFacts(tx, *release, target, store::Lock::kNone);
    if (facts.release) {
        PageQuery all;
        all.limit = 10;  // at most three: one per channel
        for (const store::Promotion& row : store::ListPromotions(tx, *release, all).rows) {
            facts.promotions.push_back({row.to, row.promoted_at});
        }
        std::ranges::sort(facts.promotions, {}, &render::LintPromotion::at);
    }
    return facts;
}

}  // namespace

Outcome<std::vector<wire::LintLine>> LintMemo(store::Tx& tx, std::string_view text,
                                              const std::optional<policy::ReleaseId>& release) {
    const render::ParsedMemo memo = render::ParseMemo(text);
    const render::LintFacts facts = LoadLintFacts(tx, release ? release : memo.Release(), memo.target);
    if (release && !facts.release) {
        return Refused(NotFound("release", release->Text()));
    }
    std::vector<wire::LintLine> lines;
    for (render::LintFinding& finding : render::LintMemo(memo, facts)) {
        lines.push_back({std::string(finding.rule), finding.line, std::string(platform::EnumText(finding.severity)),
                         std::move(finding.message), std::move(finding.remedy)});
    }
    return lines;
}

}  // namespace app
