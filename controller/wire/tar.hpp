// Plain ustar in memory, over libarchive. Only for .cpp files of this folder. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/wire/archive.hpp"
#include "platform/base/expected.hpp"

namespace wire {

/// Regular files in the order given: owner root, mode 0644, modified at `at` in whole seconds.
std::string WriteTar(const std::vector<ArchiveEntry>& files, policy::Time at);

/// The files of a tar; a message when it is none, holds anything but regular files, or more than kLargestArchive.
platform::Expected<std::vector<ArchiveEntry>, std::string> ReadTar(std::string_view tar);

}  // namespace wire
