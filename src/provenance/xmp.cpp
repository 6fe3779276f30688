// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/xmp.h"

namespace vasa::provenance {
namespace {

constexpr std::string_view kProperty = ":DigitalSourceType";
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMaxValueBytes = 200;

/// The text up to `end`, without white space around it.
std::string value_until(std::string_view text, char end) {
    const std::size_t size = text.substr(0, kMaxValueBytes + 1).find(end);
    if (size == std::string_view::npos) {
        return "";
    }
    text = text.substr(0, size);
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return "";
    }
    return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

/// The value that follows a property's name: ="value" or >value<.
std::string value_after(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return "";
    }
    text.remove_prefix(begin);
    if (text.front() == '>') {
        return value_until(text.substr(1), '<');
    }
    if (text.front() != '=') {
        return "";
    }
    const std::size_t quote = text.find_first_not_of(kSpace, 1);
    if (quote == std::string_view::npos || (text[quote] != '"' && text[quote] != '\'')) {
        return "";
    }
    return value_until(text.substr(quote + 1), text[quote]);
}

}  // namespace

std::string xmp_packet(std::string_view program_version) {
    const std::string version(program_version);
    return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
           "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
           "<rdf:Description rdf:about=\"\"\n"
           "  xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n"
           "  xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
           "  xmp:CreatorTool=\"vasa " +
           version +
           "\"\n"
           "  Iptc4xmpExt:DigitalSourceType=\"" +
           kTrainedAlgorithmicMedia +
           "\"\n"
           "  Iptc4xmpExt:AISystemUsed=\"vasa\"\n"
           "  Iptc4xmpExt:AISystemVersionUsed=\"" +
           version +
           "\"/>\n"
           "</rdf:RDF>\n"
           "</x:xmpmeta>\n"
           "<?xpacket end=\"r\"?>";
}

std::string digital_source_type(std::string_view packet) {
    std::size_t at = packet.find(kProperty);
    while (at != std::string_view::npos) {
        std::string value = value_after(packet.substr(at + kProperty.size()));
        if (!value.empty()) {
            return value;
        }
        at = packet.find(kProperty, at + 1);
    }
    return "";
}

std::string source_type_name(std::string_view address) {
    return std::string(address.substr(address.rfind('/') + 1));
}

}  // namespace vasa::provenance
