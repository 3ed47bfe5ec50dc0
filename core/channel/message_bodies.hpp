// SPDX-License-Identifier: MIT
#pragma once

#include "core/cbor/cbor_reader.hpp"
#include "core/cbor/cbor_writer.hpp"
#include "core/channel/messages.hpp"

/// The bodies of the messages, for messages.cpp alone. read_body() reads the `pairs` that follow
/// the kind, write_body() writes the whole map, its kind included.
namespace latchkey::channel {

// enrolment_messages.cpp
void read_body(cbor::CborReader& reader, std::size_t pairs, Welcome& welcome);
void read_body(cbor::CborReader& reader, std::size_t pairs, Offer& offer);
void read_body(cbor::CborReader& reader, std::size_t pairs, Outcome& outcome);
void read_body(cbor::CborReader& reader, std::size_t pairs, Verdict& verdict);
void read_body(cbor::CborReader& reader, std::size_t pairs, SignatureWanted& wanted);
void write_body(cbor::CborWriter& writer, const Welcome& welcome);
void write_body(cbor::CborWriter& writer, const Offer& offer);
void write_body(cbor::CborWriter& writer, const Outcome& outcome);
void write_body(cbor::CborWriter& writer, const Verdict& verdict);
void write_body(cbor::CborWriter& writer, const SignatureWanted& wanted);

// token_messages.cpp
void read_body(cbor::CborReader& reader, std::size_t pairs, TokenRequest& request);
void read_body(cbor::CborReader& reader, std::size_t pairs, TokenEvent& event);
void read_body(cbor::CborReader& reader, std::size_t pairs, PinTyped& pin);
void read_body(cbor::CborReader& reader, std::size_t pairs, TokenMade& made);
void read_body(cbor::CborReader& reader, std::size_t pairs, HandlesRequest& request);
void read_body(cbor::CborReader& reader, std::size_t pairs, Handles& handles);
void write_body(cbor::CborWriter& writer, const TokenRequest& request);
void write_body(cbor::CborWriter& writer, const TokenEvent& event);
void write_body(cbor::CborWriter& writer, const PinTyped& pin);
void write_body(cbor::CborWriter& writer, const TokenMade& made);
void write_body(cbor::CborWriter& writer, const HandlesRequest& request);
void write_body(cbor::CborWriter& writer, const Handles& handles);

}  // namespace latchkey::channel
