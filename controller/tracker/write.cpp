#include "controller/tracker/document.hpp"

namespace tracker {
namespace {

void WriteRow(const Entry& entry, std::string& out) {
    out += '|';
    for (const std::string& cell : entry.cells) {
        if (entry.kind == EntryKind::kTableRule) {
            out += cell + '|';
            continue;
        }
        out += ' ';
        for (const char c : cell) {
            if (c == '|') {
                out += '\\';
            }
            out += c;
        }
        out += cell.empty() ? "|" : " |";
    }
}

std::string_view MarkOf(const Entry& entry) {
    switch (entry.tick) {
        case Tick::kOpen:
            return " ";
        case Tick::kTicked:
            return "x";
        case Tick::kUnclear:
            break;
    }
    return entry.mark;
}

void WriteEntry(const Entry& entry, std::string& out) {
    switch (entry.kind) {
        case EntryKind::kProse:
            out += entry.text;
            return;
        case EntryKind::kHeading:
            out.append(static_cast<std::size_t>(entry.level), '#');
            out += entry.text.empty() ? "" : " " + entry.text;
            return;
        case EntryKind::kBox:
            out.append(entry.indent, ' ');
            out += entry.bullet.empty() ? "-" : entry.bullet;
            out += " [";
            out += MarkOf(entry);
            out += entry.text.empty() ? "]" : "] " + entry.text;
            return;
        case EntryKind::kTableRow:
        case EntryKind::kTableRule:
            WriteRow(entry, out);
            return;
    }
}

}  // namespace

std::string WriteTracker(const Document& document) {
    std::string out;
    for (const Entry& entry : document.entries) {
        WriteEntry(entry, out);
        out += '\n';
    }
    return out;
}

}  // namespace tracker
