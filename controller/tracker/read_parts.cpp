#include "controller/tracker/read_parts.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "controller/tracker/words.hpp"
#include "platform/base/text.hpp"

namespace tracker {
namespace {

struct DrawnBox {
    std::string_view sign;
    Tick tick;
};
constexpr std::array<DrawnBox, 6> kDrawnBoxes = {{{"☑", Tick::kTicked},
                                                  {"✅", Tick::kTicked},
                                                  {"✔", Tick::kTicked},
                                                  {"☐", Tick::kOpen},
                                                  {"⬜", Tick::kOpen},
                                                  {"☒", Tick::kUnclear}}};

Column ColumnOf(const std::string& cell) {
    const std::vector<std::string> words = WordsOf(cell);
    if (HasWord(words, "packet") || HasWord(words, "id")) {
        return Column::kPacket;
    }
    if (HasWord(words, "title") || HasWord(words, "name")) {
        return Column::kTitle;
    }
    if (HasWord(words, "review") || HasWord(words, "verdict")) {
        return Column::kReview;
    }
    if (HasWord(words, "status")) {
        return Column::kStatus;
    }
    if (HasWord(words, "implementer")) {
        return Column::kImplementer;
    }
    if (HasWord(words, "reviewer")) {
        return Column::kReviewer;
    }
    return HasWord(words, "evidence") ? Column::kEvidence : Column::kOther;
}

}  // namespace

std::size_t IndentOf(std::string_view line) {
    std::size_t indent = 0;
    for (const char c : line) {
        if (c == ' ') {
            ++indent;
        } else if (c == '\t') {
            indent += 4;
        } else {
            break;
        }
    }
    return indent;
}

std::string TakeBullet(std::string_view text, std::string_view& rest) {
    if (text.size() >= 2 && (text[0] == '-' || text[0] == '*' || text[0] == '+') && text[1] == ' ') {
        rest = platform::Trim(text.substr(2));
        return "-";
    }
    std::size_t digits = 0;
    while (digits < text.size() && digits < 9 && text[digits] >= '0' && text[digits] <= '9') {
        ++digits;
    }
    if (digits > 0 && digits + 1 < text.size() && (text[digits] == '.' || text[digits] == ')') &&
        text[digits + 1] == ' ') {
        rest = platform::Trim(text.substr(digits + 2));
        return std::string(text.substr(0, digits + 1));
    }
    return {};
}

bool ReadBox(std::string_view line, Entry& entry) {
    std::string_view rest;
    const std::string bullet = TakeBullet(platform::Trim(line), rest);
    if (bullet.empty()) {
        return false;
    }
    for (const DrawnBox& drawn : kDrawnBoxes) {
        if (rest.starts_with(drawn.sign)) {
            entry.tick = drawn.tick;
            entry.mark = drawn.tick == Tick::kUnclear ? std::string(drawn.sign) : std::string();
            entry.text = platform::Trim(rest.substr(drawn.sign.size()));
            entry.bullet = bullet;
            entry.indent = IndentOf(line);
            return true;
        }
    }
    constexpr std::size_t kLongestMark = 4;  // one character, whatever it is
    const std::size_t close = rest.starts_with('[') ? rest.find(']') : std::string_view::npos;
    if (close == std::string_view::npos || close > kLongestMark + 1) {
        return false;
    }
    const std::string_view after = rest.substr(close + 1);
    if (!after.empty() && after.front() != ' ' && after.front() != '\t') {
        return false;  // a link, or a reference to one
    }
    const std::string_view mark = rest.substr(1, close - 1);
    entry.tick = mark == " "                                                ? Tick::kOpen
                 : mark == "x" || mark == "X" || mark == "✓" || mark == "✔" ? Tick::kTicked
                                                                            : Tick::kUnclear;
    entry.mark = entry.tick == Tick::kUnclear ? std::string(mark) : std::string();
    entry.text = platform::Trim(after);
    entry.bullet = bullet;
    entry.indent = IndentOf(line);
    return true;
}

bool ReadHeading(std::string_view line, Entry& entry) {
    const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
    if (level < 1 || level > 6 || (level < line.size() && line[level] != ' ' && line[level] != '\t')) {
        return false;
    }
    std::string_view text = platform::Trim(line.substr(level));
    const std::size_t closing = text.find_last_not_of('#');
    if (closing != std::string_view::npos && closing + 1 < text.size() && text[closing] == ' ') {
        text = platform::Trim(text.substr(0, closing));
    }
    entry.level = static_cast<int>(level);
    entry.text = text;
    return true;
}

std::vector<std::string> CellsOf(std::string_view line) {
    std::string_view row = platform::Trim(line);
    row.remove_prefix(1);
    std::vector<std::string> cells(1);
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') {
            cells.back() += '|';
            ++i;
        } else if (row[i] == '|') {
            cells.emplace_back();
        } else {
            cells.back() += row[i];
        }
    }
    for (std::string& cell : cells) {
        cell = platform::Trim(cell);
    }
    if (cells.size() > 1 && cells.back().empty()) {
        cells.pop_back();
    }
    return cells;
}

bool IsRuleOfTable(const std::vector<std::string>& cells) {
    return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
        return cell.find('-') != std::string::npos && cell.find_first_not_of("-: ") == std::string::npos;
    });
}

std::vector<Column> BoardHead(const std::vector<std::string>& cells) {
    std::vector<Column> columns;
    for (const std::string& cell : cells) {
        columns.push_back(ColumnOf(cell));
    }
    const auto has = [&](Column column) { return std::find(columns.begin(), columns.end(), column) != columns.end(); };
    return has(Column::kPacket) && has(Column::kStatus) ? columns : std::vector<Column>();
}

BoardRow ReadRow(const std::vector<std::string>& cells, const std::vector<Column>& columns, int line,
                 std::size_t entry) {
    BoardRow row;
    row.line = line;
    row.entry = entry;
    for (std::size_t i = 0; i < cells.size() && i < columns.size(); ++i) {
        const std::string bare = Bare(cells[i]);
        switch (columns[i]) {
            case Column::kPacket: {
                const std::vector<std::string> words = WordsOf(bare);
                row.id = words.size() == 2 && words[0] == "packet" ? bare.substr(bare.find_last_of(' ') + 1) : bare;
                break;
            }
            case Column::kTitle:
                row.title = bare;
                break;
            case Column::kStatus:
                row.status_text = bare;
                row.status = ReadStatus(bare);
                break;
            case Column::kImplementer:
                row.implementer = bare;
                break;
            case Column::kReviewer:
                row.reviewer = bare;
                break;
            case Column::kReview:
                row.review_text = bare;
                row.review = ReadReview(bare);
                break;
            case Column::kEvidence:
                row.evidence = cells[i];
                break;
            case Column::kOther:
                break;
        }
    }
    return row;
}

bool ReadPacketHeading(std::string_view heading, Packet& packet) {
    const std::string bare = Bare(heading);
    std::string_view rest = bare;
    constexpr std::string_view kWord = "packet ";
    if (!platform::ToLowerAscii(rest).starts_with(kWord)) {
        return false;
    }
    rest = platform::Trim(rest.substr(kWord.size()));
    const std::size_t end = std::min(rest.find_first_of(" :"), rest.size());
    packet.id = rest.substr(0, end);
    rest.remove_prefix(end);
    const bool titled = rest.starts_with(':');
    rest = platform::Trim(rest);
    constexpr std::string_view kChecklist = "checklist";
    const bool is_checklist = platform::ToLowerAscii(rest).starts_with(kChecklist);
    if (is_checklist) {
        rest.remove_prefix(kChecklist.size());
    }
    for (bool more = true; more;) {
        more = false;
        rest = platform::Trim(rest);
        for (const std::string_view separator :
             {std::string_view(":"), std::string_view("-"), std::string_view("–"), std::string_view("—")}) {
            if (rest.starts_with(separator)) {
                rest.remove_prefix(separator.size());
                more = true;
            }
        }
    }
    packet.title = rest;
    const bool numbered = packet.id.find_first_of("0123456789") != std::string::npos;
    return !packet.id.empty() && (numbered || titled || is_checklist) && platform::ToLowerAscii(packet.id) != "board";
}

SectionKind KindOf(std::string_view heading) {
    const std::vector<std::string> words = WordsOf(heading);
    const auto any = [&](std::initializer_list<std::string_view> wanted) {
        return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view word) { return HasWord(words, word); });
    };
    if (any({"gate", "gates"}) && (words.size() == 1 || any({"review", "approval", "final", "exit"}))) {
        return SectionKind::kGates;
    }
    if (any({"test", "tests", "validation", "commands"})) {
        return SectionKind::kTests;
    }
    if (any({"evidence"})) {
        return SectionKind::kEvidence;
    }
    if (any({"residual"})) {
        return SectionKind::kResidual;
    }
    return any({"changes", "notes", "findings"}) ? SectionKind::kNotes : SectionKind::kWork;
}

}  // namespace tracker
