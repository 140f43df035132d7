// Webhooks through the API, to real receivers: good ones, and such as fail, hang and lie.
#include <atomic>
#include <set>
#include <thread>

#include "platform/crypto/crypto.hpp"
#include "tests/api/journey.hpp"
#include "tests/api/receiver.hpp"
#include "tests/fault/httpd_wire.hpp"
#include "tests/support/postgres.hpp"

namespace api_test {
namespace {

using wire_test::RawListener;
using wire_test::RawSocket;

/// Answers each connection with the same text, whatever is asked, and closes it.
class Liar {
public:
    explicit Liar(std::string text) : text_(std::move(text)), thread_([this] { Serve(); }) {}
    ~Liar() {
        ending_ = true;
        wire_test::ConnectTo(listener_.Port());  // wakes it up
        thread_.join();
    }
    Liar(const Liar&) = delete;
    Liar& operator=(const Liar&) = delete;

    std::string Url() const {
        return "http://127.0.0.1:" + std::to_string(listener_.Port()) + "/hook";
    }

private:
    /// All of it: what is left unread when a socket is closed takes the answer with it.
    static void TakeRequest(RawSocket& socket) {
        std::string request;
        std::size_t length = std::string::npos;
        while (request.size() < length) {
            const std::string more = socket.Receive(4096);
            if (more.empty()) {
                return;
            }
            request += more;
            const std::size_t body = request.find("\r\n\r\n");
            if (body != std::string::npos) {
                length = body + 4 + std::stoul(request.substr(request.find("Content-Length: ") + 16));
            }
        }
    }
    void Serve() {
        while (!ending_) {
            RawSocket socket = listener_.Accept();
            if (ending_) {
                return;
            }
            TakeRequest(socket);
            socket.Send(text_);
        }
    }

    const std::string text_;
    RawListener listener_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

std::vector<std::string> Quickly(std::initializer_list<std::string> more = {}) {
    std::vector<std::string> arguments = {"--webhook-allowed-networks=127.0.0.0/8", "--webhook-retry=20ms",
                                          "--webhook-retry-most=100ms"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

Reply Subscribe(const Caller& admin, const std::string& url, const Json& kinds = Json::array()) {
    return admin.Post("/v1/webhooks", {{"name", Unique("hook")}, {"url", url}, {"kinds", kinds}}).Expect(201);
}

std::string OpenIncidentAt(const OwnServer& server) {
    server.As("rita.release")
        .Post("/v1/tenants", {{"id", "acme"}, {"name", "Acme"}, {"kind", "staging"}});  // the second time it is there
    return server.As("ci")
        .Post("/v1/incidents", {{"title", "Nothing works"}, {"severity", "P4"}, {"concerns", {{"tenants", {"acme"}}}}})
        .Expect(201)
        .Id();
}

std::vector<Json> Deliveries(const OwnServer& server, const std::string& webhook, const std::string& state = {}) {
    return server.As("ada.admin")
        .All("/v1/webhooks/" + webhook + "/deliveries" + (state.empty() ? "" : "?state=" + state));
}

bool Ended(const OwnServer& server, const std::string& webhook, const std::string& state, std::size_t count = 1) {
    return Eventually([&] { return Deliveries(server, webhook, state).size() >= count; });
}

std::string Signature(const std::string& secret, const Received& got) {
    std::string key = secret.substr(6);
    for (char& c : key) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    key.erase(key.find_last_not_of('=') + 1);
    return "v1," +
           platform::Base64Encode(platform::HmacSha256(
               *platform::Base64UrlDecode(key), got.Id() + "." + got.headers.at("webhook-timestamp") + "." + got.body));
}

TEST(Webhooks, DeliverSignedCloudEvents) {
    const Receiver receiver;
    const OwnServer server(Quickly());
    const Reply made = Subscribe(server.As("ada.admin"), receiver.Url(), {"incident."});
    const std::string secret = made.Body()["secret"];
    EXPECT_TRUE(secret.starts_with("whsec_"));
    const std::string path = "/v1/webhooks/" + made.Id();
    EXPECT_FALSE(server.As("ada.admin").Get(path).Expect(200).Body().contains("secret"));
    const std::string incident = OpenIncidentAt(server);
    ASSERT_TRUE(receiver.Got(1));
    const Received got = receiver.All().front();
    EXPECT_EQ(got.path, "/hook");
    EXPECT_EQ(got.headers.at("content-type"), "application/cloudevents+json; charset=utf-8");
    EXPECT_EQ(got.headers.at("webhook-signature"), Signature(secret, got));
    const Json event = got.Event();
    EXPECT_EQ(event["specversion"], "1.0");
    EXPECT_EQ(event["id"], got.Id());
    EXPECT_EQ(event["type"], "portcullis.incident.opened");
    EXPECT_EQ(event["subject"], incident);
    EXPECT_EQ(event["data"]["id"], incident);
    EXPECT_EQ(event["simulatedclock"], true);
    ASSERT_TRUE(Ended(server, made.Id(), "delivered"));
    const Json delivery = Deliveries(server, made.Id()).front();
    EXPECT_EQ(delivery["event"], got.Id());
    EXPECT_EQ(delivery["attempts"], 1);
    EXPECT_EQ(delivery["log"][0]["status"], 204);
    // A new secret: for a day both sign.
    const std::string second =
        server.As("ada.admin").Post(path + ":rotate-secret", Json::object()).Expect(200).Body()["secret"];
    EXPECT_NE(second, secret);
    server.As("ada.admin").Post(path + ":test", Json::object()).Expect(200);
    ASSERT_TRUE(receiver.Got(2));
    const Received test = receiver.All().back();
    EXPECT_EQ(test.Event()["type"], "portcullis.webhook.test");
    EXPECT_EQ(test.headers.at("webhook-signature"), Signature(second, test) + " " + Signature(secret, test));
}

TEST(Webhooks, AFailingReceiverIsTriedAgainUnderTheSameId) {
    const Receiver receiver([](int n) { return n < 3 ? 500 : 200; });
    const OwnServer server(Quickly());
    const std::string id = Subscribe(server.As("ada.admin"), receiver.Url(), {"incident.opened"}).Id();
    OpenIncidentAt(server);
    ASSERT_TRUE(Ended(server, id, "delivered"));
    const auto all = receiver.All();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].Id(), all[2].Id());
    EXPECT_EQ(all[0].body, all[2].body);
    const Json delivery = Deliveries(server, id).front();
    EXPECT_EQ(delivery["attempts"], 3);
    EXPECT_EQ(delivery["log"][0]["status"], 500);
    EXPECT_EQ(delivery["log"][2]["status"], 200);
}

TEST(Webhooks, WhatIsGivenUpIsKeptAndDeliveredOnceMoreWhenAsked) {
    std::atomic<bool> broken = true;
    const Receiver receiver([&](int) { return broken ? 503 : 200; });
    const OwnServer server(Quickly({"--webhook-attempts=3"}));
    const Caller admin = server.As("ada.admin");
    const std::string id = Subscribe(admin, receiver.Url(), {"incident.opened"}).Id();
    OpenIncidentAt(server);
    ASSERT_TRUE(Ended(server, id, "dead"));
    EXPECT_EQ(receiver.All().size(), 3U);
    EXPECT_EQ(admin.Get("/v1/webhooks/" + id).Body()["dead"], 1);
    broken = false;
    const std::string number = std::to_string(Deliveries(server, id).front()["id"].get<std::int64_t>());
    const std::string again = "/v1/webhooks/" + id + "/deliveries/" + number + ":redeliver";
    server.As("otto.operator").Post(again, Json::object()).Expect(403);
    admin.Post(again, Json::object()).Expect(200);
    ASSERT_TRUE(Ended(server, id, "delivered"));
    EXPECT_EQ(receiver.All().front().Id(), receiver.All().back().Id());
    EXPECT_EQ(Deliveries(server, id).front()["log"].size(), 4U);
    admin.Post("/v1/webhooks/" + id + "/deliveries/999999:redeliver", Json::object()).Expect(404);
}

TEST(Webhooks, AReceiverThatHangsHoldsUpNobodyElse) {
    RawListener hanging;
    const Receiver receiver;
    OwnServer server(Quickly({"--webhook-timeout=1m"}));
    const Caller admin = server.As("ada.admin");
    std::vector<std::string> hung;
    for (int i = 0; i < 5; ++i) {
        hung.push_back(
            Subscribe(admin, "http://127.0.0.1:" + std::to_string(hanging.Port()) + "/hook", {"incident."}).Id());
    }
    const std::string id = Subscribe(admin, receiver.Url(), {"incident."}).Id();
    OpenIncidentAt(server);
    std::vector<RawSocket> held(hung.size());
    for (RawSocket& socket : held) {
        socket = hanging.Accept();
        EXPECT_NE(socket.Receive(4096).find("POST /hook"), std::string::npos);
    }
    for (int i = 0; i < 4; ++i) {
        OpenIncidentAt(server);
    }
    EXPECT_TRUE(Ended(server, id, "delivered", 5));
    EXPECT_EQ(receiver.All().size(), 5U);
    EXPECT_EQ(server.Stop(), 0);  // what hangs holds up no end either
}

TEST(Webhooks, ReceiversThatLieAreSeenThrough) {
    const std::string endless(256 * 1024, 'x');
    const Receiver elsewhere;
    const struct {
        const char* name;
        std::string answer;
        const char* state;
        const char* error;
    } cases[] = {
        {"closes at once", "", "dead", ""},
        {"closes within the headers", "HTTP/1.1 200 OK\r\nContent-Ty", "dead", "within the headers"},
        {"is no HTTP", "hello\r\n\r\n", "dead", ""},
        {"promises more than it sends", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "dead", ""},
        {"redirects", "HTTP/1.1 307 Moved\r\nLocation: " + elsewhere.Url() + "\r\nContent-Length: 0\r\n\r\n", "dead",
         "redirects are not followed"},
        {"talks without end", "HTTP/1.1 200 OK\r\n\r\n" + endless, "delivered", ""},
    };
    const OwnServer server(Quickly({"--webhook-attempts=1"}));
    for (const auto& one : cases) {
        SCOPED_TRACE(one.name);
        const Liar liar(one.answer);
        const Reply made = Subscribe(server.As("ada.admin"), liar.Url(), {"webhook.none"});
        server.As("ada.admin").Post("/v1/webhooks/" + made.Id() + ":test", Json::object()).Expect(200);
        ASSERT_TRUE(Ended(server, made.Id(), one.state));
        const Json log = Deliveries(server, made.Id()).front()["log"];
        EXPECT_EQ(log.size(), 1U);
        EXPECT_NE(log[0].value("error", "").find(one.error), std::string::npos) << log;
    }
    EXPECT_TRUE(elsewhere.All().empty());
}

TEST(Webhooks, ThisMachineIsNotSpokenToUnlessItIsAllowed) {
    const Receiver receiver;
    const std::string port = receiver.Url("").substr(std::string("http://127.0.0.1").size());
    const OwnServer server({"--webhook-attempts=1"});
    for (const char* host : {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433"}) {
        SCOPED_TRACE(host);
        const Reply made =
            Subscribe(server.As("ada.admin"), "http://" + std::string(host) + port + "/hook", {"webhook.none"});
        server.As("ada.admin").Post("/v1/webhooks/" + made.Id() + ":test", Json::object()).Expect(200);
        ASSERT_TRUE(Ended(server, made.Id(), "dead"));
        const Json log = Deliveries(server, made.Id()).front()["log"];
        EXPECT_NE(log[0]["error"].get<std::string>().find("may not be connected to"), std::string::npos) << log;
    }
    EXPECT_TRUE(receiver.All().empty());
}

TEST(Webhooks, TwoControllersDeliverEachEventOnce) {
    const Receiver receiver;
    const support::TestDatabase database;
    const OwnServer first(Quickly(), database.AppConninfo(), database.OwnerConninfo());
    const OwnServer second(Quickly({"--signing-key-file=" + first.DataDir() + "/signing.key",
                                    "--webhook-key-file=" + first.DataDir() + "/webhook.key"}),
                           database.AppConninfo(), database.OwnerConninfo());
    const std::string id = Subscribe(first.As("ada.admin"), receiver.Url(), {"incident.opened"}).Id();
    constexpr std::size_t kEvents = 30;
    for (std::size_t i = 0; i < kEvents; ++i) {
        OpenIncidentAt(first);
    }
    ASSERT_TRUE(Ended(first, id, "delivered", kEvents));
    std::set<std::string> ids;
    for (const Received& got : receiver.All()) {
        ids.insert(got.Id());
    }
    EXPECT_EQ(ids.size(), kEvents);
    EXPECT_EQ(receiver.All().size(), kEvents);
}

TEST(Webhooks, EntriesOfACommunicationPlanAreSentWhenTheyAreDue) {
    const Receiver receiver;
    const OwnServer server(Quickly());
    const Journey release([&](std::string_view who) { return server.As(who); });
    Subscribe(server.As("ada.admin"), receiver.Url(), {"communication."});
    release.Prepare("experimental");
    release.Promote("experimental").Expect(201);
    const std::string started = server.As("dora.lead")
                                    .Post(release.Path("/rollbacks"), {{"reason", "wrong order"}, {"watch", "30m"}})
                                    .Expect(201)
                                    .Id();
    const auto sent = [&] {
        std::size_t count = 0;
        std::size_t entries = 0;
        const Json steps =
            server.As("nora.none").Get(release.Path("/rollbacks/" + started)).Expect(200).Body()["steps"];
        for (const Json& step : steps) {
            entries += step["kind"] == "communication" ? 1 : 0;
            count += step.contains("sent_at") ? 1 : 0;
        }
        return std::pair(count, entries);
    };
    const std::size_t entries = sent().second;
    ASSERT_GE(entries, 1U);
    server.As("ada.admin").Post("/v1/clock/advance", {{"by", "2d"}}).Expect(200);
    ASSERT_TRUE(Eventually([&] { return sent().first == entries; }));
    ASSERT_TRUE(receiver.Got(entries));
    EXPECT_EQ(receiver.All().size(), entries);
    EXPECT_EQ(receiver.All().front().Event()["type"], "portcullis.communication.due");
    EXPECT_EQ(receiver.All().front().Event()["data"]["rollback"], started);
}

TEST(Webhooks, AreAnAdministratorsAndHeldToWhatTheyMayBe) {
    const Caller admin = As("ada.admin");
    const Json body = {{"name", "On call"}, {"url", "https://hooks.example.com/x"}, {"kinds", {"incident."}}};
    As("otto.operator").Post("/v1/webhooks", body).ExpectProblem(403, "auth.role_missing");
    As("otto.operator").Get("/v1/webhooks").Expect(403);
    const std::string key = Unique("key");
    const Reply made = admin.Key(key).Post("/v1/webhooks", body).Expect(201);
    EXPECT_FALSE(admin.Key(key).Post("/v1/webhooks", body).Expect(201).Body().contains("secret"));
    const std::string path = "/v1/webhooks/" + made.Id();
    admin.Patch(path, {{"active", false}}).ExpectProblem(428, "conflict.version_missing");
    const std::string etag = admin.Get(path).Expect(200).Etag();
    admin.IfMatch(etag).Patch(path, {{"active", false}}).Expect(200);
    admin.IfMatch(etag).Patch(path, {{"active", true}}).ExpectProblem(412, "conflict.version");
    admin.Post(path + ":test", Json::object()).Expect(409);
    for (const char* url : {"ftp://example.com/x", "https:///x", "https://name:word@example.com/",
                            "https://example.com/#a", "https://exa mple.com/", "file:///etc/passwd"}) {
        Json bad = body;
        bad["url"] = url;
        admin.Post("/v1/webhooks", bad).ExpectProblem(422, "input.invalid").ExpectErrors({"/url"});
    }
    Json bad = body;
    bad["kinds"] = {"incident", "Incident.opened"};
    admin.Post("/v1/webhooks", bad).ExpectProblem(422, "input.invalid").ExpectErrors({"/kinds"});
    EXPECT_EQ(Audit("action=webhook.make").size(), 1U);
}

}  // namespace
}  // namespace api_test
