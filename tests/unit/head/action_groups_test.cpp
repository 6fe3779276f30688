// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/action_groups.h"

#include <functional>
#include <set>
#include <string>

#include "support/catch.h"

using namespace vasa::head;

namespace {

bool begins_with(const std::string& text, const std::set<std::string>& beginnings) {
    for (const std::string& beginning : beginnings) {
        if (text.rfind(beginning, 0) == 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("actions belong to the groups that their names say") {
    for (int k = 0; k < kNumActions; ++k) {
        const auto action = static_cast<Action>(k);
        const std::string name(action_name(action));
        INFO(name);
        CHECK(is_blink_action(action) == begins_with(name, {"eyeBlink"}));
        CHECK(is_gaze_action(action) == begins_with(name, {"eyeLook"}));
        CHECK(is_mouth_action(action) == begins_with(name, {"jaw", "mouth"}));
        CHECK(is_speech_action(action) == begins_with(name, {"jaw", "mouth", "tongue"}));
        CHECK(is_brow_action(action) == begins_with(name, {"brow"}));
        CHECK(is_lip_parting_action(action) ==
              begins_with(name, {"mouthLowerDown", "mouthUpperUp"}));
    }
}

TEST_CASE("a group holds an action of both sides or of none") {
    for (int k = 0; k < kNumActions; ++k) {
        const auto action = static_cast<Action>(k);
        for (const std::function<bool(Action)>& is_member :
             {std::function(is_blink_action),
              std::function(is_gaze_action),
              std::function(is_mouth_action),
              std::function(is_speech_action),
              std::function(is_brow_action),
              std::function(is_lip_parting_action)}) {
            CHECK(is_member(action) == is_member(mirrored(action)));
        }
    }
}
