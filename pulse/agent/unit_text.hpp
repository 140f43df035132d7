// What the unit of a service says about its environment, put together the way systemd does from the unit file and its
// drop-ins.
//
// systemd's order, later beats earlier: PassEnvironment=, Environment=, the files of EnvironmentFile= one after the
// other; then UnsetEnvironment= takes away. An empty assignment of one of these forgets all before it. Drop-ins are
// read in the order of their file names, whatever folder they are in.
//
// Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pulse::agent {

/// A file of the unit, in the order of reading.
struct UnitPart {
    std::string path;
    std::string text;
};

struct UnitSetting {
    std::string key;    // "Environment", "EnvironmentFile" ...
    std::string value;  // as written, lines that go on put together
    std::string where;  // "/etc/systemd/system/pulse.service line 12"
    std::size_t part = 0;
};

/// Those of section [Service] that have to do with the environment or with what is started, in order.
std::vector<UnitSetting> EnvironmentSettingsOf(const std::vector<UnitPart>& parts);

/// The assignments in a value of Environment=: blanks separate them, quotes hold them together.
std::vector<std::string> WordsOf(std::string_view value);

}  // namespace pulse::agent
