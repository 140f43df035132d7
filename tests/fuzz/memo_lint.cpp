// A hand-written memo from anybody: read and judged without harm, bounded, every finding complete and in its place.
#include "controller/render/memo_lint.hpp"
#include "controller/policy/catalogue.hpp"
#include "platform/base/text.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const render::ParsedMemo memo = render::ParseMemo(text);
    FUZZ_EXPECT(memo.approvers.size() <= render::MemoLimits().max_items);
    FUZZ_EXPECT(memo.unreadable.size() <= render::MemoLimits().max_items + 1);
    // Facts of a release nobody knows: the registry's side is judged as well.
    for (const auto& facts : {std::optional<render::LintFacts>(), std::optional(render::LintFacts())}) {
        int line = 1;
        for (const render::LintFinding& finding : render::LintMemo(memo, facts)) {
            FUZZ_EXPECT(finding.line >= line);
            line = finding.line;
            FUZZ_EXPECT(policy::FindRule(finding.rule) != nullptr);
            FUZZ_EXPECT(!finding.code.empty() && !finding.remedy.empty());
            FUZZ_EXPECT(!finding.message.empty() && platform::IsValidUtf8(finding.message));
        }
    }
    return 0;
}
