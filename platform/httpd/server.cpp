#include "platform/httpd/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "platform/base/clock.hpp"
#include "platform/httpd/acceptor.hpp"
#include "platform/httpd/server_core.hpp"
#include "platform/httpd/worker.hpp"

namespace platform {
namespace {

constexpr std::size_t kDescriptorsForOthers = 512;  // database, logs, files: what connections must leave over
constexpr int kMaxThreads = 128;

void RaiseDescriptorLimit(std::size_t connections) {
    rlimit limit{};
    const rlim_t wanted = connections + kDescriptorsForOthers;
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace

struct HttpServer::Impl {
    Impl(HttpServerOptions options, HttpHandler handler)
        : core(std::make_shared<ServerCore>(std::move(options), std::move(handler))),
          acceptor([this](AcceptedConnection accepted) { Admit(std::move(accepted)); },
                   [this](std::string_view text) { core->Report(text); }) {}

    void Admit(AcceptedConnection accepted) {
        if (core->IsFull()) {
            return;
        }
        auto peer = std::make_shared<server_detail::ConnectionPeer>(accepted, *core, ConnectionSlot(*core));
        server_detail::Worker& worker = lanes ? lanes->Entry() : *workers[next_worker++ % workers.size()];
        worker.Adopt({std::move(accepted.socket), std::move(peer)});
    }

    void WakeAll() {
        for (const auto& worker : workers) {
            worker->Wake();
        }
    }

    std::shared_ptr<ServerCore> core;
    std::shared_ptr<Pistache::Aio::Reactor> reactor;
    std::vector<std::shared_ptr<server_detail::Worker>> workers;
    std::optional<server_detail::Lanes> lanes;  // when some requests are urgent
    std::size_t next_worker = 0;
    bool running = false;
    Acceptor acceptor;  // last: its thread uses the others
};

HttpServer::HttpServer(HttpServerOptions options, HttpHandler handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() {
    Drain(std::chrono::milliseconds(0));
}

void HttpServer::Start() {
    const HttpServerOptions& options = impl_->core->options;
    if (options.threads < 1 || options.threads > kMaxThreads) {
        throw std::runtime_error("the HTTP server cannot run " + std::to_string(options.threads) +
                                 " threads; give 1 to " + std::to_string(kMaxThreads));
    }
    if (impl_->running || impl_->core->Draining()) {
        throw std::logic_error("an HttpServer can be started once");
    }
    std::signal(SIGPIPE, SIG_IGN);
    RaiseDescriptorLimit(options.max_connections);
    impl_->acceptor.Open(options.address, options.port);

    impl_->reactor = Pistache::Aio::Reactor::create();
    const int urgent = options.urgent ? std::max(options.urgent_threads, 1) : 0;
    const int threads = options.threads + (urgent > 0 ? urgent + 1 : 0);  // one more reads what comes in
    impl_->reactor->init(Pistache::Aio::AsyncContext(static_cast<std::size_t>(threads), "httpd"));
    const Pistache::Aio::Reactor::Key key =
        impl_->reactor->addHandler(std::make_shared<server_detail::Worker>(impl_->core));
    for (const auto& handler : impl_->reactor->handlers(key)) {
        impl_->workers.push_back(std::static_pointer_cast<server_detail::Worker>(handler));
    }
    if (urgent > 0) {
        impl_->lanes.emplace(impl_->workers, urgent);
    }
    impl_->reactor->run();
    impl_->running = true;
    impl_->acceptor.Run();
}

std::uint16_t HttpServer::Port() const {
    return impl_->acceptor.Port();
}

std::size_t HttpServer::HandedOver() const {
    return impl_->core->handed_over.load();
}

bool HttpServer::Drain(std::chrono::milliseconds deadline) {
    if (!impl_->running) {
        return true;
    }
    impl_->running = false;
    ServerCore& core = *impl_->core;
    const auto give_up = SteadyNow() + deadline;
    impl_->acceptor.Stop();
    core.stage.store(ServerStage::kDraining);
    impl_->WakeAll();
    {
        std::unique_lock lock(core.mutex);
        core.changed.wait_until(lock, give_up, [&] { return core.open.load() == 0; });
    }
    // Each worker closes its connections on its own thread and says so. Only then the threads are ended: a reactor
    // that is being destroyed must not be asked for anything.
    core.stage.store(ServerStage::kStopping);
    impl_->WakeAll();
    {
        std::unique_lock lock(core.mutex);
        core.changed.wait(lock, [&] { return core.stopped == static_cast<int>(impl_->workers.size()); });
    }
    impl_->reactor->shutdown();
    impl_->lanes.reset();
    impl_->workers.clear();
    impl_->reactor = nullptr;
    return core.cut_off.load() == 0;
}

}  // namespace platform
