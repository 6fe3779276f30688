// SPDX-License-Identifier: Apache-2.0
// Catch2 must come after torch (both define CHECK): tests include this header last.
#pragma once

#ifdef CHECK
#undef CHECK
#endif
#include <catch2/catch.hpp>
