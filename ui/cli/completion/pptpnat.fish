# Completion of pptpnat for fish.
# SPDX-License-Identifier: GPL-2.0-or-later
complete -c pptpnat -l json -d 'Print one JSON document'
complete -c pptpnat -l html -r -F -d 'Also draw the calls'
complete -c pptpnat -l strip -x -a '(__fish_complete_directories)' -d 'Also write copies for a vendor'
complete -c pptpnat -l open -d 'Then open the captures in Wireshark'
complete -c pptpnat -s h -l help -d 'Print the options'
complete -c pptpnat -l version -d 'Print the versions'
