#include "controller/wire/service_json.hpp"

#include "platform/json/json.hpp"

namespace wire {

std::string EncodeStatus(const std::string& status) {
    return platform::Json{{"status", status}}.dump();
}

std::string EncodeVersion(const VersionInfo& info) {
    return platform::Json{{"name", "portcullis"},
                          {"version", info.version},
                          {"schema_version", info.schema_version},
                          {"catalogue_version", info.catalogue_version}}
        .dump();
}

Schemas ServiceSchemas() {
    return {
        {"Status", R"({"type":"object","required":["status"],"properties":{"status":{"type":"string"}}})",
         R"({"status":"alive"})"},
        {"Version",
         R"({"type":"object","required":["name","version","schema_version","catalogue_version"],
             "properties":{
               "name":{"type":"string"},
               "version":{"type":"string"},
               "schema_version":{"type":"integer","description":"of the database that this program needs"},
               "catalogue_version":{"type":"integer","description":"of the rules"}}})",
         R"({"name":"portcullis","version":"0.1.0","schema_version":7,"catalogue_version":1})"},
        {"OpenApi", R"({"type":"object","additionalProperties":true})", ""},
    };
}

}  // namespace wire
