#include "tenancy/wire/message_type.hpp"

#include <algorithm>
#include <utility>

#include "platform/json/json.hpp"

namespace tenancy::wire {
namespace {

using platform::Json;

/// Stops at what it looks for; keeps nothing of the rest.
class TypeFinder : public nlohmann::json_sax<Json> {
public:
    std::optional<std::string> Found() && {
        return std::move(found_);
    }

    bool null() override {
        return Value();
    }
    bool boolean(bool) override {
        return Value();
    }
    bool number_integer(number_integer_t) override {
        return Value();
    }
    bool number_unsigned(number_unsigned_t) override {
        return Value();
    }
    bool number_float(number_float_t, const string_t&) override {
        return Value();
    }
    bool string(string_t& value) override {
        if (depth_ == 1 && in_object_ && at_type_) {
            found_ = std::move(value);
            return false;
        }
        return Value();
    }
    bool binary(binary_t&) override {
        return false;
    }
    bool start_object(std::size_t) override {
        in_object_ = in_object_ || depth_ == 0;
        return Open();
    }
    bool key(string_t& name) override {
        at_type_ = depth_ == 1 && name == "type";
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        return Open();
    }
    bool end_array() override {
        --depth_;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

private:
    /// A message is an object, and its type is a text.
    bool Value() const {
        return depth_ > 0 && !(depth_ == 1 && at_type_);
    }
    bool Open() {
        ++depth_;
        return in_object_ && !(depth_ == 2 && at_type_);
    }

    int depth_ = 0;
    bool in_object_ = false;
    bool at_type_ = false;
    std::optional<std::string> found_;
};

/// What stands at the very end as the type of an object, as most messages are written. Where it is the first that looks
/// like one, and the text is JSON, nothing else is its type.
std::optional<std::string> TypeAtTheEnd(std::string_view text) {
    constexpr std::string_view kName = R"("type":)";
    constexpr std::string_view kAfter = R"("})";
    const std::size_t at = text.find(kName);
    const std::size_t begin = at + kName.size() + 1;
    if (!text.starts_with('{') || !text.ends_with(kAfter) || at == std::string_view::npos || text[at - 1] != ',' ||
        begin + kAfter.size() > text.size() || text[begin - 1] != '"') {
        return std::nullopt;
    }
    const std::string_view type = text.substr(begin, text.size() - kAfter.size() - begin);
    const bool plain = std::ranges::all_of(type, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return plain ? std::optional<std::string>(type) : std::nullopt;
}

}  // namespace

std::optional<std::string> MessageType(std::string_view text) {
    if (auto type = TypeAtTheEnd(text)) {
        return type;
    }
    TypeFinder finder;
    Json::sax_parse(text.begin(), text.end(), &finder, nlohmann::detail::input_format_t::json, false);
    return std::move(finder).Found();
}

}  // namespace tenancy::wire
