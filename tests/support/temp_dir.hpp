// A folder of its own for one test, removed with everything in it at the end.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace support {

class TempDir {
public:
    /// `<temporary folder>/portcullis-<what>-XXXXXX`, mode 0700. Throws std::runtime_error when it cannot be made.
    explicit TempDir(std::string_view what = "test");
    /// The same under /dev/shm when that has room, for what writes much and is thrown away: a database cluster is made
    /// in a third of the time there, a clone in a tenth.
    static TempDir InMemory(std::string_view what = "test");
    ~TempDir();
    TempDir(TempDir&& other) noexcept;
    TempDir& operator=(TempDir&&) = delete;
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& Path() const {
        return path_;
    }
    std::filesystem::path operator/(std::string_view name) const {
        return path_ / name;
    }
    /// Lets other users (the account of a database server) pass through to what lies inside and is theirs.
    void LetThrough() const;

private:
    TempDir(const std::filesystem::path& parent, std::string_view what);

    std::filesystem::path path_;
};

std::string ReadFile(const std::filesystem::path& path);
void WriteFile(const std::filesystem::path& path, std::string_view content);

}  // namespace support
