// Where the process beside the agent gets its switch from, and the agent's own entry there.
//
// An agent owns one entry, in a file of its own where that is possible. It writes whole files in one step, leaves
// foreign lines as they are, and keeps owner and permissions of what was there. What it has written is no proof of
// anything: whether the process runs with it is asked of the process.
//
// Look tells beforehand, and afterwards when a process came back with another value, which source beats the entry.
// Errors are values, with messages for people. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace pulse::agent {

struct PlaceLook {
    /// What a start of the process would find, were the entry `wanted`; empty: nothing.
    std::optional<std::string> value;
    /// Sources that come behind the entry and beat it: which, and what to do.
    std::vector<std::string> shadows;
    /// Sources that the entry beats.
    std::vector<std::string> beaten;
    /// What is odd, or could not be looked into.
    std::vector<std::string> remarks;
};

class Place {
public:
    Place() = default;
    virtual ~Place() = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    /// "the drop-in /etc/...": for people.
    virtual std::string Where() const = 0;
    virtual PlaceLook Look(std::string_view wanted) const = 0;
    virtual platform::Expected<void, std::string> Write(std::string_view value) = 0;
    /// Whether the entry holds this.
    virtual bool Holds(std::string_view value) const = 0;
};

struct SystemdOptions {
    std::string unit;      // "pulse.service"
    std::string root;      // what stands for /; empty: / itself
    std::string env_file;  // the agent's own, as systemd is to find it
};
std::unique_ptr<Place> MakeSystemdPlace(SystemdOptions options);

struct ComposeOptions {
    std::vector<std::string> files;  // as docker compose is given them; the last one is the agent's
    std::string service;
    std::vector<std::string> command;  // that applies them, to see whether it names these files
};
std::unique_ptr<Place> MakeComposePlace(ComposeOptions options);

struct FileOptions {
    std::string env_file;
    std::vector<std::string> later_files;  // that are read behind it
};
std::unique_ptr<Place> MakeFilePlace(FileOptions options);

/// All that is wrong, in one text; empty when nothing is.
std::string ShadowText(const PlaceLook& look);

}  // namespace pulse::agent
