// SPDX-License-Identifier: Apache-2.0
#include "head/mesh_simplifier.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>

#include <Eigen/Geometry>

namespace vasa::train {
namespace {

using Vec3 = Eigen::Vector3d;

/// Symmetric 4×4 form, error(x) = xᵀ A x + 2 bᵀ x + c.
struct Quadric {
    double a[6] = {0, 0, 0, 0, 0, 0};
    Vec3 b = Vec3::Zero();
    double c = 0;

    void add_plane(const Vec3& n, double d, double weight) {
        a[0] += weight * n.x() * n.x();
        a[1] += weight * n.x() * n.y();
        a[2] += weight * n.x() * n.z();
        a[3] += weight * n.y() * n.y();
        a[4] += weight * n.y() * n.z();
        a[5] += weight * n.z() * n.z();
        b += weight * d * n;
        c += weight * d * d;
    }
    void add(const Quadric& q) {
        for (int i = 0; i < 6; ++i) {
            a[i] += q.a[i];
        }
        b += q.b;
        c += q.c;
    }
    double error(const Vec3& x) const {
        const double xx = a[0] * x.x() * x.x() + a[3] * x.y() * x.y() + a[5] * x.z() * x.z();
        const double xy = a[1] * x.x() * x.y() + a[2] * x.x() * x.z() + a[4] * x.y() * x.z();
        return xx + 2 * xy + 2 * b.dot(x) + c;
    }
};

struct Collapse {
    double cost;
    int from, to, version;
    bool operator<(const Collapse& other) const { return cost > other.cost; }
};

class Simplifier {
  public:
    explicit Simplifier(const SimplifyInput& input)
        : in_(input), n_(static_cast<int>(input.shapes[0].rows())), tris_(input.triangles) {
        alive_.assign(tris_.size(), 1);
        version_.assign(n_, 0);
        vertex_tris_.resize(n_);
        for (std::size_t t = 0; t < tris_.size(); ++t) {
            for (int v : tris_[t]) {
                vertex_tris_[v].insert(static_cast<int>(t));
            }
        }
        build_quadrics();
    }

    std::vector<std::array<int, 3>> run(int target) {
        int remaining = 0;
        for (int v = 0; v < n_; ++v) {
            remaining += vertex_tris_[v].empty() ? 0 : 1;
            push_edges(v);
        }
        while (remaining > target && !queue_.empty()) {
            const Collapse c = queue_.top();
            queue_.pop();
            if (c.version != version_[c.from] + version_[c.to] || vertex_tris_[c.from].empty() ||
                vertex_tris_[c.to].empty() || !allowed(c.from, c.to)) {
                continue;
            }
            collapse(c.from, c.to);
            --remaining;
        }
        std::vector<std::array<int, 3>> out;
        for (std::size_t t = 0; t < tris_.size(); ++t) {
            if (alive_[t]) {
                out.push_back(tris_[t]);
            }
        }
        return out;
    }

  private:
    Vec3 at(int shape, int v) const { return in_.shapes[shape].row(v).transpose().cast<double>(); }

    void build_quadrics() {
        const int num_shapes = static_cast<int>(in_.shapes.size());
        quadrics_.assign(static_cast<std::size_t>(num_shapes) * n_, {});
        std::map<std::pair<int, int>, int> edge_count;
        for (const auto& t : tris_) {
            for (int k = 0; k < 3; ++k) {
                ++edge_count[std::minmax(t[k], t[(k + 1) % 3])];
            }
        }
        for (int s = 0; s < num_shapes; ++s) {
            for (const auto& t : tris_) {
                const Vec3 p[3] = {at(s, t[0]), at(s, t[1]), at(s, t[2])};
                Vec3 n = (p[1] - p[0]).cross(p[2] - p[0]);
                const double area2 = n.norm();
                if (area2 < 1e-14) {
                    continue;
                }
                n /= area2;
                for (int k = 0; k < 3; ++k) {
                    quadrics_[index(s, t[k])].add_plane(n, -n.dot(p[0]), area2);
                }
                for (int k = 0; k < 3; ++k) {
                    const int i = t[k], j = t[(k + 1) % 3];
                    if (edge_count[std::minmax(i, j)] != 1) {
                        continue;
                    }
                    // An open border adds a plane through it, perpendicular to the triangle.
                    const Vec3 edge = p[(k + 1) % 3] - p[k];
                    const Vec3 m = edge.cross(n).normalized();
                    for (int v : {i, j}) {
                        quadrics_[index(s, v)].add_plane(m, -m.dot(p[k]), 10 * edge.squaredNorm());
                    }
                    border_.insert(i);
                    border_.insert(j);
                }
            }
        }
    }

    std::size_t index(int shape, int v) const { return static_cast<std::size_t>(shape) * n_ + v; }

    std::set<int> neighbours(int v) const {
        std::set<int> out;
        for (int t : vertex_tris_[v]) {
            for (int k : tris_[t]) {
                if (k != v) {
                    out.insert(k);
                }
            }
        }
        return out;
    }

    void push_edges(int v) {
        for (int w : neighbours(v)) {
            push(v, w);
            push(w, v);
        }
    }

    void push(int from, int to) {
        if (in_.locked[from] || (border_.count(from) && !border_.count(to))) {
            return;
        }
        double cost = 0;
        for (std::size_t s = 0; s < in_.shapes.size(); ++s) {
            const Vec3 target = at(static_cast<int>(s), to);
            cost += quadrics_[index(static_cast<int>(s), from)].error(target);
            // Long edges cost more, so that flat regions stay evenly meshed.
            cost += 1e-4 * (target - at(static_cast<int>(s), from)).squaredNorm();
        }
        cost *= in_.importance[from];
        queue_.push({cost, from, to, version_[from] + version_[to]});
    }

    bool allowed(int from, int to) const {
        const std::set<int> a = neighbours(from), b = neighbours(to);
        int common = 0;
        for (int v : a) {
            common += b.count(v) ? 1 : 0;
        }
        int shared_tris = 0;
        for (int t : vertex_tris_[from]) {
            shared_tris += vertex_tris_[to].count(t) ? 1 : 0;
        }
        if (shared_tris == 0 || common != shared_tris) {
            return false;  // the collapse would pinch the surface
        }
        if (border_.count(from) && border_.count(to) && shared_tris != 1) {
            return false;
        }
        return !flips(from, to);
    }

    bool flips(int from, int to) const {
        for (int t : vertex_tris_[from]) {
            if (vertex_tris_[to].count(t)) {
                continue;
            }
            for (std::size_t s = 0; s < in_.shapes.size(); ++s) {
                Vec3 p[3], q[3];
                for (int k = 0; k < 3; ++k) {
                    p[k] = at(static_cast<int>(s), tris_[t][k]);
                    q[k] = tris_[t][k] == from ? at(static_cast<int>(s), to) : p[k];
                }
                const Vec3 n0 = (p[1] - p[0]).cross(p[2] - p[0]);
                const Vec3 n1 = (q[1] - q[0]).cross(q[2] - q[0]);
                if (n0.dot(n1) < 0.2 * n0.norm() * n1.norm() || n1.norm() < 1e-9) {
                    return true;
                }
            }
        }
        return false;
    }

    void collapse(int from, int to) {
        for (std::size_t s = 0; s < in_.shapes.size(); ++s) {
            quadrics_[index(static_cast<int>(s), to)].add(
                quadrics_[index(static_cast<int>(s), from)]);
        }
        const std::set<int> old = vertex_tris_[from];
        for (int t : old) {
            const bool dies = vertex_tris_[to].count(t) > 0;
            if (dies) {
                for (int v : tris_[t]) {
                    vertex_tris_[v].erase(t);
                }
                alive_[t] = 0;
                continue;
            }
            for (int& v : tris_[t]) {
                v = v == from ? to : v;
            }
            vertex_tris_[to].insert(t);
        }
        vertex_tris_[from].clear();
        ++version_[from];
        ++version_[to];
        push_edges(to);
    }

    const SimplifyInput& in_;
    int n_;
    std::vector<std::array<int, 3>> tris_;
    std::vector<char> alive_;
    std::vector<int> version_;
    std::vector<std::set<int>> vertex_tris_;
    std::vector<Quadric> quadrics_;
    std::set<int> border_;
    std::priority_queue<Collapse> queue_;
};

}  // namespace

std::vector<std::array<int, 3>> simplify(const SimplifyInput& input, int target_vertices) {
    return Simplifier(input).run(target_vertices);
}

}  // namespace vasa::train
