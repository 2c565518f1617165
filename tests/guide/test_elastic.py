"""The Elasticsearch page: the mapping that its commands make fits the documents that they make.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re

import pytest

from support import guide

PAGE = guide.GUIDE / "elasticsearch.md"
TYPES = {
    "FT_UINT16": "integer", "FT_UINT32": "long", "FT_FRAMENUM": "long", "FT_BOOLEAN": "boolean",
    "FT_RELATIVE_TIME": "double", "FT_BYTES": "keyword",
}  # fmt: skip
TEXTS = {"FT_STRING", "FT_GUID"}  # typed by the template
FITS = {
    "integer": re.compile(r"-?\d+"), "long": re.compile(r"-?\d+"),
    "double": re.compile(r"-?\d+(\.\d+)?"), "keyword": re.compile(r".+", re.S),
}  # fmt: skip
CAPTURES = [
    "lab/h_sli_mistranslated/both.pcapng", "two_nats_last_wrong.pcapng", "mapping_changed.pcapng",
    "gre_loss_order_duplicates.pcapng", "windows_correlation_id.pcapng", "gre_wrong_lengths.pcapng",
    "all_messages.pcapng", "ipsec_port_shared.pcapng", "ipsec_esp_misdelivered.pcapng",
    "ipsec_l2tp_in_clear.pcapng", "ipsec_no_reply.pcapng",
]  # fmt: skip


IN_NO_CAPTURE = {"ipsec.esp.lost", "ipsec.esp.out_of_order", "ipsec.esp.duplicate"}
CARRIERS = ("isakmp", "esp", "udpencap", "l2tp")  # layers with an object "ipsec"


def strict(pairs):
    """An object of JSON; a name that stands in it twice is Elasticsearch's error."""
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


def commands():
    """The page's shell commands, with lines joined."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    text = "".join(blocks).replace("|\n", "|").replace("\\\n", "")
    return re.findall(r"^(tshark .*?)$", text, re.M)


def made_by(ours, command, **names):
    """The text of the file that a command of the page writes."""
    command, _ = command.split(" > ")
    command = command.replace("ui/guide/", f"{ours.stage.root}/")
    for name, path in names.items():
        command = command.replace(f"{name}.pcapng", str(path))
    return ours.run("sh", "-c", command).stdout


def count_types(properties):
    """As Elasticsearch counts them: objects, too."""
    return sum(1 + count_types(one.get("properties", {})) for one in properties.values())


@pytest.fixture(scope="module")
def mapping(ours):
    (ours.stage.root / "elastic-mapping.jq").write_bytes(
        (guide.GUIDE / "elastic-mapping.jq").read_bytes()
    )
    (ours.stage.root / "elastic-mapping.jq").chmod(0o644)
    made = json.loads(made_by(ours, commands()[0]), object_pairs_hook=strict)
    assert made["mappings"]["dynamic"] is True and made["mappings"]["dynamic_templates"]
    types = made["mappings"]["properties"]
    assert 2 * count_types(types) < made["settings"]["index.mapping.total_fields.limit"]
    return made["mappings"]["properties"]["layers"]["properties"]


def layers_of(mapping):
    """{layer, or layer.ipsec: the types of its keys}."""
    found = {layer: part["properties"] for layer, part in mapping.items()}
    return found | {f"{one}.ipsec": found[one]["ipsec"]["properties"] for one in CARRIERS}


def key_of(name):
    return f"{name.split('.')[0]}_{name.replace('.', '_')}"


def own_types(ours, stock):
    own = set(ours.field_names) - set(stock.field_names)
    own -= set(ours.finding_names) | set(ours.ipsec_finding_names)
    return {name: ours.field_names[name][1] for name in own}


@pytest.fixture(scope="module")
def documents(ours):
    made = []
    for name in CAPTURES:
        lines = made_by(ours, commands()[1], both=ours.capture(name)).splitlines()
        assert json.loads(lines[0]) == {"index": {}}
        made += [json.loads(line, object_pairs_hook=strict) for line in lines[1::2]]
    return made


def test_every_own_field_has_its_type_in_the_mapping(ours, stock, mapping):
    layers = layers_of(mapping)
    for name, kind in own_types(ours, stock).items():
        if kind == "FT_NONE":
            continue  # a mark holds no value
        protocol = name.split(".")[0]
        where = [f"{one}.ipsec" for one in CARRIERS] if protocol == "ipsec" else [protocol]
        for layer in where:
            if kind in TEXTS:
                assert key_of(name) not in layers[layer], name
            else:
                assert layers[layer][key_of(name)] == {"type": TYPES[kind]}, name


def test_a_field_of_pptp_has_its_type_in_every_layer(mapping):
    for layer in mapping.values():
        assert layer["properties"]["pptp_pptp_call"] == {"type": "long"}


def values_of(documents):
    """{(layer, key): values} of all layers, texts and marks alike."""
    found = {}

    def add(layer, keys):
        for part in keys if isinstance(keys, list) else [keys]:
            for key, value in (part or {}).items():
                if key == "ipsec":
                    add(f"{layer}.ipsec", value)
                    continue
                kept = found.setdefault((layer, key), [])
                kept += value if isinstance(value, list) else [value]

    for document in documents:
        for layer, keys in document["layers"].items():
            add(layer, keys)
    return found


def test_what_is_written_fits_the_mapping(ours, stock, mapping, documents):
    values, layers = values_of(documents), layers_of(mapping)
    missing = set()
    for name, kind in own_types(ours, stock).items():
        here = [(layer, at) for layer, key in values if key == key_of(name)
                for at in [values[layer, key]]]  # fmt: skip
        if not here and kind != "FT_NONE":
            missing.add(name)
        for layer, at in here:
            typed = layers[layer].get(key_of(name), {"type": "keyword"})["type"]
            if kind == "FT_NONE":
                assert set(at) == {None}, name
            elif typed == "boolean":
                assert set(at) <= {True, False}, name
            else:
                assert all(FITS[typed].fullmatch(value) for value in at), (name, typed, at[:3])
    assert missing == IN_NO_CAPTURE


def test_the_same_values_are_in_t_json(ours, documents):
    """-T json has the names as they are; a filter made from them finds the same packets."""
    wrong_only = ("-Y", "pptp.nat.mistranslation")
    packets = json.loads(ours.tshark(CAPTURES[0], "-2", "-T", "json", *wrong_only))
    wrong = [one["layers"]["pptp"] for one in documents
             if "pptp_pptp_nat_mistranslation" in one["layers"].get("pptp", {})]  # fmt: skip
    texts = json.dumps(packets)
    assert len(packets) == 3
    for one in wrong[:3]:
        assert f'"pptp.nat.mistranslation": "{one["pptp_pptp_nat_mistranslation"]}"' in texts
        assert f'"pptp.nat.expected_call_id": "{one["pptp_pptp_nat_expected_call_id"]}"' in texts
