// Reads XML with a strict parser, so that a report is well-formed because a reader says so. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

struct XmlElement {
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string text;  // directly inside, children left out
    int depth = 0;
};

struct XmlDocument {
    std::string error;                 // empty when it is well-formed
    std::vector<XmlElement> elements;  // in order of their start tags

    std::vector<XmlElement> Named(std::string_view name) const;
};

XmlDocument ReadXml(const std::string& text);

}  // namespace wire
