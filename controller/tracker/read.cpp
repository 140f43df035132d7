#include <algorithm>
#include <utility>

#include "controller/tracker/document.hpp"
#include "controller/tracker/read_parts.hpp"
#include "controller/tracker/words.hpp"
#include "platform/base/text.hpp"

namespace tracker {
namespace {

constexpr std::size_t kMaxLineBytes = 8'000;
constexpr std::size_t kMaxBoxBytes = 16'000;

/// Goes through the entries once and fills the views.
class Views {
public:
    Views(Document& document, const Limits& limits) : document_(document), limits_(limits) {}

    void Take(std::size_t at) {
        Entry& entry = document_.entries[at];
        if (entry.kind == EntryKind::kHeading) {
            TakeHeading(entry, at);
            return;
        }
        if (entry.kind == EntryKind::kTableRow || entry.kind == EntryKind::kTableRule) {
            box_ = nullptr;
            return;  // rows are read where the table is
        }
        if (entry.kind == EntryKind::kBox) {
            if (in_packet_) {
                Section& section = SectionNow(entry.line);
                section.boxes.push_back({entry.tick, entry.text, entry.indent, entry.line, at});
                box_ = &section.boxes.back();
            } else {
                box_ = nullptr;
                ReadClaim(entry.text, entry.line, entry.tick, document_);
            }
            return;
        }
        TakeProse(entry);
    }
    void End(std::size_t at) {
        if (in_packet_) {
            document_.packets.back().end_entry = at;
        }
    }

private:
    void TakeHeading(const Entry& entry, std::size_t at) {
        box_ = nullptr;
        if (entry.level == 1 && document_.title.empty()) {
            document_.title = entry.text;
        }
        Packet packet;
        if (ReadPacketHeading(entry.text, packet)) {
            End(at);
            if (document_.packets.size() >= limits_.max_packets) {
                if (document_.packets.size() == limits_.max_packets) {
                    document_.problems.push_back({"too_many_packets", entry.line, entry.text});
                }
                in_packet_ = false;
                return;
            }
            packet.line = entry.line;
            packet.first_entry = at;
            document_.packets.push_back(std::move(packet));
            in_packet_ = true;
            level_ = entry.level;
            section_level_ = 0;
            return;
        }
        if (in_packet_ && entry.level <= level_) {
            document_.packets.back().end_entry = at;
            in_packet_ = false;
        }
        if (!in_packet_) {
            return;
        }
        if (section_level_ == 0 || entry.level <= section_level_) {
            section_level_ = entry.level;
            document_.packets.back().sections.push_back({KindOf(entry.text), entry.text, entry.line, {}, {}});
        } else {
            SectionNow(entry.line).prose.push_back({entry.text, entry.line});
        }
    }

    void TakeProse(const Entry& entry) {
        const std::string_view text = platform::Trim(entry.text);
        if (text.empty()) {
            box_ = nullptr;
            return;
        }
        if (const auto updated = AfterLabel(text, "last updated")) {
            document_.last_updated.push_back(
                DateIn(*updated, entry.line).value_or(StatedDate{std::nullopt, *updated, entry.line}));
        } else if (const auto date = AfterLabel(text, "date"); date && !in_packet_) {
            document_.dates.push_back(DateIn(*date, entry.line).value_or(StatedDate{std::nullopt, *date, entry.line}));
        }
        if (!in_packet_) {
            ReadClaim(text, entry.line, std::nullopt, document_);
            return;
        }
        std::string_view rest;
        const bool is_item = !TakeBullet(text, rest).empty();
        if (box_ != nullptr && (!is_item || IndentOf(entry.text) > box_->indent)) {
            if (box_->text.size() + text.size() < kMaxBoxBytes) {
                box_->text += ' ';
                box_->text += text;
            }
            return;
        }
        box_ = nullptr;
        SectionNow(entry.line).prose.push_back({std::string(text), entry.line});
    }

    Section& SectionNow(int line) {
        std::vector<Section>& sections = document_.packets.back().sections;
        if (sections.empty()) {
            sections.push_back({SectionKind::kWork, {}, line, {}, {}});
        }
        return sections.back();
    }

    Document& document_;
    const Limits& limits_;
    bool in_packet_ = false;
    int level_ = 0;
    int section_level_ = 0;
    Box* box_ = nullptr;  // what an indented line goes on with
};

}  // namespace

Document ReadTracker(std::string_view text, const Limits& limits) {
    Document document;
    if (text.size() > limits.max_bytes) {
        document.problems.push_back({"too_long", 1, std::to_string(text.size()) + " bytes"});
        return document;
    }
    if (!platform::IsValidUtf8(text) || text.find('\0') != std::string_view::npos) {
        document.problems.push_back({"not_text", 1, {}});
        return document;
    }
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    if (text.empty()) {
        return document;
    }
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    std::string_view fence;  // what ends the code block that is open
    std::vector<Column> columns;
    int number = 0;
    for (std::string_view line : platform::Split(text, '\n')) {
        if (++number > static_cast<int>(limits.max_lines)) {
            document.problems.push_back({"too_many_lines", number, {}});
            break;
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        Entry entry;
        entry.line = number;
        const std::string_view trimmed = platform::Trim(line);
        const bool is_fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        const bool in_fence = !fence.empty();
        if (is_fence && (!in_fence || trimmed.starts_with(fence))) {
            fence = in_fence ? std::string_view() : trimmed.substr(0, 3);
        }
        if (line.size() > kMaxLineBytes) {
            document.problems.push_back({"line_too_long", number, {}});
        }
        if (in_fence || is_fence || line.size() > kMaxLineBytes) {
            entry.text = line;
        } else if (trimmed.starts_with('|') && trimmed.size() > 1) {
            entry.cells = CellsOf(line);
            if (columns.empty()) {
                columns = BoardHead(entry.cells);
                if (!columns.empty() && document.board_line == 0) {
                    document.board_line = number;
                }
                entry.kind = columns.empty() ? EntryKind::kProse : EntryKind::kTableRow;
            } else if (IsRuleOfTable(entry.cells)) {
                entry.kind = EntryKind::kTableRule;
            } else {
                entry.kind = EntryKind::kTableRow;
                document.board.push_back(ReadRow(entry.cells, columns, number, document.entries.size()));
            }
            if (entry.kind == EntryKind::kProse) {
                entry.cells.clear();
                entry.text = line;
            }
            document.entries.push_back(std::move(entry));
            continue;
        } else if (ReadHeading(line, entry)) {
            entry.kind = EntryKind::kHeading;
        } else if (ReadBox(line, entry)) {
            entry.kind = EntryKind::kBox;
        } else {
            entry.text = line;
        }
        columns.clear();
        document.entries.push_back(std::move(entry));
    }
    Views views(document, limits);
    for (std::size_t i = 0; i < document.entries.size(); ++i) {
        views.Take(i);
    }
    views.End(document.entries.size());
    return document;
}

const BoardRow* Document::FindRow(std::string_view id) const {
    const auto row = std::find_if(board.begin(), board.end(), [&](const BoardRow& at) { return SameId(at.id, id); });
    return row == board.end() ? nullptr : &*row;
}

const Packet* Document::FindPacket(std::string_view id) const {
    const auto packet =
        std::find_if(packets.begin(), packets.end(), [&](const Packet& at) { return SameId(at.id, id); });
    return packet == packets.end() ? nullptr : &*packet;
}

}  // namespace tracker
