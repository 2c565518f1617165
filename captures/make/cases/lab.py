"""What has to be found in the recorded scenarios of captures/lab: their frames are in truth.json.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from . import NOTES, filter_name

# Notes that go with the faults, or with a reconnect; lab recordings are no one-behaviour captures.
_ALSO = [filter_name(one) for one in NOTES
         if one not in ("no_editor", "disconnect_rewritten", "gre_loss", "limit_reached")
         and not one.startswith("ipsec_")]

# What one point shows of the same faults: listed under them as consequences.
_ALSO += [filter_name(one) for one in ("unknown_call_id", "ppp_stalled", "ppp_refused",
                                       "gre_one_way", "window_exceeded")]


def _scenario(status, *findings):
    return {"findings": [{"id": filter_name(finding), "frame": None, **values}
                         for finding, values in findings],
            "exact": True, "exit": status, "may": _ALSO}


_REWRITTEN = "disconnect_rewritten"
_INBOUND = ("gre_not_forwarded", {"direction": "pac_to_pns"})
_NO_EDITOR = ("no_editor", {})
_INFO = ("callid_mistranslated", {"expected": 1536, "seen": 33244,
                                  "mistranslation": "untranslated"})

EXPECT = {f"lab/{name}/both.pcapng": entry for name, entry in {
    "a_one_client_helper": _scenario(0),
    "b_two_clients_same_id_helper": _scenario(0),
    "e_dnat_helper": _scenario(0),
    "g_loss": _scenario(0, ("gre_loss", {"direction": "pns_to_pac"}),
                        ("gre_loss", {"direction": "pac_to_pns"})),
    "r2_two_mppe_same_id": _scenario(0),
    "l2_server_sigterm": _scenario(0, (_REWRITTEN, {"expected": 0, "seen": 0x91BE})),
    "f2_silent_kill_reconnect": _scenario(0, ("gre_rejected", {})),
    "a2_one_client_nohelper": _scenario(1, _INBOUND, _NO_EDITOR),
    "c3_nohelper_input_drop": _scenario(1, ("tunnel_ambiguous", {}), _INBOUND, _INBOUND,
                                        _NO_EDITOR),
    "d_helper_gre_in_blocked": _scenario(1, _INBOUND),
    "h_sli_mistranslated": _scenario(1, _INFO, _INFO,
                                     (_REWRITTEN, {"expected": 4096, "seen": 1536})),
    "k_split_ocrq": _scenario(1, ("setup_untranslated", {}), ("message_split", {}),
                              ("callid_mistranslated", {"expected": 1536, "seen": 0,
                                                        "mistranslation": "zero"}), _INBOUND),
}.items()}
