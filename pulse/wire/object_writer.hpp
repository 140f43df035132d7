// Writes one flat JSON object straight into a text: for answers that hold many rows, where building a document first
// costs more than everything else about the request. The same text as dump() of that document when the fields come in
// the order of their names. One thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "platform/json/json.hpp"

namespace pulse::wire {

class ObjectWriter {
public:
    /// Appends to `out`; the object is complete with Close.
    explicit ObjectWriter(std::string& out) : out_(out) {}

    /// `name` is a literal without anything to escape; `value` is UTF-8.
    ObjectWriter& Text(std::string_view name, std::string_view value) {
        out_ += first_ ? "{\"" : ",\"";
        first_ = false;
        out_ += name;
        out_ += "\":";
        const bool plain = std::ranges::all_of(
            value, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; });
        if (plain) {
            out_ += '"';
            out_ += value;
            out_ += '"';
        } else {
            out_ += platform::Json(value).dump();
        }
        return *this;
    }
    void Close() {
        out_ += first_ ? "{}" : "}";
    }

private:
    std::string& out_;
    bool first_ = true;
};

}  // namespace pulse::wire
