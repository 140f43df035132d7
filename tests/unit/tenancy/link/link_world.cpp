#include "tests/unit/tenancy/link/link_world.hpp"

#include <filesystem>
#include <stdexcept>

namespace tenancy_test {

LinkWorld::LinkWorld() : dir("link") {
    Restart();
    if (!link->PinKey(key.PublicPem())) {
        throw std::runtime_error("the key of the test's controller cannot be pinned");
    }
}

void LinkWorld::Restart(bool environment, tenancy::link::BeforeFirstOrder before_first_order) {
    link.reset();
    tenant_switch = std::make_unique<tenancy::TenantSwitch>();
    link = std::make_unique<tenancy::link::ControlLink>(
        tenancy::link::LinkOptions{.folder = Folder(),
                                   .instance = "pulse-1",
                                   .environment = environment,
                                   .before_first_order = before_first_order},
        *tenant_switch);
}

std::string LinkWorld::Text(std::int64_t generation, bool enabled, std::string_view instance) {
    tenancy::wire::ControlDocument document;
    document.instance = instance;
    document.generation = generation;
    document.issued_at = *platform::ParseTime("2025-01-29T09:00:00Z");
    document.enabled = enabled;
    document.reason = "test";
    document.operation = "op_1";
    return EncodeControlDocument(document);
}

Signed LinkWorld::Order(std::int64_t generation, bool enabled) const {
    const std::string text = Text(generation, enabled);
    return {text, key.Sign(text)};
}

tenancy::link::AcceptResult LinkWorld::Accept(const Signed& order) {
    return link->Accept(order.text, order.signature);
}

std::string LinkWorld::Give(std::int64_t generation, bool enabled) {
    return std::string(platform::EnumText(Accept(Order(generation, enabled)).outcome));
}

std::string LinkWorld::Read(std::string_view name) const {
    return support::ReadFile(dir / name);
}

void LinkWorld::Write(std::string_view name, std::string_view content) const {
    support::WriteFile(dir / name, content);
}

void LinkWorld::Occupy(std::string_view name) const {
    if (std::filesystem::exists(dir / name)) {
        std::filesystem::rename(dir / name, dir / (std::string(name) + ".aside"));
    }
    std::filesystem::create_directories((dir / name) / "inside");
}

void LinkWorld::Free(std::string_view name) const {
    std::filesystem::remove_all(dir / name);
    if (std::filesystem::exists(dir / (std::string(name) + ".aside"))) {
        std::filesystem::rename(dir / (std::string(name) + ".aside"), dir / name);
    }
}

}  // namespace tenancy_test
