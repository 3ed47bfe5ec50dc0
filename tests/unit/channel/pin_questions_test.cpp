// SPDX-License-Identifier: MIT
#include "core/channel/pin_questions.hpp"

#include <doctest/doctest.h>

using namespace latchkey::channel;

namespace {

bool ask(PinQuestions& questions, TokenNews news) { return questions.ask({.news = news}); }

}  // namespace

TEST_CASE("nothing asks for a PIN at first, nor does other news") {
  PinQuestions questions;
  CHECK(questions.open() == 0);
  CHECK_FALSE(questions.answer(0));
  CHECK_FALSE(questions.answer(1));
  for (const auto news : {TokenNews::plug_in, TokenNews::touch, TokenNews::pulled_out}) {
    CHECK(ask(questions, news));
    CHECK(questions.open() == 0);
  }
  CHECK_FALSE(questions.answer(3));
}

TEST_CASE("each question is answered once") {
  PinQuestions questions;
  CHECK(ask(questions, TokenNews::plug_in));
  CHECK(ask(questions, TokenNews::pin_wanted));
  CHECK(questions.open() == 2);
  CHECK_FALSE(questions.answer(1));
  CHECK_FALSE(questions.answer(3));
  CHECK(questions.answer(2));
  CHECK(questions.open() == 0);
  CHECK_FALSE(questions.answer(2));
  CHECK(ask(questions, TokenNews::pin_wrong));
  CHECK(questions.open() == 3);
}

TEST_CASE("a question that was overtaken is not the open one, but still known") {
  PinQuestions questions;
  CHECK(ask(questions, TokenNews::pin_wanted));
  CHECK(ask(questions, TokenNews::pulled_out));
  CHECK(questions.open() == 0);
  CHECK(ask(questions, TokenNews::pin_wanted));
  CHECK(questions.open() == 3);
  CHECK(questions.answer(1));
  CHECK(questions.open() == 3);
  CHECK_FALSE(questions.answer(1));
}

TEST_CASE("events are counted up to the bound, and no further") {
  PinQuestions questions;
  for (int i = 0; i < kMaxTokenEvents; ++i) CHECK(ask(questions, TokenNews::pin_wanted));
  CHECK(questions.open() == kMaxTokenEvents);
  CHECK_FALSE(ask(questions, TokenNews::touch));
  CHECK(questions.open() == kMaxTokenEvents);
  CHECK(questions.answer(kMaxTokenEvents));
  CHECK_FALSE(questions.answer(255));
}
