"""Two readers of one core check each other: wiretap with the command's own eyes, and tshark with
the plugin. Their JSON is the same, octet for octet.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import random
import re
import struct

import pytest

from reader import mutants
from support import paths

SEEDS = range(int(os.environ.get("PPTPNAT_MUTANTS", "3")))
PAIRS = sorted(
    path.parent.relative_to(paths.CAPTURES).as_posix()
    for path in paths.CAPTURES.rglob("outside.pcapng")
)
# What only tshark opens, and the captures that have it.
HANDED_OVER = {
    "fragment_lost.pcapng": "an IP fragment",
    "fragment_lost_near.pcapng": "an IP fragment",
    "gre_fragmented.pcapng": "an IP fragment",
    "gre_of_other_kinds.pcapng": "GRE of another kind",
    "ipsec_fragment_lost.pcapng": "an IP fragment",
    "ipsec_fragment_lost_near.pcapng": "an IP fragment",
    "ipsec_l2tp_in_clear_near.pcapng": "a UDP port whose datagrams can carry IP",
    **{
        f"ipsec_live/ike_fragments_lost_behind/{kind}.pcapng": "an IP fragment"
        for kind in ("inside", "outside", "both")
    },
    "public/pcapplusplus-gre-packets.pcap": "GRE of another kind",
}


# reordercap makes one of the interfaces of several sections; here only what comes back from tshark
# can be compared.
OF_SECTIONS = "two_sections.pcapng"


def by_tshark(ours, folder, captures):
    """The JSON of tshark itself on these captures, sorted and merged by Wireshark's programs."""
    manifest, parts, count = [], [], 0
    for index, capture in enumerate(captures):
        part = folder / f"{index}.sorted"
        said = ours.run("reordercap", "-n", capture, part).stdout
        if " 0 out of order" in said:
            part, order = capture, ""
        else:
            times = ours.run(
                "tshark", "-n", "-r", capture, "-T", "fields", "-e", "frame.time_epoch"
            )  # fmt: skip
            keys = [float(line) for line in times.stdout.split()]
            numbers = sorted(range(len(keys)), key=keys.__getitem__)
            order = "\t" + " ".join(str(number + 1) for number in numbers)
        parts.append(part)
        infos = ours.run("capinfos", "-t", "-I", "-M", part).stdout
        interfaces = re.search(r"Number of interfaces in file: *(\d+)", infos)
        for _ in range(int(interfaces.group(1)) if interfaces else 1):
            number = "*" if len(captures) == 1 else count
            manifest.append(f"{number}\t{capture}{order}\n")
            count, order = count + 1, ""
    names = folder / "manifest"
    names.write_text("".join(manifest if len(captures) > 1 else manifest[:1]))
    names.chmod(0o644)
    merged = parts[0]
    if len(captures) > 1:
        merged = folder / "merged.pcapng"
        ours.run("mergecap", "-I", "none", "-w", merged, *parts)
    report = folder / "report.json"
    ours.tshark(
        merged, "-q", "-o", f"pptp.nat.manifest:{names}", "-z", f"pptp,json,{report}"
    )  # fmt: skip
    return report.read_text()


@pytest.mark.parametrize("name", paths.single_captures() + paths.ipsec_captures())
def test_both_readers_agree_on_a_capture(ours, read, folder, name):
    capture = ours.capture(name)
    report, decided = read([capture])
    expected = (
        read([capture], "-t")[0]
        if name == OF_SECTIONS
        else by_tshark(ours, folder, [capture])
    )
    assert report == expected
    reason = HANDED_OVER.get(name)
    assert ("with tshark" in decided) == (reason is not None), decided
    assert reason is None or reason in decided


@pytest.mark.parametrize("name", PAIRS)
def test_both_readers_agree_on_both_sides(ours, read, folder, name):
    captures = [ours.capture(f"{name}/{side}.pcapng") for side in ("inside", "outside")]
    report, _ = read(captures)
    assert report == by_tshark(ours, folder, captures)


@pytest.mark.parametrize("name", ["lab/h_sli_mistranslated", "ipsec/s2_two_clients"])
def test_what_is_handed_over_comes_back_the_same(ours, read, name):
    captures = [ours.capture(f"{name}/{side}.pcapng") for side in ("inside", "outside")]
    by_wiretap, decided = read(captures)
    assert "with tshark" not in decided
    handed_over, decided = read(captures, "-t")
    assert "with tshark" in decided
    assert by_wiretap == handed_over


def test_both_readers_agree_on_frames_without_a_time(ours, read, folder):
    """Simple Packet Blocks of pcapng have none."""
    capture = folder / "timeless.pcapng"
    frames = mutants.frames_of(paths.CAPTURES / "article_without_nat.pcapng")
    octets = mutants.written(frames[:1])
    head = octets[: octets.index(struct.pack("<I", mutants.PACKET), 32)]
    simple = [
        mutants.block(3, struct.pack("<I", frame.length) + bytes(frame.octets)) for frame in frames
    ]
    capture.write_bytes(head + b"".join(simple))
    report, decided = read([capture])
    assert "with tshark" not in decided
    assert '"connections": []' not in report
    assert report == by_tshark(ours, folder, [capture])
    assert report == read([capture], "-t")[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_readers_agree_on_files_out_of_order(ours, read, folder, seed):
    """Own frame numbers are those of the files as they are."""
    captures = []
    for side in ("inside", "outside"):
        frames = mutants.frames_of(paths.LAB / "b_two_clients_same_id_helper" / f"{side}.pcapng")
        order = list(range(len(frames)))
        random.Random(f"{seed}{side}").shuffle(order)
        captures.append(folder / f"{side}.pcapng")
        captures[-1].write_bytes(mutants.written(frames, order, late=200 * len(captures)))
    report, decided = read(captures)
    assert "sorting" in decided
    assert report == by_tshark(ours, folder, captures)
    assert report == read(captures, "-t")[0]


@pytest.mark.parametrize("option", ["-w", "-t"])
def test_more_captures_than_may_be_open_at_once(ours, read, option):
    names = [name for name in paths.single_captures() if name not in HANDED_OVER][:100]
    captures = [ours.capture(name) for name in names]
    few = read(captures, option, before=("prlimit", "--nofile=90"))
    assert few == read(captures, option)


@pytest.mark.parametrize("octets", [54, 58, 62, 70, 84])
@pytest.mark.parametrize(
    "name", ["both_sides_icmp", "gre_rejected", "article_without_nat", "ipsec/s1_one_client/both"]
)
def test_both_readers_agree_where_frames_are_cut(ours, read, folder, name, octets):
    """A capture's snap length can end within TCP's options, or within what ICMP quotes."""
    capture = folder / "cut.pcapng"
    ours.run("editcap", "-s", octets, ours.capture(f"{name}.pcapng"), capture)
    report, decided = read([capture])
    assert "with tshark" not in decided
    assert report == by_tshark(ours, folder, [capture])


def test_a_syn_whose_options_are_cut_counts(ours, folder):
    capture = folder / "cut.pcapng"
    ours.run("editcap", "-s", 54, ours.capture("article_without_nat.pcapng"), capture)
    _, cut = ours.report(capture, "-q")
    assert cut["connections"][0]["first_frame"] == 1


def sources():
    """The captures whose frames are changed."""
    return [
        paths.CAPTURES / name
        for name in paths.single_captures() + paths.ipsec_captures()
        if name.endswith(".pcapng")
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_readers_agree_on_damaged_frames(ours, read, folder, seed):
    """What is not surely known is left out first: it would be handed over. Of the rest, each frame
    must be to both readers what it is to the other."""
    frames = mutants.mutated(sources()[seed % 4 :: 4], seed)
    capture = folder / "mutants.pcapng"
    capture.write_bytes(mutants.written(frames))
    _, said = read([capture], "-w")
    unknown = {int(number) for number in re.findall(r"^frame (\d+) of", said, re.MULTILINE)}
    assert len(unknown) < len(frames) / 2, "hardly anything is left"
    known = [frame for number, frame in enumerate(frames, 1) if number not in unknown]
    capture.write_bytes(mutants.written(known))
    report, decided = read([capture])
    assert "with tshark" not in decided
    assert report == by_tshark(ours, folder, [capture])


@pytest.mark.parametrize("seed", SEEDS)
def test_both_readers_agree_where_one_frame_is_damaged(ours, read, folder, seed):
    """Also where that frame hands all of them over."""
    capture = folder / "mutants.pcapng"
    source = sources()[seed * 7 % len(sources())]
    capture.write_bytes(mutants.written(mutants.mutated([source], seed, part=0.02)))
    report, _ = read([capture])
    assert report == by_tshark(ours, folder, [capture])
