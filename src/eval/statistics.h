// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace vasa::eval {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// NaN if there are no values, as for all statistics here.
inline double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double v : values) {
        sum += v;
    }
    return values.empty() ? kNoValue : sum / static_cast<double>(values.size());
}

inline double variance(const std::vector<double>& values) {
    const double m = mean(values);
    double sum = 0;
    for (const double v : values) {
        sum += (v - m) * (v - m);
    }
    return values.empty() ? kNoValue : sum / static_cast<double>(values.size());
}

inline double deviation(const std::vector<double>& values) {
    return std::sqrt(variance(values));
}

/// Value below which a share (0..1) of the values lies, linearly interpolated.
inline double quantile_of(std::vector<double> values, double share) {
    if (values.empty()) {
        return kNoValue;
    }
    std::sort(values.begin(), values.end());
    const double position = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(position);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (position - static_cast<double>(low)) * (values[high] - values[low]);
}

inline double median_of(const std::vector<double>& values) {
    return quantile_of(values, 0.5);
}

/// Pearson correlation of a[i + lag] with b[i] where both exist and `use` (if any) is true for
/// b[i]; 0 if either is constant or fewer than 10 values remain.
inline double lagged_correlation(const std::vector<double>& a,
                                 const std::vector<double>& b,
                                 int lag,
                                 const std::vector<bool>& use = {}) {
    std::vector<double> x, y;
    for (int i = 0; i < static_cast<int>(b.size()); ++i) {
        const int k = i + lag;
        if (k >= 0 && k < static_cast<int>(a.size()) && (use.empty() || use[i])) {
            x.push_back(a[k]);
            y.push_back(b[i]);
        }
    }
    const double spread = deviation(x) * deviation(y);
    if (x.size() < 10 || !(spread > 1e-12)) {
        return 0;
    }
    const double mx = mean(x), my = mean(y);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += (x[i] - mx) * (y[i] - my);
    }
    return sum / static_cast<double>(x.size()) / spread;
}

/// Pearson correlation of values of the same moments; NaN if either is constant.
inline double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const double mean_a = mean(a), mean_b = mean(b), spread = deviation(a) * deviation(b);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return spread > 1e-12 ? sum / static_cast<double>(a.size()) / spread : kNoValue;
}

/// Ranks from 0, ties share their mean.
inline std::vector<double> ranks_of(const std::vector<double>& values) {
    std::vector<double> ranks;
    for (const double value : values) {
        double rank = -0.5;
        for (const double other : values) {
            rank += other < value ? 1.0 : other > value ? 0.0 : 0.5;
        }
        ranks.push_back(rank);
    }
    return ranks;
}

/// Spearman's correlation of two lists of the same length; 0 if either is constant.
inline double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const double ranks = correlation(ranks_of(a), ranks_of(b));
    return std::isnan(ranks) ? 0.0 : ranks;
}

/// Difference of order 3: v[i + 3] - 3 v[i + 2] + 3 v[i + 1] - v[i].
template <class T>
T third_difference(const std::vector<T>& v, std::size_t i) {
    return v[i + 3] - v[i] + 3.0 * (v[i + 1] - v[i + 2]);
}

}  // namespace vasa::eval
