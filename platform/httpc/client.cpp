#include "platform/httpc/client.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/httpc/transfer.hpp"

namespace platform {

namespace {

constexpr std::size_t kMaxHeaderBytes = 256 * 1024;

bool HasLineBreakOrNul(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

bool IsHeaderName(std::string_view name) {
    static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kOthers.find(c) != kOthers.npos;
    });
}

// A C callback must not throw; returning less than it was given makes libcurl end the transfer.
std::size_t TakeBody(char* data, std::size_t size, std::size_t count, void* user) noexcept {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::size_t length = size * count;
    std::string& body = transfer.response.body;
    if (length > transfer.max_body_bytes - body.size()) {
        transfer.body_too_large = true;
        return 0;
    }
    try {
        body.append(data, length);
    } catch (const std::bad_alloc&) {
        transfer.out_of_memory = true;
        return 0;
    }
    return length;
}

std::size_t TakeHeader(char* data, std::size_t size, std::size_t count, void* user) noexcept {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::size_t length = size * count;
    const std::string_view line = Trim(std::string_view(data, length));
    transfer.header_bytes += length;
    if (transfer.header_bytes > kMaxHeaderBytes) {
        transfer.headers_too_large = true;
        return 0;
    }
    try {
        const std::size_t colon = line.find(':');
        if (line.starts_with("HTTP/")) {
            transfer.response.headers.clear();  // what came before belonged to an interim answer (100 Continue)
            transfer.head_complete = false;
        } else if (line.empty()) {
            transfer.head_complete = true;
        } else if (colon != line.npos) {
            transfer.response.headers.emplace_back(ToLowerAscii(line.substr(0, colon)),
                                                   std::string(Trim(line.substr(colon + 1))));
        }
    } catch (const std::bad_alloc&) {
        transfer.out_of_memory = true;
        return 0;
    }
    return length;
}

std::string AddressText(const curl_sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address.family == AF_INET) {
        bytes = &reinterpret_cast<const sockaddr_in*>(&address.addr)->sin_addr;
    } else if (address.family == AF_INET6) {
        bytes = &reinterpret_cast<const sockaddr_in6*>(&address.addr)->sin6_addr;
    }
    return bytes != nullptr && inet_ntop(address.family, bytes, text.data(), text.size()) != nullptr ? text.data() : "";
}

// The socket that a connection begins with, when the address may be spoken to.
curl_socket_t OpenSocket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
    auto& transfer = *static_cast<Transfer*>(user);
    try {
        const std::string text = AddressText(*address);
        if (!(*transfer.allow_address)(text)) {
            transfer.refused_address = text;
            return CURL_SOCKET_BAD;
        }
    } catch (const std::exception&) {
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int AskWhetherCancelled(void* user, curl_off_t /*dl_total*/, curl_off_t /*dl_now*/, curl_off_t /*ul_total*/,
                        curl_off_t /*ul_now*/) noexcept {
    return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

}  // namespace

// libcurl wants to be initialised once, before any thread uses it; a function's static is that.
void InitialiseCurlOnce() {
    static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (result != CURLE_OK) {
        throw std::bad_alloc();
    }
}

long CurlMilliseconds(std::chrono::milliseconds time) {
    // libcurl takes 0 as "for ever", and every call here is bounded.
    return static_cast<long>(
        std::clamp<std::chrono::milliseconds::rep>(time.count(), 1, std::numeric_limits<int>::max()));
}

HttpClient::Impl::Impl() {
    InitialiseCurlOnce();
    easy.reset(curl_easy_init());
    if (!easy) {
        throw std::bad_alloc();
    }
}

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Expected<CurlSlist, ClientError> HttpClient::Impl::HeaderList(const ClientRequest& request) const {
    CurlSlist list;
    const auto append = [&list](const std::string& line) {
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(list.release());  // `longer` is the same list
        list.reset(longer);
    };
    // libcurl would wait a second for a `100 Continue` that most servers do not send.
    append("Expect:");
    for (const auto& [name, value] : request.headers) {
        if (!IsHeaderName(name) || HasLineBreakOrNul(value)) {
            return Unexpected<ClientError>(ClientError{"the header " + QuoteForMessage(name) +
                                                           " cannot be sent: a name has letters, digits and "
                                                           "dashes only, and a value is one line",
                                                       false});
        }
        append(value.empty() ? name + ";" : name + ": " + value);  // "Name:" would mean: do not send it
    }
    return list;
}

void HttpClient::Impl::Prepare(const ClientRequest& request, curl_slist* headers, Transfer& transfer) {
    CURL* const curl = easy.get();
    curl_easy_reset(curl);  // options only; the connections stay
    error_text.front() = '\0';
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text.data());
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // signals and threads do not mix
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CurlMilliseconds(request.connect_timeout));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, CurlMilliseconds(request.timeout));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "portcullis/" PORTCULLIS_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &TakeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &TakeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    if (request.allow_address) {
        transfer.allow_address = &request.allow_address;
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    }
    if (request.cancelled) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &AskWhetherCancelled);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::function<bool()>*>(&request.cancelled));
    }
    if (request.method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
        return;
    }
    const bool takes_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (takes_body || !request.body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

ClientError HttpClient::Impl::Explain(const ClientRequest& request, CURLcode code, const Transfer& transfer,
                                      const char* detail) {
    const std::string where = request.method + " " + QuoteForMessage(request.url) + ": ";
    if (transfer.body_too_large) {
        return {where + "the answer is larger than " + std::to_string(request.max_response_bytes) + " bytes", false,
                true};
    }
    if (transfer.headers_too_large) {
        return {where + "the answer's headers are larger than " + std::to_string(kMaxHeaderBytes) + " bytes", false};
    }
    if (transfer.out_of_memory) {
        return {where + "there was not enough memory for the answer", false};
    }
    if (!transfer.refused_address.empty() && code == CURLE_COULDNT_CONNECT) {
        return {where + "the address " + transfer.refused_address + " may not be connected to", false};
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) {
        return {where + "the call was cancelled", false};
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return {where + "no complete answer within " + std::to_string(request.timeout.count()) +
                    " ms (to connect: " + std::to_string(request.connect_timeout.count()) + " ms)",
                true};
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL) {
        return {where + "only http and https addresses are spoken to", false};
    }
    return {where + (*detail != '\0' ? detail : curl_easy_strerror(code)), false};
}

Expected<CurlSlist, ClientError> HttpClient::Impl::Admit(const ClientRequest& request) const {
    if (!IsHeaderName(request.method)) {
        return Unexpected<ClientError>(ClientError{QuoteForMessage(request.method) + " is not an HTTP method", false});
    }
    if (HasLineBreakOrNul(request.url)) {
        return Unexpected<ClientError>(
            ClientError{"the address " + QuoteForMessage(request.url) + " has a line break or a NUL in it", false});
    }
    return HeaderList(request);
}

Expected<ClientResponse, ClientError> HttpClient::Impl::Conclude(const ClientRequest& request, CURLcode code,
                                                                 Transfer& transfer) {
    // The handle must not keep pointing at what ends with this call.
    const std::string detail = error_text.data();
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_reset(easy.get());
    if (code != CURLE_OK) {
        ClientError error = Explain(request, code, transfer, detail.c_str());
        error.status = transfer.head_complete ? static_cast<int>(status) : 0;
        return Unexpected<ClientError>(std::move(error));
    }
    if (!transfer.head_complete) {  // libcurl takes what it has for an answer
        return Unexpected<ClientError>(ClientError{
            request.method + " " + QuoteForMessage(request.url) + ": the connection ended within the headers", false});
    }
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
}

Expected<ClientResponse, ClientError> HttpClient::Send(const ClientRequest& request) {
    auto headers = impl_->Admit(request);
    if (!headers) {
        return Unexpected<ClientError>(headers.error());
    }
    Transfer transfer;
    transfer.max_body_bytes = request.max_response_bytes;
    impl_->Prepare(request, headers->get(), transfer);
    const CURLcode code = curl_easy_perform(impl_->easy.get());
    return impl_->Conclude(request, code, transfer);
}

std::string ClientResponse::Header(const std::string& lower_case_name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& header) { return header.first == lower_case_name; });
    return found == headers.end() ? std::string() : found->second;
}

std::string PercentEncode(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool unreserved = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                                (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                                byte == '~';
        if (unreserved) {
            encoded += character;
        } else {
            encoded += '%';
            encoded += kHex[byte >> 4U];
            encoded += kHex[byte & 0x0FU];
        }
    }
    return encoded;
}

}  // namespace platform
