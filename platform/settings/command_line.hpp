// Private to platform/settings: the command line taken apart, values not yet judged.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/settings/settings.hpp"

namespace platform {

struct CommandLine {
    std::map<std::string, std::string> values;  // by key; the last one of an option given twice
    std::string config_file;
    bool help = false;
    bool help_man = false;
    bool help_markdown = false;
    std::string help_completion;  // the shell
    bool version = false;
    std::vector<std::string> words;
    std::vector<std::string> problems;
};

CommandLine ReadCommandLine(const SettingsTable& table, const std::vector<std::string>& arguments);

}  // namespace platform
