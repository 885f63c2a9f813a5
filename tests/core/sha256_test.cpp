#include "core/sha256.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace aufbau {
namespace {

// Examples published with FIPS 180-4, and the empty message.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesArrive) {
  for (const std::size_t length : {55, 56, 63, 64, 65, 119, 120, 128, 1000}) {
    const std::string text(length, 'b');
    for (const std::size_t piece : {1, 7, 64, 100}) {
      Sha256 hash;
      for (std::size_t at = 0; at < length; at += piece)
        hash.update(std::string_view(text).substr(at, piece));
      EXPECT_EQ(hash.hex(), sha256_hex(text)) << length << " bytes in pieces of " << piece;
    }
  }
}

TEST(Sha256, MayBeReadOnTheWay) {
  Sha256 hash;
  hash.update("ab");
  EXPECT_EQ(hash.hex(), sha256_hex("ab"));
  hash.update("c");
  EXPECT_EQ(hash.hex(), sha256_hex("abc"));
}

}  // namespace
}  // namespace aufbau
