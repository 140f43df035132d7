// How results reach a person or a script: results on stdout in one of four forms, everything else on stderr.
//
// json and yaml print what the API answered, unchanged, and are stable; table and markdown are for reading. Text from
// the server is shown without control characters, so that no title can drive a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/json/json.hpp"

namespace cli {

using platform::Json;

enum class OutputForm { kTable, kJson, kYaml, kMarkdown };

struct Column {
    std::string title;
    std::string pointer;  // JSON pointer into an item: "/stay/left"; a list is joined with ", "
};

class Output {
public:
    Output(OutputForm form, bool quiet) : form_(form), quiet_(quiet) {}

    OutputForm Form() const {
        return form_;
    }
    bool Quiet() const {
        return quiet_;
    }
    /// A list of objects.
    void List(const Json& items, const std::vector<Column>& columns) const;
    /// One object; in the reading forms every scalar field as "field: value", in the order given, or all when empty.
    void One(const Json& object, const std::vector<Column>& fields = {}) const;
    /// Findings of a verdict or of a memo's reading: as a table in Markdown, as paragraphs for people. Not for the
    /// machine forms, which print the whole answer.
    void Findings(const Json& findings) const;
    /// Text that is the result itself (a memo, a report): unchanged on stdout.
    void Text(const std::string& text) const;
    /// Progress and hints, on stderr; nothing with --quiet.
    void Note(const std::string& text) const;

private:
    OutputForm form_;
    bool quiet_;
};

}  // namespace cli
