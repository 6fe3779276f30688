// SPDX-License-Identifier: Apache-2.0
// Fuzz target: boxes and XMP of a hostile MP4 file are read within their bounds.
#include "fuzz.h"

#include "vasa/provenance/mp4_boxes.h"
#include "vasa/provenance/xmp.h"

using namespace vasa;
using core::ErrorKind;
using provenance::Mp4Box;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file(".mp4");
    file.write(data, size);
    bool is_whole = false;
    std::vector<Mp4Box> boxes;
    std::string packet;
    if (!fuzz::is_accepted({ErrorKind::Input}, [&] {
            boxes = provenance::list_mp4_boxes(file.path(), is_whole);
            provenance::is_cut_short(file.path());
            packet = provenance::read_uuid_box(file.path(), provenance::kXmpUuid, 10'000);
        })) {
        return 0;
    }
    std::uint64_t end = 0;
    for (const Mp4Box& box : boxes) {
        fuzz::require(box.offset == end, "boxes follow each other");
        fuzz::require(box.num_bytes >= box.num_header_bytes, "a box holds its header");
        end += box.num_bytes;
    }
    fuzz::require(end <= size, "boxes lie in the file");
    fuzz::require(is_whole == (end == size), "a whole file is one filled by its boxes");
    fuzz::require(packet.size() <= 10'000, "a packet has its limit");
    fuzz::require(provenance::digital_source_type(packet).size() <= 200, "a value has its limit");
    const std::string text(reinterpret_cast<const char*>(data), size);
    fuzz::require(provenance::digital_source_type(text).size() <= 200, "a value has its limit");
    return 0;
}
