// The folder in which a service keeps what must not be lost.
//
// Errors: std::runtime_error with a text for the operator.
#pragma once

#include <filesystem>

namespace platform {

/// Makes the folder when it is missing, and refuses one that other users may write to.
void EnsureDataDir(const std::filesystem::path& data_dir);

}  // namespace platform
