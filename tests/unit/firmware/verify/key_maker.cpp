// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/verify/key_maker.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/crypto/base64.hpp"
#include "core/crypto/hash.hpp"
#include "core/ssh/sshsig.hpp"
#include "core/ssh/wire.hpp"

namespace latchkey::testing {
namespace {

constexpr std::size_t kPoint = 65;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

/// The two numbers of SEQUENCE { INTEGER, INTEGER }, each shorter than 128 bytes.
std::pair<Bytes, Bytes> numbers_of_der(ByteView der) {
  const auto take = [&](std::size_t& at) {
    const std::size_t size = der[at + 1];
    const auto number = to_bytes(der.subspan(at + 2, size));
    at += 2 + size;
    return number;
  };
  std::size_t at = 2;
  auto first = take(at);
  auto second = take(at);
  return {std::move(first), std::move(second)};
}

}  // namespace

KeyMaker::KeyMaker() {
  std::string pattern = std::filesystem::temp_directory_path() / "latchkey-verify-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = pattern;
}

KeyMaker::~KeyMaker() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path KeyMaker::fresh(const std::string& stem) {
  return folder_ / fmt::format("{}{}", stem, count_++);
}

std::string KeyMaker::run(const std::vector<std::string>& arguments, ByteView input) {
  process::Command command;
  command.arguments = arguments;
  command.input = to_bytes(input);
  const auto finished = must(runner_.run(command));
  if (finished.status != 0) {
    throw std::runtime_error(fmt::format("{}: {}", arguments.front(), finished.errors));
  }
  return finished.output;
}

MadeKey KeyMaker::make(const std::string& type, const std::string& bits) {
  MadeKey key{fresh(type), {}};
  std::vector<std::string> arguments{"ssh-keygen", "-q", "-t",         type, "-N",
                                     "",           "-C", "ann@laptop", "-f", key.file};
  if (!bits.empty()) arguments.insert(arguments.end(), {"-b", bits});
  run(arguments);
  key.blob = blob_of_line(public_line(key));
  return key;
}

Bytes KeyMaker::sign(const MadeKey& key, ByteView message, const std::string& name_space,
                     const std::string& hash) {
  return must(ssh::dearmor(run(
      {"ssh-keygen", "-q", "-Y", "sign", "-f", key.file, "-n", name_space, "-O", "hashalg=" + hash},
      message)));
}

std::string KeyMaker::public_line(const MadeKey& key) const {
  const auto bytes = read_bytes(key.file.string() + ".pub");
  return std::string(as_text(bytes));
}

Bytes KeyMaker::certify(const MadeKey& key) {
  run({"ssh-keygen", "-q", "-s", key.file, "-I", "ann", "-n", "pi", key.file.string() + ".pub"});
  const auto line = read_bytes(key.file.string() + "-cert.pub");
  return blob_of_line(std::string(as_text(line)));
}

SoftToken KeyMaker::make_token(std::string_view application) {
  SoftToken token{fresh("token"), {}};
  run({"openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", token.file});
  const auto info = run({"openssl", "ec", "-in", token.file, "-pubout", "-outform", "DER"});
  const auto point = as_bytes(info).last(kPoint);
  token.blob = must(ssh::PublicKey::make_sk_ecdsa_p256(point, application)).blob();
  return token;
}

Bytes KeyMaker::assert_with(const SoftToken& token, ByteView message, std::uint8_t flags) {
  constexpr std::uint32_t kCounter = 7;
  const auto key = must(ssh::PublicKey::parse(token.blob));
  const auto application = must(crypto::sha256(as_bytes(key.application())));
  const auto digest =
      must(crypto::sha256(must(ssh::signed_data(channel::kProofNamespace, "sha256", message))));
  ssh::Writer signed_by_token;
  signed_by_token.raw(application).uint8(flags).uint32(kCounter).raw(digest);
  const auto der =
      run({"openssl", "dgst", "-sha256", "-sign", token.file}, signed_by_token.bytes());
  const auto [r, s] = numbers_of_der(as_bytes(der));
  ssh::Writer numbers;
  numbers.mpint(r).mpint(s);
  ssh::Writer signature;
  signature.string(key.type_name()).string(numbers.bytes()).uint8(flags).uint32(kCounter);
  ssh::Writer envelope;
  envelope.raw(as_bytes("SSHSIG")).uint32(1).string(token.blob);
  envelope.string(std::string_view(channel::kProofNamespace)).string(std::string_view());
  envelope.string(std::string_view("sha256")).string(signature.bytes());
  return std::move(envelope).take();
}

Bytes read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("reading " + file.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Bytes blob_of_line(const std::string& line) {
  const auto start = line.find(' ') + 1;
  return must(crypto::from_base64(line.substr(start, line.find_first_of(" \n", start) - start)));
}

roles::ProofQuestion question_about(ByteView key) {
  roles::ProofQuestion question;
  for (std::size_t i = 0; i < question.challenge.size(); ++i) {
    question.challenge[i] = static_cast<std::uint8_t>(i * 7 + 1);
    question.host_keys_hash[i] = static_cast<std::uint8_t>(i * 3 + 2);
  }
  channel::Limits limits;
  limits.expires = WallTime(std::chrono::seconds(2'000'000'000));
  limits.from = "192.168.0.0/16";
  if (!question.account.assign("pi") || !question.key.assign(key) ||
      !question.comment.assign("ann@laptop") || !question.limits.assign(limits)) {
    throw std::runtime_error("does not fit in a question");
  }
  return question;
}

Bytes statement_of(const roles::ProofQuestion& question) {
  return channel::enrolment_statement(question.challenge, question.account.str(),
                                      question.limits.limits(), question.host_keys_hash);
}

std::optional<roles::KeyVerdict> ask(const roles::ToVerify& question, const AskHow& how) {
  RoleProcess verify({LATCHKEY_VERIFY, {}, how.environment, how.without_root});
  if (!verify.channel().send(question)) return std::nullopt;
  const auto answer = verify.receive<roles::FromVerify>();
  if (!answer || verify.wait_for_end() != 0) return std::nullopt;
  return std::get<roles::KeyVerdict>(*answer);
}

}  // namespace latchkey::testing
