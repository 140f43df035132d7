#include <algorithm>
#include <limits>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "tenancy/wire/requests.hpp"

namespace tenancy::wire {

/// Takes the fields of the top level in their order; everything deeper is only stepped over. Nothing is built that
/// could be deep or large: the body's own size is the bound.
class BodySink {
public:
    using Json = platform::Json;
    static constexpr int kDeepest = 10'000;  // what is nested deeper, no client of this API was ever answered for

    // The names below are the parser's interface.
    // NOLINTBEGIN(readability-identifier-naming): the parser calls these names
    bool null() {
        return Scalar({});
    }
    bool boolean(bool value) {
        BodyReader::Field field;
        field.kind = BodyReader::Kind::kBoolean;
        field.boolean = value;
        return Scalar(std::move(field));
    }
    bool number_integer(Json::number_integer_t value) {
        BodyReader::Field field;
        field.kind = BodyReader::Kind::kInteger;
        field.integer = value;
        return Scalar(std::move(field));
    }
    bool number_unsigned(Json::number_unsigned_t value) {
        if (value > static_cast<Json::number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) {
            return Other();
        }
        return number_integer(static_cast<Json::number_integer_t>(value));
    }
    bool number_float(Json::number_float_t /*value*/, const Json::string_t& /*text*/) {
        return Other();
    }
    bool string(Json::string_t& value) {
        BodyReader::Field field;
        // No text of ours holds a NUL: the database could not keep it.
        field.kind = value.find('\0') == Json::string_t::npos ? BodyReader::Kind::kText : BodyReader::Kind::kOther;
        field.text = std::move(value);
        return Scalar(std::move(field));
    }
    bool binary(Json::binary_t& /*value*/) {
        return false;
    }
    bool start_object(std::size_t /*elements*/) {
        if (depth_ == 0) {
            is_object_ = true;
        } else {
            Nested(BodyReader::Kind::kOther);
        }
        return ++depth_ <= kDeepest;
    }
    bool key(Json::string_t& name) {
        if (depth_ == 1) {
            fields_.emplace_back();
            fields_.back().name = std::move(name);
        }
        return true;
    }
    bool end_object() {
        --depth_;
        return true;
    }
    bool start_array(std::size_t /*elements*/) {
        if (depth_ == 0) {
            return false;  // the body is a list
        }
        Nested(depth_ == 1 ? BodyReader::Kind::kTextList : BodyReader::Kind::kOther);
        return ++depth_ <= kDeepest;
    }
    bool end_array() {
        --depth_;
        return true;
    }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/) {
        return false;
    }
    // NOLINTEND(readability-identifier-naming)

    /// An object, or the null that stands for an empty one.
    bool Readable() const {
        return is_object_ || is_null_;
    }
    std::vector<BodyReader::Field> Take() {
        return std::move(fields_);
    }

private:
    bool Other() {
        BodyReader::Field field;
        field.kind = BodyReader::Kind::kOther;
        return Scalar(std::move(field));
    }

    bool Scalar(BodyReader::Field value) {
        if (depth_ == 0) {
            is_null_ = value.kind == BodyReader::Kind::kNull;
            return is_null_;
        }
        BodyReader::Field& field = fields_.back();
        if (depth_ == 1) {
            value.name = std::move(field.name);
            field = std::move(value);
        } else if (depth_ == 2 && field.kind == BodyReader::Kind::kTextList) {
            if (value.kind == BodyReader::Kind::kText) {
                field.list.push_back(std::move(value.text));
            } else {
                field.kind = BodyReader::Kind::kOther;
            }
        }
        return true;
    }

    /// Something with members begins: as a field's value, or inside one, which then is no list of texts.
    void Nested(BodyReader::Kind kind) {
        fields_.back().kind = depth_ == 1 ? kind : BodyReader::Kind::kOther;
    }

    std::vector<BodyReader::Field> fields_;
    int depth_ = 0;
    bool is_object_ = false;
    bool is_null_ = false;
};

std::optional<BodyReader> BodyReader::Read(std::string_view body) {
    if (body.size() > kMaxBodyBytes) {
        return std::nullopt;
    }
    BodySink sink;
    // Not strict: what follows the first value is not looked at.
    const bool read = platform::Json::sax_parse(body.begin(), body.end(), &sink, nlohmann::detail::input_format_t::json,
                                                /*strict=*/false);
    if (!read || !sink.Readable()) {
        return std::nullopt;
    }
    BodyReader reader;
    reader.fields_ = sink.Take();
    return reader;
}

const BodyReader::Field* BodyReader::Find(std::string_view name) const {
    const std::string wanted = platform::ToLowerAscii(name);
    const Field* found = nullptr;
    for (const Field& field : fields_) {
        if (field.kind != Kind::kNull && platform::ToLowerAscii(field.name) == wanted) {
            found = &field;
        }
    }
    return found;
}

bool BodyReader::Has(std::string_view name) const {
    return Find(name) != nullptr;
}

bool BodyReader::Fits(std::string_view name, Kind kind) const {
    const std::string wanted = platform::ToLowerAscii(name);
    return std::all_of(fields_.begin(), fields_.end(), [&](const Field& field) {
        return field.kind == Kind::kNull || field.kind == kind || platform::ToLowerAscii(field.name) != wanted;
    });
}

bool BodyReader::Text(std::string_view name, std::string& value) const {
    if (!Fits(name, Kind::kText)) {
        return false;
    }
    if (const Field* field = Find(name)) {
        value = field->text;
    }
    return true;
}

bool BodyReader::Boolean(std::string_view name, bool& value) const {
    if (!Fits(name, Kind::kBoolean)) {
        return false;
    }
    if (const Field* field = Find(name)) {
        value = field->boolean;
    }
    return true;
}

bool BodyReader::Integer(std::string_view name, std::optional<std::int64_t>& value) const {
    if (!Fits(name, Kind::kInteger)) {
        return false;
    }
    if (const Field* field = Find(name)) {
        value = field->integer;
    }
    return true;
}

bool BodyReader::TextList(std::string_view name, std::vector<std::string>& value) const {
    if (!Fits(name, Kind::kTextList)) {
        return false;
    }
    if (const Field* field = Find(name)) {
        value = field->list;
    }
    return true;
}

}  // namespace tenancy::wire
