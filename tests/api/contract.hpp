// Holds replies against the server's OpenAPI document. Thread safe after construction.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/json/json.hpp"

namespace api_test {

class Contract {
public:
    /// Answers are checked strictly: an object with named properties must have no others.
    explicit Contract(platform::Json document);
    ~Contract();

    /// What the reply does that the document does not say; empty when it keeps its word.
    std::vector<std::string> Complaints(const std::string& method, const std::string& path, int status,
                                        const std::string& content_type, const std::string& body) const;
    /// The template that a path fits; empty when there is none.
    std::string TemplateOf(const std::string& path) const;
    /// Whether a document is valid against a component schema.
    std::vector<std::string> SchemaComplaints(const std::string& component, const platform::Json& document) const;

    const platform::Json& Document() const {
        return document_;
    }

private:
    struct Schemas;
    platform::Json document_;
    std::unique_ptr<Schemas> schemas_;
};

}  // namespace api_test
