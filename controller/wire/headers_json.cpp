#include "controller/wire/headers_json.hpp"

#include "platform/json/json.hpp"

namespace wire {

std::string EncodeHeaders(const HeaderPairs& headers) {
    platform::Json json = platform::Json::object();
    for (const auto& [name, value] : headers) {
        json[name] = value;
    }
    return json.dump();
}

HeaderPairs DecodeHeaders(std::string_view json) {
    HeaderPairs headers;
    const auto parsed = platform::ParseJson(json);
    if (parsed && parsed->is_object()) {
        for (const auto& [name, value] : parsed->items()) {
            if (value.is_string()) {
                headers.emplace_back(name, value.get<std::string>());
            }
        }
    }
    return headers;
}

}  // namespace wire
