#include "platform/postgres/cluster.hpp"

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/postgres/child.hpp"
#include "platform/postgres/config.hpp"
#include "platform/postgres/directories.hpp"
#include "platform/postgres/keeper.hpp"
#include "platform/postgres/leftover.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

namespace platform {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kInstallRoot = "/usr/lib/postgresql";
constexpr int kOldestMajor = 15;
constexpr std::chrono::minutes kInitdbDeadline{3};
constexpr std::chrono::seconds kPsqlDeadline{30};
constexpr std::chrono::milliseconds kReadinessPause{3};
constexpr std::size_t kPasswordBytes = 24;
constexpr std::uintmax_t kLogLimit = 16ULL * 1024 * 1024;
constexpr std::size_t kLogTail = 2'000;

std::optional<int> ParseMajor(std::string_view text) {
    int major = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), major);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return major;
}

// What the server said since `from`, its last `kLogTail` bytes.
std::string LogSince(const fs::path& log, std::uintmax_t from) {
    std::ifstream file(log, std::ios::binary);
    file.seekg(0, std::ios::end);
    const auto size = static_cast<std::uintmax_t>(std::max<std::streamoff>(file.tellg(), 0));
    const auto start = std::max(std::min(from, size), size > kLogTail ? size - kLogTail : 0);
    file.seekg(static_cast<std::streamoff>(start));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Reasons that pass: workers of a killed server finish within moments of it.
bool WorthAnotherTry(std::string_view log) {
    return log.find("is still in use") != std::string_view::npos ||
           log.find("lock file \"postmaster.pid\" already exists") != std::string_view::npos;
}

bool FitsASocket(const fs::path& directory) {
    const std::string path = (directory / (".s.PGSQL." + std::string(kSocketPort))).string();
    return path.size() < sizeof(sockaddr_un::sun_path);
}

}  // namespace

fs::path FindPostgresBinaries(std::optional<int> major) {
    int best = 0;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(kInstallRoot, failed)) {
        const auto found = ParseMajor(entry.path().filename().string());
        if (found && *found >= kOldestMajor && *found > best && (!major || *found == *major) &&
            fs::exists(entry.path() / "bin" / "initdb") && fs::exists(entry.path() / "bin" / "postgres")) {
            best = *found;
        }
    }
    if (best == 0) {
        const std::string wanted = major ? std::to_string(*major) : std::to_string(kOldestMajor) + " or later";
        throw ClusterError("PostgreSQL " + wanted + " is not under " + std::string(kInstallRoot) +
                           "; install it (apt-get install postgresql-" + std::to_string(major.value_or(kOldestMajor)) +
                           ") or use a database of your own");
    }
    return fs::path(kInstallRoot) / std::to_string(best) / "bin";
}

fs::path SocketDirectoryFor(const fs::path& data_dir) {
    const ClusterLayout layout(data_dir);
    if (FitsASocket(layout.root / "run")) {
        return layout.root / "run";
    }
    const std::string name = "portcullis-" + Sha256Hex(layout.root.string()).substr(0, 16);
    return (::geteuid() == 0 ? fs::path("/run") : fs::temp_directory_path()) / name;
}

struct PrivateCluster::Impl {
    explicit Impl(ClusterOptions cluster_options) : options(std::move(cluster_options)), layout(options.data_dir) {}

    void Say(std::string_view text) const {
        if (options.on_event) {
            options.on_event(text);
        }
    }

    void Start();
    void ChooseBinaries();
    void EnsureCluster();
    std::string EnsurePassword(const fs::path& path);
    void WriteConfiguration();
    void Launch();
    void WaitUntilReady(std::uintmax_t log_start);
    void Bootstrap();
    void RunSql(const std::string& script);

    ClusterOptions options;
    ClusterLayout layout;
    Account account;
    fs::path bin;
    fs::path socket_dir;
    std::unique_ptr<DirectoryLock> lock;
    ClusterAccess access;
    std::string owner_password;
    std::string app_password;
    int log_fd = -1;
    std::unique_ptr<ServerKeeper> keeper;
};

void PrivateCluster::Impl::Start() {
    if (!IsDatabaseName(options.database)) {
        throw ClusterError("'" + options.database + "' cannot name a database: use lower-case letters, digits and _");
    }
    account = ServerAccount(layout, options.run_as);
    EnsurePrivateDirectory(layout.root, account);
    CheckReachable(layout.root, account);
    lock = std::make_unique<DirectoryLock>(layout.lock, account);
    ChooseBinaries();
    owner_password = EnsurePassword(layout.owner_password);
    app_password = EnsurePassword(layout.app_password);
    EnsureCluster();
    StopLeftoverServer(layout.pg, options.stop_deadline, [this](std::string_view text) { Say(text); });
    socket_dir = fs::absolute(options.socket_dir.value_or(SocketDirectoryFor(layout.root)));
    if (!FitsASocket(socket_dir)) {
        throw ClusterError("the socket directory " + socket_dir.string() +
                           " is too long for a unix socket; choose a shorter one");
    }
    EnsurePrivateDirectory(socket_dir, account);
    CheckReachable(socket_dir, account);
    WriteConfiguration();
    Launch();
    Bootstrap();
    access = ClusterAccess(socket_dir, owner_password, app_password);
}

void PrivateCluster::Impl::ChooseBinaries() {
    if (options.bin_dir) {
        bin = *options.bin_dir;
        return;
    }
    std::optional<int> major;
    if (const auto version = ReadLineIfExists(layout.pg / "PG_VERSION")) {
        major = ParseMajor(*version);
    }
    bin = FindPostgresBinaries(major);
}

std::string PrivateCluster::Impl::EnsurePassword(const fs::path& path) {
    if (const auto existing = ReadLineIfExists(path)) {
        return *existing;
    }
    const std::string password = HexEncode(RandomBytes(kPasswordBytes));
    WritePrivateFile(path, password + "\n", account);
    std::error_code ignored;  // absent is what we want: the roles get the new password
    fs::remove(layout.bootstrapped, ignored);
    return password;
}

// initdb works under another name, so a cluster that is there is complete: one killed half-way leaves nothing that
// looks like a cluster.
void PrivateCluster::Impl::EnsureCluster() {
    if (fs::exists(layout.pg / "PG_VERSION")) {
        return;
    }
    Say("making a new cluster in " + layout.pg.string());
    fs::remove_all(layout.pg_unfinished);
    std::vector<std::string> arguments{
        "--pgdata=" + layout.pg_unfinished.string(), "--username=" + std::string(kSuperuserRole), "--encoding=UTF8",
        "--locale=C.UTF-8",
        // The same order, compared byte by byte: keys are text, and C.UTF-8 asks the
        // C library for each two of them.
        "--lc-collate=C", "--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-instructions"};
    if (options.durability == ClusterDurability::kNone) {
        arguments.emplace_back("--no-sync");
    }
    const auto result = RunProgram(bin / "initdb", arguments, "", account, kInitdbDeadline);
    if (result.timed_out || result.exit_code != 0) {
        throw ClusterError("initdb could not make a cluster in " + layout.pg.string() +
                           (result.timed_out ? " in time" : "") + ": " + result.output);
    }
    std::error_code failed;
    fs::rename(layout.pg_unfinished, layout.pg, failed);
    if (failed) {
        throw SystemError("cannot move the new cluster to", layout.pg, failed.value());
    }
}

void PrivateCluster::Impl::WriteConfiguration() {
    WritePrivateFile(layout.pg / "postgresql.conf", PostgresqlConf(options, socket_dir), account);
    WritePrivateFile(layout.pg / "pg_hba.conf", PgHbaConf(), account);
    WritePrivateFile(layout.pg / "pg_ident.conf", PgIdentConf(account), account);
    WritePrivateFile(layout.socket_file, socket_dir.string() + "\n", account);
}

void PrivateCluster::Impl::Launch() {
    std::error_code ignored;
    if (fs::file_size(layout.log, ignored) > kLogLimit && !ignored) {
        fs::rename(layout.log, layout.log.string() + ".1", ignored);
    }
    log_fd = ::open(layout.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (log_fd < 0) {
        throw SystemError("cannot write", layout.log, errno);
    }
    if (account.switch_to && ::fchown(log_fd, account.uid, account.gid) != 0) {
        throw SystemError("cannot give " + account.name, layout.log, errno);
    }
    const auto log_start = static_cast<std::uintmax_t>(::lseek(log_fd, 0, SEEK_END));

    ChildSpec spec;
    spec.program = bin / "postgres";
    spec.arguments = {"-D", layout.pg.string()};
    spec.output = log_fd;
    spec.signal_on_parent_death = SIGINT;  // to PostgreSQL: fast shutdown
    spec.own_session = true;
    keeper = std::make_unique<ServerKeeper>(spec, account, [this](std::string_view text) { Say(text); });
    keeper->Start();
    WaitUntilReady(log_start);
}

void PrivateCluster::Impl::WaitUntilReady(std::uintmax_t log_start) {
    const Deadline deadline(options.start_deadline);
    int seen = 0;
    for (;;) {
        const auto pid = keeper->Pid();
        const auto state = ReadServerState(layout.pg);
        if (pid && state && state->pid == *pid && state->status == "ready") {
            return;
        }
        const bool late = deadline.Passed();
        const int endings = keeper->Endings();
        if (late || endings != seen) {
            const std::string log = LogSince(layout.log, log_start);
            if (late || !WorthAnotherTry(log)) {
                throw ClusterError("PostgreSQL did not start in " + layout.pg.string() + " (" +
                                   (endings == 0 ? "not ready in time" : keeper->LastEnding()) + "), its log " +
                                   layout.log.string() + " says: " + log);
            }
            seen = endings;
        }
        keeper->WaitForEnding(seen, kReadinessPause);
    }
}

// The marker is inside the cluster: it cannot outlive it.
void PrivateCluster::Impl::Bootstrap() {
    if (ReadLineIfExists(layout.bootstrapped) == options.database) {
        return;
    }
    access = ClusterAccess(socket_dir, owner_password, app_password);
    RunSql(BootstrapScript(options.database, owner_password, app_password));
    WritePrivateFile(layout.bootstrapped, options.database + "\n", account);
}

void PrivateCluster::Impl::RunSql(const std::string& script) {
    // Passwords travel on standard input: arguments can be read by everybody on the machine.
    const auto result = RunProgram(bin / "psql",
                                   {"--no-psqlrc", "--quiet", "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-",
                                    "--dbname=" + access.SuperuserConninfo(kSuperuserRole)},
                                   script, account, kPsqlDeadline);
    if (result.timed_out || result.exit_code != 0) {
        throw ClusterError("the roles and databases of the cluster in " + layout.pg.string() +
                           " could not be made: " + (result.timed_out ? "no answer in time" : result.output));
    }
}

PrivateCluster::PrivateCluster(ClusterOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

PrivateCluster::~PrivateCluster() {
    Stop();
}

void PrivateCluster::Start() {
    if (impl_->keeper) {
        return;
    }
    try {
        impl_->Start();
    } catch (...) {
        Stop();
        throw;
    }
}

void PrivateCluster::Stop() {
    if (impl_->keeper) {
        impl_->keeper->Stop(impl_->options.stop_deadline);
        impl_->keeper.reset();
        std::error_code ignored;  // the socket's own directory outside of data_dir goes with the server
        if (impl_->socket_dir.parent_path() != impl_->layout.root) {
            fs::remove(impl_->socket_dir, ignored);
        }
    }
    if (impl_->log_fd >= 0) {
        ::close(impl_->log_fd);
        impl_->log_fd = -1;
    }
    impl_->lock.reset();
}

void PrivateCluster::EnsureDatabase(const std::string& name) {
    if (!IsDatabaseName(name)) {
        throw ClusterError("'" + name + "' cannot name a database: use lower-case letters, digits and _");
    }
    impl_->RunSql(DatabaseScript(name));
}

const ClusterAccess& PrivateCluster::Access() const {
    return impl_->access;
}

std::string PrivateCluster::OwnerConninfo(std::string_view database) const {
    return impl_->access.OwnerConninfo(database);
}

std::string PrivateCluster::AppConninfo(std::string_view database) const {
    return impl_->access.AppConninfo(database);
}

std::string PrivateCluster::SuperuserConninfo(std::string_view database) const {
    return impl_->access.SuperuserConninfo(database);
}

std::optional<pid_t> PrivateCluster::ServerPid() const {
    return impl_->keeper ? impl_->keeper->Pid() : std::nullopt;
}

}  // namespace platform
