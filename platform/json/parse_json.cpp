#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "platform/json/pointer.hpp"

namespace platform {
namespace {

/// "line 3, column 14", both from 1, of a byte position.
std::string JsonPlace(std::string_view text, std::size_t position) {
    const std::string_view before = text.substr(0, std::min(position, text.size()));
    const std::size_t newline = before.rfind('\n');
    const std::string_view line_so_far = newline == std::string_view::npos ? before : before.substr(newline + 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return "line " + std::to_string(line) + ", column " +
           std::to_string(std::max<std::size_t>(CountCodePoints(line_so_far), 1));
}

/// The parser's own words, without its class names, its position and its copy of the input: we give the latter two in
/// our own form, bounded and escaped.
std::string JsonComplaint(std::string_view what, std::string_view last_read) {
    if (const std::size_t dash = what.find(" - "); dash != std::string_view::npos) {
        what.remove_prefix(dash + 3);
    }
    what = what.substr(0, what.find("; last read: "));
    return std::string(what) + (last_read.empty() ? "" : "; last read: " + QuoteForMessage(last_read));
}

/// Builds the document while watching it grow: every bound and every rule is checked before memory is spent on the
/// value that breaks it. Stops at the first error; `false` tells the parser to stop.
class JsonBuilder : public nlohmann::json_sax<Json> {
public:
    JsonBuilder(std::string_view text, const DocumentLimits& limits) : text_(text), limits_(limits) {}

    bool null() override {
        return Add(Json(nullptr)) != nullptr;
    }
    bool boolean(bool value) override {
        return Add(Json(value)) != nullptr;
    }
    bool number_integer(number_integer_t value) override {
        return value >= -kLargestInteger && value <= kLargestInteger ? Add(Json(value)) != nullptr
                                                                     : AddNumber(std::to_string(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        constexpr auto kLargest = static_cast<number_unsigned_t>(kLargestInteger);
        return value <= kLargest ? Add(Json(static_cast<number_integer_t>(value))) != nullptr
                                 : AddNumber(std::to_string(value));
    }
    bool number_float(number_float_t, const string_t& written) override {
        return AddNumber(written);
    }
    bool string(string_t& value) override {
        if (value.find('\0') != std::string::npos) {
            return Fail("text must not contain NUL (\\u0000)");
        }
        return Add(Json(std::move(value))) != nullptr;
    }
    bool binary(binary_t&) override {
        return Fail("binary values are no JSON");
    }
    bool start_object(std::size_t) override {
        return Open(Json::object());
    }
    bool key(string_t& name) override {
        Frame& frame = frames_.back();
        if (name.find('\0') != std::string::npos) {
            return Fail("a field's name must not contain NUL (\\u0000)");
        }
        if (frame.container->contains(name)) {
            frame.key = name;
            return Fail("is there twice; each field may appear once");
        }
        frame.key = std::move(name);
        return true;
    }
    bool end_object() override {
        frames_.pop_back();
        return true;
    }
    bool start_array(std::size_t) override {
        return Open(Json::array());
    }
    bool end_array() override {
        frames_.pop_back();
        return true;
    }
    bool parse_error(std::size_t position, const std::string& last_read,
                     const nlohmann::detail::exception& error) override {
        constexpr int kNumberOverflow = 406;
        if (error.id == kNumberOverflow) {
            return Fail("a number at " + JsonPlace(text_, position) + " is out of range: at most " +
                        std::to_string(kLargestInteger) + " (2^53 - 1) either way");
        }
        return Fail("is no valid JSON at " + JsonPlace(text_, position) + ": " +
                    JsonComplaint(error.what(), last_read));
    }

    FieldErrors TakeErrors() {
        return std::move(errors_);
    }
    Json TakeDocument() {
        return std::move(document_);
    }

private:
    struct Frame {
        Json* container;
        std::optional<std::string> key;  // the field read last, in an object
    };

    std::string Here() const {
        std::string pointer;
        for (std::size_t i = 0; i < frames_.size(); ++i) {
            const Frame& frame = frames_[i];
            const bool last = i + 1 == frames_.size();
            if (frame.container->is_array()) {
                // The item that is being read is the last one already when it is a container we are inside of.
                pointer = PointerStep(std::move(pointer), last ? frame.container->size() : frame.container->size() - 1);
            } else if (frame.key) {
                pointer = PointerStep(std::move(pointer), std::string_view(*frame.key));
            }
        }
        return pointer;
    }

    bool Fail(std::string message) {
        errors_.push_back({Here(), std::move(message)});
        return false;
    }

    Json* Add(Json value) {
        if (++nodes_ > limits_.max_nodes) {
            Fail("the document has more than " + std::to_string(limits_.max_nodes) + " values");
            return nullptr;
        }
        if (frames_.empty()) {
            document_ = std::move(value);
            return &document_;
        }
        Frame& frame = frames_.back();
        if (frame.container->is_array()) {
            frame.container->push_back(std::move(value));
            return &frame.container->back();
        }
        Json& slot = (*frame.container)[*frame.key];
        slot = std::move(value);
        return &slot;
    }

    bool AddNumber(const std::string& written) {
        Expected<Json, std::string> number = NumberFromText(written);
        return number ? Add(std::move(*number)) != nullptr : Fail(number.error());
    }

    bool Open(Json container) {
        if (static_cast<int>(frames_.size()) >= limits_.max_depth) {
            return Fail("is nested more than " + std::to_string(limits_.max_depth) + " levels deep");
        }
        Json* const added = Add(std::move(container));
        if (added == nullptr) {
            return false;
        }
        // Pointers into the containers stay good: only the innermost container grows while it is open.
        frames_.push_back({added, std::nullopt});
        return true;
    }

    std::string_view text_;
    const DocumentLimits& limits_;
    Json document_;
    std::vector<Frame> frames_;
    std::size_t nodes_ = 0;
    FieldErrors errors_;
};

Unexpected<FieldErrors> NoJson(std::string message) {
    return Unexpected<FieldErrors>(FieldErrors{{"", std::move(message)}});
}

}  // namespace

Expected<Json, FieldErrors> ParseJson(std::string_view text, const DocumentLimits& limits) {
    if (text.size() > limits.max_bytes) {
        return NoJson("the document has " + std::to_string(text.size()) + " bytes; at most " +
                      std::to_string(limits.max_bytes) + " are allowed");
    }
    if (Trim(text).empty()) {
        return NoJson("the document is empty");
    }
    // The parser takes a NUL for the end of its input, and would never see what follows.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        return NoJson("is no valid JSON at " + JsonPlace(text, nul + 1) + ": a NUL byte");
    }
    if (!IsValidUtf8(text)) {
        return NoJson("the document is not valid UTF-8");
    }
    JsonBuilder builder(text, limits);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        return Unexpected<FieldErrors>(builder.TakeErrors());
    }
    return builder.TakeDocument();
}

}  // namespace platform
