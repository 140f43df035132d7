#include "tenancy/wire/message_type.hpp"

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

}  // namespace

std::optional<std::string> MessageType(std::string_view text) {
    TypeFinder finder;
    Json::sax_parse(text.begin(), text.end(), &finder, nlohmann::detail::input_format_t::json, false);
    return std::move(finder).Found();
}

}  // namespace tenancy::wire
