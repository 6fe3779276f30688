// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plate/exemplar_fill.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <opencv2/core.hpp>

namespace vasa::face {

constexpr int kPatchRadius_px = 3;  ///< patches are 7 x 7

/// One resolution of the picture. All pictures have a border of kPatchRadius_px, so that patches
/// need no checks.
class FillLevel {
  public:
    /// @param known  CV_8U, 255 where the picture is seen
    /// @param usable  CV_8U, 255 where patches may be taken from
    FillLevel(const cv::Mat& colour,
              const cv::Mat& known,
              const cv::Mat& usable,
              float reach_px,
              int full_px_per_px,
              const ExemplarFillParams& params);

    bool has_sources() const { return sources_.size() >= params_.min_sources; }
    /// Fills hidden pixels for the first time, from the seen ones inwards.
    void peel();
    /// Takes the correspondences from a level of half the resolution.
    void refine(const FillLevel& coarse);
    /// Searches for better correspondences.
    void improve(int rounds, int random_tries, int radius, int turn);
    /// Recomputes the correspondences' costs with the voted colours.
    void renew_costs();
    void vote();
    /// Adjusts the steps between different patches to those within the patches.
    void soften_seams();
    cv::Mat picture() const;

  private:
    static constexpr float kNoCost = std::numeric_limits<float>::max();

    struct Match {
        cv::Point from;  ///< centre of the seen patch
        float cost = kNoCost;
    };

    void add_up_weights();
    float cost(cv::Point at, cv::Point from, float limit) const;
    void try_source(cv::Point at, cv::Point from, Match& match) const;
    void search(cv::Point at,
                const std::vector<Match>& matches,
                int random_tries,
                int radius,
                int turn,
                Match& match) const;
    bool is_source(cv::Point p) const {
        return p.x >= kPatchRadius_px && p.y >= kPatchRadius_px &&
               p.x < colour_.cols - kPatchRadius_px && p.y < colour_.rows - kPatchRadius_px &&
               source_(p) != 0;
    }
    std::size_t index(cv::Point p) const {
        return static_cast<std::size_t>(p.y) * colour_.cols + p.x;
    }
    cv::Point random_source(cv::Point at, int turn) const;

    int full_px_per_px_;
    ExemplarFillParams params_;
    cv::Mat4f colour_;        ///< the fourth channel is 1 everywhere
    cv::Mat4f weight_;        ///< 1 where the colour counts in comparisons, else 0
    cv::Mat1f total_;         ///< sum of the weights of the patch around a pixel
    cv::Mat4f right_, down_;  ///< voted steps from a hidden pixel to its right and lower neighbour
    cv::Mat1b hidden_;        ///< to be filled
    cv::Mat1b source_;        ///< centres of patches that are fully seen
    std::vector<cv::Point> sources_;
    std::vector<cv::Point> targets_;  ///< hidden pixels, those near the seen ones first
    std::vector<int> layers_;         ///< where each further layer of targets begins
    std::vector<cv::Point> centres_;  ///< of all patches that touch a target
    std::vector<Match> matches_;      ///< by index()
};

}  // namespace vasa::face
