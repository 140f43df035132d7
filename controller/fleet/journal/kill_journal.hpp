// The controller's journal of kills on its own disk: what was accepted and is not in the database yet. An entry is
// on the disk (fdatasync) before Append returns, and stays until it was entered.
//
// One file of lines, `PCJ1 <checksum> <kind> <id> <text>`; the checksum (the first 32 hex digits of SHA-256) covers
// what is behind it. The space for entries is taken beforehand, so a disk that is full later still has room for kills;
// what follows the last line is zeros. A line that is not whole, as a loss of power leaves it, or that was changed is
// reported and kept in a file beside; every whole line counts, also behind such a one.
//
// Errors: the constructor throws std::runtime_error with a text for the operator. Append gives a text: the entry may
// be lost with the process then. Thread safe.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace fleet {

struct JournalEntry {
    std::string id;    // no white space
    std::string text;  // one line
};

class KillJournal {
public:
    /// Makes folder and file when they are not there; `room` bytes are kept for entries.
    explicit KillJournal(std::string folder, std::size_t room = kRoom);
    ~KillJournal();
    KillJournal(const KillJournal&) = delete;
    KillJournal& operator=(const KillJournal&) = delete;

    /// What was not entered, in the order it was appended.
    std::vector<JournalEntry> Pending() const;
    /// What was found damaged at the start: for the log.
    const std::vector<std::string>& Damage() const {
        return damage_;
    }

    /// Takes the place of one with the same id.
    platform::Expected<void, std::string> Append(const JournalEntry& entry);
    /// It is in the database. Not flushed: an entry that turns up again is known there by its id.
    void Entered(std::string_view id);

    static constexpr std::size_t kRoom = 4 * 1024 * 1024;

private:
    void Read();
    void TakeLine(std::string_view line, std::size_t at);
    void Put(JournalEntry entry);
    void KeepDamaged(std::string_view bytes);
    bool Rewrite();
    platform::Expected<void, std::string> Write(std::string_view line, bool flush);

    const std::string folder_;
    const std::string path_;
    const std::size_t room_;
    std::vector<std::string> damage_;

    mutable std::mutex mutex_;
    int file_ = -1;
    std::size_t end_ = 0;       // of the lines
    std::size_t reserved_ = 0;  // bytes of the file
    bool broken_ = false;       // a write failed: the file is written anew first
    std::vector<JournalEntry> pending_;
};

}  // namespace fleet
