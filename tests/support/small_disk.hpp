// A file system of a few pages over a folder of a test, which the test fills up and frees.
//
// Only this thread and the programs it starts see it, and it is gone when they have ended: it is mounted in a mount
// namespace of their own. Where the machine lets nobody mount, IsReal is false and nothing is mounted; then Fill makes
// writing one file anew fail instead, by a folder in its place, and Free puts it back as it was.
#pragma once

#include <cstddef>
#include <filesystem>

namespace support {

class SmallDisk {
public:
    /// `folder` is empty; `file` is the one in it that cannot be written where nothing can be mounted.
    SmallDisk(std::filesystem::path folder, std::size_t bytes, std::filesystem::path file);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool IsReal() const {
        return real_;
    }
    void Fill() const;
    void Free() const;

private:
    std::filesystem::path Aside() const;

    const std::filesystem::path folder_;
    const std::filesystem::path file_;
    bool real_ = false;
};

}  // namespace support
