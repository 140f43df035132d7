// Which process serves a data folder, for commands that look at it from outside.
//
// The file `process` in the folder holds the process id and the kernel's time of its start: a number that was given to
// another process since then is not taken for ours. It says who runs; what keeps a second one out is the database.
// Errors: std::runtime_error with a text for the operator. Thread safe.
#pragma once

#include <filesystem>
#include <optional>

#include <sys/types.h>

namespace platform {

/// Written when made, taken away when destroyed.
class ProcessFile {
public:
    explicit ProcessFile(const std::filesystem::path& data_dir);
    ~ProcessFile();
    ProcessFile(const ProcessFile&) = delete;
    ProcessFile& operator=(const ProcessFile&) = delete;

private:
    std::filesystem::path path_;
};

/// None when no process serves the folder now.
std::optional<pid_t> FindServingProcess(const std::filesystem::path& data_dir);

}  // namespace platform
