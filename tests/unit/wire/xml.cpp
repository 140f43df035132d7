#include "tests/unit/wire/xml.hpp"

#include <expat.h>

#include <memory>

namespace wire {
namespace {

struct XmlReading {
    XmlDocument document;
    std::vector<std::size_t> open;
};

void XMLCALL OnXmlStart(void* data, const XML_Char* name, const XML_Char** attributes) {
    auto& reading = *static_cast<XmlReading*>(data);
    XmlElement element;
    element.name = name;
    element.depth = static_cast<int>(reading.open.size());
    for (; *attributes != nullptr; attributes += 2) {
        element.attributes[attributes[0]] = attributes[1];
    }
    reading.open.push_back(reading.document.elements.size());
    reading.document.elements.push_back(std::move(element));
}

void XMLCALL OnXmlEnd(void* data, const XML_Char*) {
    static_cast<XmlReading*>(data)->open.pop_back();
}

void XMLCALL OnXmlText(void* data, const XML_Char* text, int length) {
    auto& reading = *static_cast<XmlReading*>(data);
    reading.document.elements[reading.open.back()].text.append(text, static_cast<std::size_t>(length));
}

}  // namespace

std::vector<XmlElement> XmlDocument::Named(std::string_view name) const {
    std::vector<XmlElement> found;
    for (const XmlElement& element : elements) {
        if (element.name == name) {
            found.push_back(element);
        }
    }
    return found;
}

XmlDocument ReadXml(const std::string& text) {
    XmlReading reading;
    const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), OnXmlStart, OnXmlEnd);
    XML_SetCharacterDataHandler(parser.get(), OnXmlText);
    if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
        reading.document.error = std::string(XML_ErrorString(XML_GetErrorCode(parser.get()))) + " in line " +
                                 std::to_string(XML_GetCurrentLineNumber(parser.get()));
    }
    return std::move(reading.document);
}

}  // namespace wire
