#include <algorithm>
#include <utility>

#include "controller/tracker/read_parts.hpp"
#include "controller/tracker/words.hpp"
#include "platform/base/text.hpp"

namespace tracker {
namespace {

/// The ids after "Packets": "00-02", "03, 05 and 06". Empty when there are none.
void ReadIds(std::string_view text, GroupClaim& claim) {
    bool expect = true;
    while (!text.empty()) {
        text = platform::Trim(text);
        if (expect) {
            const std::vector<std::string> words = WordsOf(text.substr(0, 64));
            if (words.empty() || !platform::ToLowerAscii(text).starts_with(words.front())) {
                return;
            }
            claim.ids.emplace_back(text.substr(0, words.front().size()));
            text.remove_prefix(words.front().size());
            expect = false;
            continue;
        }
        bool joined = false;
        for (const std::string_view range : {std::string_view("-"), std::string_view("–"), std::string_view("—"),
                                             std::string_view("to "), std::string_view("through ")}) {
            if (!joined && claim.ids.size() == 1 && text.starts_with(range) && text.size() > range.size() &&
                platform::Trim(text.substr(range.size())).find_first_of("0123456789") == 0) {
                text.remove_prefix(range.size());
                claim.range = joined = true;
            }
        }
        for (const std::string_view also :
             {std::string_view(", "), std::string_view(","), std::string_view("and "), std::string_view("& ")}) {
            if (!joined && text.starts_with(also)) {
                text.remove_prefix(also.size());
                joined = true;
            }
        }
        if (!joined) {
            return;
        }
        expect = true;
    }
}

/// "DONE/APPROVED — because ...".
void ReadStates(std::string_view text, GroupClaim& claim) {
    std::size_t end = text.size();
    for (const std::string_view stop : {std::string_view("("), std::string_view(","), std::string_view("."),
                                        std::string_view(" - "), std::string_view("–"), std::string_view("—")}) {
        end = std::min(end, text.find(stop));
    }
    for (const std::string_view part : platform::Split(text.substr(0, end), '/')) {
        if (const auto status = ReadStatus(part); status && !claim.status) {
            claim.status = status;
        } else if (const auto review = ReadReview(part)) {
            claim.review = review;
        }
    }
}

}  // namespace

void ReadClaim(std::string_view text, int line, std::optional<Tick> tick, Document& document) {
    const std::string bare = Bare(text);
    const std::string lower = platform::ToLowerAscii(bare);
    const std::vector<std::string> words = WordsOf(lower.substr(0, 256));
    GroupClaim claim;
    claim.line = line;
    if (!words.empty() && (words.front() == "packets" || words.front() == "packet")) {
        const std::size_t colon = bare.find(':');
        if (colon == std::string::npos || colon <= words.front().size() || tick) {
            return;
        }
        ReadIds(std::string_view(bare).substr(words.front().size(), colon - words.front().size()), claim);
        ReadStates(std::string_view(bare).substr(colon + 1), claim);
        if (!claim.ids.empty() && (claim.status || claim.review)) {
            document.claims.push_back(std::move(claim));
        }
        return;
    }
    const bool is_milestone = !words.empty() && words.front().size() > 1 && words.front().front() == 'm' &&
                              words.front().find_first_not_of("0123456789", 1) == std::string::npos;
    const std::size_t at = lower.find("packet");
    if (!is_milestone || at == std::string::npos) {
        return;
    }
    const std::size_t ids = lower.find(' ', at);
    claim.label = platform::ToUpperAscii(words.front());
    if (ids != std::string::npos) {
        ReadIds(std::string_view(bare).substr(ids), claim);
    }
    const bool said = (HasWord(words, "done") || HasWord(words, "complete") || HasWord(words, "completed")) &&
                      !HasWord(words, "when");
    claim.ticked = tick ? *tick == Tick::kTicked : said;
    if (!claim.ids.empty()) {
        document.milestones.push_back(std::move(claim));
    }
}

}  // namespace tracker
