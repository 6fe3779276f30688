// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/frame_network.h"

namespace vasa::train {

/// A network with more channels and the output of a narrower one, as a start for training. The
/// narrow one's channels come first and ignore the new ones, whose weights are random.
/// Source: Chen et al., Net2Net (2016), with new channels instead of copies of old ones.
/// @throws Error(Input) if the levels differ in number, or one of them has fewer channels.
decode::FrameNetwork widen_frame_network(const decode::FrameNetwork& narrow,
                                         const decode::FrameNetworkConfig& config);

}  // namespace vasa::train
