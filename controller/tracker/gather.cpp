#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

/// "1. `command` -> exit 0" anywhere in the packet is the record of that command.
void AddExitCodes(std::string_view text, int line, PacketFacts& facts) {
    const std::vector<int> codes = ExitCodes(text);
    if (codes.empty()) {
        return;
    }
    for (const std::string& code : CodeSpans(text)) {
        for (CommandRun& run : facts.commands) {
            if (run.command == code && run.line != line) {
                run.exit_codes.insert(run.exit_codes.end(), codes.begin(), codes.end());
            }
        }
    }
}

void GatherTests(const Section& section, PacketFacts& facts) {
    for (const Box& box : section.boxes) {
        if (ClaimsExitCodes(box)) {
            facts.exit_codes_claim = &box;
            continue;
        }
        CommandRun run;
        run.command = LeadingCommand(box.text);
        if (run.command.empty()) {
            facts.claims_without_command.push_back(&box);
            continue;
        }
        run.ticked = box.tick == Tick::kTicked;
        run.exit_codes = ExitCodes(box.text);
        run.trouble = TroubleIn(box.text);
        run.line = box.line;
        facts.commands.push_back(std::move(run));
    }
}

}  // namespace

std::optional<Gate> ReadGate(const Box& box) {
    const std::vector<std::string> words = WordsOf(WithoutCode(box.text));
    if (words.empty() || words[0].size() != 2 || words[0][0] != 'p' || words[0][1] < '0' || words[0][1] > '2') {
        return std::nullopt;
    }
    Gate gate;
    gate.number = words[0][1] - '0';
    gate.tick = box.tick;
    gate.line = box.line;
    std::size_t result = 1;
    while (result < words.size() && (words[result] == "gate" || words[result] == "result")) {
        ++result;
    }
    if (result < words.size()) {
        const std::string& word = words[result];
        if (word == "pass" || word == "passed") {
            gate.result = GateResult::kPass;
        } else if (word == "fail" || word == "failed") {
            gate.result = GateResult::kFail;
        } else if (word == "na" || (word == "n" && result + 1 < words.size() && words[result + 1] == "a")) {
            gate.result = GateResult::kNotApplicable;
            ++result;
        }
    }
    gate.has_reason = result + 1 < words.size();
    return gate;
}

std::optional<Verdict> ReadVerdict(const Box& box) {
    if (!HasWord(WordsOf(WithoutCode(box.text)), "verdict")) {
        return std::nullopt;
    }
    Verdict verdict;
    verdict.tick = box.tick;
    verdict.line = box.line;
    for (const std::string& code : CodeSpans(box.text)) {
        if (!verdict.review) {
            verdict.review = ReadReview(code);
        }
    }
    if (!verdict.review) {
        for (const std::string& word : WordsOf(WithoutCode(box.text))) {
            if (word == "approved") {
                verdict.review = Review::kApproved;
            } else if (word == "blocked") {
                verdict.review = Review::kBlocked;
            } else if (word == "changes") {
                verdict.review = Review::kChangesRequested;
            }
        }
    }
    return verdict;
}

bool ClaimsExitCodes(const Box& box) {
    const std::vector<std::string> words = WordsOf(box.text);
    return HasWord(words, "exit") && (HasWord(words, "codes") || HasWord(words, "code")) &&
           HasWord(words, "recorded") && LeadingCommand(box.text).empty();
}

PacketFacts GatherFacts(const Document& document, const Packet* packet, const BoardRow* row) {
    PacketFacts facts;
    facts.packet = packet;
    facts.row = row;
    facts.id = row != nullptr ? row->id : packet->id;
    facts.line = row != nullptr ? row->line : packet->line;
    if (row != nullptr) {
        facts.checkpoint = CommitHash(row->evidence);
    }
    if (packet == nullptr) {
        return facts;
    }
    for (const Section& section : packet->sections) {
        for (const Box& box : section.boxes) {
            facts.boxes.push_back(&box);
            if (const auto gate = ReadGate(box)) {
                facts.gates.push_back(*gate);
            } else if (const auto verdict = ReadVerdict(box)) {
                facts.verdicts.push_back(*verdict);
            }
        }
        if (section.kind == SectionKind::kTests) {
            GatherTests(section, facts);
        }
    }
    for (std::size_t i = packet->first_entry; i < packet->end_entry && i < document.entries.size(); ++i) {
        const Entry& entry = document.entries[i];
        if (!facts.checkpoint && (entry.kind == EntryKind::kProse || entry.kind == EntryKind::kBox)) {
            facts.checkpoint = CommitHash(entry.text);
        }
        AddExitCodes(entry.text, entry.line, facts);
    }
    return facts;
}

}  // namespace tracker
