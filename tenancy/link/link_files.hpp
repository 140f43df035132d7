// The files of the control link: their names, and how they are read and written. Writing is whole, flushed and renamed.
// The order itself has a file of a form of its own (state_file.hpp). Thread safe; errors are values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"

namespace tenancy::link {

std::string StatePath(const std::string& folder);
std::string FloorPath(const std::string& folder);
std::string KeyPath(const std::string& folder);
std::string RestartPath(const std::string& folder);
std::string OffPath(const std::string& folder);

/// Missing is no error.
platform::Expected<std::optional<std::string>, std::string> ReadIfThere(const std::string& path);
platform::Expected<void, std::string> WriteWhole(const std::string& path, std::string_view bytes);
/// Missing is fine.
platform::Expected<void, std::string> RemoveFile(const std::string& path);

/// A file of one block that is there before it is needed: what is put into it needs no room on a full disk. Taking it
/// leaves one alone that is there. What is put (some hundred bytes) is written in place and flushed; nothing: blanks.
platform::Expected<void, std::string> TakeBlock(const std::string& path);
platform::Expected<void, std::string> PutIntoBlock(const std::string& path, std::string_view text);
/// The same where there may be no such file yet: it is made then. For what is written often and short: in place and
/// flushed is half of what another file, flushed and renamed, takes. A crash leaves the one or the other, as long as
/// the disk writes a sector at once; what can be read of anything else is damaged.
platform::Expected<void, std::string> KeepInBlock(const std::string& path, std::string_view text);

struct StoredFloor {
    std::string key_id;
    std::int64_t generation = 0;
};
std::string EncodeFloor(const StoredFloor& floor);
std::optional<StoredFloor> DecodeFloor(std::string_view text);

/// An order to switch off that could not be stored.
struct StoredOff {
    std::string key_id;
    std::int64_t generation = 0;
};
std::string EncodeOff(const StoredOff& off);
/// Nothing in a block that is blank. What cannot be read counts as an order above all others.
std::optional<StoredOff> DecodeOff(std::string_view block);

/// An order that a process started again for, or was started with. An operation is one restart, whatever follows it in
/// further documents; a document without one is known by its generation.
struct StoredRestart {
    std::int64_t generation = 0;
    std::string operation;

    bool Covers(std::int64_t other_generation, std::string_view other_operation) const {
        return operation.empty() || other_operation.empty() ? generation == other_generation
                                                            : operation == other_operation;
    }
};
std::string EncodeRestart(const StoredRestart& restart);
std::optional<StoredRestart> DecodeRestart(std::string_view text);

}  // namespace tenancy::link
