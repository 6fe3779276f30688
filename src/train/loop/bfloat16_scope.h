// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/autocast_mode.h>

namespace vasa::train {

/// In this scope, torch computes convolutions and matrix products in bfloat16.
class Bfloat16Scope {
  public:
    Bfloat16Scope(bool enabled, at::Device device) : enabled_(enabled), type_(device.type()) {
        if (enabled_) {
            at::autocast::set_autocast_dtype(type_, at::kBFloat16);
            at::autocast::set_autocast_enabled(type_, true);
        }
    }
    ~Bfloat16Scope() {
        if (enabled_) {
            at::autocast::set_autocast_enabled(type_, false);
            at::autocast::clear_cache();
        }
    }
    Bfloat16Scope(const Bfloat16Scope&) = delete;
    Bfloat16Scope& operator=(const Bfloat16Scope&) = delete;

  private:
    bool enabled_;
    at::DeviceType type_;
};

}  // namespace vasa::train
