#include "pulse/wire/details_json.hpp"

#include "platform/json/json.hpp"

namespace pulse::wire {

std::string EncodeDetails(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    platform::Json details = platform::Json::object();
    for (const auto& [name, value] : fields) {
        if (!value.empty()) {
            details[std::string(name)] = value;
        }
    }
    return details.dump(-1, ' ', false, platform::Json::error_handler_t::replace);
}

}  // namespace pulse::wire
