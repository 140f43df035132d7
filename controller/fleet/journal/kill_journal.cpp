#include "controller/fleet/journal/kill_journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "platform/base/files.hpp"
#include "platform/crypto/crypto.hpp"

namespace fleet {
namespace {

constexpr std::string_view kMark = "PCJ1 ";
constexpr std::string_view kGiven = "kill";
constexpr std::string_view kDone = "entered";
constexpr std::size_t kChecksumDigits = 32;
constexpr std::size_t kMostBytes = 256 * 1024 * 1024;
constexpr mode_t kOwnersFile = 0600;
constexpr mode_t kOwnersFolder = 0700;

std::string Failure(const std::string& doing, int code) {
    return doing + ": " + std::strerror(code);
}

std::string LineOf(std::string_view kind, std::string_view id, std::string_view text) {
    std::string body = std::string(kind) + " " + std::string(id) + " " + std::string(text);
    const std::string checksum = platform::Sha256Hex(body).substr(0, kChecksumDigits);
    return std::string(kMark) + checksum + " " + body + "\n";
}

struct ReadLine {
    std::string_view kind;
    std::string_view id;
    std::string_view text;
};

/// None for a line that is not as it was written.
std::optional<ReadLine> CheckLine(std::string_view line) {
    if (!line.starts_with(kMark) || line.size() < kMark.size() + kChecksumDigits + 1) {
        return std::nullopt;
    }
    const std::string_view checksum = line.substr(kMark.size(), kChecksumDigits);
    const std::string_view body = line.substr(kMark.size() + kChecksumDigits + 1);
    if (platform::Sha256Hex(body).substr(0, kChecksumDigits) != checksum) {
        return std::nullopt;
    }
    const std::size_t kind_end = body.find(' ');
    const std::size_t id_end = kind_end == std::string_view::npos ? kind_end : body.find(' ', kind_end + 1);
    if (id_end == std::string_view::npos) {
        return std::nullopt;
    }
    return ReadLine{body.substr(0, kind_end), body.substr(kind_end + 1, id_end - kind_end - 1),
                    body.substr(id_end + 1)};
}

}  // namespace

KillJournal::KillJournal(std::string folder, std::size_t room)
    : folder_(std::move(folder)), path_(folder_ + "/journal"), room_(room) {
    if (::mkdir(folder_.c_str(), kOwnersFolder) != 0 && errno != EEXIST) {
        throw std::runtime_error(Failure("cannot make the folder of the journal of kills, " + folder_, errno));
    }
    const std::lock_guard lock(mutex_);
    Read();
    if (!Rewrite()) {
        throw std::runtime_error(Failure("cannot write the journal of kills, " + path_, errno));
    }
}

KillJournal::~KillJournal() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

void KillJournal::Read() {
    const auto bytes = platform::ReadFile(path_, kMostBytes);
    if (!bytes) {
        if (bytes.error().code == ENOENT) {
            return;
        }
        throw std::runtime_error(bytes.error().message);
    }
    std::string_view rest(*bytes);
    // The zeros of the room that was kept, and nothing else, are no loss.
    rest = rest.substr(0, rest.find_last_not_of('\0') + 1);
    const std::string_view all = rest;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        TakeLine(rest.substr(0, end), static_cast<std::size_t>(rest.data() - all.data()));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    if (!damage_.empty()) {
        KeepDamaged(all);
    }
}

void KillJournal::TakeLine(std::string_view line, std::size_t at) {
    const auto read = CheckLine(line);
    if (!read) {
        damage_.push_back("the journal of kills, " + path_ + ", has " + std::to_string(line.size()) +
                          " bytes at byte " + std::to_string(at) +
                          " that are no whole entry: the write of a kill that was not answered, or damage to the disk");
    } else if (read->kind == kGiven) {
        Put({std::string(read->id), std::string(read->text)});
    } else if (read->kind == kDone) {
        std::erase_if(pending_, [&](const JournalEntry& entry) { return entry.id == read->id; });
    }
}

void KillJournal::Put(JournalEntry entry) {
    const auto known = std::ranges::find(pending_, entry.id, &JournalEntry::id);
    if (known == pending_.end()) {
        pending_.push_back(std::move(entry));
    } else {
        *known = std::move(entry);
    }
}

void KillJournal::KeepDamaged(std::string_view bytes) {
    const std::string kept = path_ + ".damaged-" + platform::Sha256Hex(bytes).substr(0, 12);
    const auto written = platform::WriteFileAtomically(kept, bytes, kOwnersFile);
    damage_.push_back(written ? "its content was kept as " + kept : written.error().message);
}

std::vector<JournalEntry> KillJournal::Pending() const {
    const std::lock_guard lock(mutex_);
    return pending_;
}

platform::Expected<void, std::string> KillJournal::Append(const JournalEntry& entry) {
    const std::lock_guard lock(mutex_);
    if (broken_) {
        broken_ = !Rewrite();
    }
    auto written = Write(LineOf(kGiven, entry.id, entry.text), true);
    if (written) {
        Put(entry);
    }
    return written;
}

void KillJournal::Entered(std::string_view id) {
    const std::lock_guard lock(mutex_);
    if (std::erase_if(pending_, [&](const JournalEntry& entry) { return entry.id == id; }) == 0) {
        return;
    }
    // Written anew while nothing is owed, long before the room is used up.
    const bool anew = broken_ || (pending_.empty() && end_ > reserved_ / 2);
    if (!anew || !Rewrite()) {
        static_cast<void>(Write(LineOf(kDone, id, ""), false));
    }
}

/// A file with what is pending and room for more, in place of the old one.
bool KillJournal::Rewrite() {
    std::string text;
    for (const JournalEntry& entry : pending_) {
        text += LineOf(kGiven, entry.id, entry.text);
    }
    const std::size_t lines = text.size();
    text.resize(std::max(room_, lines + room_ / 2), '\0');
    if (auto written = platform::WriteFileAtomically(path_, text, kOwnersFile); !written) {
        errno = written.error().code;
        return false;
    }
    const int file = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    if (file_ >= 0) {
        ::close(file_);
    }
    file_ = file;
    end_ = lines;
    reserved_ = text.size();
    broken_ = false;
    return true;
}

platform::Expected<void, std::string> KillJournal::Write(std::string_view line, bool flush) {
    const auto fail = [&](int code) {
        broken_ = true;
        return platform::Unexpected<std::string>(Failure("cannot write the journal of kills, " + path_, code));
    };
    if (broken_) {
        return fail(EIO);
    }
    std::size_t done = 0;
    while (done < line.size()) {
        const ssize_t count = ::pwrite(file_, line.data() + done, line.size() - done, static_cast<off_t>(end_ + done));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return fail(count == 0 ? ENOSPC : errno);
        }
        done += static_cast<std::size_t>(count);
    }
    if (flush && ::fdatasync(file_) != 0) {
        return fail(errno);
    }
    end_ += line.size();
    reserved_ = std::max(reserved_, end_);
    return {};
}

}  // namespace fleet
