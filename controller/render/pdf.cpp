#include "controller/render/pdf.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

constexpr std::size_t kMaxDetail = 4000;
/// How often the size of what is being written is looked at.
constexpr std::chrono::milliseconds kLook{100};

struct NamedProgram {
    PdfProgram program;
    std::string_view name;
};
constexpr std::array<NamedProgram, 4> kPrograms{{{PdfProgram::kWeasyprint, "weasyprint"},
                                                 {PdfProgram::kWkhtmltopdf, "wkhtmltopdf"},
                                                 {PdfProgram::kChromium, "chromium"},
                                                 {PdfProgram::kChromium, "google-chrome"}}};

auto PdfFails(PdfFailure failure, std::string message, std::string detail = {}) {
    return platform::Unexpected<PdfError>(PdfError{failure, std::move(message), std::move(detail)});
}

/// A folder only we can look into; gone with everything in it at the end.
class PrivateFolder {
public:
    explicit PrivateFolder(const std::string& parent) {
        std::string name = parent + "/portcullis-pdf-XXXXXX";
        if (::mkdtemp(name.data()) != nullptr) {
            path_ = name;
        }
    }
    ~PrivateFolder() {
        std::error_code ignored;
        if (!path_.empty()) {
            std::filesystem::remove_all(path_, ignored);
        }
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;

    const std::string& Path() const {
        return path_;
    }

private:
    std::string path_;
};

class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    ~Descriptor() {
        Close();
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int Get() const {
        return value_;
    }
    void Close() {
        if (value_ >= 0) {
            ::close(value_);
        }
        value_ = -1;
    }

private:
    int value_;
};

std::vector<std::string> PdfArguments(const PdfConverter& converter, const std::string& folder) {
    const std::string in = folder + "/in.html";
    const std::string out = folder + "/out.pdf";
    switch (converter.program) {
        case PdfProgram::kWeasyprint:
            return {converter.path, in, out};
        case PdfProgram::kWkhtmltopdf:
            return {converter.path,
                    "--quiet",
                    "--disable-javascript",
                    "--disable-local-file-access",
                    "--page-size",
                    "A4",
                    "--encoding",
                    "utf-8",
                    in,
                    out};
        case PdfProgram::kChromium: {
            std::vector<std::string> arguments{converter.path,
                                               "--headless",
                                               "--disable-gpu",
                                               "--disable-dev-shm-usage",
                                               "--no-first-run",
                                               "--no-pdf-header-footer",
                                               "--user-data-dir=" + folder + "/profile",
                                               "--print-to-pdf=" + out};
            if (::geteuid() == 0) {
                arguments.emplace_back("--no-sandbox");  // it refuses to run as root with one
            }
            arguments.push_back("file://" + in);
            return arguments;
        }
    }
    return {};
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// In its own process group, in `folder`; what it writes goes to `output`. 0, or an errno.
int StartConverter(const PdfConverter& converter, const std::string& folder, const std::string& search_path, int output,
                   pid_t& pid) {
    std::vector<std::string> arguments = PdfArguments(converter, folder);
    std::vector<std::string> environment{"PATH=" + search_path, "HOME=" + folder, "TMPDIR=" + folder, "LANG=C.UTF-8"};

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawn_file_actions_addchdir_np(&files, folder.c_str());

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    const int failed = ::posix_spawn(&pid, converter.path.c_str(), &files, &attributes, Pointers(arguments).data(),
                                     Pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

enum class PdfRun : std::uint8_t { kEnded, kTimedOut, kTooLarge };

/// Takes what is there from the pipe, keeping the first kMaxDetail bytes; false when nobody can write to it any more.
/// A full pipe is sixteen reads; more would let a flood hold us past the time limit.
bool TakeOutput(int output, std::string& detail) {
    std::array<char, 4096> bytes{};
    for (int reads = 0; reads < 32; ++reads) {
        const ssize_t count = ::read(output, bytes.data(), bytes.size());
        if (count > 0) {
            detail.append(bytes.data(), std::min(static_cast<std::size_t>(count), kMaxDetail - detail.size()));
        } else if (count == 0 || errno != EINTR) {
            return count < 0 && errno == EAGAIN;
        }
    }
    return true;
}

/// Waits for the end of the process; stops waiting at a limit.
PdfRun WatchConverter(int process, int output, const std::string& file, const PdfOptions& options,
                      std::string& detail) {
    const platform::Deadline deadline(options.time_limit);
    bool output_open = true;
    while (true) {
        std::array<pollfd, 2> waits{{{process, POLLIN, 0}, {output_open ? output : -1, POLLIN, 0}}};
        const auto slice = std::min(std::chrono::ceil<std::chrono::milliseconds>(deadline.Remaining()), kLook);
        ::poll(waits.data(), waits.size(), static_cast<int>(slice.count()));
        if (waits[1].revents != 0) {
            output_open = TakeOutput(output, detail);
        }
        struct stat written {};
        if (::stat(file.c_str(), &written) == 0 && static_cast<std::size_t>(written.st_size) > options.max_bytes) {
            return PdfRun::kTooLarge;
        }
        if ((waits[0].revents & POLLIN) != 0) {
            TakeOutput(output, detail);
            return PdfRun::kEnded;
        }
        if (deadline.Passed()) {
            return PdfRun::kTimedOut;
        }
    }
}

platform::Expected<std::string, PdfError> ReadPdf(const std::string& file, const PdfConverter& converter, int status,
                                                  const PdfOptions& options, std::string detail) {
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return PdfFails(PdfFailure::kFailed, converter.path + " could not convert the document", std::move(detail));
    }
    auto bytes = platform::ReadFile(file, options.max_bytes);
    if (!bytes || !bytes->starts_with("%PDF-")) {
        return PdfFails(PdfFailure::kFailed, converter.path + " ended without writing a PDF",
                        bytes ? std::move(detail) : bytes.error().message + "; " + detail);
    }
    return std::move(*bytes);
}

}  // namespace

std::optional<PdfConverter> FindPdfConverter(const std::string& search_path) {
    for (const NamedProgram& named : kPrograms) {
        for (const std::string_view directory : platform::Split(search_path, ':')) {
            std::string path = std::string(directory) + "/" + std::string(named.name);
            struct stat file {};
            if (!directory.empty() && ::stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) &&
                ::access(path.c_str(), X_OK) == 0) {
                return PdfConverter{named.program, std::move(path)};
            }
        }
    }
    return std::nullopt;
}

platform::Expected<std::string, PdfError> ConvertToPdf(std::string_view html, const PdfOptions& options) {
    const auto converter = FindPdfConverter(options.search_path);
    if (!converter) {
        return PdfFails(
            PdfFailure::kNoConverter,
            "no PDF converter is installed; install weasyprint (or wkhtmltopdf, or chromium) on the server, "
            "or ask for html and print it");
    }
    const PrivateFolder folder(options.temporary_directory);
    if (folder.Path().empty()) {
        return PdfFails(PdfFailure::kFailed, "no temporary folder could be made for the conversion",
                        options.temporary_directory + ": " + std::generic_category().message(errno));
    }
    if (const auto written = platform::WriteFileAtomically(folder.Path() + "/in.html", html, 0600); !written) {
        return PdfFails(PdfFailure::kFailed, "the document could not be written for the conversion",
                        written.error().message);
    }
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0 || ::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        return PdfFails(PdfFailure::kFailed, "the converter could not be started",
                        std::generic_category().message(errno));
    }
    const Descriptor output(ends[0]);
    Descriptor input(ends[1]);
    pid_t pid = -1;
    if (const int failed = StartConverter(*converter, folder.Path(), options.search_path, input.Get(), pid);
        failed != 0) {
        return PdfFails(PdfFailure::kFailed, converter->path + " could not be started",
                        std::generic_category().message(failed));
    }
    input.Close();
    const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));

    const std::string file = folder.Path() + "/out.pdf";
    std::string detail;
    const PdfRun run =
        process.Get() < 0 ? PdfRun::kTimedOut : WatchConverter(process.Get(), output.Get(), file, options, detail);
    // Also what it started and left behind; the group lives until we have waited for its first process.
    ::kill(-pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    switch (run) {
        case PdfRun::kTimedOut:
            return PdfFails(PdfFailure::kTimedOut, "the PDF was not ready in time; ask for html and print it", detail);
        case PdfRun::kTooLarge:
            return PdfFails(PdfFailure::kTooLarge, "the PDF grew too large; ask for html and print it", detail);
        case PdfRun::kEnded:
            break;
    }
    return ReadPdf(file, *converter, status, options, std::move(detail));
}

}  // namespace render
