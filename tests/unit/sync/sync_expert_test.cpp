// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/sync_expert.h"

#include "support/spoiled_model.h"
#include "support/test_folder.h"

#include "vasa/models/model_files.h"

#include "support/catch.h"

using namespace vasa;

TEST_CASE("an expert trained on other inputs is refused by the first that differs") {
    const std::string shipped = std::string(VASA_SOURCE_DIR) + "/models/" + models::kSyncExpertFile;
    CHECK(sync::SyncExpert::load(shipped).speech_features() == "whisper base, block 4");
    const TestFolder folder;
    const std::string path = folder / "expert.safetensors";
    const auto error_of = [&](const std::string& key, const char* from, const char* to) {
        return support::error_of_spoiled(
            shipped, path, key, from, to, [&] { sync::SyncExpert::load(path); });
    };
    CHECK_THAT(error_of("inputs", "\"yaw_rad\",\"pitch_rad\"", "\"pitch_rad\",\"yaw_rad\""),
               Catch::Contains("value 0 of 'motion' is 'pitch_rad', expected 'yaw_rad'"));
    CHECK_THAT(error_of("inputs", "\"gaze_yaw_rad\"", "\"gaze_yaw_rad beyond control\""),
               Catch::Contains("value 6 of 'motion' is 'gaze_yaw_rad beyond control'"));
    CHECK_THAT(error_of("inputs", "\"speech\"", "\"sound\""), Catch::Contains("'speech'"));
    CHECK_THAT(error_of("kind", "sync_expert", "motion_network"),
               Catch::Contains("expected a lip-sync expert of version 2, found a motion network"));
}
