// SPDX-License-Identifier: Apache-2.0
#include "motion/motion_curves.h"

namespace vasa::train {

const std::vector<CurveColumn<MotionValidation>>& motion_columns() {
    using Row = MotionValidation;
    static const std::vector<CurveColumn<Row>> kColumns = {
        {"train_loss", [](Row& r) -> double& { return r.train_loss; }},
        {"error_100", [](Row& r) -> double& { return r.error_100; }},
        {"error_500", [](Row& r) -> double& { return r.error_500; }},
        {"error_900", [](Row& r) -> double& { return r.error_900; }},
        {"mouth_100", [](Row& r) -> double& { return r.mouth_100; }},
        {"mouth_500", [](Row& r) -> double& { return r.mouth_500; }},
        {"mouth_900", [](Row& r) -> double& { return r.mouth_900; }},
        {"lip_error_cm", [](Row& r) -> double& { return r.lip_error_cm; }},
    };
    return kColumns;
}

}  // namespace vasa::train
