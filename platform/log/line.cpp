#include "platform/log/line.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "platform/base/text.hpp"
#include "platform/log/tags.hpp"

namespace platform {
namespace {

constexpr std::size_t kLongestValue = 8'192;  // code points; a log is no place for documents

std::string_view FindText(const LogLine& line, std::string_view key, std::string_view otherwise) {
    for (const LogField& field : line.fields) {
        if (const auto* text = std::get_if<std::string_view>(&field.value); field.key == key && text != nullptr) {
            return *text;
        }
    }
    return otherwise;
}

/// Fields cannot take the place of what the log itself says; `component` was taken into account already.
bool IsReservedKey(std::string_view key) {
    return key == "time" || key == "level" || key == tags::kComponent || key == "version" || key == "event";
}

std::string SafeText(std::string_view text) {
    // In this order: half a secret may not look like one any more.
    std::string out = RedactSecrets(text);
    if (const std::string_view shown = TruncateUtf8(out, kLongestValue); shown.size() < out.size()) {
        out = std::string(shown) + "... (" + std::to_string(text.size()) + " bytes)";
    }
    return out;
}

void AppendQuoted(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    // What is no UTF-8 becomes \xNN text first, so that the line is always readable JSON.
    const std::string readable = IsValidUtf8(text) ? std::string(text) : EscapeForLog(text);
    out += '"';
    for (std::size_t i = 0; i < readable.size(); ++i) {
        const char c = readable[i];
        auto code = static_cast<std::uint8_t>(c);
        if (code == 0xC2 && static_cast<std::uint8_t>(readable[i + 1]) < 0xA0) {
            code = static_cast<std::uint8_t>(readable[++i]);  // U+0080..U+009F steer terminals as well
        } else if (code >= 0x20 && code != 0x7F) {
            if (c == '"' || c == '\\') {
                out += '\\';
            }
            out += c;
            continue;
        }
        if (code == '\n') {
            out += "\\n";
        } else if (code == '\t') {
            out += "\\t";
        } else {
            out += "\\u00";
            out += kHex[code >> 4];
            out += kHex[code & 15];
        }
    }
    out += '"';
}

std::string NumberText(double value) {
    if (!std::isfinite(value)) {
        return "null";  // JSON has no such numbers, and a line must stay JSON
    }
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), result.ptr};
}

std::string ScalarText(const LogField::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* number = std::get_if<double>(&value)) {
        return NumberText(*number);
    }
    return std::get<bool>(value) ? "true" : "false";
}

class JsonLineWriter {
public:
    void Text(std::string_view key, std::string_view text) {
        Key(key);
        AppendQuoted(out_, text);
    }
    void Scalar(std::string_view key, const std::string& text) {
        Key(key);
        out_ += text;
    }
    std::string Finish() {
        return std::move(out_) + "}";
    }

private:
    void Key(std::string_view key) {
        out_ += out_.size() > 1 ? "," : "";
        AppendQuoted(out_, key);
        out_ += ':';
    }

    std::string out_ = "{";
};

class TextLineWriter {
public:
    explicit TextLineWriter(std::string out) : out_(std::move(out)) {}

    void Text(std::string_view key, std::string_view text) {
        out_ += ' ';
        out_ += EscapeForLog(key);
        out_ += '=';
        const bool bare =
            !text.empty() && EscapeForLog(text) == text && text.find_first_of(" \"=") == std::string_view::npos;
        if (bare) {
            out_ += text;
        } else {
            AppendQuoted(out_, text);
        }
    }
    void Scalar(std::string_view key, const std::string& text) {
        out_ += ' ';
        out_ += EscapeForLog(key);
        out_ += '=';
        out_ += text;
    }
    std::string Finish() {
        return std::move(out_);
    }

private:
    std::string out_;
};

template <typename Writer>
void WriteFields(Writer& writer, const LogLine& line) {
    const auto key_of = [](std::string_view key) { return std::string(key) + (IsReservedKey(key) ? "_" : ""); };
    for (const auto& [key, value] : line.scope) {
        writer.Text(key_of(key), SafeText(value));
    }
    for (const LogField& field : line.fields) {
        if (const auto* text = std::get_if<std::string_view>(&field.value)) {
            if (field.key != tags::kComponent) {
                writer.Text(key_of(field.key), SafeText(*text));
            }
        } else {
            writer.Scalar(key_of(field.key), ScalarText(field.value));
        }
    }
}

}  // namespace

std::string FormatLogLine(LogFormat format, const LogLine& line) {
    const std::string_view component = FindText(line, tags::kComponent, line.component);
    if (format == LogFormat::kJson) {
        JsonLineWriter writer;
        writer.Text("time", FormatTime(line.time));
        writer.Text("level", EnumText(line.level));
        writer.Text(tags::kComponent, component);
        writer.Text("version", line.version);
        writer.Text("event", SafeText(line.event));
        WriteFields(writer, line);
        return writer.Finish();
    }
    std::string level(EnumText(line.level));
    level.resize(7, ' ');
    TextLineWriter writer(FormatTime(line.time) + " " + level + " " + EscapeForLog(component) + "/" +
                          EscapeForLog(line.version) + " " + EscapeForLog(SafeText(line.event)));
    WriteFields(writer, line);
    return writer.Finish();
}

}  // namespace platform
