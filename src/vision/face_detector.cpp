// SPDX-License-Identifier: Apache-2.0
#include "vasa/vision/face_detector.h"

#include "blaze_face.h"
#include "network.h"
#include "network_input.h"

#include "vasa/core/error.h"
#include "vasa/media/opencv_error.h"
#include "vasa/models/model_files.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vasa::vision {
namespace {

/// A hit smaller than this fraction of the image's longer side may be false: look closer.
constexpr float kTinyFace = 0.1F;
/// A hit below this fraction is measured again in a crop: the whole image is too coarse.
constexpr float kSmallFace = 0.15F;
/// Faces lying on their side or upside down never reached this uprightness (see settle()).
constexpr float kSurelyUpright = 0.9F;
/// Side of the crop for the close look at a hit, in face sizes.
constexpr double kCloseUp = 2.0;
/// Minimum uprightness in the close look. Of 427 portraits, 99 % reach 0.80, all reach 0.72. Hits
/// of small-face searches in 37 photographs without people stay below 0.77.
constexpr float kMinCloseUp = 0.7F;
constexpr float kMinCloseUpSmall = 0.78F;
/// A close look that fits better by this much replaces the first one.
constexpr float kClearlyBetter = 0.1F;
constexpr float kSameFaceIou = 0.3F;
/// Crops of 1/2 and 1/4 of the longer side, each overlapping the next by half.
constexpr int kNumPyramidLevels = 2;
constexpr int kMinCropPx = 48;
/// Turned images are searched at this size: networks and settle() resolve far less detail.
constexpr int kTurnedSize_px = 1024;
constexpr double kEighthTurn_rad = 0.78539816339744831;

struct Blaze {
    Network network;
    int input_size;
    std::vector<core::Vec2f> anchors;

    /// Faces in a square sample of the image, merged, in image coordinates.
    std::vector<FaceDetection> find(const Sampled& sampled, float min_score) {
        const auto outputs =
            network.run(rgb_blob(sampled.rgb, 1 / 127.5F, -1.0F),
                        {{"regressors", anchors.size() * 16}, {"classificators", anchors.size()}});
        std::vector<FaceDetection> faces =
            blend_faces(decode_faces(anchors, input_size, outputs[0], outputs[1], min_score));
        const double n = input_size;
        for (FaceDetection& face : faces) {
            face = map_face(sampled.image_from_sampled * core::Affine2{n, 0, 0, 0, n, 0}, face);
        }
        return faces;
    }
};

cv::Mat turned(const cv::Mat& rgb, int quarter_turns) {
    if (quarter_turns == 0) {
        return rgb;
    }
    const int codes[] = {cv::ROTATE_90_COUNTERCLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_CLOCKWISE};
    cv::Mat out;
    cv::rotate(rgb, out, codes[quarter_turns - 1]);
    return out;
}

int longer_side(const cv::Mat& rgb) {
    return std::max(rgb.cols, rgb.rows);
}

cv::Mat shrunk_to(const cv::Mat& rgb, int longest) {
    if (longer_side(rgb) <= longest) {
        return rgb;
    }
    const double scale = static_cast<double>(longest) / longer_side(rgb);
    cv::Mat out;
    cv::resize(rgb,
               out,
               {std::max(1, cvRound(rgb.cols * scale)), std::max(1, cvRound(rgb.rows * scale))},
               0,
               0,
               cv::INTER_AREA);
    return out;
}

/// Maps from a scaled image to the original one.
core::Affine2 unshrunk(const cv::Mat& original, const cv::Mat& scaled) {
    return {static_cast<double>(original.cols) / scaled.cols,
            0,
            0,
            0,
            static_cast<double>(original.rows) / scaled.rows,
            0};
}

/// The image turned counter-clockwise by an eighth of a turn, in a square that holds all of it.
Sampled tilted(const cv::Mat& rgb) {
    const double angle_rad = kEighthTurn_rad;
    const Square square{rgb.cols / 2.0, rgb.rows / 2.0, std::hypot(rgb.cols, rgb.rows), angle_rad};
    return sample_square(
        rgb, square, static_cast<int>(std::ceil(square.side)), cv::BORDER_CONSTANT);
}

/// Maps a face by an eighth of a turn: its box keeps its size, as boxes of tilted faces have it.
FaceDetection untilted(const core::Affine2& image_from_tilted, const FaceDetection& face) {
    FaceDetection out = map_face(image_from_tilted, face);
    const core::Vec2f centre = image_from_tilted((face.x0 + face.x1) / 2, (face.y0 + face.y1) / 2);
    const auto scale = static_cast<float>(std::hypot(image_from_tilted.a, image_from_tilted.d));
    const float half_width = scale * (face.x1 - face.x0) / 2;
    const float half_height = scale * (face.y1 - face.y0) / 2;
    out.x0 = centre.x - half_width;
    out.x1 = centre.x + half_width;
    out.y0 = centre.y - half_height;
    out.y1 = centre.y + half_height;
    const double turns = eye_angle_rad(out) / (2 * kEighthTurn_rad);
    out.quarter_turns = (static_cast<int>(std::lround(turns)) + 4) % 4;
    return out;
}

/// How well a hit fits a face upright in the searched image: networks also respond to turned faces,
/// with a lower score or a sloping eye line.
float uprightness(const FaceDetection& face_in_turned_image) {
    return face_in_turned_image.score * std::cos(eye_angle_rad(face_in_turned_image));
}

void append(std::vector<FaceDetection>& to, const std::vector<FaceDetection>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

bool needs_closer_look(const std::vector<FaceDetection>& faces, const cv::Mat& rgb) {
    return faces.empty() || faces.front().size() < kTinyFace * static_cast<float>(longer_side(rgb));
}

}  // namespace

struct FaceDetector::State {
    Blaze short_range;
    Blaze full_range;

    std::vector<FaceDetection> search_crops(const cv::Mat& rgb, float min_score);
    bool settle(const cv::Mat& rgb,
                const FaceDetectorOptions& options,
                bool measure_again,
                FaceDetection& face);
    std::vector<FaceDetection> settle_all(const cv::Mat& rgb,
                                          const FaceDetectorOptions& options,
                                          bool from_small_search,
                                          const std::vector<FaceDetection>& hits);
    std::vector<FaceDetection> search(const cv::Mat& rgb, const FaceDetectorOptions& options);
    std::vector<FaceDetection> search_turned(const cv::Mat& rgb,
                                             const FaceDetectorOptions& options);
    std::vector<FaceDetection> search_all_turns(const cv::Mat& rgb,
                                                const FaceDetectorOptions& options);
    std::vector<FaceDetection> search_tilted(const cv::Mat& rgb,
                                             const FaceDetectorOptions& options);
};

/// Looks for small faces in overlapping square crops.
std::vector<FaceDetection> FaceDetector::State::search_crops(const cv::Mat& rgb, float min_score) {
    std::vector<FaceDetection> hits;
    for (int level = 1; level <= kNumPyramidLevels; ++level) {
        const int parts = 1 << level;
        if (longer_side(rgb) / parts < kMinCropPx) {
            break;
        }
        const cv::Mat scaled = shrunk_to(rgb, 2 * short_range.input_size * parts);
        const core::Affine2 image_from_scaled = unshrunk(rgb, scaled);
        const int side = longer_side(scaled) / parts;
        const int step = side / 2;
        const auto starts = [&](int length) {
            return length <= side ? 1 : (length - side + step - 1) / step + 1;
        };
        for (int row = 0; row < starts(scaled.rows); ++row) {
            for (int col = 0; col < starts(scaled.cols); ++col) {
                const int x = std::max(0, std::min(col * step, scaled.cols - side));
                const int y = std::max(0, std::min(row * step, scaled.rows - side));
                const cv::Rect part(
                    x, y, std::min(side, scaled.cols - x), std::min(side, scaled.rows - y));
                Sampled sampled = letterbox(scaled(part), short_range.input_size);
                sampled.image_from_sampled = image_from_scaled *
                                             core::Affine2{1, 0, double(x), 0, 1, double(y)} *
                                             sampled.image_from_sampled;
                append(hits, short_range.find(sampled, min_score));
            }
        }
    }
    return blend_faces(std::move(hits));
}

/// Checks a hit in a close crop, in all four turns: whether it is a face, and which way up.
///
/// @param measure_again  take box and keypoints from the close look
/// @return false if no turn shows a face there.
bool FaceDetector::State::settle(const cv::Mat& rgb,
                                 const FaceDetectorOptions& options,
                                 bool measure_again,
                                 FaceDetection& face) {
    if (!measure_again && uprightness(face) >= kSurelyUpright) {
        return true;
    }
    const Square square{
        (face.x0 + face.x1) / 2.0, (face.y0 + face.y1) / 2.0, kCloseUp * face.size(), 0.0};
    const int n = short_range.input_size;
    const Sampled close = sample_square(rgb, square, n, cv::BORDER_CONSTANT);
    float best_uprightness = 0, best_bid = 0;
    FaceDetection best;
    for (int turns = 0; turns < (options.try_rotations ? 4 : 1); ++turns) {
        Sampled sampled{turned(close.rgb, turns), {}};
        for (const FaceDetection& hit : short_range.find(sampled, options.min_score_short)) {
            FaceDetection in_image =
                map_face(close.image_from_sampled * image_from_turned(turns, n, n), hit);
            in_image.quarter_turns = turns;
            // A mask hides what tells up from down: the image as it is counts unless a turned one
            // is clearly better.
            const float bid = uprightness(hit) + (turns == 0 ? kClearlyBetter : 0.0F);
            if (bid > best_bid && box_iou(in_image, face) > kSameFaceIou) {
                best_bid = bid;
                best_uprightness = uprightness(hit);
                best = in_image;
            }
        }
    }
    const float least = measure_again ? kMinCloseUpSmall : kMinCloseUp;
    if (best_uprightness < std::max(least, options.min_score_short)) {
        return false;
    }
    if (measure_again || best.quarter_turns != face.quarter_turns ||
        best_uprightness > uprightness(face) + kClearlyBetter) {
        face = best;
    }
    return true;
}

std::vector<FaceDetection> FaceDetector::State::settle_all(const cv::Mat& rgb,
                                                           const FaceDetectorOptions& options,
                                                           bool from_small_search,
                                                           const std::vector<FaceDetection>& hits) {
    const float small = kSmallFace * static_cast<float>(longer_side(rgb));
    std::vector<FaceDetection> faces;
    for (FaceDetection face : hits) {
        if (settle(rgb, options, from_small_search || face.size() < small, face)) {
            faces.push_back(face);
        }
    }
    return drop_duplicates(std::move(faces));
}

std::vector<FaceDetection> FaceDetector::State::search(const cv::Mat& rgb,
                                                       const FaceDetectorOptions& options) {
    std::vector<FaceDetection> faces = settle_all(
        rgb,
        options,
        false,
        short_range.find(letterbox(rgb, short_range.input_size), options.min_score_short));
    if (options.try_small && needs_closer_look(faces, rgb)) {
        append(faces,
               settle_all(
                   rgb,
                   options,
                   true,
                   full_range.find(letterbox(rgb, full_range.input_size), options.min_score_full)));
        faces = drop_duplicates(std::move(faces));
    }
    if (options.try_small && needs_closer_look(faces, rgb)) {
        append(faces, settle_all(rgb, options, true, search_crops(rgb, options.min_score_short)));
        faces = drop_duplicates(std::move(faces));
    }
    return faces;
}

/// Searches the image in the three other turns; results are in unturned coordinates.
std::vector<FaceDetection> FaceDetector::State::search_turned(const cv::Mat& rgb,
                                                              const FaceDetectorOptions& options) {
    const cv::Mat small = shrunk_to(rgb, kTurnedSize_px);
    const core::Affine2 image_from_small = unshrunk(rgb, small);
    std::vector<FaceDetection> faces;
    for (int turns = 1; turns < 4; ++turns) {
        for (const FaceDetection& hit : search(turned(small, turns), options)) {
            FaceDetection face =
                map_face(image_from_small * image_from_turned(turns, small.cols, small.rows), hit);
            face.quarter_turns = (turns + hit.quarter_turns) % 4;
            faces.push_back(face);
        }
    }
    return drop_duplicates(std::move(faces));
}

/// Searches the image upright, then in the other quarter turns.
std::vector<FaceDetection> FaceDetector::State::search_all_turns(
    const cv::Mat& rgb, const FaceDetectorOptions& options) {
    std::vector<FaceDetection> faces = search(rgb, options);
    if (faces.empty() && options.try_rotations) {
        faces = search_turned(rgb, options);
    }
    return faces;
}

/// Searches the image turned by an eighth: faces half-way between two quarter turns fit neither.
std::vector<FaceDetection> FaceDetector::State::search_tilted(const cv::Mat& rgb,
                                                              const FaceDetectorOptions& options) {
    const cv::Mat small = shrunk_to(rgb, kTurnedSize_px);
    const Sampled turned_image = tilted(small);
    const core::Affine2 map = unshrunk(rgb, small) * turned_image.image_from_sampled;
    std::vector<FaceDetection> faces = search_all_turns(turned_image.rgb, options);
    for (FaceDetection& face : faces) {
        face = untilted(map, face);
    }
    return faces;
}

FaceDetector::FaceDetector(const std::string& model_dir)
    : state_(new State{
          {Network(model_dir, models::kNearFaceFile), 128, make_anchors({{16, 2}, {8, 6}})},
          {Network(model_dir, models::kFarFaceFile), 192, make_anchors({{48, 1}})}}) {}

FaceDetector::~FaceDetector() = default;

std::vector<FaceDetection> FaceDetector::detect(const core::ImageU8& rgb,
                                                const FaceDetectorOptions& options) {
    const cv::Mat image = view_as_mat(rgb);
    try {
        std::vector<FaceDetection> faces = state_->search_all_turns(image, options);
        if (faces.empty() && options.try_tilts) {
            faces = state_->search_tilted(image, options);
        }
        return faces;
    } catch (const cv::Exception& error) {
        throw core::Error(media::kind_of(error, core::ErrorKind::Internal),
                          "face detector: " + error.err);
    }
}

}  // namespace vasa::vision
