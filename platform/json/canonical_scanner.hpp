// Reads a document that is written out (canonical_text.hpp) as it was written: field by field, in the one order that
// its writer has. For the few documents that come by the thousand.
//
// It knows nothing else. Other white space, other escapes than \" and \\, control characters, a number of another form,
// a value beyond its bounds: then AtEnd says no, and the text is left to ParseJson, which takes it or says what is
// wrong with it. So whatever is accepted here, ParseJson and ObjectReader accept with the same values; the caller sees
// to it that his bounds are those of the other way.
//
//     CanonicalScanner in(text);
//     in.Expect(R"({"generation":)");
//     const std::int64_t generation = in.Integer(1, kLargestInteger);
//     in.Expect("}");
//     if (in.AtEnd()) ...
//
// Behind the first thing that is not as expected, every value is empty. The text must outlive the scanner. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/json/json.hpp"

namespace platform {

class CanonicalScanner {
public:
    explicit CanonicalScanner(std::string_view text) : text_(text), rest_(text) {}

    void Expect(std::string_view literal) {
        if (!Accept(literal)) {
            ok_ = false;
        }
    }
    /// Whether this comes next, which is taken then.
    bool Accept(std::string_view literal) {
        if (!ok_ || !rest_.starts_with(literal)) {
            return false;
        }
        rest_.remove_prefix(literal.size());
        return true;
    }
    std::string Text(TextRule rule = {});
    std::int64_t Integer(std::int64_t min, std::int64_t max);
    bool Boolean();
    Time Instant();

    /// So far everything was as expected.
    bool Ok() const {
        return ok_;
    }
    /// And nothing follows.
    bool AtEnd() const;

private:
    const std::string_view text_;
    std::string_view rest_;
    bool ok_ = true;
    bool ascii_ = true;
};

}  // namespace platform
