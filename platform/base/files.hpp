// Whole files, read with a bound and written so that a crash leaves either the old content or the new, never a mix.
//
// Thread safe; two writers of one path: the last rename wins, the file is whole in either case.
// Errors are values, with a message for people that names the path, and the errno.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"

namespace platform {

struct FileError {
    std::string message;  // "cannot read /etc/x.yaml: No such file or directory"
    int code = 0;         // errno; EFBIG when the file is over the bound
};

/// The bytes of the file at `path`; an error when there are more than `max_bytes`. Pipes are read to their end.
Expected<std::string, FileError> ReadFile(const std::string& path, std::size_t max_bytes);

/// Writes a new file beside `path`, flushes it to the disk, renames it over `path` and flushes the folder: when this
/// returns without error, the content survives a loss of power. `mode` is exact, whatever the umask.
Expected<void, FileError> WriteFileAtomically(const std::string& path, std::string_view bytes, mode_t mode);

/// The same over a file that is there: it keeps its permissions, its owner and its group. An error when the owner
/// cannot be kept; nothing is changed then.
Expected<void, FileError> RewriteFileAtomically(const std::string& path, std::string_view bytes);

/// The file's type and permission bits (`st_mode`).
Expected<mode_t, FileError> FileMode(const std::string& path);

}  // namespace platform
