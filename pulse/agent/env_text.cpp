#include "pulse/agent/env_text.hpp"

#include <algorithm>

#include "platform/base/text.hpp"

namespace pulse::agent {
namespace {

constexpr std::string_view kExport = "export ";

bool IsBlank(char c) {
    return c == ' ' || c == '\t';
}

/// One assignment as it stands in the text.
struct Assignment {
    std::string key;
    std::string value;
    int line = 0;           // its first
    std::size_t begin = 0;  // of the line
    std::size_t end = 0;    // behind its last character, the line feed not included
    bool quoted = false;
    bool exported = false;
    bool spaced = false;  // blanks around the key or the value
    bool carriage = false;
};

class EnvParser {
public:
    EnvParser(std::string_view text, EnvReader reader) : text_(text), reader_(reader) {}

    std::vector<Assignment> All() {
        std::vector<Assignment> all;
        while (at_ < text_.size()) {
            if (auto one = Next()) {
                all.push_back(std::move(*one));
            }
        }
        return all;
    }

private:
    bool Ended() const {
        return at_ >= text_.size();
    }
    char Take() {
        const char c = text_[at_++];
        line_ += c == '\n' ? 1 : 0;
        return c;
    }
    void SkipLine() {
        while (!Ended() && Take() != '\n') {
        }
    }

    std::optional<Assignment> Next() {
        Assignment one;
        one.line = line_;
        one.begin = at_;
        while (!Ended() && IsBlank(text_[at_])) {
            one.spaced = true;
            Take();
        }
        if (Ended() || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '#' ||
            (text_[at_] == ';' && reader_ == EnvReader::kSystemd)) {
            SkipLine();
            return std::nullopt;
        }
        while (!Ended() && text_[at_] != '=' && text_[at_] != '\n') {
            one.key.push_back(Take());
        }
        if (Ended() || text_[at_] == '\n') {
            SkipLine();
            return std::nullopt;  // no assignment
        }
        Take();
        TidyKey(one);
        reader_ == EnvReader::kPlain ? ReadPlain(one) : ReadQuoted(one);
        return one;
    }

    static void TidyKey(Assignment& one) {
        std::string_view key = one.key;
        if (key.starts_with(kExport)) {
            one.exported = true;
            key.remove_prefix(kExport.size());
        }
        const std::string_view tidy = platform::Trim(key);
        one.spaced = one.spaced || tidy.size() != key.size();
        one.key = std::string(tidy);
    }

    void EndLine(Assignment& one) {
        one.end = at_;
        if (!Ended()) {
            Take();
        }
        while (one.end > one.begin && text_[one.end - 1] == '\r') {
            --one.end;
            one.carriage = true;
        }
    }

    void ReadPlain(Assignment& one) {
        while (!Ended() && text_[at_] != '\n') {
            one.value.push_back(Take());
        }
        EndLine(one);
        one.quoted = one.value.size() > 1 && (one.value.front() == '"' || one.value.front() == '\'');
        std::string_view tidy = one.value;
        one.spaced = one.spaced || platform::Trim(tidy).size() + (one.carriage ? 1 : 0) != tidy.size();
    }

    /// Both readers put quoted and bare pieces together; a bare piece ends with its line and loses blanks at its end.
    void ReadQuoted(Assignment& one) {
        while (!Ended() && IsBlank(text_[at_])) {
            Take();
        }
        std::size_t kept = 0;  // of the value: behind the last character that is no blank
        while (!Ended() && text_[at_] != '\n') {
            const char c = Take();
            if (c == '\'' || c == '"') {
                one.quoted = true;
                ReadQuotes(one.value, c);
                kept = one.value.size();
            } else if (c == '\\' && !Ended() && reader_ == EnvReader::kSystemd) {
                const char next = Take();
                if (next != '\n') {
                    one.value.push_back(next);
                }
                kept = one.value.size();
            } else if (c == '#' && reader_ == EnvReader::kCompose && kept < one.value.size()) {
                while (!Ended() && text_[at_] != '\n') {
                    Take();
                }
            } else {
                one.value.push_back(c);
                kept = IsBlank(c) || c == '\r' ? kept : one.value.size();
            }
        }
        one.value.resize(kept);
        EndLine(one);
    }

    void ReadQuotes(std::string& value, char quote) {
        while (!Ended()) {
            const char c = Take();
            if (c == quote) {
                return;
            }
            if (c == '\\' && quote == '"' && !Ended()) {
                const char next = Take();
                if (next == '\n') {
                    continue;
                }
                if (std::string_view("\"\\`$").find(next) == std::string_view::npos) {
                    value.push_back(c);
                }
                value.push_back(next);
                continue;
            }
            value.push_back(c);
        }
    }

    const std::string_view text_;
    const EnvReader reader_;
    std::size_t at_ = 0;
    int line_ = 1;
};

std::string LineText(int line) {
    return "line " + std::to_string(line);
}

/// Whether the reader takes the line for the variable at all.
bool Counts(const Assignment& one, EnvReader reader) {
    return !(one.exported && reader == EnvReader::kSystemd);
}

void Remark(const Assignment& one, EnvReader reader, std::vector<std::string>& remarks) {
    const std::string where = LineText(one.line);
    if (one.exported && reader == EnvReader::kSystemd) {
        remarks.push_back(where + " begins with `export`, which systemd does not read: the line sets nothing");
    }
    if (reader != EnvReader::kPlain) {
        return;
    }
    if (one.exported) {
        remarks.push_back(where + " begins with `export`, which only a shell reads");
    }
    if (one.quoted) {
        remarks.push_back(where + " has its value in quotes, which not every reader takes off");
    }
    if (one.carriage) {
        remarks.push_back(where + " ends with a carriage return, which many readers take for a part of the value");
    }
    if (one.spaced) {
        remarks.push_back(where + " has blanks around the name or the value");
    }
}

}  // namespace

EnvLook LookIntoEnv(std::string_view text, std::string_view name, EnvReader reader) {
    EnvLook look;
    for (const Assignment& one : EnvParser(text, reader).All()) {
        if (one.key != name) {
            continue;
        }
        Remark(one, reader, look.remarks);
        if (Counts(one, reader)) {
            look.value = one.value;  // the last one counts
            look.lines.push_back(one.line);
        }
    }
    if (look.lines.size() > 1) {
        std::vector<std::string> lines;
        for (const int line : look.lines) {
            lines.push_back(std::to_string(line));
        }
        look.remarks.push_back("it is set more than once, in the lines " + platform::Join(lines, ", ") +
                               "; the last one counts");
    }
    return look;
}

std::string EnvWith(std::string_view text, std::string_view name, std::string_view value, EnvReader reader) {
    const std::string line = std::string(name) + "=" + std::string(value);
    std::string made;
    std::size_t copied = 0;
    bool found = false;
    for (const Assignment& one : EnvParser(text, reader).All()) {
        if (one.key != name) {
            continue;
        }
        made.append(text.substr(copied, one.begin - copied));
        made.append(one.exported && reader != EnvReader::kSystemd ? kExport : "").append(line);
        // A carriage return in front of the line feed may be read as a part of the value: it goes with the old one.
        copied = std::min(text.find('\n', one.end), text.size());
        found = true;
    }
    made.append(text.substr(copied));
    if (!found) {
        if (!made.empty() && made.back() != '\n') {
            made.push_back('\n');
        }
        made.append(line).push_back('\n');
    }
    return made;
}

}  // namespace pulse::agent
