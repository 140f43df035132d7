#include "tests/unit/platform/ws/ws_port.hpp"

#include <algorithm>

#include "platform/ws/upgrade.hpp"

namespace ws_test {

using platform::HttpRequest;
using platform::HttpResponse;
using platform::WsClosed;
using platform::WsConnectionPtr;

namespace {

std::string FrameHead(int opcode, std::size_t size, bool last, bool masked) {
    std::string head;
    head += static_cast<char>(opcode | (last ? 0x80 : 0));
    const int mask_bit = masked ? 0x80 : 0;
    const auto append = [&](int bytes) {
        for (int i = bytes - 1; i >= 0; --i) {
            head += static_cast<char>((size >> (8 * i)) & 0xFFU);
        }
    };
    if (size < 126) {
        head += static_cast<char>(static_cast<int>(size) | mask_bit);
    } else if (size < 65536) {
        head += static_cast<char>(126 | mask_bit);
        append(2);
    } else {
        head += static_cast<char>(127 | mask_bit);
        append(8);
    }
    return head;
}

}  // namespace

int Frame::CloseCode() const {
    if (payload.size() < 2) {
        return platform::ws_code::kNoCode;
    }
    return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
}

std::string Frame::CloseReason() const {
    return payload.size() < 2 ? std::string() : payload.substr(2);
}

std::string MaskedFrame(int opcode, std::string_view payload, bool last) {
    static constexpr std::string_view kMask = "\x12\x34\x56\x78";
    std::string frame = FrameHead(opcode, payload.size(), last, true);
    frame += kMask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
    }
    return frame;
}

std::string UnmaskedFrame(int opcode, std::string_view payload, bool last) {
    return FrameHead(opcode, payload.size(), last, false) + std::string(payload);
}

std::string ClosePayload(int code, std::string_view reason) {
    std::string payload;
    payload += static_cast<char>(code / 256);
    payload += static_cast<char>(code % 256);
    return payload.append(reason);
}

std::string Handshake(std::string_view more_headers) {
    return "GET /ws HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(more_headers) + "\r\n";
}

RawWs::RawWs(std::uint16_t port) : socket(wire_test::ConnectTo(port)) {}

RawWs RawWs::Open(std::uint16_t port) {
    RawWs client(port);
    const auto answer = client.Upgrade(Handshake());
    EXPECT_TRUE(answer.has_value() && answer->status == 101);
    return client;
}

std::optional<wire_test::RawResponse> RawWs::Upgrade(std::string_view request) {
    socket.Send(request);
    return socket.ReceiveResponse();
}

bool RawWs::Fill(std::size_t size) {
    while (received_.size() < size) {
        const std::string more = socket.Receive(64 * 1024);
        if (more.empty()) {
            return false;
        }
        received_ += more;
    }
    return true;
}

std::optional<Frame> RawWs::Receive() {
    if (!Fill(2)) {
        return std::nullopt;
    }
    Frame frame;
    frame.last = (received_[0] & 0x80) != 0;
    frame.opcode = received_[0] & 0x0F;
    std::size_t size = static_cast<std::size_t>(received_[1] & 0x7F);
    std::size_t head = 2;
    const int length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (length_bytes > 0) {
        head += static_cast<std::size_t>(length_bytes);
        if (!Fill(head)) {
            return std::nullopt;
        }
        size = 0;
        for (std::size_t i = 2; i < head; ++i) {
            size = size * 256 + static_cast<unsigned char>(received_[i]);
        }
    }
    if (!Fill(head + size)) {
        return std::nullopt;
    }
    frame.payload = received_.substr(head, size);
    received_.erase(0, head + size);
    return frame;
}

std::optional<Frame> RawWs::ReceiveData() {
    for (;;) {
        auto frame = Receive();
        if (!frame || (frame->opcode != kPing && frame->opcode != kPong)) {
            return frame;
        }
    }
}

void WsPort::StartServer(platform::WsServerOptions options, platform::WsAccept accept) {
    options.on_error = [this](std::string_view text) {
        const std::lock_guard lock(mutex_);
        reported_.emplace_back(text);
        changed_.notify_all();
    };
    platform::WsHandlers handlers;
    handlers.on_open = [this](const WsConnectionPtr& connection) {
        if (on_open) {
            on_open(connection);
        }
        Note({.text = "open", .connection = connection});
    };
    handlers.on_message = [this](const WsConnectionPtr& connection, std::string_view message) {
        if (on_message) {
            on_message(connection, message);
        } else {
            connection->Send(std::string(message));
        }
        Note({.text = std::string(message), .connection = connection});
    };
    handlers.on_closed = [this](const WsConnectionPtr& connection, const WsClosed& closed) {
        Note({.text = "closed " + std::to_string(closed.code) + " " + closed.reason,
              .connection = connection,
              .closed = closed});
    };
    ws = std::make_unique<platform::WsServer>(options, std::move(handlers));
    ws->Start();

    platform::HttpServerOptions http_options;
    http_options.threads = 2;
    http = std::make_unique<platform::HttpServer>(http_options, [this, accept](const HttpRequest& request) {
        if (request.path != "/ws") {
            return HttpResponse{.body = request.path};
        }
        if (const auto refusal = platform::CheckUpgrade(request)) {
            return HttpResponse{.status = refusal->status,
                                .headers = refusal->headers,
                                .body = R"({"error":")" + refusal->detail + R"("})"};
        }
        auto answer = ws->Accept(accept);
        return answer ? std::move(*answer) : HttpResponse{.status = 503, .body = R"({"error":"full"})"};
    });
    http->Start();
}

void WsPort::TearDown() {
    if (http) {
        EXPECT_TRUE(wire_test::Exchange(Port(), wire_test::Request("GET", "/alive")).has_value());
        http.reset();
    }
    ws.reset();
}

void WsPort::Note(Event event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
}

std::optional<Event> WsPort::Await(const std::function<bool(const Event&)>& fits) {
    std::unique_lock lock(mutex_);
    std::vector<Event>::iterator found;
    if (!changed_.wait_for(lock, kPatience, [&] {
            found = std::ranges::find_if(events_, fits);
            return found != events_.end();
        })) {
        return std::nullopt;
    }
    Event event = std::move(*found);
    events_.erase(found);
    return event;
}

std::optional<Event> WsPort::AwaitText(const std::string& text) {
    return Await([&](const Event& event) { return event.text == text; });
}

std::optional<Event> WsPort::AwaitClosed() {
    return Await([](const Event& event) { return event.closed.has_value(); });
}

bool WsPort::AwaitCount(std::size_t connections) {
    // Nothing tells a test that a socket is gone: it asks until it is so.
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (ws->Count() != connections) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(2));
    }
    return true;
}

bool WsPort::AwaitReport(std::string_view part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] {
        return std::ranges::any_of(reported_, [&](const std::string& text) { return text.find(part) != text.npos; });
    });
}

}  // namespace ws_test
