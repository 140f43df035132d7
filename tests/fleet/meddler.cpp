#include "tests/fleet/meddler.hpp"

#include <optional>
#include <utility>

#include "platform/ws/upgrade.hpp"
#include "tenancy/wire/control_document.hpp"

namespace fleet_test {
namespace {

constexpr std::chrono::seconds kMeddlerPatience{60};

platform::WsServerOptions MeddlerOptions() {
    platform::WsServerOptions options;
    options.limits.max_message_bytes = 2 * tenancy::wire::kMaxControlBytes;
    return options;
}

}  // namespace

/// One instance and its controller. What arrives before the other end is open waits here.
struct Meddler::Pair {
    std::mutex mutex;
    platform::WsConnectionPtr instance;
    std::vector<std::string> waiting;  // for the instance
    bool over = false;                 // the controller has closed its end
    std::optional<platform::WsClient> controller;
};

Meddler::Meddler(std::string controller)
    : controller_(std::move(controller)),
      thread_(std::make_shared<platform::WsThread>()),
      sockets_(MeddlerOptions(), {.on_open =
                                      [this](const platform::WsConnectionPtr& connection) {
                                          const auto pair = std::static_pointer_cast<Pair>(connection->Context());
                                          {
                                              const std::lock_guard lock(pair->mutex);
                                              pair->instance = connection;
                                              for (std::string& text : std::exchange(pair->waiting, {})) {
                                                  connection->Send(std::move(text));
                                              }
                                              if (pair->over) {
                                                  connection->CloseNow(platform::ws_code::kGoingAway,
                                                                       "the controller closed");
                                              }
                                          }
                                          const std::lock_guard lock(mutex_);
                                          pairs_[connection->Id()] = pair;
                                          changed_.notify_all();
                                      },
                                  .on_message =
                                      [this](const platform::WsConnectionPtr& connection, std::string_view text) {
                                          FromInstance(std::static_pointer_cast<Pair>(connection->Context()), text);
                                      },
                                  .on_closed =
                                      [this](const platform::WsConnectionPtr& connection, const platform::WsClosed&) {
                                          std::static_pointer_cast<Pair>(connection->Context())->controller->CloseNow();
                                          const std::lock_guard lock(mutex_);
                                          pairs_.erase(connection->Id());
                                      }}),
      http_({}, [this](const platform::HttpRequest& request) { return Answer(request); }) {
    sockets_.Start();
    http_.Start();
}

Meddler::~Meddler() {
    http_.Drain(std::chrono::seconds(1));
    sockets_.Drain(std::chrono::seconds(1));
}

std::string Meddler::Url() const {
    return "ws://127.0.0.1:" + std::to_string(http_.Port());
}

platform::HttpResponse Meddler::Answer(const platform::HttpRequest& request) {
    if (platform::CheckUpgrade(request)) {
        return {400, {}, {}};
    }
    const auto pair = std::make_shared<Pair>();
    platform::WsClientOptions options;
    options.url = controller_ + request.path;
    for (const char* name : {"authorization", "portcullis-new-credential"}) {
        if (!request.Header(name).empty()) {
            options.headers.emplace_back(name, request.Header(name));
        }
    }
    options.limits.max_message_bytes = 2 * tenancy::wire::kMaxControlBytes;
    options.thread = thread_;
    const std::weak_ptr<Pair> weak = pair;
    options.on_message = [this, weak](std::string_view text) {
        if (const auto alive = weak.lock()) {
            FromController(alive, text);
        }
    };
    options.on_closed = [weak](const platform::WsClosed& closed) {
        if (const auto alive = weak.lock()) {
            const std::lock_guard lock(alive->mutex);
            alive->over = true;
            if (alive->instance) {
                alive->instance->CloseNow(platform::ws_code::kGoingAway, closed.reason);
            }
        }
    };
    auto client = platform::WsClient::Connect(std::move(options));
    if (!client) {
        return {client.error().status == 0 ? 502 : client.error().status, {}, client.error().body};
    }
    pair->controller = std::move(*client);
    {
        const std::lock_guard lock(mutex_);
        kept_.push_back(pair);
    }
    return sockets_.Accept({.context = pair}).value_or(platform::HttpResponse{503, {}, {}});
}

void Meddler::FromController(const std::shared_ptr<Pair>& pair, std::string_view text) {
    bool held = false;
    {
        const std::lock_guard lock(mutex_);
        from_controller_.emplace_back(text);
        held = holds_back_;
        changed_.notify_all();
    }
    const std::lock_guard lock(pair->mutex);
    if (held) {
        return;
    }
    if (pair->instance) {
        pair->instance->Send(std::string(text));
    } else {
        pair->waiting.emplace_back(text);
    }
}

void Meddler::FromInstance(const std::shared_ptr<Pair>& pair, std::string_view text) {
    {
        const std::lock_guard lock(mutex_);
        from_instances_.emplace_back(text);
        changed_.notify_all();
    }
    pair->controller->Send(std::string(text));
}

void Meddler::Inject(const std::string& text) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kMeddlerPatience, [this] { return !pairs_.empty(); });
    for (const auto& [id, pair] : pairs_) {
        const std::lock_guard inner(pair->mutex);
        pair->instance->Send(text);
    }
}

void Meddler::HoldBack(bool hold) {
    const std::lock_guard lock(mutex_);
    holds_back_ = hold;
}

template <typename Message>
std::vector<Message> Meddler::Sent() const {
    const std::lock_guard lock(mutex_);
    std::vector<Message> sent;
    for (const std::string& text : from_controller_) {
        const auto message = tenancy::wire::DecodeControllerMessage(text);
        if (const auto* wanted = message ? std::get_if<Message>(&*message) : nullptr) {
            sent.push_back(*wanted);
        }
    }
    return sent;
}

std::vector<tenancy::wire::Order> Meddler::Orders() const {
    return Sent<tenancy::wire::Order>();
}

std::vector<tenancy::wire::NextKey> Meddler::Handovers() const {
    return Sent<tenancy::wire::NextKey>();
}

std::vector<tenancy::wire::KeyAnswer> Meddler::KeyAnswers() const {
    const std::lock_guard lock(mutex_);
    std::vector<tenancy::wire::KeyAnswer> answers;
    for (const std::string& text : from_instances_) {
        if (auto answer = tenancy::wire::DecodeKeyAnswer(text)) {
            answers.push_back(std::move(*answer));
        }
    }
    return answers;
}

int Meddler::AnsweredWith(std::string_view outcome) const {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (const std::string& text : from_instances_) {
        const auto report = tenancy::wire::DecodeReport(text);
        count += report && report->answer && report->answer->outcome == outcome ? 1 : 0;
    }
    return count;
}

}  // namespace fleet_test
