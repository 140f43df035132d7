// What an instance tells Prometheus, read for the numbers that are judged: requests by status, answer times, attempts
// to reach tenants of others, the start of the process. Everything else is passed over without being read.
//
// The text is an instance's, so it may be anything: a line of these names that cannot be read, a counter that is
// negative or no number, makes the whole text unreadable, for half of the numbers would look like a good instance.
// Pure; thread safe; linear in the text, without memory for each line.
#pragma once

#include <string>
#include <string_view>

#include "controller/policy/monitor_series.hpp"
#include "platform/base/expected.hpp"

namespace wire {

/// Why not, otherwise: for people. A text without anything that begins with pulse_ is no instance's.
platform::Expected<policy::MonitorReading, std::string> ReadExposition(std::string_view text, platform::Time at);

/// The same of what a Prometheus server tells of an instance (its /federate): the reading is of the moment of its
/// newest sample, as the server dates it, and at the latest of now. Samples without a date make it unreadable, for how
/// old they are is not known.
platform::Expected<policy::MonitorReading, std::string> ReadFederated(std::string_view text, platform::Time now);

}  // namespace wire
