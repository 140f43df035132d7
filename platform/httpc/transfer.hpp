// One call over libcurl: what it is made with and what becomes of it. Internal to platform/httpc.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "platform/httpc/client.hpp"

namespace platform {

/// libcurl wants to be initialised once, before any thread uses it.
void InitialiseCurlOnce();
/// libcurl takes 0 as "for ever", and every call here is bounded.
long CurlMilliseconds(std::chrono::milliseconds time);

struct CurlSlistDelete {
    void operator()(curl_slist* list) const {
        curl_slist_free_all(list);
    }
};
using CurlSlist = std::unique_ptr<curl_slist, CurlSlistDelete>;

// What libcurl fills while a call runs.
struct Transfer {
    ClientResponse response;
    std::size_t max_body_bytes = 0;
    std::size_t header_bytes = 0;
    bool head_complete = false;  // the blank line behind the last headers came
    bool body_too_large = false;
    bool headers_too_large = false;
    bool out_of_memory = false;
    const std::function<bool(const std::string&)>* allow_address = nullptr;
    std::string refused_address;
};

struct HttpClient::Impl {
    struct EasyDelete {
        void operator()(CURL* easy) const {
            curl_easy_cleanup(easy);
        }
    };

    Impl();

    /// Why it cannot be sent at all, or its headers.
    Expected<CurlSlist, ClientError> Admit(const ClientRequest& request) const;
    Expected<CurlSlist, ClientError> HeaderList(const ClientRequest& request) const;
    /// What became of a transfer that ended; the handle keeps nothing of it.
    Expected<ClientResponse, ClientError> Conclude(const ClientRequest& request, CURLcode code, Transfer& transfer);
    void Prepare(const ClientRequest& request, curl_slist* headers, Transfer& transfer);
    static ClientError Explain(const ClientRequest& request, CURLcode code, const Transfer& transfer,
                               const char* detail);

    std::unique_ptr<CURL, EasyDelete> easy;
    std::array<char, CURL_ERROR_SIZE> error_text{};
};

}  // namespace platform
