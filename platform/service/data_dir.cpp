#include "platform/service/data_dir.hpp"

#include <sys/stat.h>

#include <stdexcept>

#include "platform/base/files.hpp"

namespace platform {

void EnsureDataDir(const std::filesystem::path& data_dir) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(data_dir, error);
    if (error) {
        throw std::runtime_error("cannot make the data folder " + data_dir.string() + ": " + error.message() +
                                 ". Give one that this account may write to: --data-dir");
    }
    if (made) {
        // Its secrets are 0600 each; the database's own account has to pass through to its folder.
        std::filesystem::permissions(data_dir, std::filesystem::perms(0711));
    }
    const auto mode = FileMode(data_dir.string());
    if (!mode) {
        throw std::runtime_error(mode.error().message);
    }
    if ((*mode & (S_IWGRP | S_IWOTH)) != 0) {
        throw std::runtime_error("others may write to the data folder " + data_dir.string() +
                                 ", so nothing in it could be trusted. Take it away: chmod go-w " + data_dir.string());
    }
}

}  // namespace platform
