// SPDX-License-Identifier: Apache-2.0
#include "head/source_head.h"

#include "head/source_tongue.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using head::Action;
using head::Points;

std::vector<std::array<int, 3>> triples(const std::vector<int>& values) {
    std::vector<std::array<int, 3>> out;
    for (std::size_t i = 0; i + 2 < values.size(); i += 3) {
        out.push_back({values[i], values[i + 1], values[i + 2]});
    }
    return out;
}

std::vector<Points> basis(const core::SafetensorsFile& file, const std::string& name, int rows) {
    const std::vector<float> values = file.floats(name, {-1, rows, 3});
    std::vector<Points> out;
    for (std::size_t i = 0; i < values.size(); i += static_cast<std::size_t>(rows) * 3) {
        out.emplace_back(Eigen::Map<const Points>(values.data() + i, rows, 3));
    }
    return out;
}

/// ICT's name of an ARKit action: eyeBlinkLeft -> eyeBlink_L.
std::string source_name(const std::string& arkit) {
    for (const auto& [suffix, letter] :
         {std::pair<std::string, std::string>{"Left", "_L"}, {"Right", "_R"}}) {
        const bool is_sideways = arkit == "jaw" + suffix || arkit == "mouth" + suffix;
        if (!is_sideways && arkit.size() > suffix.size() &&
            arkit.compare(arkit.size() - suffix.size(), suffix.size(), suffix) == 0) {
            return arkit.substr(0, arkit.size() - suffix.size()) + letter;
        }
    }
    return arkit;
}

/// Checks what later steps rely on: sizes that agree, indices in range, finite numbers, and the
/// parts that are rebuilt.
class Checks {
  public:
    Checks(const SourceHead& head, std::string path) : head_(head), path_(std::move(path)) {}

    void all() const {
        if (head_.triangles.size() != head_.texture_triangles.size()) {
            refuse(std::to_string(head_.texture_triangles.size()) +
                   " texture triangles, expected " + std::to_string(head_.triangles.size()));
        }
        indices("triangles", head_.triangles, head_.neutral.rows());
        // There is at most one texture point per triangle corner.
        indices("triangle_texcoords",
                head_.texture_triangles,
                3 * static_cast<std::int64_t>(head_.triangles.size()));
        finite("neutral", {head_.neutral});
        finite("identity", head_.identity);
        for (const auto& [material, name] : {std::pair<Material, const char*>{kFace, "face"},
                                             {kTeeth, "teeth"},
                                             {kScleraLeft, "white of the left eye"},
                                             {kScleraRight, "white of the right eye"}}) {
            if (std::count(head_.materials.begin(), head_.materials.end(), material) == 0) {
                refuse(std::string("no triangles of the ") + name);
            }
        }
    }
    void finite(const std::string& name, const std::vector<Points>& shapes) const {
        for (const Points& shape : shapes) {
            if (!shape.allFinite()) {
                refuse("'" + name + "' has values that are not finite");
            }
        }
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::Input, "source head '" + path_ + "': " + what);
    }

  private:
    void indices(const std::string& name,
                 const std::vector<std::array<int, 3>>& triangles,
                 std::int64_t end) const {
        for (const auto& triangle : triangles) {
            for (const int index : triangle) {
                if (index < 0 || index >= end) {
                    refuse("'" + name + "' has index " + std::to_string(index) +
                           ", expected 0 to " + std::to_string(end - 1));
                }
            }
        }
    }

    const SourceHead& head_;
    std::string path_;
};

}  // namespace

SourceHead SourceHead::load(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Input);
    SourceHead h;
    const std::vector<float> neutral = file.floats("neutral", {-1, 3});
    const int rows = static_cast<int>(neutral.size() / 3);
    if (rows <= std::max(kSocketsEnd, kTongueTip)) {
        throw Error(ErrorKind::Input,
                    "source head '" + path + "' has " + std::to_string(rows) +
                        " vertices, expected the light ICT-FaceKit model's 26719");
    }
    h.neutral = Eigen::Map<const Points>(neutral.data(), rows, 3);
    h.identity = basis(file, "identity", rows);
    h.triangles = triples(file.ints("triangles", {-1, 3}));
    h.texture_triangles = triples(file.ints("triangle_texcoords", {-1, 3}));
    h.materials = file.bytes("triangle_material", {static_cast<std::int64_t>(h.triangles.size())});
    const Checks checks(h, path);
    checks.all();
    const std::vector<Points> expressions = basis(file, "expression", rows);
    checks.finite("expression", expressions);
    std::vector<std::string> names;
    std::stringstream list(file.metadata("expression_names"));
    for (std::string name; std::getline(list, name, ',');) {
        names.push_back(name);
    }
    const auto find = [&](const std::string& name) -> const Points& {
        const auto it = std::find(names.begin(), names.end(), name);
        if (it == names.end() || it - names.begin() >= static_cast<long>(expressions.size())) {
            throw Error(ErrorKind::Input, "source head '" + path + "' lacks shape '" + name + "'");
        }
        return expressions[it - names.begin()];
    };
    const std::vector<float> along = along_tongue(h, find_tongue(h));
    if (along.empty()) {
        checks.refuse("the tongue has no length");
    }
    for (int a = 0; a < head::kNumActions; ++a) {
        const std::string name(head::action_name(static_cast<Action>(a)));
        if (name == "tongueOut") {
            h.actions.push_back(tongue_out(h, along));
        } else if (name == "browInnerUp" || name == "cheekPuff") {
            h.actions.emplace_back(find(name + "_L") + find(name + "_R"));
        } else {
            h.actions.push_back(find(source_name(name)));
        }
    }
    h.tongue = tongue_places(h, along);
    shape_tongue(h, along);
    return h;
}

Points SourceHead::shape(const std::vector<float>& identity_code,
                         const head::Actions& action_values) const {
    Points out = neutral;
    for (std::size_t i = 0; i < identity_code.size() && i < identity.size(); ++i) {
        out += identity_code[i] * identity[i];
    }
    for (int a = 0; a < head::kNumActions; ++a) {
        if (action_values.values[a] != 0) {
            out += action_values.values[a] * actions[a];
        }
    }
    return out;
}

std::vector<float> random_identity(core::Rng& rng, int count) {
    std::vector<float> code(count);
    for (float& c : code) {
        c = static_cast<float>(rng.normal());
    }
    return code;
}

head::Actions random_actions(core::Rng& rng) {
    head::Actions actions;
    for (int k = 0; k < 6; ++k) {
        actions.values[rng.below(head::kNumActions - 1)] = static_cast<float>(rng.uniform());
    }
    const float blink = rng.uniform() < 0.3 ? 1.0F : 0.0F;
    actions[Action::EyeBlinkLeft] = std::max(actions[Action::EyeBlinkLeft], blink);
    actions[Action::EyeBlinkRight] = std::max(actions[Action::EyeBlinkRight], blink);
    return actions;
}

}  // namespace vasa::train
