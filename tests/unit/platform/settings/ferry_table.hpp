// The table of an invented program, for the tests of the settings.
#pragma once

#include "platform/settings/settings.hpp"

namespace platform {

inline const SettingsTable& FerryTable() {
    static const SettingsTable table = {
        .program = "ferryd",
        .version = "1.2.3",
        .summary = "Carries people across the river.",
        .prefix = "FERRY_",
        .settings =
            {
                {.key = "listen-address", .fallback = "127.0.0.1:8080", .help = "Where to listen.", .group = "Network"},
                {.key = "connections",
                 .type = SettingType::kInteger,
                 .fallback = "100",
                 .help = "How many at once.",
                 .unit = "connections",
                 .min = "1",
                 .max = "1000",
                 .group = "Network"},
                {.key = "timeout",
                 .type = SettingType::kDuration,
                 .fallback = "30s",
                 .help = "How long to wait for a passenger.",
                 .min = "100ms",
                 .max = "1h",
                 .group = "Network"},
                {.key = "night-service", .type = SettingType::kBoolean, .fallback = "false", .help = "Sail at night."},
                {.key = "log-format",
                 .type = SettingType::kChoice,
                 .fallback = "json",
                 .help = "Form of the log lines.",
                 .choices = {"json", "text"}},
                {.key = "data-dir", .type = SettingType::kPath, .help = "Where the log book is kept."},
                {.key = "token-file", .type = SettingType::kSecretFile, .help = "What the harbour master gave us."},
            },
        .commands = {{"sail", "Casts off."}, {"repair", "Repairs the hull | keel.", "[part]", 1}},
        .foreign_variables = {"URL", "TEST_*"},
    };
    return table;
}

}  // namespace platform
