// The file with the order that was accepted last: room for two, which are written in turn and in place.
//
// An order goes where the older of the two lies, and is flushed. So the one in force is untouched until the new one is
// on the disk: a power cut leaves the one or the other. Writing takes no room that is not taken already (a full disk
// stores an order, too), and half of what another file, flushed and renamed, takes. A file that is not there, is of
// another form, is damaged or too small is written anew: whole, flushed and renamed.
//
// The file is JSON: a list of two, each null or {"sha256", "sequence", "document", "key", "signature"}, each in one
// half of the file, filled up with blanks. The digest is that of what follows it in the object. The higher sequence is
// the newer. An older form holds one order in an object of its own; it is read, and the next order replaces it.
//
// Thread safe. Two processes that write one file are a mistake of whoever starts them, and still the last order that is
// written is whole. Errors are values.
#pragma once

#include <optional>
#include <string>

#include "platform/base/expected.hpp"

namespace tenancy::link {

struct StoredState {
    std::string document;
    std::string signature;
    std::string key;  // PEM
};

struct StateOnDisk {
    std::optional<StoredState> state;  // the newer of those that can be read; none: the file is damaged
    /// Another one lies beside it that cannot be read: the power was cut while it was written, or it was damaged later
    /// and was the newer one.
    bool beside_broken = false;
};

/// Nothing when there is no file.
platform::Expected<std::optional<StateOnDisk>, std::string> ReadState(const std::string& path);
/// When this returns without error, a power cut takes nothing back. With an error the order of before is still there.
platform::Expected<void, std::string> KeepState(const std::string& path, const StoredState& state);

}  // namespace tenancy::link
