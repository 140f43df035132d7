// The command table as a whole, and what is generated from it.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "controller/cli/command.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

TEST(CommandTable, PathsAreUniqueAndNoneIsTheBeginningOfAnother) {
    std::set<std::string> paths;
    for (const Command& command : AllCommands()) {
        EXPECT_TRUE(paths.insert(command.path).second) << command.path;
        EXPECT_TRUE(command.run) << command.path;
    }
    for (const std::string& path : paths) {
        for (const std::string& other : paths) {
            EXPECT_FALSE(other.starts_with(path + " ")) << other << " could never be reached behind " << path;
        }
    }
}

TEST(CommandTable, ArgumentsAreUniqueAndExplained) {
    const std::set<std::string> global = {"url", "token-file", "profile", "output", "quiet", "call-timeout", "help"};
    for (const Command& command : AllCommands()) {
        EXPECT_TRUE(command.help.ends_with('.')) << command.path;
        std::set<std::string> names;
        for (const Argument& argument : command.arguments) {
            const std::string where = command.path + " " + argument.name;
            EXPECT_TRUE(names.insert(argument.name).second) << where;
            EXPECT_FALSE(global.contains(argument.name)) << where;
            EXPECT_TRUE(argument.help.ends_with('.')) << where;
            EXPECT_TRUE(argument.fallback.empty() || argument.kind == ArgumentKind::kValue) << where;
            EXPECT_TRUE(argument.fallback.empty() || argument.choices.empty() ||
                        std::count(argument.choices.begin(), argument.choices.end(), argument.fallback) == 1)
                << where;
            if (argument.kind == ArgumentKind::kRest) {
                EXPECT_EQ(&argument, &command.arguments.back()) << where;
            }
        }
    }
}

TEST(ManPageText, NamesEveryCommandAndOptionAndBreaksNoLine) {
    const std::vector<Command> commands = AllCommands();
    const std::string page = ManPage(commands);
    EXPECT_TRUE(page.starts_with(".TH PORTCULLIS 1"));
    for (const Command& command : commands) {
        std::string name = command.path;
        for (std::size_t at = name.find('-'); at != std::string::npos; at = name.find('-', at + 2)) {
            name.insert(at, "\\");
        }
        EXPECT_NE(page.find(".B " + name), std::string::npos) << command.path;
    }
    for (const GlobalOption& option : kGlobalOptions) {
        const std::string_view name = option.name;
        EXPECT_NE(page.find("\\-\\-" + std::string(name.substr(0, name.find('-')))), std::string::npos) << name;
    }
    for (const Command& command : BuiltInCommands()) {
        EXPECT_NE(page.find(".B " + command.path), std::string::npos) << command.path;
    }
    int indents = 0;
    for (const std::string_view line : platform::Split(page, '\n')) {
        indents += line == ".RS" ? 1 : line == ".RE" ? -1 : 0;
        EXPECT_GE(indents, 0);
        EXPECT_FALSE(line.starts_with('\'')) << line;
        if (line.starts_with('.')) {
            const std::string_view macro = line.substr(0, line.find(' '));
            EXPECT_TRUE(macro == ".TH" || macro == ".SH" || macro == ".TP" || macro == ".B" || macro == ".RS" ||
                        macro == ".RE")
                << line;
        }
    }
    EXPECT_EQ(indents, 0);
}

}  // namespace
}  // namespace cli
