// SPDX-License-Identifier: MIT
#include "core/pairing/gestures.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace {

using namespace latchkey;
using namespace latchkey::pairing;

constexpr Instant at(int millis) { return Instant(Millis{millis}); }

struct Told {
  int millis;
  Gesture gesture;
  friend bool operator==(const Told&, const Told&) = default;
};

/// A finger on a button: edges in order, deadlines kept exactly.
class Finger {
 public:
  explicit Finger(bool pressed = false) : recognizer_(at(0), pressed) {}

  Finger& edge(int millis, bool pressed) {
    until(millis - 1);
    note(millis, recognizer_.feed({at(millis), pressed}));
    return *this;
  }
  Finger& press(int millis) { return edge(millis, true); }
  Finger& release(int millis) { return edge(millis, false); }
  std::vector<Told> until(int millis) {
    while (const auto due = recognizer_.next_deadline()) {
      const int when = static_cast<int>(due->time_since_epoch().count());
      if (when > millis) break;
      const auto gesture = recognizer_.advance(*due);
      note(when, gesture);
      // A deadline that was kept is gone.
      REQUIRE(recognizer_.next_deadline() != due);
    }
    return told_;
  }

 private:
  void note(int millis, std::optional<Gesture> gesture) {
    if (gesture) told_.push_back({millis, *gesture});
  }
  GestureRecognizer recognizer_;
  std::vector<Told> told_;
};

using Tale = std::vector<Told>;

TEST_CASE("a press and a release are a short press, told when the release has stood 30 ms") {
  CHECK(Finger().press(100).release(180).until(9999) == Tale{{210, Gesture::short_press}});
}

TEST_CASE("a short press is shorter than 1.5 s") {
  CHECK(Finger().press(100).release(1599).until(9999) == Tale{{1629, Gesture::short_press}});
  CHECK(Finger().press(100).release(1600).until(9999).empty());
  CHECK(Finger().press(100).release(3099).until(9999).empty());
}

TEST_CASE("a hold is told once, while the button is still down") {
  CHECK(Finger().press(100).until(3099).empty());
  CHECK(Finger().press(100).until(60'000) == Tale{{3100, Gesture::hold}});
  CHECK(Finger().press(100).release(5000).until(9999) == Tale{{3100, Gesture::hold}});
}

TEST_CASE("a hold that only looked ended by a glitch is a hold, a real end is not") {
  CHECK(Finger().press(100).release(3090).press(3105).until(9999) == Tale{{3105, Gesture::hold}});
  CHECK(Finger().press(100).release(3090).until(9999).empty());
}

TEST_CASE("a level counts when it has stood 30 ms") {
  CHECK(Finger().press(100).release(129).until(9999).empty());
  CHECK(Finger().press(100).release(130).until(9999) == Tale{{160, Gesture::short_press}});
  // A gap of 29 ms does not make two presses of one.
  CHECK(Finger().press(100).release(200).press(229).release(300).until(9999) ==
        Tale{{330, Gesture::short_press}});
  CHECK(Finger().press(100).release(200).press(230).release(300).until(9999) ==
        Tale{{230, Gesture::short_press}, {330, Gesture::short_press}});
}

TEST_CASE("a button that bounces on both ends is pressed once") {
  Finger finger;
  for (int i = 0; i < 10; ++i) finger.press(100 + 4 * i).release(102 + 4 * i);
  finger.press(140);
  for (int i = 0; i < 10; ++i) finger.release(300 + 4 * i).press(302 + 4 * i);
  finger.release(340);
  CHECK(finger.until(9999) == Tale{{370, Gesture::short_press}});
}

TEST_CASE("doublets, as the kernel makes of a fast bounce, change nothing") {
  CHECK(Finger().press(100).press(101).press(120).release(200).release(201).until(9999) ==
        Tale{{231, Gesture::short_press}});
  CHECK(Finger().release(50).release(60).until(9999).empty());
}

TEST_CASE("a button held at start, or stuck, yields nothing until it was let go and pressed") {
  CHECK(Finger(true).until(60'000).empty());
  CHECK(Finger(true).release(500).until(9999).empty());
  // Bouncing while held is not letting go.
  CHECK(Finger(true).release(500).press(520).release(900).until(9999).empty());
  CHECK(Finger(true).release(500).press(520).until(60'000).empty());
  CHECK(Finger(true).release(500).press(700).release(800).until(9999) ==
        Tale{{830, Gesture::short_press}});
}

TEST_CASE("after a loss nothing is known to have stood, and a level stands from then on") {
  GestureRecognizer recognizer(at(0), false);
  CHECK(!recognizer.feed({at(100), true}));
  CHECK(!recognizer.feed({at(140), false, true}));
  CHECK(!recognizer.next_deadline());
  CHECK(!recognizer.feed({at(200), true}));
  CHECK(!recognizer.feed({at(229), true, true}));  // what was told last: it may have been away
  CHECK(recognizer.next_deadline() == at(259));
  CHECK(!recognizer.advance(at(259)));
  CHECK(!recognizer.feed({at(300), false}));
  CHECK(recognizer.advance(at(330)) == Gesture::short_press);
}

TEST_CASE("a button that is held stays held through a loss") {
  GestureRecognizer recognizer(at(0), false);
  CHECK(!recognizer.feed({at(100), true}));
  CHECK(!recognizer.advance(at(130)));
  CHECK(!recognizer.feed({at(1000), true, true}));
  CHECK(recognizer.next_deadline() == at(3100));
  CHECK(recognizer.advance(at(3100)) == Gesture::hold);
}

TEST_CASE("time that goes backwards stands still") {
  GestureRecognizer recognizer(at(1000), false);
  CHECK(!recognizer.feed({at(2000), true}));
  CHECK(!recognizer.advance(at(1)));
  CHECK(!recognizer.feed({at(500), false}));  // taken as 2000: a glitch without length
  CHECK(!recognizer.advance(at(9000)));
  CHECK(!recognizer.next_deadline());
}

TEST_CASE("nothing is pending while nothing happens") {
  CHECK(!GestureRecognizer(at(0), false).next_deadline());
  CHECK(!GestureRecognizer(at(0), true).next_deadline());
}

TEST_CASE("noise whose pulses are all shorter than 30 ms never is a gesture") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const bool held = random() % 2 == 0;
    Finger finger(held);
    int now = 100;
    for (int i = 0; i < 200; ++i) {
      finger.edge(now, !held);
      now += static_cast<int>(random() % 30);
      finger.edge(now, held);
      now += static_cast<int>(random() % 2000);
    }
    CHECK(finger.until(now + 10'000).empty());
  }
}

/// What the rules say of a whole recording, worked out without any state machine: levels that
/// stood 30 ms, then presses between them.
Tale expected(const std::vector<ButtonEdge>& edges, int end) {
  struct Run {
    int since;
    bool pressed;
  };
  std::vector<Run> stable{{0, false}};
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto millis = [](Instant t) { return static_cast<int>(t.time_since_epoch().count()); };
    const int since = millis(edges[i].at);
    const int until = i + 1 < edges.size() ? millis(edges[i + 1].at) : end;
    if (until - since >= 30 && edges[i].pressed != stable.back().pressed) {
      stable.push_back({since, edges[i].pressed});
    }
  }
  Tale tale;
  for (std::size_t i = 1; i < stable.size(); ++i) {
    if (!stable[i].pressed) continue;
    const int until = i + 1 < stable.size() ? stable[i + 1].since : end;
    const int lasted = until - stable[i].since;
    if (lasted < 1500 && i + 1 < stable.size()) tale.push_back({until + 30, Gesture::short_press});
    if (lasted >= 3000) tale.push_back({stable[i].since + 3000, Gesture::hold});
  }
  return tale;
}

TEST_CASE("over random recordings the gestures are those that the rules say") {
  std::mt19937 random(11);
  std::size_t gestures = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<ButtonEdge> edges;
    int now = 50;
    bool pressed = true;
    for (int i = 0; i < 40; ++i) {
      edges.push_back({at(now), pressed});
      pressed = !pressed;
      constexpr int kLengths[] = {1, 5, 29, 30, 31, 200, 1499, 1500, 2000, 2800, 3200, 7000};
      now += kLengths[random() % std::size(kLengths)];
    }
    const int end = now + 10'000;
    Finger finger;
    for (const auto& edge : edges) {
      finger.edge(static_cast<int>(edge.at.time_since_epoch().count()), edge.pressed);
    }
    auto told = finger.until(end);
    // A glitch may cover the moment a hold comes due; then it is told at the glitch's end.
    auto wanted = expected(edges, end);
    REQUIRE(told.size() == wanted.size());
    for (std::size_t i = 0; i < told.size(); ++i) {
      CHECK(told[i].gesture == wanted[i].gesture);
      CHECK(told[i].millis >= wanted[i].millis);
      CHECK(told[i].millis <= wanted[i].millis + 100);
    }
    gestures += told.size();
  }
  CHECK(gestures > 5000);
}

}  // namespace
