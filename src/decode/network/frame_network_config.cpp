// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_network_config.h"

#include "vasa/core/error.h"

#include <set>

#include <nlohmann/json.hpp>

namespace vasa::decode {
namespace {

using core::Error;
using core::ErrorKind;

constexpr int kMaxChannels = 1024;
constexpr std::size_t kMinLevels = 2, kMaxLevels = 4;

[[noreturn]] void bad_config(const std::string& file, const std::string& text) {
    throw Error(ErrorKind::Model, "frame decoder network '" + file + "': " + text);
}

}  // namespace

FrameNetworkConfig FrameNetworkConfig::named(const std::string& name) {
    FrameNetworkConfig config;
    config.name = name;
    if (name == "full") {
        config.channels = {64, 128, 192, 256};
    } else if (name != "fast") {
        throw Error(ErrorKind::Usage,
                    "frame decoder configuration '" + name + "', expected fast or full");
    }
    return config;
}

std::string FrameNetworkConfig::to_json() const {
    return nlohmann::json{{"name", name}, {"channels", channels}}.dump();
}

FrameNetworkConfig FrameNetworkConfig::from_json(const std::string& text, const std::string& file) {
    FrameNetworkConfig config;
    try {
        const auto json = nlohmann::json::parse(text);
        const std::set<std::string> known = {"name", "channels"};
        for (const auto& [key, value] : json.items()) {
            if (known.count(key) == 0) {
                bad_config(file, "unknown key '" + key + "' in its configuration");
            }
        }
        config.name = json.at("name").get<std::string>();
        config.channels = json.at("channels").get<std::vector<int>>();
    } catch (const nlohmann::json::exception& error) {
        bad_config(file, std::string("bad configuration: ") + error.what());
    }
    config.check(file);
    return config;
}

void FrameNetworkConfig::check(const std::string& file) const {
    if (channels.size() < kMinLevels || channels.size() > kMaxLevels) {
        bad_config(file, std::to_string(channels.size()) + " levels, expected 2 to 4");
    }
    for (const int count : channels) {
        if (count < 1 || count > kMaxChannels) {
            bad_config(file, std::to_string(count) + " channels, expected 1 to 1024");
        }
    }
}

}  // namespace vasa::decode
