// What a program has asked the kernel to bring to the disk. A test that looks at a file cannot tell whether it would be
// there after a power cut; this can.
//
// For programs that are linked with --wrap=fsync and --wrap=fdatasync (flushes.cpp among their sources). Thread safe.
#pragma once

#include <string>
#include <vector>

namespace support {

/// What each file held when it was flushed, the oldest first; of a folder "/" and its path.
std::vector<std::string> Flushes();
/// From now on.
void ForgetFlushes();
/// Whether one of them held this.
bool WasFlushed(const std::string& text);

}  // namespace support
