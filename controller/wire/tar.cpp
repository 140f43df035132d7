#include "controller/wire/tar.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include "platform/base/text.hpp"

namespace wire {
namespace {

constexpr std::size_t kMostTarFiles = 20'000;
constexpr int kFileMode = 0644;

struct ArchiveReadFree {
    void operator()(archive* reader) const {
        archive_read_free(reader);
    }
};
struct ArchiveWriteFree {
    void operator()(archive* writer) const {
        archive_write_free(writer);
    }
};
struct ArchiveEntryFree {
    void operator()(archive_entry* entry) const {
        archive_entry_free(entry);
    }
};

extern "C" la_ssize_t PortcullisAppendTar(archive*, void* out, const void* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

void RequireTar(int result, archive* writer) {
    if (result != ARCHIVE_OK) {
        const char* const why = archive_error_string(writer);
        throw std::runtime_error(std::string("cannot write the archive: ") + (why == nullptr ? "no reason" : why));
    }
}

/// One file's bytes; false when they do not fit into `room` or cannot be read.
bool ReadTarFile(archive* reader, std::string& bytes, std::size_t room) {
    std::array<char, 64 * 1024> block{};
    for (;;) {
        const la_ssize_t got = archive_read_data(reader, block.data(), block.size());
        if (got == 0) {
            return true;
        }
        if (got < 0 || static_cast<std::size_t>(got) > room - bytes.size()) {
            return false;
        }
        bytes.append(block.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

std::string WriteTar(const std::vector<ArchiveEntry>& files, policy::Time at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    std::string out;
    const std::unique_ptr<archive, ArchiveWriteFree> writer(archive_write_new());
    if (writer == nullptr) {
        throw std::runtime_error("cannot write the archive: no memory");
    }
    RequireTar(archive_write_set_format_ustar(writer.get()), writer.get());
    // One block is one tar record: the bundle ends where tar's own two empty records do.
    RequireTar(archive_write_set_bytes_per_block(writer.get(), 512), writer.get());
    RequireTar(archive_write_set_bytes_in_last_block(writer.get(), 512), writer.get());
    RequireTar(archive_write_open(writer.get(), &out, nullptr, PortcullisAppendTar, nullptr), writer.get());
    for (const ArchiveEntry& file : files) {
        const std::unique_ptr<archive_entry, ArchiveEntryFree> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), file.path.c_str());
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), kFileMode);
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.bytes.size()));
        archive_entry_set_mtime(entry.get(), seconds, 0);
        RequireTar(archive_write_header(writer.get(), entry.get()), writer.get());
        const la_ssize_t written = archive_write_data(writer.get(), file.bytes.data(), file.bytes.size());
        if (written != static_cast<la_ssize_t>(file.bytes.size())) {
            RequireTar(ARCHIVE_FATAL, writer.get());
        }
    }
    RequireTar(archive_write_close(writer.get()), writer.get());
    return out;
}

platform::Expected<std::vector<ArchiveEntry>, std::string> ReadTar(std::string_view tar) {
    const auto fail = [](std::string message) { return platform::Unexpected<std::string>(std::move(message)); };
    const std::unique_ptr<archive, ArchiveReadFree> reader(archive_read_new());
    if (reader == nullptr || archive_read_support_format_tar(reader.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK) {
        return fail("is no tar");
    }
    std::vector<ArchiveEntry> files;
    std::size_t room = kLargestArchive;
    archive_entry* entry = nullptr;
    for (;;) {
        const int result = archive_read_next_header(reader.get(), &entry);
        if (result == ARCHIVE_EOF) {
            return files;
        }
        if (result != ARCHIVE_OK) {
            return fail(files.empty() ? "is no tar, or a damaged one"
                                      : "is damaged after " + platform::QuoteForMessage(files.back().path));
        }
        const char* const path = archive_entry_pathname(entry);
        if (path == nullptr || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr ||
            archive_entry_symlink(entry) != nullptr) {
            return fail("holds " + platform::QuoteForMessage(path == nullptr ? "" : path) +
                        ", which is no regular file");
        }
        if (files.size() >= kMostTarFiles) {
            return fail("holds more than " + std::to_string(kMostTarFiles) + " files");
        }
        files.push_back({path, {}});
        if (!ReadTarFile(reader.get(), files.back().bytes, room)) {
            return fail("is damaged or too large at " + platform::QuoteForMessage(path));
        }
        room -= files.back().bytes.size();
    }
}

}  // namespace wire
