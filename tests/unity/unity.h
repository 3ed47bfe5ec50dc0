/* SPDX-License-Identifier: MIT */
/* For a test file that comes from Unity and says #include "unity.h". */
#pragma once

#include "tests/unity/unity.hpp"
