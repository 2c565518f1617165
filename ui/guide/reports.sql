-- Loads JSON reports of pptpnat, one a line, from the standard input of psql into PostgreSQL (12 or
-- later), and makes what the queries of ui/guide/postgresql.md need. May be run again at any time:
-- a report replaces the one of the same site and run.
-- SPDX-License-Identifier: GPL-2.0-or-later
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;

CREATE TABLE IF NOT EXISTS report (
    site text NOT NULL,
    run text NOT NULL,
    document jsonb NOT NULL,
    status text GENERATED ALWAYS AS (document #>> '{verdict,status}') STORED,
    cause text GENERATED ALWAYS AS (document #>> '{verdict,cause}') STORED,
    PRIMARY KEY (site, run)
);
CREATE INDEX IF NOT EXISTS report_document ON report USING gin (document jsonb_path_ops);

-- JSON has no control characters, so that these two never end a line too early.
CREATE TEMPORARY TABLE incoming (document jsonb) ON COMMIT DROP;
\copy incoming FROM pstdin (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
INSERT INTO report
SELECT document ->> 'site', document ->> 'run', document - 'site' - 'run' FROM incoming
ON CONFLICT (site, run) DO UPDATE SET document = EXCLUDED.document;

-- The entry of a list of the report with this id.
CREATE OR REPLACE FUNCTION entry(document jsonb, list text, id jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_path_query_first(document -> list, '$[*] ? (@.id == $id)',
                                  jsonb_build_object('id', id))
$$;

-- The address of an end of an IKE SA, at either port.
CREATE OR REPLACE FUNCTION address(ike_end jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(ike_end #>> '{p500,address}', ike_end #>> '{p4500,address}')
$$;

-- When each run began: its first message or packet.
CREATE OR REPLACE VIEW run AS
SELECT site, run, status, cause,
       to_timestamp((SELECT min(value::text::float8) FROM (
           SELECT jsonb_path_query(document, '$.**.time') UNION ALL
           SELECT jsonb_path_query(document, '$.**.first_time')
       ) AS times(value) WHERE jsonb_typeof(value) = 'number')) AS began
FROM report;

-- One row for each call and IKE SA that was seen at two points or more, with its ends as the first
-- and as the last point of the path saw them. Of a call whose control connection is not in the
-- captures, the addresses are not known.
CREATE OR REPLACE VIEW tunnel AS
WITH pptp AS (
    SELECT site, run, link, 'PPTP' AS kind,
           entry(document, 'connections',
                 entry(document, 'calls', link #> '{calls,0}') -> 'connection') AS inside,
           entry(document, 'connections',
                 entry(document, 'calls', link #> '{calls,-1}') -> 'connection') AS outside
    FROM report, jsonb_array_elements(document -> 'links') AS link
), ipsec AS (
    SELECT site, run, link, 'IPsec' AS kind,
           entry(document, 'ike_sas', link #> '{sas,0}') AS inside,
           entry(document, 'ike_sas', link #> '{sas,-1}') AS outside
    FROM report, jsonb_array_elements(document -> 'ipsec_links') AS link
    WHERE link ->> 'kind' = 'ike'
), ends AS (
    SELECT site, run, link, kind,
           inside #>> '{pns,address}' AS client, inside #>> '{pac,address}' AS server,
           outside #>> '{pns,address}' AS client_outside,
           outside #>> '{pac,address}' AS server_outside
    FROM pptp
    UNION ALL
    SELECT site, run, link, kind, address(inside -> 'initiator'), address(inside -> 'responder'),
           address(outside -> 'initiator'), address(outside -> 'responder')
    FROM ipsec
)
SELECT site, run, kind, client, server, link #>> '{verdict,status}' AS status,
       CASE WHEN client_outside <> client THEN client_outside
            WHEN server_outside <> server THEN server_outside END AS router
FROM ends;

-- What each hop between two points was given of a call's GRE, and what it lost.
CREATE OR REPLACE VIEW gre_hop AS
SELECT site, run, direction.key AS direction, hop.number,
       (direction.value #>> ARRAY['seen', (hop.number - 1)::text])::bigint AS packets,
       (hop.value ->> 'lost')::bigint AS lost
FROM report, jsonb_array_elements(document -> 'links') AS link,
     jsonb_each(link -> 'gre') AS direction,
     jsonb_array_elements(direction.value -> 'hops') WITH ORDINALITY AS hop(value, number);

COMMIT;
