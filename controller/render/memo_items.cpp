#include "controller/render/memo_items.hpp"

#include <algorithm>
#include <iterator>

#include "controller/render/memo_words.hpp"
#include "platform/base/text.hpp"

namespace render {

bool SaysNone(std::string_view text) {
    const std::string folded = Fold(text);
    return folded == "none" || folded == "n a" || folded == "none known" || folded == "no known risks" ||
           folded == "none accepted" || folded == "no risks" || folded == "none identified" || folded == "nil";
}

ParsedRisk SplitRisk(std::string_view text, int line) {
    for (const std::string_view mark : {" | ", ": ", " - "}) {
        if (const std::size_t at = text.find(mark); at != std::string_view::npos) {
            return {std::string(platform::Trim(text.substr(0, at))),
                    std::string(platform::Trim(text.substr(at + mark.size()))), line};
        }
    }
    const std::string_view risk = text.ends_with(':') ? text.substr(0, text.size() - 1) : text;
    return {std::string(platform::Trim(risk)), {}, line};
}

std::string BoxDetail(const std::string& text, std::optional<BoxKey> key) {
    if (key) {
        const std::string_view title = BoxTitle(*key);
        if (platform::ToLowerAscii(text).starts_with(platform::ToLowerAscii(title))) {
            return std::string(platform::Trim(std::string_view(text).substr(title.size())));
        }
    }
    const std::size_t bracket = text.find('(');
    return bracket == std::string::npos ? std::string() : text.substr(bracket);
}

std::optional<Tick> TickInWords(std::string_view text) {
    const std::size_t at = text.find_last_of(":|-");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string answer = Fold(text.substr(at + 1));
    if (answer == "yes" || answer == "done" || answer == "x" || answer == "ok" || answer == "passed") {
        return Tick::kTicked;
    }
    return answer == "no" || answer == "open" || answer == "failed" ? std::optional(Tick::kUnticked) : std::nullopt;
}

bool IsTableHead(const MemoLine& line) {
    static constexpr std::string_view kHeads[] = {
        "name", "role", "date",  "approver", "approvers", "signature", "item",   "check",  "risk", "rationale",
        "met",  "done", "field", "value",    "box",       "notes",     "status", "person", "part"};
    return line.cells.size() > 1 && std::all_of(line.cells.begin(), line.cells.end(), [](const std::string& cell) {
               const std::string folded = Fold(cell);
               return folded.empty() || std::find(std::begin(kHeads), std::end(kHeads), folded) != std::end(kHeads);
           });
}

}  // namespace render
