// Reads a row column by column, in the order of the statement's column list. Internal to store.
//
// Errors: std::runtime_error for a text that is no value of its type: the database was written by a newer program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/pqxx>

#include "controller/policy/types.hpp"

namespace store {

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
    policy::Time Instant() {
        return ParseInstant(Next().c_str());
    }
    policy::Date Day();
    template <typename IdType>
    IdType Id() {
        return IdType::Trusted(Text());
    }
    template <typename E>
    E Enum() {
        return EnumOf<E>(Next().c_str());
    }
    /// A span selected as a number of seconds.
    policy::Duration Seconds() {
        return std::chrono::seconds(Int());
    }
    /// Values joined by commas.
    std::vector<policy::Role> Roles();

    std::optional<std::string> OptText() {
        return Opt([this] { return Text(); });
    }
    std::optional<std::int64_t> OptInt() {
        return Opt([this] { return Int(); });
    }
    std::optional<policy::Time> OptInstant() {
        return Opt([this] { return Instant(); });
    }
    std::optional<policy::Date> OptDay() {
        return Opt([this] { return Day(); });
    }
    std::optional<policy::Duration> OptSeconds() {
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
        const auto value = platform::ParseEnum<E>(text);
        if (!value) {
            ThrowUnknown(text);
        }
        return *value;
    }
    [[noreturn]] static void ThrowUnknown(std::string_view text);
    /// `2025-01-29 09:00:00.5+00`: sessions have UTC and ISO dates.
    static policy::Time ParseInstant(const char* text);

    const pqxx::row row_;
    pqxx::row::size_type at_ = 0;
};

}  // namespace store
