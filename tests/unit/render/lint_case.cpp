#include "tests/unit/render/lint_case.hpp"

#include <gtest/gtest.h>

namespace render_test {

std::string GoodMemoText() {
    return "GO/NO-GO DECISION MEMO\n"                                                            // 1
           "\n"                                                                                  // 2
           "Release: 2025-03-03-roster-search\n"                                                 // 3
           "Classification: Workflow change (non-destructive)\n"                                 // 4
           "Date: 2025-03-27\n"                                                                  // 5
           "\n"                                                                                  // 6
           "DECISION: GO\n"                                                                      // 7
           "\n"                                                                                  // 8
           "Approvers:\n"                                                                        // 9
           "  - Dan Lead, Dev Lead, 2025-03-27\n"                                                // 10
           "  - Quinn Tester, QA, 2025-03-27\n"                                                  // 11
           "  - Olga Owner, System Owner, 2025-03-27\n"                                          // 12
           "\n"                                                                                  // 13
           "Checklist:\n"                                                                        // 14
           "  - [x] All channel durations met (2 weeks in experimental, 1 week in candidate)\n"  // 15
           "  - [x] No SEV-1 or SEV-2 incidents during soak\n"                                   // 16
           "  - [x] Data safety verification passed\n"                                           // 17
           "  - [x] Kill switch tested and functional\n"                                         // 18
           "  - [x] Rollback plan documented and tested\n"                                       // 19
           "  - [x] Observability verified (all searches logged)\n"                              // 20
           "  - [x] Exit criteria from Tenant Exposure Plan met\n"                               // 21
           "\n"                                                                                  // 22
           "Known Risks Accepted:\n"                                                             // 23
           "  - None\n"                                                                          // 24
           "\n"                                                                                  // 25
           "Notes:\n"                                                                            // 26
           "  Search answered in 120ms (within 200ms threshold).\n"                              // 27
           "\n"                                                                                  // 28
           "Signatures:\n"                                                                       // 29
           "  - System Owner: Olga Owner, 2025-03-27\n"                                          // 30
           "  - Dev Lead: Dan Lead, 2025-03-27\n";                                               // 31
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
        ++count;
    }
    EXPECT_GT(count, 0U) << "'" << what << "' is not in the memo";
    return text;
}

std::vector<std::string> FindingsOf(std::string_view memo, const std::optional<render::LintFacts>& facts) {
    std::vector<std::string> findings;
    for (const render::LintFinding& finding : render::LintMemo(render::ParseMemo(memo), facts)) {
        findings.push_back(std::to_string(finding.line) + " " + std::string(platform::EnumText(finding.severity)) +
                           " " + std::string(finding.rule) + " " + std::string(finding.code));
    }
    return findings;
}

std::string Explain(std::string_view memo, const std::optional<render::LintFacts>& facts) {
    std::string text;
    for (const render::LintFinding& finding : render::LintMemo(render::ParseMemo(memo), facts)) {
        text += std::to_string(finding.line) + " " + std::string(finding.code) + ": " + finding.message + " | " +
                finding.remedy + "\n";
    }
    return text;
}

}  // namespace render_test
