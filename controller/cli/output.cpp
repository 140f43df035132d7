#include "controller/cli/output.hpp"

#include <algorithm>
#include <iostream>

#include "platform/base/text.hpp"

namespace cli {
namespace {

std::string Scalar(const Json& value) {
    if (value.is_string()) {
        return platform::EscapeForLog(value.get<std::string>());
    }
    if (value.is_null()) {
        return "-";
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "yes" : "no";
    }
    return value.dump();
}

std::string Cell(const Json& value) {
    if (value.is_array()) {
        std::vector<std::string> parts;
        for (const Json& item : value) {
            parts.push_back(item.is_structured() ? platform::EscapeForLog(item.dump()) : Scalar(item));
        }
        return parts.empty() ? "-" : platform::Join(parts, ", ");
    }
    return value.is_object() ? platform::EscapeForLog(value.dump()) : Scalar(value);
}

std::string CellAt(const Json& item, const std::string& pointer) {
    const Json::json_pointer at(pointer);
    return item.contains(at) ? Cell(item[at]) : "-";
}

std::string MarkdownCell(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|' || c == '\\' || c == '&' || c == ']' || c == '<' || c == '*' || c == '_' || c == '`' || c == '[') {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

void PrintMarkdownTable(const std::vector<std::vector<std::string>>& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::cout << '|';
        for (const std::string& cell : rows[row]) {
            std::cout << ' ' << MarkdownCell(cell) << " |";
        }
        std::cout << '\n';
        if (row == 0) {
            std::cout << '|';
            for (std::size_t column = 0; column < rows[0].size(); ++column) {
                std::cout << "---|";
            }
            std::cout << '\n';
        }
    }
}

void PrintTextTable(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], platform::CountCodePoints(row[column]));
        }
    }
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            std::cout << row[column];
            if (column + 1 < row.size()) {
                std::cout << std::string(widths[column] - platform::CountCodePoints(row[column]) + 2, ' ');
            }
        }
        std::cout << '\n';
    }
}

}  // namespace

void Output::List(const Json& items, const std::vector<Column>& columns) const {
    if (form_ == OutputForm::kJson) {
        std::cout << items.dump(2) << '\n';
        return;
    }
    if (form_ == OutputForm::kYaml) {
        std::cout << platform::ToYaml(items);
        return;
    }
    std::vector<std::vector<std::string>> rows(1);
    for (const Column& column : columns) {
        rows[0].push_back(form_ == OutputForm::kTable ? platform::ToUpperAscii(column.title) : column.title);
    }
    for (const Json& item : items) {
        std::vector<std::string> row;
        for (const Column& column : columns) {
            row.push_back(CellAt(item, column.pointer));
        }
        rows.push_back(std::move(row));
    }
    if (form_ == OutputForm::kMarkdown) {
        PrintMarkdownTable(rows);
    } else if (rows.size() == 1) {
        Note("Nothing there.");
    } else {
        PrintTextTable(rows);
    }
}

void Output::One(const Json& object, const std::vector<Column>& fields) const {
    if (form_ == OutputForm::kJson) {
        std::cout << object.dump(2) << '\n';
        return;
    }
    if (form_ == OutputForm::kYaml) {
        std::cout << platform::ToYaml(object);
        return;
    }
    std::vector<std::vector<std::string>> rows;
    if (fields.empty()) {
        for (const auto& [name, value] : object.items()) {
            rows.push_back({name, Cell(value)});
        }
    }
    for (const Column& field : fields) {
        rows.push_back({field.title, CellAt(object, field.pointer)});
    }
    if (form_ == OutputForm::kMarkdown) {
        rows.insert(rows.begin(), {"Field", "Value"});
        PrintMarkdownTable(rows);
    } else if (!rows.empty()) {
        PrintTextTable(rows);
    }
}

void Output::Findings(const Json& findings) const {
    if (form_ == OutputForm::kMarkdown) {
        List(findings, {{"rule", "/rule"}, {"what", "/message"}, {"what to do", "/remedy"}});
        return;
    }
    for (const Json& finding : findings) {
        if (!finding.is_object()) {
            continue;
        }
        const auto text = [&](const char* field) {
            return finding.contains(field) ? Scalar(finding[field]) : std::string();
        };
        std::string head;
        if (const std::string line = text("line"); !line.empty() && line != "0") {
            head += "line " + line + ": ";
        }
        head += text("rule");
        const std::string kind = finding.contains("severity") ? text("severity") : text("kind");
        if (text("hard_stop") == "yes") {
            head += " (hard stop)";
        } else if (!kind.empty()) {
            head += " (" + kind + ")";
        }
        std::cout << head << ": " << text("message") << '\n';
        if (const std::string remedy = text("remedy"); !remedy.empty()) {
            std::cout << "    -> " << remedy << '\n';
        }
    }
}

void Output::Text(const std::string& text) const {
    std::cout << text;
    if (!text.empty() && text.back() != '\n') {
        std::cout << '\n';
    }
}

void Output::Note(const std::string& text) const {
    if (!quiet_) {
        std::cerr << text << '\n';
    }
}

}  // namespace cli
