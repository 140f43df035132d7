#include "controller/wire/audit_chain.hpp"

#include <utility>

#include "controller/wire/audit_lines.hpp"
#include "platform/base/text.hpp"

namespace wire {
namespace {

using platform::Json;
using platform::QuoteForMessage;

constexpr std::size_t kMostProblems = 100;

/// Reads the seq and release that a document states, without keeping the document: building a value of each would take
/// most of the time that verifying takes. Anything but one object, or either field twice, is no entry's document.
class EntryIdentity : public nlohmann::json_sax<Json> {
public:
    std::int64_t seq = 0;
    std::string release;

    /// False when `document` is none.
    bool Read(std::string_view document) {
        return document.find('\0') == std::string_view::npos &&
               Json::sax_parse(document.begin(), document.end(), this) && object_ && seq > 0;
    }

    bool null() override {
        return Value();
    }
    bool boolean(bool) override {
        return Value();
    }
    bool number_integer(number_integer_t) override {
        return Value();
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (field_ == Field::kSeq) {
            if (seq != 0 || value > static_cast<number_unsigned_t>(INT64_MAX)) {
                return false;
            }
            seq = static_cast<std::int64_t>(value);
        }
        return Value();
    }
    bool number_float(number_float_t, const string_t&) override {
        return Value();
    }
    bool string(string_t& value) override {
        if (field_ == Field::kRelease) {
            if (!release.empty()) {
                return false;
            }
            release = value;
        }
        return Value();
    }
    bool binary(binary_t&) override {
        return false;
    }
    bool start_object(std::size_t) override {
        object_ = true;
        return Open();
    }
    bool key(string_t& name) override {
        if (depth_ == 1) {
            field_ = name == "seq" ? Field::kSeq : name == "release" ? Field::kRelease : Field::kOther;
        }
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        return object_ && Open();
    }
    bool end_array() override {
        --depth_;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

private:
    enum class Field : std::uint8_t { kOther, kSeq, kRelease };

    bool Value() {
        field_ = Field::kOther;
        return object_;
    }
    bool Open() {
        field_ = Field::kOther;
        return ++depth_ <= kAuditLineLimits.max_depth;
    }

    int depth_ = 0;
    bool object_ = false;
    Field field_ = Field::kOther;
};

std::string MissingText(std::int64_t first, std::int64_t last) {
    return first == last ? AuditEntryName(first) + " is missing"
                         : "entries " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

}  // namespace

struct AuditChainCheck::State {
    AuditStart start;
    const platform::VerifyingKeys* keys;
    AuditReport report;
    platform::Sha256Stream digest;
    std::int64_t next_seq;
    std::string prev_hash;        // what the next entry's must be
    std::int64_t signed_seq = 0;  // of the last checkpoint that held
};

AuditChainCheck::AuditChainCheck(AuditStart start, const platform::VerifyingKeys* keys)
    : state_(std::make_unique<State>()) {
    state_->next_seq = start.from_seq;
    state_->prev_hash = start.prev_hash;
    state_->report.release = start.release;
    state_->keys = keys;
    state_->start = std::move(start);
    if (state_->start.from_seq == 1 && state_->start.prev_hash != kGenesisHash) {
        Problem(AuditProblemKind::kForged, 0, 0, "the first entry of all must follow the hash of zeros");
    }
}

AuditChainCheck::~AuditChainCheck() = default;

void AuditChainCheck::Problem(AuditProblemKind kind, std::int64_t seq, std::int64_t line, std::string message) {
    AuditReport& report = state_->report;
    ++report.problem_count;
    if (report.problems.size() < kMostProblems) {
        report.problems.push_back({kind, seq, line, std::move(message)});
    }
}

void AuditChainCheck::Entry(std::string_view document, std::string_view prev_hash, std::string_view hash,
                            std::int64_t line) {
    State& state = *state_;
    AuditReport& report = state.report;
    const bool slice = !state.start.release.empty();
    ++report.entries;
    state.digest.Update(hash);
    state.digest.Update("\n");

    EntryIdentity identity;
    if (!identity.Read(document)) {
        Problem(AuditProblemKind::kMalformed, state.next_seq, line,
                "where " + AuditEntryName(state.next_seq) + " should be there is no entry's document");
        ++state.next_seq;
        state.prev_hash = hash;
        report.head = hash;
        return;
    }
    const std::int64_t seq = identity.seq;
    if (seq < state.next_seq) {
        Problem(AuditProblemKind::kMisplaced, seq, line,
                state.report.last_seq == 0
                    ? AuditEntryName(seq) + " is before the first, " + AuditEntryName(state.next_seq)
                    : AuditEntryName(seq) + " comes after " + AuditEntryName(report.last_seq) +
                          ": it was moved or repeated");
        return;
    }
    bool reported = false;
    if (AuditHash(prev_hash, document) != hash) {
        Problem(AuditProblemKind::kChanged, seq, line,
                AuditEntryName(seq) + " was changed: its content and the hash before it do not give its hash");
        reported = true;
    }
    const bool follows = seq == state.next_seq;  // after a gap there is nothing to compare with
    if (seq > state.next_seq && !slice) {
        Problem(AuditProblemKind::kMissing, state.next_seq, line, MissingText(state.next_seq, seq - 1));
    } else if (!reported && follows && (!slice || report.entries > 1) && prev_hash != state.prev_hash) {
        Problem(AuditProblemKind::kChanged, seq, line,
                AuditEntryName(seq) + " does not follow what is before it: it, or " + AuditEntryName(seq - 1) +
                    ", was replaced");
    }
    if (slice && identity.release != state.start.release) {
        Problem(AuditProblemKind::kMisplaced, seq, line,
                AuditEntryName(seq) + " is not about release " + QuoteForMessage(state.start.release));
    }
    if (report.first_seq == 0) {
        report.first_seq = seq;
    }
    report.last_seq = seq;
    report.head = hash;
    state.next_seq = seq + 1;
    state.prev_hash = hash;
}

void AuditChainCheck::Checkpoint(const AuditCheckpoint& checkpoint, std::int64_t line) {
    State& state = *state_;
    const bool slice = !state.start.release.empty();
    ++state.report.checkpoints;
    const std::string name = "the checkpoint at " + AuditEntryName(checkpoint.seq);
    const platform::VerifyingKey* key = state.keys == nullptr ? nullptr : state.keys->Find(checkpoint.key_id);
    if (state.keys != nullptr && key == nullptr) {
        Problem(AuditProblemKind::kForged, checkpoint.seq, line,
                name + " is signed by the key " + QuoteForMessage(checkpoint.key_id) + ", not by the one given (" +
                    state.keys->Names() + ")");
        return;
    }
    if (key != nullptr && !CheckpointHolds(checkpoint, *key)) {
        Problem(AuditProblemKind::kForged, checkpoint.seq, line, name + " was changed, or its signature is forged");
        return;
    }
    if (checkpoint.seq == state.report.last_seq) {
        if (checkpoint.hash != state.report.head) {
            Problem(AuditProblemKind::kChanged, checkpoint.seq, line,
                    name + " was signed over another history: entries after " + AuditEntryName(state.signed_seq) +
                        " and up to it were rewritten");
            return;
        }
    } else if (!slice) {
        Problem(AuditProblemKind::kMisplaced, checkpoint.seq, line,
                name + " stands after " + AuditEntryName(state.report.last_seq));
        return;
    }
    state.signed_seq = checkpoint.seq;
}

AuditReport AuditChainCheck::Report() const {
    AuditReport report = state_->report;
    report.valid = report.problem_count == 0;
    return report;
}

std::string AuditChainCheck::FinishDigest() {
    return state_->digest.FinishHex();
}

struct AuditExportWriter::State {
    AuditStart start;
    std::string header;
    AuditEnd end;
    platform::Sha256Stream digest;
};

AuditExportWriter::AuditExportWriter(AuditStart start, policy::Time exported_at) : state_(std::make_unique<State>()) {
    state_->header = AuditHeaderLine(start, exported_at);
    state_->end.hash = start.prev_hash;
    state_->end.last_seq = start.from_seq - 1;
    state_->start = std::move(start);
}

AuditExportWriter::~AuditExportWriter() = default;

std::string AuditExportWriter::Begin() {
    return state_->header + "\n";
}

std::string AuditExportWriter::Entry(std::int64_t seq, std::string_view document, std::string_view prev_hash,
                                     std::string_view hash) {
    ++state_->end.entries;
    state_->end.last_seq = seq;
    state_->end.hash = hash;
    state_->digest.Update(hash);
    state_->digest.Update("\n");
    return AuditEntryLine(document, prev_hash, hash) + "\n";
}

std::string AuditExportWriter::Checkpoint(const AuditCheckpoint& checkpoint) {
    ++state_->end.checkpoints;
    return AuditCheckpointLine(checkpoint) + "\n";
}

std::string AuditExportWriter::End(const platform::SigningKey& key) {
    state_->end.digest = state_->digest.FinishHex();
    SignAuditEnd(state_->end, state_->header, key);
    return AuditEndLine(state_->end) + "\n";
}

}  // namespace wire
