package io.tenantdatasource.internal.sql;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What may stand before a parenthesis and changes nothing in the session: words of SQL's grammar, types, and functions of
 * PostgreSQL's own. The list need not be whole: another name costs a look at the session, nothing else. A test compares it
 * with the servers' catalogues, and keeps off it what is volatile without need.
 */
final class OwnFunctions {

    private static final Set<String> GRAMMAR = Set.of(
            ("all and any array as between by case cast check coalesce collate conflict cross cube default distinct else"
                            + " except exists extract filter following from full greatest group grouping"
                            + " having ilike in including inner intersect into is join json_array json_arrayagg json_exists"
                            + " json_object json_objectagg json_query json_scalar json_serialize json_table json_value"
                            + " lateral least left like limit materialized merge_action natural not null nullif of offset on only or"
                            + " order over overlay partition position preceding returning right rollup row rows select set sets"
                            + " similar some substring table tablesample then treat trim union unique update using values"
                            + " when where window with within xmlagg xmlattributes xmlconcat xmlelement xmlexists xmlforest"
                            + " xmlparse xmlpi xmlroot xmlserialize xmltable")
                    .split(" "));

    private static final Set<String> TYPES = Set.of(
            "bit bpchar char character decimal dec float interval numeric time timestamp timestamptz varbit varchar"
                    .split(" "));

    /** They are stable or immutable, and written in C as a part of the server. */
    static final Set<String> PURE = Set.of(
            ("abs acos age array_agg array_append array_cat array_dims array_length array_lower array_ndims array_position"
                            + " array_positions array_prepend array_remove array_replace array_to_json array_to_string"
                            + " array_upper ascii asin atan atan2 avg bit_and bit_count bit_length bit_or bool_and bool_or btrim"
                            + " cardinality cbrt ceil ceiling char_length character_length chr concat concat_ws convert_from"
                            + " convert_to corr cos cot count covar_pop covar_samp cume_dist current_database current_schema"
                            + " current_schemas current_setting date_bin date_part date_trunc decode degrees dense_rank"
                            + " div encode enum_first enum_last enum_range every exp factorial first_value floor format"
                            + " format_type gcd generate_series generate_subscripts"
                            + " has_column_privilege has_schema_privilege has_table_privilege host initcap isempty isfinite"
                            + " json_agg json_array_elements json_array_elements_text json_array_length json_build_array"
                            + " json_build_object json_each json_each_text json_extract_path json_extract_path_text"
                            + " json_object_agg json_object_keys json_populate_record json_populate_recordset json_strip_nulls"
                            + " json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements"
                            + " jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each"
                            + " jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object"
                            + " jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query"
                            + " jsonb_path_query_array jsonb_path_query_first jsonb_populate_record jsonb_populate_recordset"
                            + " jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset"
                            + " jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead length ln log"
                            + " log10 lower lower_inc lower_inf lpad ltrim make_date make_interval make_time make_timestamp"
                            + " make_timestamptz max md5 min min_scale mod mode normalize now nth_value ntile num_nonnulls"
                            + " num_nulls octet_length parse_ident path percent_rank percentile_cont percentile_disc pg_backend_pid"
                            + " pg_column_size pg_get_constraintdef pg_get_expr pg_get_indexdef pg_get_userbyid"
                            + " pg_get_viewdef pg_size_pretty pg_table_is_visible pg_type_is_visible pg_typeof"
                            + " phraseto_tsquery pi plainto_tsquery point polygon power quote_ident quote_literal quote_nullable"
                            + " radians range_agg range_merge rank regexp_match regexp_matches regexp_replace"
                            + " regexp_split_to_array regexp_split_to_table repeat replace reverse round row_number"
                            + " row_to_json rpad rtrim scale setweight sha224 sha256 sha384 sha512 sign sin split_part sqrt"
                            + " starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array"
                            + " string_to_table strip strpos substr sum tan text to_char to_date to_hex to_json to_jsonb to_number"
                            + " to_regclass to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate"
                            + " trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd tsvector_to_array txid_current"
                            + " unnest upper upper_inc upper_inf var_pop var_samp variance version websearch_to_tsquery width_bucket"
                            + " xpath xpath_exists xmlcomment xml_is_well_formed")
                    .split(" "));

    /** They are volatile, and change nothing but a sequence or a sequence of random numbers. */
    static final Set<String> HARMLESS = Set.of(
            "clock_timestamp currval gen_random_uuid lastval nextval pg_sleep random setval timeofday".split(" "));

    private static final Set<String> ALL =
            Stream.of(PURE, GRAMMAR, TYPES, HARMLESS).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());

    private OwnFunctions() {}

    static Set<String> names() {
        return ALL;
    }
}
