// cluster_holder <data directory>: a controller reduced to its cluster, for tests that kill it.
//
// Prints "ready <process id of the server>" and holds the cluster until SIGTERM.
#include "platform/postgres/cluster.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: cluster_holder <data directory>\n");
        return 2;
    }
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &end, nullptr);  // before there are threads: they inherit it
    try {
        platform::ClusterOptions options;
        options.data_dir = argv[1];
        platform::PrivateCluster cluster(options);
        cluster.Start();
        std::cout << "ready " << cluster.ServerPid().value_or(0) << std::endl;
        int signal = 0;
        sigwait(&end, &signal);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
