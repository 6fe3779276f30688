// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/mp4_boxes.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <fstream>

#include "support/catch.h"

using namespace vasa;
using provenance::is_cut_short;
using provenance::kXmpUuid;
using provenance::list_mp4_boxes;
using provenance::Mp4Box;
using provenance::read_uuid_box;

namespace {

std::string number(std::uint64_t value, int size) {
    std::string bytes;
    for (int i = size - 1; i >= 0; --i) {
        bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
    }
    return bytes;
}

std::string box(const std::string& type, const std::string& content) {
    return number(8 + content.size(), 4) + type + content;
}

std::string long_box(const std::string& type, const std::string& content) {
    return number(1, 4) + type + number(16 + content.size(), 8) + content;
}

std::string xmp_box(const std::string& content) {
    return box("uuid", std::string(kXmpUuid.begin(), kXmpUuid.end()) + content);
}

class Mp4File {
  public:
    explicit Mp4File(const std::string& bytes) {
        std::ofstream(path(), std::ios::binary) << bytes;
        boxes = list_mp4_boxes(path(), is_whole);
    }
    std::string path() const { return folder_ / "a.mp4"; }
    std::string xmp(std::uint64_t max_bytes = 1000) const {
        return read_uuid_box(path(), kXmpUuid, max_bytes);
    }
    std::string types() const {
        std::string text;
        for (const Mp4Box& each : boxes) {
            text += each.type + " ";
        }
        return text;
    }

    std::vector<Mp4Box> boxes;
    bool is_whole = false;

  private:
    TestFolder folder_;
};

}  // namespace

TEST_CASE("boxes of all kinds of headers are listed in order") {
    const Mp4File file(box("ftyp", "isom") + long_box("free", "abc") + xmp_box("packet") +
                       number(0, 4) + "mdat" + "to the end");
    CHECK(file.types() == "ftyp free uuid mdat ");
    CHECK(file.is_whole);
    REQUIRE(file.boxes.size() == 4);
    CHECK(file.boxes[1].offset == 12);
    CHECK(file.boxes[1].num_bytes == 19);
    CHECK(file.boxes[1].num_header_bytes == 16);
    CHECK(file.boxes[3].num_bytes == 18);
    CHECK(file.xmp() == "packet");
    CHECK(file.xmp(5).empty());  // larger than allowed
}

TEST_CASE("sizes that do not fit the file end the list") {
    const std::string good = box("ftyp", "isom");
    for (const std::string& bad : {std::string("x"),
                                   number(7, 4) + "free",
                                   number(9, 4) + "free",
                                   number(0xFFFFFFFF, 4) + "mdat",
                                   number(1, 4) + "mdat",
                                   number(1, 4) + "mdat" + number(15, 8),
                                   number(1, 4) + "mdat" + number(~std::uint64_t{0}, 8),
                                   number(8, 4) + "uuid",
                                   number(20, 4) + "uuid" + std::string(12, 'u'),
                                   number(23, 4) + "uuid" + std::string(16, 'u')}) {
        const Mp4File file(good + bad);
        INFO(bad);
        CHECK(file.types() == "ftyp ");
        CHECK_FALSE(file.is_whole);
        CHECK(file.xmp().empty());
    }
    CHECK(Mp4File("").boxes.empty());
    CHECK(Mp4File("").is_whole);
}

TEST_CASE("a file of tiny boxes is looked at only so far") {
    std::string bytes;
    for (int i = 0; i < provenance::kMaxMp4Boxes + 5; ++i) {
        bytes += box("free", "");
    }
    const Mp4File file(bytes);
    CHECK(file.boxes.size() == static_cast<std::size_t>(provenance::kMaxMp4Boxes));
    CHECK_FALSE(file.is_whole);
}

TEST_CASE("a file that cannot be read is an input error") {
    const TestFolder folder;
    bool is_whole = false;
    CHECK_THROWS_AS(list_mp4_boxes(folder / "none.mp4", is_whole), core::Error);
    CHECK_THROWS_AS(read_uuid_box(folder / ".", kXmpUuid, 10), core::Error);
}

TEST_CASE("a file that ends within a box was cut short, one with something appended was not") {
    const std::string whole = box("ftyp", "isom") + box("mdat", std::string(100, 'x'));
    CHECK_FALSE(is_cut_short(Mp4File(whole).path()));
    for (const std::size_t size : {std::size_t{13}, std::size_t{20}, whole.size() - 1}) {
        INFO(size);
        CHECK(is_cut_short(Mp4File(whole.substr(0, size)).path()));
    }
    CHECK_FALSE(is_cut_short(Mp4File(whole + std::string(40, '\0')).path()));
    CHECK_FALSE(is_cut_short(Mp4File("no boxes at all").path()));
    CHECK_FALSE(is_cut_short(Mp4File("").path()));
}

TEST_CASE("a box of more than 4 GB is passed over without being read") {
    const TestFolder folder;
    const std::string path = folder / "large.mp4";
    constexpr std::uint64_t kContentBytes = (std::uint64_t{5} << 30U) + 3;
    const std::string begin =
        box("ftyp", "isom") + number(1, 4) + "mdat" + number(16 + kContentBytes, 8);
    {
        std::ofstream file(path, std::ios::binary);
        file << begin;
        // The content is a hole: it takes no room on the disk.
        file.seekp(static_cast<std::streamoff>(begin.size() + kContentBytes));
        file << xmp_box("packet");
        REQUIRE(file.good());
    }
    bool is_whole = false;
    const std::vector<Mp4Box> boxes = list_mp4_boxes(path, is_whole);
    REQUIRE(boxes.size() == 3);
    CHECK(is_whole);
    CHECK(boxes[1].num_bytes == 16 + kContentBytes);
    CHECK(boxes[2].offset == begin.size() + kContentBytes);
    CHECK(read_uuid_box(path, kXmpUuid, 1000) == "packet");
    CHECK_FALSE(is_cut_short(path));
}
