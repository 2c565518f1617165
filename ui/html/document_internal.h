/* What document.c and path.c share while a report is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_DOCUMENT_INTERNAL_H
#define PPTPNAT_HTML_DOCUMENT_INTERNAL_H

#include "document.h"

/* The things of the report by their ids (int64_t *, borrowed from the things). */
struct parse {
    struct document *document;
    GHashTable *points;
    GHashTable *connections;
    GHashTable *calls;
    GHashTable *links;
    GHashTable *ike_sas;
    GHashTable *esp_sas;
    GHashTable *tunnels; /* by IPsec link */
    GHashTable *esp_paths;
};

/* The thing of that id, or NULL. */
void *parse_lookup(GHashTable *things, struct number id);

struct passage parse_passage(JsonObject *gre, enum direction direction);

/* Makes a path of every link and of every call that no link has. */
void parse_paths(struct parse *parse, JsonObject *root);
/* Gives `finding` to the path of its link or its call. */
void parse_attach(struct parse *parse, struct finding *finding, struct number link);

/* Moves the start of the document to `time` if that is earlier. */
void parse_note_time(struct parse *parse, struct moment time);

struct ipsec *parse_ipsec(struct parse *parse, JsonObject *root);
void parse_ipsec_free(struct ipsec *ipsec);
/* Gives a finding of IPsec, as in the report, to its tunnel. */
void parse_attach_ipsec(struct parse *parse, struct finding *finding, JsonObject *object);

void parse_connection_free(void *connection);
void parse_call_free(void *call);
void parse_path_free(void *path);

#endif
