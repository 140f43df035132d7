// Reads a row column by column, in the order of the statement's column list. For those who write SQL.
//
// Errors: std::runtime_error for a text that is no value of its type: the database was written by a newer program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/pqxx>

#include "platform/base/enum_text.hpp"
#include "platform/base/ids.hpp"
#include "platform/base/text.hpp"
#include "platform/base/time.hpp"

namespace platform {

class Columns {
public:
    explicit Columns(const pqxx::row& row) : row_(row) {}

    std::string Text() {
        return Next().c_str();
    }
    std::int64_t Int() {
        return Next().as<std::int64_t>();
    }
    bool Flag() {
        return Next().c_str()[0] == 't';
    }
    Time Instant() {
        return ParseInstant(Next().c_str());
    }
    Date Day();
    template <typename IdType>
    IdType Id() {
        return IdType::Trusted(Text());
    }
    template <typename E>
    E Enum() {
        return EnumOf<E>(Next().c_str());
    }
    /// A span selected as a number of seconds.
    Duration Seconds() {
        return std::chrono::seconds(Int());
    }
    /// Values joined by commas.
    template <typename E>
    std::vector<E> EnumList() {
        std::vector<E> values;
        const std::string joined = Text();
        if (joined.empty()) {
            return values;
        }
        for (const std::string_view text : Split(joined, ',')) {
            values.push_back(EnumOf<E>(text));
        }
        return values;
    }

    std::optional<std::string> OptText() {
        return Opt([this] { return Text(); });
    }
    std::optional<std::int64_t> OptInt() {
        return Opt([this] { return Int(); });
    }
    std::optional<Time> OptInstant() {
        return Opt([this] { return Instant(); });
    }
    std::optional<Date> OptDay() {
        return Opt([this] { return Day(); });
    }
    std::optional<Duration> OptSeconds() {
        return Opt([this] { return Seconds(); });
    }
    template <typename IdType>
    std::optional<IdType> OptId() {
        return Opt([this] { return Id<IdType>(); });
    }
    template <typename E>
    std::optional<E> OptEnum() {
        return Opt([this] { return Enum<E>(); });
    }

    /// Whether the next column is null; does not move on.
    bool IsNull() const {
        return row_[at_].is_null();
    }

private:
    pqxx::field Next() {
        return row_[at_++];
    }
    template <typename Read>
    auto Opt(Read read) -> std::optional<decltype(read())> {
        if (row_[at_].is_null()) {
            ++at_;
            return std::nullopt;
        }
        return read();
    }
    template <typename E>
    static E EnumOf(std::string_view text) {
        const auto value = ParseEnum<E>(text);
        if (!value) {
            ThrowUnknown(text);
        }
        return *value;
    }
    [[noreturn]] static void ThrowUnknown(std::string_view text);
    /// `2025-01-29 09:00:00.5+00`: sessions have UTC and ISO dates.
    static Time ParseInstant(const char* text);

    const pqxx::row row_;
    pqxx::row::size_type at_ = 0;
};

}  // namespace platform
