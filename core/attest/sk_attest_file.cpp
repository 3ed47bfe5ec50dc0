// SPDX-License-Identifier: MIT
#include "core/attest/sk_attest_file.hpp"

#include <limits>
#include <utility>

#include "core/cbor/cbor_reader.hpp"
#include "core/cbor/cbor_writer.hpp"
#include "core/ssh/wire.hpp"

namespace latchkey::attest {
namespace {

constexpr auto kDoing = "reading an OpenSSH attestation file";
constexpr std::string_view kMagic = "ssh-sk-attest-v01";
constexpr std::string_view kOldMagic = "ssh-sk-attest-v00";
constexpr std::size_t kCborHead = 3;  // of a byte string of less than 64 KiB

}  // namespace

Result<SkAttestFile> read_sk_attest_file(ByteView bytes) {
  ssh::Reader in(bytes, kDoing);
  const auto magic = as_text(in.string(kMagic.size()));
  if (auto read = in.status(); !read) return fail(std::move(read));
  if (magic == kOldMagic) {
    return fail(Errc::unsupported,
                "attestation files from before OpenSSH 8.4 lack what their signature covers");
  }
  if (magic != kMagic) return fail(Errc::malformed, kDoing);
  const auto certificate = in.string(kMaxCertificate);
  const auto signature = in.string(kMaxSignature);
  const auto wrapped = in.string(kMaxAuthenticatorData + kCborHead);
  const auto flags = in.uint32();
  const auto reserved = in.string();
  if (auto end = in.end(); !end) return fail(std::move(end));
  if (flags != 0 || !reserved.empty()) return fail(Errc::unsupported, kDoing);

  cbor::CborReader reader(wrapped);
  const auto authenticator_data = reader.byte_string(kMaxAuthenticatorData);
  if (auto end = reader.end(kDoing); !end) return fail(std::move(end));
  return SkAttestFile{to_bytes(certificate), to_bytes(signature), to_bytes(authenticator_data)};
}

Bytes write_sk_attest_file(const SkAttestFile& file) {
  constexpr auto kAny = std::numeric_limits<std::size_t>::max();
  cbor::CborWriter writer;
  writer.byte_string(file.authenticator_data, kAny);
  const auto wrapped = std::move(writer).end("writing an attestation file", kAny).value();
  ssh::Writer out;
  out.string(kMagic).string(file.certificate).string(file.signature).string(wrapped);
  return std::move(out.uint32(0).string(ByteView{})).take();
}

}  // namespace latchkey::attest
