#include <algorithm>
#include <array>
#include <utility>

#include "controller/tracker/document.hpp"
#include "platform/base/text.hpp"

namespace tracker {
namespace {

/// Letters only, lower case: "In review", "IN_REVIEW" and "in-review" are one.
std::string LettersOf(std::string_view text) {
    std::string letters;
    for (const char c : platform::ToLowerAscii(text)) {
        if (c >= 'a' && c <= 'z') {
            letters += c;
        }
    }
    return letters;
}

template <typename E>
using Words = std::pair<std::string_view, E>;

constexpr std::array<Words<Status>, 17> kStatusWords = {{{"notstarted", Status::kNotStarted},
                                                         {"todo", Status::kNotStarted},
                                                         {"open", Status::kNotStarted},
                                                         {"pending", Status::kNotStarted},
                                                         {"planned", Status::kNotStarted},
                                                         {"ready", Status::kNotStarted},
                                                         {"inprogress", Status::kInProgress},
                                                         {"started", Status::kInProgress},
                                                         {"active", Status::kInProgress},
                                                         {"wip", Status::kInProgress},
                                                         {"inreview", Status::kInReview},
                                                         {"review", Status::kInReview},
                                                         {"changesrequested", Status::kChangesRequested},
                                                         {"blocked", Status::kBlocked},
                                                         {"done", Status::kDone},
                                                         {"complete", Status::kDone},
                                                         {"completed", Status::kDone}}};

constexpr std::array<Words<Review>, 11> kReviewWords = {{{"none", Review::kNone},
                                                         {"na", Review::kNone},
                                                         {"pending", Review::kNone},
                                                         {"notstarted", Review::kNone},
                                                         {"notreviewed", Review::kNone},
                                                         {"open", Review::kNone},
                                                         {"inreview", Review::kInReview},
                                                         {"review", Review::kInReview},
                                                         {"approved", Review::kApproved},
                                                         {"changesrequested", Review::kChangesRequested},
                                                         {"blocked", Review::kBlocked}}};

template <typename E, std::size_t N>
std::optional<E> Find(const std::array<Words<E>, N>& words, const std::string& letters) {
    const auto word = std::find_if(words.begin(), words.end(), [&](const auto& row) { return row.first == letters; });
    return word == words.end() ? std::nullopt : std::optional(word->second);
}

}  // namespace

std::optional<Status> ReadStatus(std::string_view text) {
    return Find(kStatusWords, LettersOf(text));
}

std::optional<Review> ReadReview(std::string_view text) {
    const std::string letters = LettersOf(text);
    // "-", "—" and nothing at all say that nobody has reviewed it; digits or other letters say something else.
    if (letters.empty() && text.find_first_of("0123456789?") == std::string_view::npos && text.size() <= 3) {
        return Review::kNone;
    }
    return Find(kReviewWords, letters);
}

}  // namespace tracker
