#include "tests/bench/fleet_stuck.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>

#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds kStuckHeartbeat{5};
constexpr std::chrono::seconds kStuckPatience{60};
constexpr int kSmallBuffer = 2048;
constexpr int kSmallSegment = 536;
constexpr int kMostOrders = 500;
constexpr int kRoomLeft = 12;  // orders that a full connection still takes before it is given up

std::string StuckReport(const std::string& name) {
    tenancy::wire::Report report;
    report.boot_id = "boot_" + name;
    report.sent_at = platform::SystemNow();
    report.process_started_at = report.sent_at - std::chrono::hours(1);
    report.program = "bench_fleet";
    report.enabled = true;
    return tenancy::wire::EncodeReport(report);
}

/// A text message of a client: masked, with a key that changes nothing.
std::string FrameOf(const std::string& text) {
    std::string frame = "\x81";
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(text.size() >> 8U);
    frame += static_cast<char>(text.size() & 0xFFU);
    return frame + std::string(4, '\0') + text;
}

wire_test::RawSocket ConnectWithSmallBuffers(std::uint16_t port) {
    wire_test::RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::setsockopt(socket.Fd(), SOL_SOCKET, SO_RCVBUF, &kSmallBuffer, sizeof(kSmallBuffer));
    ::setsockopt(socket.Fd(), IPPROTO_TCP, TCP_MAXSEG, &kSmallSegment, sizeof(kSmallSegment));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket.Fd() < 0 || ::connect(socket.Fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        throw std::runtime_error("the instance that is to be stuck cannot connect");
    }
    return socket;
}

std::string SecretOf(const std::string& token) {
    return token.substr(0, token.find('.'));
}

}  // namespace

StuckInstances::StuckInstances(const FleetController& controller, std::size_t each)
    : controller_(controller), each_(each) {
    OpenDeaf("deaf-first");
    std::vector<std::string> first = std::move(names_);
    names_.clear();
    while (controller_.IsConnected(http_, first.front())) {
        if (++until_cut_off_ > kMostOrders) {
            throw std::runtime_error("a connection that is not read takes " + std::to_string(kMostOrders) + " orders");
        }
        controller_.Kill(http_, first);
    }
    for (std::size_t n = 0; n < each_; ++n) {
        OpenDeaf("deaf-" + std::to_string(n));
    }
    for (int n = 0; n < until_cut_off_ - kRoomLeft; ++n) {
        controller_.Kill(http_, names_);
    }
    for (std::size_t n = 0; n < each_; ++n) {
        OpenMute("mute-" + std::to_string(n));
    }
    beats_ = std::thread([this] { Beat(); });
}

StuckInstances::~StuckInstances() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    beats_.join();
}

void StuckInstances::OpenDeaf(const std::string& name) {
    const std::string secret = SecretOf(controller_.Enrol(http_, name));
    wire_test::RawSocket socket = ConnectWithSmallBuffers(controller_.FleetPort());
    socket.Send("GET " + std::string(tenancy::wire::kChannelPath) +
                " HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " +
                secret + "\r\n" + std::string(tenancy::wire::kNewCredentialHeader) + ": " +
                platform::Sha256Hex("credential of " + name) + "\r\n\r\n");
    const auto answer = socket.ReceiveResponse();
    if (!answer || answer->status != 101) {
        throw std::runtime_error("the instance that is to be deaf was not let in");
    }
    socket.Send(FrameOf(StuckReport(name)));
    deaf_.push_back(std::move(socket));
    names_.push_back(name);
    AwaitConnected(name);
}

void StuckInstances::OpenMute(const std::string& name) {
    platform::WsClientOptions options;
    options.url = controller_.FleetUrl() + std::string(tenancy::wire::kChannelPath);
    options.headers = {
        {"Authorization", "Bearer " + SecretOf(controller_.Enrol(http_, name))},
        {std::string(tenancy::wire::kNewCredentialHeader), platform::Sha256Hex("credential of " + name)}};
    options.on_message = [](std::string_view) {};
    auto client = platform::WsClient::Connect(std::move(options));
    if (!client) {
        throw std::runtime_error(client.error().message);
    }
    client->Send(StuckReport(name));
    mute_.push_back(std::move(*client));
    names_.push_back(name);
    AwaitConnected(name);
}

void StuckInstances::AwaitConnected(const std::string& name) {
    const platform::Deadline deadline(kStuckPatience);
    while (!controller_.IsConnected(http_, name)) {
        if (deadline.Passed()) {
            throw std::runtime_error("the controller does not hear " + name);
        }
        ::poll(nullptr, 0, 5);
    }
}

std::size_t StuckInstances::Connected() {
    std::size_t connected = 0;
    for (const std::string& name : names_) {
        connected += controller_.IsConnected(http_, name) ? 1 : 0;
    }
    return connected;
}

void StuckInstances::Beat() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kStuckHeartbeat, [this] { return over_; })) {
        for (std::size_t n = 0; n < each_; ++n) {
            deaf_[n + 1].Send(FrameOf(StuckReport(names_[n])));
            mute_[n].Send(StuckReport(names_[each_ + n]));
        }
    }
}

}  // namespace bench
