// An export read line by line: each line to the chain's check, then the signed end against what was read.
#include <utility>

#include "controller/wire/audit_lines.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::Json;
using platform::QuoteForMessage;

/// Lines of a stream, without their line breaks, in blocks: getline has no bound on what one line may take.
class AuditLineReader {
public:
    explicit AuditLineReader(std::istream& in) : in_(in) {}

    /// False at the end, and when a line is too long (then TooLong()).
    bool Next(std::string_view& line) {
        for (;;) {
            const std::size_t newline = buffer_.find('\n', scanned_);
            if (newline != std::string::npos) {
                line = std::string_view(buffer_).substr(start_, newline - start_);
                start_ = newline + 1;
                scanned_ = start_;
                ++number_;
                return true;
            }
            scanned_ = buffer_.size();
            if (buffer_.size() - start_ > kLongestAuditLine) {
                too_long_ = true;
                return false;
            }
            if (!Fill()) {
                if (start_ == buffer_.size()) {
                    return false;
                }
                line = std::string_view(buffer_).substr(start_);
                start_ = buffer_.size();
                scanned_ = start_;
                ++number_;
                return true;
            }
        }
    }
    std::int64_t Number() const {
        return number_;
    }
    bool TooLong() const {
        return too_long_;
    }
    bool Failed() const {
        return in_.bad();
    }

private:
    bool Fill() {
        constexpr std::size_t kBlock = 256 * 1024;
        buffer_.erase(0, start_);
        scanned_ -= start_;
        start_ = 0;
        const std::size_t held = buffer_.size();
        buffer_.resize(held + kBlock);
        in_.read(buffer_.data() + held, static_cast<std::streamsize>(kBlock));
        buffer_.resize(held + static_cast<std::size_t>(in_.gcount()));
        return buffer_.size() > held;
    }

    std::istream& in_;
    std::string buffer_;
    std::size_t start_ = 0;
    std::size_t scanned_ = 0;
    std::int64_t number_ = 0;
    bool too_long_ = false;
};

void JudgeAuditEnd(AuditChainCheck& check, const AuditEnd& end, std::string_view header_line, const AuditHeader& header,
                   const platform::VerifyingKeys& keys, std::int64_t line) {
    const std::string digest = check.FinishDigest();
    const AuditReport report = check.Report();
    const platform::VerifyingKey* key = keys.Find(end.key_id);
    if (key == nullptr) {
        check.Problem(AuditProblemKind::kForged, 0, line,
                      "the export is signed by the key " + QuoteForMessage(end.key_id) + ", not by the one given (" +
                          keys.Names() + ")");
        return;
    }
    if (!AuditEndHolds(end, header_line, *key)) {
        check.Problem(AuditProblemKind::kForged, 0, line,
                      "the signature at the end does not fit: the first or the last line was changed, or another key "
                      "signed it");
        return;
    }
    const std::int64_t last_seq = report.entries == 0 ? header.start.from_seq - 1 : report.last_seq;
    // What the chain has found already says it better: which entry.
    const bool found = report.problem_count > 0;
    if (end.last_seq != last_seq || (!found && end.entries != report.entries)) {
        check.Problem(AuditProblemKind::kTruncated, last_seq, line,
                      "the export was signed with " + platform::Plural(end.entries, "entry", "entries") + " up to " +
                          std::to_string(end.last_seq) + ", and holds " + std::to_string(report.entries) + " up to " +
                          std::to_string(last_seq));
    } else if (end.checkpoints != report.checkpoints) {
        check.Problem(AuditProblemKind::kMissing, 0, line,
                      "the export was signed with " + platform::Plural(end.checkpoints, "checkpoint") + ", and holds " +
                          std::to_string(report.checkpoints));
    } else if (!found && end.digest != digest) {
        check.Problem(AuditProblemKind::kChanged, report.last_seq, line,
                      "the entries are not those the export was signed with");
    }
}

/// The lines between the first and the last, and the last.
void CheckAuditLines(AuditLineReader& reader, AuditChainCheck& check, const std::string& header_line,
                     const AuditHeader& header, const platform::VerifyingKeys& keys) {
    bool ended = false;
    bool carriage_return = false;
    std::string_view line;
    while (reader.Next(line)) {
        const std::int64_t number = reader.Number();
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
            if (!carriage_return) {
                check.Problem(AuditProblemKind::kMalformed, 0, number,
                              "lines end with a carriage return: the file was converted; verify it as it was exported");
            }
            carriage_return = true;
        }
        if (ended) {
            check.Problem(AuditProblemKind::kMalformed, 0, number, "there is text after the signed end");
            return;
        }
        if (const auto parts = SplitAuditEntryLine(line)) {
            check.Entry(parts->document, parts->prev_hash, parts->hash, number);
            continue;
        }
        std::optional<Json> json = AuditLineObject(line, "checkpoint");
        if (const auto checkpoint = json ? ReadAuditCheckpoint(*json) : std::nullopt) {
            check.Checkpoint(*checkpoint, number);
            continue;
        }
        json = AuditLineObject(line, "end");
        if (const auto end = json ? ReadAuditEnd(*json) : std::nullopt) {
            JudgeAuditEnd(check, *end, header_line, header, keys, number);
            ended = true;
            continue;
        }
        check.Problem(AuditProblemKind::kMalformed, 0, number,
                      "is neither an entry, a checkpoint nor the end of an export");
    }
    if (reader.TooLong()) {
        check.Problem(AuditProblemKind::kMalformed, 0, reader.Number() + 1, "the line is too long for an entry");
    } else if (reader.Failed()) {
        check.Problem(AuditProblemKind::kMalformed, 0, reader.Number(), "reading failed before the end");
    } else if (!ended) {
        const std::int64_t last = check.Report().last_seq;
        check.Problem(
            AuditProblemKind::kTruncated, last, reader.Number(),
            last == 0 ? "the export stops without its signed end: it was cut off"
                      : "the export stops after " + AuditEntryName(last) + " without its signed end: it was cut off");
    }
}

}  // namespace

AuditReport VerifyAuditExport(std::istream& in, const platform::VerifyingKeys& keys) {
    AuditLineReader reader(in);
    std::string_view line;
    std::string header_line;
    std::optional<AuditHeader> header;
    if (reader.Next(line)) {
        header_line = line;
        if (!header_line.empty() && header_line.back() == '\r') {
            header_line.pop_back();
        }
        const std::optional<Json> json = AuditLineObject(header_line, "audit");
        header = json ? ReadAuditHeader(*json) : std::nullopt;
    }
    if (!header) {
        AuditChainCheck check({}, nullptr);
        check.Problem(AuditProblemKind::kMalformed, 0, 1,
                      "is no audit export of the format " + std::string(kAuditFormat));
        return check.Report();
    }
    AuditChainCheck check(header->start, &keys);
    CheckAuditLines(reader, check, header_line, *header, keys);
    AuditReport report = check.Report();
    report.exported_at = header->exported_at;
    return report;
}

}  // namespace wire
