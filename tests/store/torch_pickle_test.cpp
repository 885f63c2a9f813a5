#include "store/torch_pickle.h"

#include <gtest/gtest.h>

#include <set>

#include "store/torch_emitter.h"
#include "testing/errors.h"

namespace aufbau::store {
namespace {

using testing::error_of;
using testing::says;
using namespace testing::pickle;

Pickle read(const std::string& bytes) { return read_pickle(bytes, 0, "file"); }
Error error_in(const std::string& opcodes) {
  const std::string bytes = whole(opcodes);
  return error_of([&] { read(bytes); });
}
void expect_refused(const std::string& opcodes, const std::string& words) {
  const Error error = error_in(opcodes);
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, words)) << error.what();
}

TEST(TorchPickle, ReadsEveryKindOfValue) {
  const std::string pieces = std::string("N\x88\x89K\xffM\xff\xff") + integer(-5) +
                             std::string("\x8a\x02\x00\x80", 4) + std::string("\x8a\x00", 2) +
                             std::string("G\0\0\0\0\0\0\0\0", 9) + text("w");
  const std::string opcodes = whole(tuple(pieces));
  const Pickle pickle = read(opcodes);
  const PickleValue& root = pickle.at(pickle.root);
  EXPECT_EQ(pickle.end, opcodes.size());
  ASSERT_EQ(root.kind, PickleKind::tuple);
  ASSERT_EQ(root.items.size(), 10u);
  const auto item = [&](std::size_t i) { return pickle.at(root.items[i]); };
  EXPECT_EQ(item(0).kind, PickleKind::none);
  EXPECT_EQ(item(1).kind, PickleKind::boolean);
  EXPECT_EQ(item(1).integer, 1);
  EXPECT_EQ(item(2).integer, 0);
  EXPECT_EQ(item(3).integer, 255);
  EXPECT_EQ(item(4).integer, 65535);
  EXPECT_EQ(item(5).integer, -5);
  EXPECT_EQ(item(6).integer, -32768);
  EXPECT_EQ(item(7).integer, 0);
  EXPECT_EQ(item(8).kind, PickleKind::real);
  EXPECT_EQ(item(9).text, "w");
  EXPECT_EQ(item(0).offset, 3u);
}

TEST(TorchPickle, ReadsContainersAndTheMemo) {
  const std::string bytes = whole(dict(text("a") + "](K\x01K\x02" + "eq\x05" + text("b") + "h\x05" +
                                       text("c") + "K\x03K\x04\x86" + text("d") + ")"));
  const Pickle pickle = read(bytes);
  const PickleValue& root = pickle.at(pickle.root);
  ASSERT_EQ(root.kind, PickleKind::dict);
  ASSERT_EQ(root.items.size(), 8u);
  EXPECT_EQ(pickle.at(root.items[1]).items.size(), 2u);
  EXPECT_EQ(root.items[1], root.items[3]) << "a recalled value is the same value";
  EXPECT_EQ(pickle.at(root.items[5]).items.size(), 2u);
  EXPECT_TRUE(pickle.at(root.items[7]).items.empty());
}

TEST(TorchPickle, ATensorIsItsArguments) {
  const std::string bytes = whole(tensor(storage("DoubleStorage", "12", 6), 0, {2, 3}, {3, 1}));
  const Pickle pickle = read(bytes);
  const PickleValue& root = pickle.at(pickle.root);
  ASSERT_EQ(root.kind, PickleKind::tensor);
  ASSERT_EQ(root.items.size(), 6u);
  const PickleValue& from = pickle.at(root.items[0]);
  ASSERT_EQ(from.kind, PickleKind::storage);
  EXPECT_EQ(storage_element(pickle.at(from.items[1]), "file"), StorageElement::f64);
  EXPECT_EQ(pickle.at(from.items[2]).text, "12");
}

TEST(TorchPickle, AParameterIsItsTensor) {
  const std::string bytes = whole(
      global("torch._utils", "_rebuild_parameter") +
      tuple(tensor(storage("FloatStorage", "0", 1), 0, {}, {}) + "\x88" + ordered_dict()) + "R");
  const Pickle pickle = read(bytes);
  EXPECT_EQ(pickle.at(pickle.root).kind, PickleKind::tensor);
}

TEST(TorchPickle, AttributesOfADictAreSetAside) {
  const std::string bytes = whole(ordered_dict() + dict(text("_metadata") + ordered_dict()) + "b");
  const Pickle pickle = read(bytes);
  EXPECT_EQ(pickle.at(pickle.root).kind, PickleKind::dict);
  EXPECT_TRUE(pickle.at(pickle.root).items.empty());
}

struct Forbidden {
  const char *module, *name;
};
class ForbiddenNames : public ::testing::TestWithParam<Forbidden> {};
TEST_P(ForbiddenNames, AreRefusedWithNameAndByte) {
  const auto& [module, name] = GetParam();
  // At byte 4, behind an empty dict; with arguments and a call, as an attack has them.
  expect_refused("}0" + global(module, name) + tuple(text("echo")) + "R", "pickle opcode 48");
  const Error error = error_in("}(" + global(module, name) + tuple(text("echo")) + "R");
  EXPECT_EQ(error.kind(), ErrorKind::input);
  const std::string expected =
      std::string("[file] byte 4: the pickle mentions '") + module + "." + name;
  EXPECT_TRUE(std::string(error.what()).starts_with(expected)) << error.what();
  EXPECT_TRUE(says(error, "nothing was executed")) << error.what();
}
INSTANTIATE_TEST_SUITE_P(TorchPickle, ForbiddenNames,
                         ::testing::ValuesIn(std::vector<Forbidden>{
                             {"os", "system"},
                             {"posix", "system"},
                             {"subprocess", "Popen"},
                             {"builtins", "eval"},
                             {"builtins", "getattr"},
                             {"__builtin__", "eval"},
                             {"torch", "load"},
                             {"torch", "Tensor"},
                             {"torch", "FloatStorage2"},
                             {"torch.", "FloatStorage"},
                             {"torch._utils", "_rebuild_tensor"},
                             {"torch._utils", "_rebuild_tensor_v2 "},
                             {"torch.jit", "load"},
                             {"collections", "namedtuple"},
                             {"", "OrderedDict"}}));

TEST(TorchPickle, ForbiddenNamesCannotWriteOnTheTerminal) {
  expect_refused(global("a\x1b[2J", "b"), "mentions 'a\\x1b[2J.b'");
  expect_refused(global(std::string(100, 'm'), "b"), std::string(80, 'm') + "...'");
  expect_refused("c" + std::string(1000, 'm'), "a name has no end");
}

TEST(TorchPickle, EveryOtherOpcodeIsRefused) {
  const std::set<int> used = {'(', '.', 'J', 'K', 'M',  'N',  'Q',  'R',  'X',  'a',
                              'b', 'c', 'e', 'h', 'j',  'q',  'r',  's',  't',  'u',
                              'G', '}', ']', ')', 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a};
  for (int opcode = 0; opcode < 256; ++opcode)
    if (!used.contains(opcode))
      expect_refused(std::string(1, static_cast<char>(opcode)),
                     "byte 2: pickle opcode " + std::to_string(opcode) + " ");
}

TEST(TorchPickle, OtherProtocolsAreRefused) {
  for (const char protocol : {0, 1, 3, 4, 5}) {
    const std::string bytes = {'\x80', protocol, 'N', '.'};
    EXPECT_TRUE(
        says(error_of([&] { read(bytes); }), "pickle protocol " + std::to_string(protocol)));
  }
  EXPECT_TRUE(says(error_of([] { read("N."); }), "a pickle was expected"));
}

TEST(TorchPickle, CallsAreOnlyThoseOfTheTable) {
  expect_refused("}" + tuple("") + "R", "not callable");
  expect_refused(text("os.system") + tuple("") + "R", "not callable");
  expect_refused(global("torch", "FloatStorage") + tuple("") + "R", "a call of 'FloatStorage'");
  expect_refused(global("collections", "OrderedDict") + "]R", "without a tuple");
  expect_refused(global("collections", "OrderedDict") + tuple("]") + "R", "with arguments");
  expect_refused(global("torch._utils", "_rebuild_parameter") + tuple("NNN") + "R",
                 "without a tensor");
  expect_refused(global("torch._utils", "_rebuild_tensor_v2") + tuple("NNN") + "R",
                 "3 arguments where 6 to 7");
  expect_refused(tuple("NNN") + "Q", "3 arguments where 5 to 6");
  expect_refused("]Q", "not a tuple");
}

TEST(TorchPickle, BrokenStacksAreRefused) {
  expect_refused("", "0 values on its stack");
  expect_refused("NN", "2 values on its stack");
  expect_refused("(", "0 values on its stack");
  expect_refused("(N", "1 values on its stack");
  expect_refused("t", "no mark was set");
  expect_refused("N\x86", "the stack is empty");
  expect_refused("N(\x85", "the stack is empty");
  expect_refused("Na", "the stack is empty");
  expect_refused("NNa", "goes into a list");
  expect_refused("](NNu", "goes into a dict");
  expect_refused("}(Nu", "no value");
  expect_refused("NNb", "attributes that are not a dict");
  expect_refused("N}b", "goes into a dict");
  expect_refused(std::string("q\0", 2), "the stack is empty");
  expect_refused("h\x07", "memo entry 7 is empty");
  expect_refused("Nq\x09h\x07", "memo entry 7 is empty");
}

TEST(TorchPickle, BombsAreRefused) {
  const std::size_t many = (1u << 20) + 1;
  expect_refused(std::string(many, '('), "more than 64 nested marks");
  expect_refused(std::string(many, 'N'), "more than 1048576 values");
  std::string recalled = std::string("Nq\0", 3);
  for (std::size_t i = 0; i < many; ++i) recalled += std::string("h\0", 2);
  expect_refused(recalled, "values on the stack");
  expect_refused("Nr" + little_endian(1u << 20, 4), "memo entry 1048576");
  expect_refused("Nr" + little_endian(0xffffffff, 4), "memo entry 4294967295");
  expect_refused("X" + little_endian(0xffffffff, 4), "goes on for 4294967295 bytes");
  expect_refused("\x8a\xff" + std::string(255, '\0'), "a whole number of 255 bytes");
  // A long tuple that is recalled again and again must not be copied each time.
  std::string copied = "(" + std::string(1u << 19, 'N') + std::string("tq\0", 3);
  for (int i = 0; i < 1 << 16; ++i) copied += std::string("h\0Q", 3);
  expect_refused(copied, "524288 arguments");
}

TEST(TorchPickle, APickleBeyond64MiBIsRefused) {
  std::string bytes = "\x80\x02]";
  while (bytes.size() < (65u << 20))
    bytes += ")aNa" + std::string("X\0\0\x10\0", 5) + std::string(1u << 20, 'x') + "a";
  EXPECT_TRUE(says(error_of([&] { read(bytes); }), "more than 67108864 bytes"));
}

TEST(TorchPickle, ListsMayHoldThemselves) {
  const std::string bytes = whole(std::string("]q\0h\0a", 6));
  const Pickle pickle = read(bytes);
  EXPECT_EQ(pickle.at(pickle.root).items[0], pickle.root);
}

TEST(TorchPickle, EveryTruncationIsRefused) {
  const std::string bytes =
      whole(dict(text("w") + tensor(storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1})));
  ASSERT_NO_THROW(read(bytes));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const Error error = error_of([&] { read(bytes.substr(0, length)); });
    EXPECT_EQ(error.kind(), ErrorKind::input) << length << ": " << error.what();
  }
}

}  // namespace
}  // namespace aufbau::store
