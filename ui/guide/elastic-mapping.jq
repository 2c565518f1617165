# Makes of `tshark -G elastic-mapping` a mapping that fits what `tshark -T ek` writes:
#
#     tshark -G elastic-mapping --elastic-mapping-filter PROTOCOLS |
#         jq -n --stream -f elastic-mapping.jq
#
# SPDX-License-Identifier: GPL-2.0-or-later

# tshark names a protocol again where a plugin adds fields to it. Elasticsearch refuses a name that
# is there twice: read as a stream, the parts become one.
reduce (inputs | select(length == 2 and .[1] != {})) as [$at, $value] ({}; setpath($at; $value))

# Numbers that Wireshark shows in hexadecimal are not indexed, instead of the packet being refused.
| .settings["index.mapping.ignore_malformed"] = true

# Elasticsearch allows 1,000 fields. IKE alone has 300, and texts are added as they come.
| .settings["index.mapping.total_fields.limit"] = 4000

| .mappings.properties.layers.properties |= (
    # Octets are written as text. Durations are written as seconds.
    map_values(.properties |= map_values(if .type == "byte" then .type = "keyword" else . end))
    | (.pptp, .gre).properties |= map_values(if .type == "date" then .type = "double" else . end)
    # What is known of IKE and ESP stands in an object of the layer that carries it.
    | {properties: (.ipsec.properties // {})} as $ipsec
    | (.isakmp, .esp, .udpencap, .l2tp).properties.ipsec = $ipsec
    | del(.ipsec)
    # What is known of a call, and findings, stand in the layer of the packet that they are about.
    | .pptp.properties as $added
    | map_values(.properties += $added)
)

# tshark leaves texts out.
| .mappings.dynamic = true
| .mappings.dynamic_templates =
    [{"texts": {"match_mapping_type": "string", "mapping": {"type": "keyword"}}}]
