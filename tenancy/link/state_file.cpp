#include "tenancy/link/state_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/canonical_text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/wire/control_document.hpp"

namespace tenancy::link {
namespace {

constexpr int kOlderForm = 1;
/// Of one half: text in text takes twice its bytes at most, and there is room for it to grow.
constexpr std::size_t kMaxSlotBytes = 4 * wire::kMaxControlBytes;
constexpr std::size_t kSlotUnit = 4096;
constexpr std::size_t kDigestDigits = 64;
constexpr std::string_view kBeforeDigest = R"({"sha256":")";
constexpr std::string_view kBeforeSequence = R"("sequence":)";
constexpr std::string_view kNone = "null";
/// What stands around the two, so that the file is a list.
constexpr std::array<std::string_view, 2> kSlotBegin{"[", ","};
constexpr std::array<std::string_view, 2> kSlotEnd{"\n", "]\n"};
/// No record holds one.
constexpr char kRecordEnd = '\n';

class StateDescriptor {
public:
    explicit StateDescriptor(const std::string& path)
        : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
    ~StateDescriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    StateDescriptor(const StateDescriptor&) = delete;
    StateDescriptor& operator=(const StateDescriptor&) = delete;

    int Get() const {
        return fd_;
    }

private:
    int fd_;
};

bool IsOfTwoSlots(std::size_t file_bytes) {
    return file_bytes > 0 && file_bytes % (2 * kSlotUnit) == 0 && file_bytes / 2 <= kMaxSlotBytes;
}

std::string_view SlotIn(std::string_view file, std::size_t slot) {
    return file.substr(slot * (file.size() / 2), file.size() / 2);
}

/// What lies in a slot, without what is around it; nothing when that is not as it must be.
std::optional<std::string_view> RecordIn(std::string_view slot, std::size_t which) {
    const std::size_t end = slot.find(kRecordEnd);
    if (!slot.starts_with(kSlotBegin[which]) || end == std::string_view::npos) {
        return std::nullopt;
    }
    return slot.substr(kSlotBegin[which].size(), end - kSlotBegin[which].size());
}

/// As its text says, whole or not; 0: it has none.
std::int64_t SequenceOf(std::string_view record) {
    const std::size_t at = kBeforeDigest.size() + kDigestDigits + 2 + kBeforeSequence.size();
    std::int64_t sequence = 0;
    if (record.size() > at) {
        std::from_chars(record.data() + at, record.data() + record.size(), sequence);
    }
    return sequence < platform::kLargestInteger ? sequence : 0;
}

bool IsWhole(std::string_view record) {
    const std::size_t digest_end = kBeforeDigest.size() + kDigestDigits;
    if (!record.starts_with(kBeforeDigest) || record.size() < digest_end + 2 ||
        record.substr(digest_end, 2) != R"(",)") {
        return false;
    }
    return platform::Sha256Hex(record.substr(digest_end + 2)) == record.substr(kBeforeDigest.size(), kDigestDigits);
}

/// The newer of those that are whole.
struct NewestSlot {
    std::size_t which = 0;
    std::int64_t sequence = 0;
    std::string_view record;
};
std::optional<NewestSlot> FindNewest(std::string_view file) {
    std::array<NewestSlot, 2> slots{};
    for (std::size_t which = 0; which < slots.size(); ++which) {
        const std::string_view record = RecordIn(SlotIn(file, which), which).value_or("");
        slots[which] = {which, SequenceOf(record), record};
    }
    const bool first_is_newer = slots[0].sequence > slots[1].sequence;
    for (const std::size_t which : {first_is_newer ? 0U : 1U, first_is_newer ? 1U : 0U}) {
        if (slots[which].sequence > 0 && IsWhole(slots[which].record)) {
            return slots[which];
        }
    }
    return std::nullopt;
}

/// Written out, for every order passes here.
std::string EncodeRecord(const StoredState& state, std::int64_t sequence) {
    std::string tail;
    tail.reserve(2 * (state.document.size() + state.signature.size() + state.key.size()));
    tail += kBeforeSequence;
    tail += std::to_string(sequence);
    tail += R"(,"document":)";
    platform::AppendCanonicalText(tail, state.document);
    tail += R"(,"key":)";
    platform::AppendCanonicalText(tail, state.key);
    tail += R"(,"signature":)";
    platform::AppendCanonicalText(tail, state.signature);
    tail += '}';
    std::string record(kBeforeDigest);
    record.reserve(record.size() + kDigestDigits + 2 + tail.size());
    record += platform::Sha256Hex(tail);
    record += R"(",)";
    record += tail;
    return record;
}

/// Nothing when the record does not fit.
std::optional<std::string> SlotOf(std::string_view record, std::size_t which, std::size_t slot_bytes) {
    const std::size_t around = kSlotBegin[which].size() + 1 + kSlotEnd[which].size();
    if (record.size() + around > slot_bytes) {
        return std::nullopt;
    }
    std::string slot;
    slot.reserve(slot_bytes);
    slot += kSlotBegin[which];
    slot += record;
    slot += kRecordEnd;
    slot.append(slot_bytes - around - record.size(), ' ');
    slot += kSlotEnd[which];
    return slot;
}

/// A quarter more than is needed, in whole blocks.
std::string NewFile(std::string_view record) {
    const std::size_t slot_bytes = (record.size() + record.size() / 4 + kSlotUnit) / kSlotUnit * kSlotUnit;
    return SlotOf(record, 0, slot_bytes).value() + SlotOf(kNone, 1, slot_bytes).value();
}

bool ReadAll(int file, std::string& bytes) {
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::pread(file, bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
        if (got <= 0) {
            if (got < 0 && errno == EINTR) {
                continue;
            }
            return false;
        }
        have += static_cast<std::size_t>(got);
    }
    return true;
}

/// errno; 0: it is on the disk.
int WriteAndFlush(int file, std::string_view bytes, std::size_t at) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (written <= 0) {
            if (written < 0 && errno == EINTR) {
                continue;
            }
            return written < 0 ? errno : ENOSPC;
        }
        at += static_cast<std::size_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fdatasync(file) == 0 ? 0 : errno;
}

/// True: it is on the disk. False: this file cannot take it, and is as it was.
platform::Expected<bool, std::string> KeepInPlace(const std::string& path, const StoredState& state) {
    const StateDescriptor file(path);
    struct stat status {};
    // Who finds another process writing does not wait for it: a new file takes the place of this one.
    if (file.Get() < 0 || ::fstat(file.Get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        !IsOfTwoSlots(static_cast<std::size_t>(status.st_size)) || ::flock(file.Get(), LOCK_EX | LOCK_NB) != 0) {
        return false;
    }
    std::string there(static_cast<std::size_t>(status.st_size), '\0');
    const auto newest = ReadAll(file.Get(), there) ? FindNewest(there) : std::nullopt;
    if (!newest) {
        return false;
    }
    const std::size_t slot_bytes = there.size() / 2;
    const std::size_t which = 1 - newest->which;
    const auto slot = SlotOf(EncodeRecord(state, newest->sequence + 1), which, slot_bytes);
    if (!slot) {
        return false;
    }
    if (const int code = WriteAndFlush(file.Get(), *slot, which * slot_bytes); code != 0) {
        // What was refused is not to be found by the next process.
        WriteAndFlush(file.Get(), SlotOf(kNone, which, slot_bytes).value(), which * slot_bytes);
        return platform::Unexpected<std::string>("cannot write " + platform::EscapeForLog(path) + ": " +
                                                 std::generic_category().message(code));
    }
    return ::fstat(file.Get(), &status) == 0 && status.st_nlink > 0;  // no: another file took its place meanwhile
}

std::optional<StoredState> DecodeRecord(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxSlotBytes});
    if (!json) {
        return std::nullopt;
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    StoredState state;
    if (in.Has("version")) {
        in.Integer("version", kOlderForm, kOlderForm);
    } else {
        in.Text("sha256");
        in.Integer("sequence", 1, platform::kLargestInteger);
    }
    state.document = in.Text("document", {1, wire::kMaxControlBytes});
    state.signature = in.Text("signature");
    state.key = in.Text("key");
    in.Finish();
    return errors.empty() ? std::optional(std::move(state)) : std::nullopt;
}

}  // namespace

platform::Expected<std::optional<StateOnDisk>, std::string> ReadState(const std::string& path) {
    const auto file = platform::ReadFile(path, 2 * kMaxSlotBytes);
    if (!file) {
        if (file.error().code == ENOENT) {
            return std::optional<StateOnDisk>();
        }
        return platform::Unexpected<std::string>(file.error().message);
    }
    StateOnDisk found;
    if (!IsOfTwoSlots(file->size()) || file->starts_with('{')) {
        found.state = DecodeRecord(*file);
        return std::optional(std::move(found));
    }
    if (const auto newest = FindNewest(*file)) {
        found.state = DecodeRecord(newest->record);
        const std::size_t other = 1 - newest->which;
        const auto beside = RecordIn(SlotIn(*file, other), other);
        found.beside_broken = !beside || (*beside != kNone && !IsWhole(*beside));
    }
    return std::optional(std::move(found));
}

platform::Expected<void, std::string> KeepState(const std::string& path, const StoredState& state) {
    const auto kept = KeepInPlace(path, state);
    if (!kept) {
        return platform::Unexpected<std::string>(kept.error());
    }
    return *kept ? platform::Expected<void, std::string>() : WriteWhole(path, NewFile(EncodeRecord(state, 1)));
}

}  // namespace tenancy::link
