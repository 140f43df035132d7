#include "platform/httpc/fetcher.hpp"

#include <map>
#include <new>
#include <utility>

#include "platform/httpc/transfer.hpp"

namespace platform {

struct HttpFetcher::Impl {
    struct Fetch {
        HttpClient::Impl client;
        ClientRequest request;
        Transfer transfer;
        CurlSlist headers;
        Done done;
    };

    explicit Impl(std::size_t connections) {
        InitialiseCurlOnce();
        multi = curl_multi_init();
        if (multi == nullptr) {
            throw std::bad_alloc();
        }
        curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(connections));
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
    }
    ~Impl() {
        for (const auto& [easy, fetch] : running) {
            curl_multi_remove_handle(multi, easy);
        }
        running.clear();
        curl_multi_cleanup(multi);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void End(CURL* easy, CURLcode code) {
        const auto found = running.find(easy);
        if (found == running.end()) {
            return;
        }
        const std::unique_ptr<Fetch> fetch = std::move(found->second);
        running.erase(found);
        curl_multi_remove_handle(multi, easy);
        fetch->done(fetch->client.Conclude(fetch->request, code, fetch->transfer));
    }

    CURLM* multi = nullptr;
    std::map<CURL*, std::unique_ptr<Fetch>> running;
};

HttpFetcher::HttpFetcher(std::size_t connections) : impl_(std::make_unique<Impl>(connections)) {}
HttpFetcher::~HttpFetcher() = default;

void HttpFetcher::Start(ClientRequest request, Done done) {
    auto fetch = std::make_unique<Impl::Fetch>();
    auto headers = fetch->client.Admit(request);
    if (!headers) {
        return done(Unexpected<ClientError>(headers.error()));
    }
    fetch->request = std::move(request);
    fetch->headers = std::move(*headers);
    fetch->transfer.max_body_bytes = fetch->request.max_response_bytes;
    fetch->done = std::move(done);
    fetch->client.Prepare(fetch->request, fetch->headers.get(), fetch->transfer);
    CURL* const easy = fetch->client.easy.get();
    if (curl_multi_add_handle(impl_->multi, easy) != CURLM_OK) {
        throw std::bad_alloc();
    }
    impl_->running.emplace(easy, std::move(fetch));
}

void HttpFetcher::Run(std::chrono::milliseconds patience) {
    int active = 0;
    curl_multi_perform(impl_->multi, &active);
    const auto take_ended = [this] {
        bool any = false;
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(impl_->multi, &left)) {
            if (message->msg == CURLMSG_DONE) {
                any = true;
                impl_->End(message->easy_handle, message->data.result);
            }
        }
        return any;
    };
    if (take_ended()) {
        return;
    }
    curl_multi_poll(impl_->multi, nullptr, 0, static_cast<int>(CurlMilliseconds(patience)), nullptr);
    curl_multi_perform(impl_->multi, &active);
    take_ended();
}

void HttpFetcher::Wake() {
    curl_multi_wakeup(impl_->multi);
}

std::size_t HttpFetcher::Running() const {
    return impl_->running.size();
}

}  // namespace platform
