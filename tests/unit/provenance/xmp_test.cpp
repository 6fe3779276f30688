// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/xmp.h"

#include "support/catch.h"

using namespace vasa;
using provenance::digital_source_type;

TEST_CASE("an XMP packet says that a model made the file") {
    const std::string packet = provenance::xmp_packet("1.2.3");
    CHECK(digital_source_type(packet) == provenance::kTrainedAlgorithmicMedia);
    CHECK(provenance::source_type_name(digital_source_type(packet)) == "trainedAlgorithmicMedia");
    CHECK_THAT(packet, Catch::Contains("xmp:CreatorTool=\"vasa 1.2.3\""));
    CHECK_THAT(packet, Catch::StartsWith("<?xpacket begin=\"\xEF\xBB\xBF\""));
    CHECK_THAT(packet, Catch::EndsWith("<?xpacket end=\"r\"?>"));
}

TEST_CASE("the source type is read as attribute and as element, in any spelling of XML") {
    CHECK(digital_source_type("<a x:DigitalSourceType='one'/>") == "one");
    CHECK(digital_source_type("x:DigitalSourceType = \"two\"") == "two");
    CHECK(digital_source_type("<x:DigitalSourceType>\n three </x:DigitalSourceType>") == "three");
    // A mention without a value does not hide the property.
    CHECK(digital_source_type("about x:DigitalSourceType, x:DigitalSourceType=\"four\"") == "four");
}

TEST_CASE("damaged XMP has no source type") {
    for (const char* text : {"",
                             ":DigitalSourceType",
                             ":DigitalSourceType=",
                             ":DigitalSourceType=\"",
                             ":DigitalSourceType=\"open",
                             ":DigitalSourceType>open",
                             ":DigitalSourceType=bare",
                             ":DigitalSourceType=\"  \"",
                             "DigitalSourceType=\"no prefix\""}) {
        INFO(text);
        CHECK(digital_source_type(text).empty());
    }
    CHECK(digital_source_type(":DigitalSourceType=\"" + std::string(201, 'a') + "\"").empty());
    CHECK(digital_source_type(":DigitalSourceType=\"" + std::string(200, 'a') + "\"").size() ==
          200);
}
