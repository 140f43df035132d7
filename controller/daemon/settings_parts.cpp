#include "controller/daemon/settings_parts.hpp"

namespace controller::daemon {

using platform::SettingType;

std::vector<platform::Setting> NotificationSettings() {
    return {
        {.key = "webhook-key-file",
         .type = SettingType::kSecretFile,
         .help = "Key (32 bytes, base64url) that secrets of webhooks come from. Without it, one is made in "
                 "the data folder. Controllers that share a database share the key.",
         .group = "Notifications"},
        {.key = "webhook-timeout",
         .type = SettingType::kDuration,
         .fallback = "10s",
         .help = "For one attempt to deliver an event, everything included.",
         .min = "100ms",
         .max = "1m",
         .group = "Notifications"},
        {.key = "webhook-attempts",
         .type = SettingType::kInteger,
         .fallback = "16",
         .help = "Attempts to deliver an event; after them it is given up, and can be asked for again.",
         .unit = "attempts",
         .min = "1",
         .max = "100",
         .group = "Notifications"},
        {.key = "webhook-retry",
         .type = SettingType::kDuration,
         .fallback = "5s",
         .help = "Before the second attempt; it doubles with each, up to webhook-retry-most, and up to "
                 "half "
                 "of it is left to chance.",
         .min = "10ms",
         .max = "1h",
         .group = "Notifications"},
        {.key = "webhook-retry-most",
         .type = SettingType::kDuration,
         .fallback = "1h",
         .help = "Longest pause between two attempts.",
         .min = "10ms",
         .max = "7d",
         .group = "Notifications"},
        {.key = "webhook-allowed-networks",
         .type = SettingType::kText,
         .help = "Networks that receivers may be in although they are this machine's own or link-local: "
                 "127.0.0.0/8, ::1. Other networks need not be named.",
         .group = "Notifications"},
        {.key = "webhook-retention",
         .type = SettingType::kDuration,
         .fallback = "30d",
         .help = "Deliveries that ended, and events nobody waits for, are forgotten after this.",
         .min = "1h",
         .max = "3650d",
         .group = "Notifications"},
    };
}

std::vector<platform::Setting> MonitoringSettings() {
    return {
        {.key = "monitoring-file",
         .type = SettingType::kPath,
         .help = "YAML file of instances that are monitored: where their metrics are, and canaries that "
                 "try "
                 "whether tenants are kept apart. Read again when it changes; replace it in one step. The "
                 "same for all controllers of a database. Without it nothing is monitored.",
         .group = "Monitoring"},
        {.key = "monitoring-interval",
         .type = SettingType::kDuration,
         .fallback = "15s",
         .help = "How often each instance is scraped, and everything judged.",
         .min = "100ms",
         .max = "10m",
         .group = "Monitoring"},
        {.key = "monitoring-alert-after",
         .type = SettingType::kDuration,
         .fallback = "30s",
         .help = "An alert fires when its condition has held for this long.",
         .min = "0s",
         .max = "1h",
         .group = "Monitoring"},
        {.key = "monitoring-alert-ends",
         .type = SettingType::kDuration,
         .fallback = "5m",
         .help = "And ends when all has been well for this long.",
         .min = "0s",
         .max = "24h",
         .group = "Monitoring"},
        {.key = "monitoring-canary-interval",
         .type = SettingType::kDuration,
         .fallback = "5m",
         .help = "How often each canary tries to reach the other tenant.",
         .min = "200ms",
         .max = "24h",
         .group = "Monitoring"},
        {.key = "monitoring-leak-kills",
         .type = SettingType::kChoice,
         .fallback = "fleet",
         .help = "What a confirmed leak switches off at once: the whole fleet, for instances run the same "
                 "program, or the instance alone.",
         .choices = {"fleet", "instance"},
         .group = "Monitoring"},
        {.key = "monitoring-retention",
         .type = SettingType::kDuration,
         .fallback = "7d",
         .help = "Aggregates of what instances did, and alerts that are over, are forgotten after this.",
         .min = "1h",
         .max = "365d",
         .group = "Monitoring"},
    };
}

}  // namespace controller::daemon
