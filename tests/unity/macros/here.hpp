// SPDX-License-Identifier: MIT
#pragma once

#include "tests/unity/outcome.hpp"

/// Where the assertion stands, without and with a message of its own.
#define UNITY_HERE_ (::latchkey::unity::At(__FILE__, __LINE__))
#define UNITY_SAYING_(message) (::latchkey::unity::At(__FILE__, __LINE__, (message)))
/// One of the layer's functions.
#define UNITY_CALL_(function, ...) ::latchkey::unity::function(__VA_ARGS__)
