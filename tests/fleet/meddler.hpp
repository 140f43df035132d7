// Somebody between instances and their controller who reads and writes the channel: every message passes through it and
// is kept, and it sends instances what the test says, as if the controller had sent it. It has no key of the
// controller.
//
// Instances dial Url; it dials the controller with what they show. Thread safe.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/ws/client.hpp"
#include "platform/ws/server.hpp"
#include "tenancy/wire/channel.hpp"

namespace fleet_test {

class Meddler {
public:
    /// `controller`: the address that instances would dial.
    explicit Meddler(std::string controller);
    ~Meddler();
    Meddler(const Meddler&) = delete;
    Meddler& operator=(const Meddler&) = delete;

    std::string Url() const;
    /// To every instance that is connected; waits until there is one.
    void Inject(const std::string& text);
    /// What the controller sends is kept and not passed on.
    void HoldBack(bool hold);
    /// Orders and hand-overs that the controller has sent so far, in their order.
    std::vector<tenancy::wire::Order> Orders() const;
    std::vector<tenancy::wire::NextKey> Handovers() const;
    /// Answers of instances to hand-overs.
    std::vector<tenancy::wire::KeyAnswer> KeyAnswers() const;
    /// How often instances said that they turned something away with this outcome, as the answer to an order.
    int AnsweredWith(std::string_view outcome) const;

private:
    struct Pair;

    platform::HttpResponse Answer(const platform::HttpRequest& request);
    void FromController(const std::shared_ptr<Pair>& pair, std::string_view text);
    void FromInstance(const std::shared_ptr<Pair>& pair, std::string_view text);
    template <typename Message>
    std::vector<Message> Sent() const;

    const std::string controller_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool holds_back_ = false;
    std::vector<std::string> from_controller_;
    std::vector<std::string> from_instances_;
    std::map<std::uint64_t, std::shared_ptr<Pair>> pairs_;  // by the instance's connection
    std::shared_ptr<platform::WsThread> thread_;
    std::vector<std::shared_ptr<Pair>> kept_;  // a client must not end in a callback of its own
    platform::WsServer sockets_;
    platform::HttpServer http_;
};

}  // namespace fleet_test
