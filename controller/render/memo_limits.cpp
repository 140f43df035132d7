#include <algorithm>
#include <array>
#include <cmath>

#include "controller/render/memo_claims.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

enum class Dimension : std::uint8_t { kNone, kTime, kShare, kBytes, kRate };

struct Unit {
    std::string_view name;
    Dimension dimension;
    double factor;  // to the dimension's base
};
constexpr std::array<Unit, 32> kUnits{{{"us", Dimension::kTime, 1e-6},
                                       {"ms", Dimension::kTime, 1e-3},
                                       {"msec", Dimension::kTime, 1e-3},
                                       {"millisecond", Dimension::kTime, 1e-3},
                                       {"milliseconds", Dimension::kTime, 1e-3},
                                       {"s", Dimension::kTime, 1},
                                       {"sec", Dimension::kTime, 1},
                                       {"secs", Dimension::kTime, 1},
                                       {"second", Dimension::kTime, 1},
                                       {"seconds", Dimension::kTime, 1},
                                       {"min", Dimension::kTime, 60},
                                       {"mins", Dimension::kTime, 60},
                                       {"minute", Dimension::kTime, 60},
                                       {"minutes", Dimension::kTime, 60},
                                       {"h", Dimension::kTime, 3600},
                                       {"hour", Dimension::kTime, 3600},
                                       {"hours", Dimension::kTime, 3600},
                                       {"day", Dimension::kTime, 86400},
                                       {"days", Dimension::kTime, 86400},
                                       {"%", Dimension::kShare, 1},
                                       {"percent", Dimension::kShare, 1},
                                       {"pct", Dimension::kShare, 1},
                                       {"kb", Dimension::kBytes, 1e3},
                                       {"mb", Dimension::kBytes, 1e6},
                                       {"gb", Dimension::kBytes, 1e9},
                                       {"kib", Dimension::kBytes, 1024},
                                       {"mib", Dimension::kBytes, 1048576},
                                       {"gib", Dimension::kBytes, 1073741824},
                                       {"bytes", Dimension::kBytes, 1},
                                       {"rps", Dimension::kRate, 1},
                                       {"qps", Dimension::kRate, 1},
                                       {"tps", Dimension::kRate, 1}}};

struct Quantity {
    double value = 0;
    const Unit* unit = nullptr;  // none: a bare number
    std::size_t end = 0;         // the word after it
    std::string text;
};

enum class Relation : std::uint8_t { kAtMost, kAtLeast, kExceeds };

bool IsOneOfWords(const Word& word, std::initializer_list<std::string_view> texts) {
    return std::any_of(texts.begin(), texts.end(), [&word](std::string_view text) { return word.Is(text); });
}

class LimitScanner {
public:
    explicit LimitScanner(std::string_view text) : text_(text), words_(SplitWords(text)) {}

    std::vector<LimitClaim> Scan() const {
        std::vector<LimitClaim> claims;
        std::size_t at = 0;
        while (at < words_.size()) {
            const auto measured = ReadQuantity(at);
            if (!measured) {
                ++at;
                continue;
            }
            std::size_t next = measured->end;
            if (const auto limit = LimitFor(*measured, next)) {
                claims.push_back(*limit);
            }
            at = std::max(next, at + 1);
        }
        return claims;
    }

private:
    std::optional<Quantity> ReadQuantity(std::size_t at) const {
        if (at >= words_.size() || words_[at].kind != WordKind::kNumber) {
            return std::nullopt;
        }
        const auto value = CountOf(words_[at]);
        // `SEV-1`, `95th`, `v2`, `2025-01-29`: numbers that measure nothing.
        const bool glued_before =
            at > 0 && words_[at - 1].end == words_[at].begin &&
            (words_[at - 1].kind == WordKind::kWord || IsOneOfWords(words_[at - 1], {"-", "/", ".", "#", ":", "_"}));
        if (!value || glued_before) {
            return std::nullopt;
        }
        Quantity quantity{*value, nullptr, at + 1, {}};
        if (at + 1 < words_.size()) {
            const Word& next = words_[at + 1];
            const auto unit =
                std::find_if(kUnits.begin(), kUnits.end(), [&next](const Unit& each) { return next.Is(each.name); });
            const bool glued_after = next.begin == words_[at].end;
            if (unit != kUnits.end()) {
                quantity.unit = &*unit;
                quantity.end = at + 2;
            } else if (glued_after && (next.kind == WordKind::kWord || IsOneOfWords(next, {"-", "/", ":", "_"}))) {
                return std::nullopt;
            }
        }
        const std::size_t end = words_[quantity.end - 1].end;
        quantity.text = std::string(text_.substr(words_[at].begin, end - words_[at].begin));
        return quantity;
    }

    struct FoundRelation {
        Relation relation = Relation::kAtMost;
        bool certain = false;  // a sign or a noun that can mean nothing else
        std::size_t end = 0;
    };

    std::optional<FoundRelation> ReadRelation(std::size_t at) const {
        const Word& word = words_[at];
        const auto then = [this, at](std::size_t ahead, std::string_view text) {
            return at + ahead < words_.size() && words_[at + ahead].Is(text);
        };
        if (IsOneOfWords(word, {"<", "<="})) {
            return FoundRelation{Relation::kAtMost, true, at + 1};
        }
        if (IsOneOfWords(word, {">", ">="})) {
            return FoundRelation{Relation::kAtLeast, true, at + 1};
        }
        if (IsOneOfWords(word, {"limit", "threshold", "budget", "ceiling"})) {
            return FoundRelation{Relation::kAtMost, true, at + 1};
        }
        if (IsOneOfWords(word, {"maximum", "max"})) {
            return FoundRelation{Relation::kAtMost, false, at + 1};
        }
        if (word.Is("minimum")) {
            return FoundRelation{Relation::kAtLeast, false, at + 1};
        }
        if (IsOneOfWords(word, {"within", "under", "below"})) {
            return FoundRelation{Relation::kAtMost, false, at + 1};
        }
        if ((word.Is("less") && then(1, "than")) || (word.Is("at") && then(1, "most"))) {
            return FoundRelation{Relation::kAtMost, false, at + 2};
        }
        if (word.Is("no") && then(1, "more") && then(2, "than")) {
            return FoundRelation{Relation::kAtMost, false, at + 3};
        }
        if (IsOneOfWords(word, {"exceeds", "exceeding", "exceeded", "above", "over"})) {
            return FoundRelation{Relation::kExceeds, false, at + 1};
        }
        if ((word.Is("more") && then(1, "than")) || (word.Is("at") && then(1, "least"))) {
            return FoundRelation{word.Is("at") ? Relation::kAtLeast : Relation::kExceeds, false, at + 2};
        }
        return std::nullopt;
    }

    /// Looks on from the measured value to the end of the sentence; `next` is where scanning goes on.
    std::optional<LimitClaim> LimitFor(const Quantity& measured, std::size_t& next) const {
        constexpr std::size_t kReach = 10;
        bool bracket = false;
        std::size_t at = measured.end;
        for (std::size_t looked = 0; looked < kReach && at < words_.size(); ++looked, ++at) {
            if (IsOneOfWords(words_[at], {".", ";", "!", "?"}) || (ReadQuantity(at) && !bracket)) {
                return std::nullopt;
            }
            bracket = bracket || words_[at].Is("(");
            const auto relation = ReadRelation(at);
            if (!relation) {
                continue;
            }
            std::size_t limit_at = relation->end;
            bool named = false;  // "exceeds the threshold of 200 ms"
            while (limit_at < words_.size() && limit_at < relation->end + 4 &&
                   IsOneOfWords(words_[limit_at], {"the", "of", "a", "our", "is", ":", "agreed", "=", "planned", "at",
                                                   "<", "<=", "limit", "threshold", "budget"})) {
                named = named || IsOneOfWords(words_[limit_at], {"limit", "threshold", "budget"});
                ++limit_at;
            }
            const auto limit = ReadQuantity(limit_at);
            if (!limit) {
                return std::nullopt;
            }
            next = limit->end;
            const bool counted = measured.unit == nullptr && limit->unit == nullptr;
            const bool sign = words_[at].kind == WordKind::kMark;
            // "500 requests, maximum 3 retries" counts two things.
            const bool certain =
                counted ? bracket || sign : relation->certain || bracket || named || NamesALimit(limit->end);
            return certain ? std::optional(Compare(measured, relation->relation, *limit, at)) : std::nullopt;
        }
        return std::nullopt;
    }

    bool NamesALimit(std::size_t at) const {
        for (std::size_t ahead = 0; ahead < 2 && at + ahead < words_.size(); ++ahead) {
            if (IsOneOfWords(words_[at + ahead], {"threshold", "limit", "budget", "target", "bound", "bounds", "sla",
                                                  "slo", "ceiling", "allowed"})) {
                return true;
            }
        }
        return false;
    }

    LimitClaim Compare(const Quantity& measured, Relation relation, const Quantity& limit,
                       std::size_t relation_at) const {
        LimitClaim claim{LimitVerdict::kHolds, measured.text, limit.text, limit.value,
                         std::string(limit.unit == nullptr ? "" : limit.unit->name)};
        const Dimension left = measured.unit == nullptr ? Dimension::kNone : measured.unit->dimension;
        const Dimension right = limit.unit == nullptr ? Dimension::kNone : limit.unit->dimension;
        if (left != right) {
            // "2 incidents (within 200 ms)" counts something else; only a number right before the bracket lacks a unit.
            const bool adjacent = relation_at <= measured.end + 1;
            if (left != Dimension::kNone && right != Dimension::kNone) {
                claim.verdict = LimitVerdict::kIncomparable;
            } else if (adjacent) {
                claim.verdict = LimitVerdict::kUnitMissing;
            }
            return claim;
        }
        const double value = measured.value * (measured.unit == nullptr ? 1 : measured.unit->factor);
        const double bound = limit.value * (limit.unit == nullptr ? 1 : limit.unit->factor);
        const bool holds = relation == Relation::kAtMost    ? value <= bound
                           : relation == Relation::kAtLeast ? value >= bound
                                                            : value > bound;
        if (!holds) {
            claim.verdict = LimitVerdict::kBroken;
        } else if (relation == Relation::kExceeds) {
            claim.verdict = LimitVerdict::kSaidToBeExceeded;
        } else if (left == Dimension::kTime && (measured.unit->factor < 1) != (limit.unit->factor < 1)) {
            // 0.1 s beside 200 ms is easily misread; 40 minutes beside 2 hours is not.
            claim.verdict = LimitVerdict::kOtherUnit;
        }
        return claim;
    }

    std::string_view text_;
    std::vector<Word> words_;
};

}  // namespace

std::vector<LimitClaim> FindLimitClaims(std::string_view text) {
    return LimitScanner(text).Scan();
}

}  // namespace render
