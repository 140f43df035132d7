// Why the private cluster could not be started or reached. The text is for the operator: what happened, with which
// value, and what to do. It names paths, so it belongs into the log and on the terminal, not into an API answer.
#pragma once

#include <stdexcept>
#include <string>

namespace platform {

class ClusterError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// ClusterError for a failed system call: "<what> <path>: <text of error_number>".
ClusterError SystemError(const std::string& what, const std::string& path, int error_number);

}  // namespace platform
