// A PostgreSQL cluster of our own: made on first start, reachable through one unix socket only, stopped with us.
//
// What is in `data_dir` (mode 0700, owned by the account the server runs as):
//   pg/               the cluster; postgresql.conf, pg_hba.conf and pg_ident.conf in it are written at every start,
//                     an operator's own settings go into pg/local.conf
//   owner.password    password of portcullis_owner: owns the databases and their tables, runs migrations
//   app.password      password of portcullis_app: owns nothing, what the application connects as
//   run/              the socket, unless the path would be too long for one (see SocketDirectoryFor)
//   lock, postgres.log, socket
//
// Roles are separated for real: the application's account on the machine can reach the socket, but the two roles need
// their passwords (scram-sha-256), and the superuser is peer-authenticated for the server's own account and root.
//
// Life and death:
//   - Started by root, the server and every tool run as `run_as` (user postgres); otherwise as the caller. A cluster
//     that exists keeps running as the account that owns it.
//   - A second PrivateCluster on the same directory fails at once and names the process that has it.
//   - The server is a child in a session of its own. Stop() asks for a fast shutdown, then an immediate one.
//   - When this process dies without Stop(), the kernel sends the server the signal for a fast shutdown, so nothing is
//     lost and nothing lingers. The next Start() waits for a server that is still going down (or stops it) and
//     recovers from its log whatever was not shut down.
//   - When the server dies while we live, it is started again, with a growing pause between attempts.
//
// Thread safety: Start and Stop belong to one owner thread; the const members may be called from any thread after
// Start. Errors: ClusterError.
#pragma once

#include "platform/postgres/access.hpp"
#include "platform/postgres/error.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace platform {

enum class ClusterDurability {
    kFull,  // fsync on: what is acknowledged survives a power cut
    kNone,  // fsync off: for throw-away clusters in tests
};

struct ClusterOptions {
    std::filesystem::path data_dir;
    std::optional<std::filesystem::path> socket_dir;            // default: SocketDirectoryFor(data_dir)
    std::optional<std::filesystem::path> bin_dir;               // default: the newest under /usr/lib/postgresql
    std::string run_as = "postgres";                            // account of the server when we are root
    std::string database = "portcullis";                        // made on first start, owned by portcullis_owner
    std::vector<std::pair<std::string, std::string>> settings;  // on top of the defaults, as in postgresql.conf
    ClusterDurability durability = ClusterDurability::kFull;
    std::chrono::milliseconds start_deadline{60'000};
    std::chrono::milliseconds stop_deadline{15'000};  // for the fast shutdown; an immediate one follows
    std::function<void(std::string_view)> on_event;   // "making a new cluster in ...": for the log; any thread
};

class PrivateCluster {
public:
    explicit PrivateCluster(ClusterOptions options);
    ~PrivateCluster();
    PrivateCluster(const PrivateCluster&) = delete;
    PrivateCluster& operator=(const PrivateCluster&) = delete;

    /// Returns when the server accepts connections and the roles and the database exist.
    void Start();
    /// Ends the server; returns when it has ended. Harmless when it is not running.
    void Stop();

    /// Makes a database owned by portcullis_owner that portcullis_app may connect to; harmless when it exists.
    void EnsureDatabase(const std::string& name);

    const ClusterAccess& Access() const;
    std::string OwnerConninfo(std::string_view database) const;
    std::string AppConninfo(std::string_view database) const;
    std::string SuperuserConninfo(std::string_view database) const;

    /// Process id of the server; empty while it is down.
    std::optional<pid_t> ServerPid() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The folder of psql, initdb and postgres: the newest major version (15 or later) under /usr/lib/postgresql, or the
/// given one when a cluster already exists and needs exactly that.
std::filesystem::path FindPostgresBinaries(std::optional<int> major = std::nullopt);

/// `<data_dir>/run`; when a socket there would exceed the 107 bytes the kernel allows, a directory named by a hash of
/// the path under /run (root) or the temporary folder.
std::filesystem::path SocketDirectoryFor(const std::filesystem::path& data_dir);

}  // namespace platform
