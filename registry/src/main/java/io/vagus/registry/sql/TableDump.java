package io.vagus.registry.sql;

import io.vagus.registry.LogFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table's rows, to be held against another's.
 *
 * @param key the columns that name a row, which come first
 * @param hashed columns whose values only their digests are compared of
 */
record TableDump(String table, List<String> key, List<String> others, Set<String> hashed) {
  /** Every table that the event log tells of. */
  static final List<TableDump> ALL =
      List.of(
          of("product", "id", "version"),
          of("product_version", "product,version", "model,created_micros"),
          of(
              "device",
              "id",
              "product,name,status,tags,search_text,gateway,latitude,longitude,created_micros,"
                  + "updated_micros,version,device_group,details"),
          of("device_detail", "device,name", "value"),
          of("device_group", "id", "parent,name,query"),
          of("twin_desired", "device", "version,document,changed,updated_micros"),
          of("device_tag", "device,name", "value"),
          new TableDump("device_secret", List.of("device"), List.of("hash"), Set.of("hash")),
          new TableDump("application", List.of("name"), List.of("grants", "hash"), Set.of("hash")),
          of("api_token", "digest", "name,scopes,device_group,owner,created_micros,expires_micros"),
          new TableDump(
              "person",
              List.of("name"),
              List.of(
                  "display_name",
                  "disabled",
                  "grants",
                  "subject",
                  "hash",
                  "password_micros",
                  "second_factor",
                  "totp_secret",
                  "totp_step",
                  "created_micros"),
              Set.of("hash", "totp_secret")),
          of(
              "certificate",
              "serial",
              "device,key_digest,key_kind,fingerprint,issuer,not_before_micros,not_after_micros,"
                  + "revoked_micros,revocation_reason"),
          of(
              "enrolment_batch",
              "id",
              "product,prefix,max_devices,vendor_root,created_micros,closes_micros"),
          of("enrolment_member", "device", "batch,serial_number,enrolled_micros,enrolled_by"),
          of(
              "enrolment_token",
              "id",
              "digest,batch,device,product,key_digest,created_micros,expires_micros,used_micros,"
                  + "used_by,revoked_micros"),
          of(
              "claim_certificate",
              "serial",
              "batch,fingerprint,issuer,not_before_micros,not_after_micros,revoked_micros,"
                  + "revocation_reason"));

  private static TableDump of(String table, String key, String others) {
    return new TableDump(table, List.of(key.split(",")), List.of(others.split(",")), Set.of());
  }

  /**
   * Rows by their key.
   *
   * @param digested whether hashes are stored as their digests already
   */
  Map<String, List<String>> read(SqlConnection sql, boolean digested) {
    List<String> columns = new ArrayList<>(key);
    columns.addAll(others);
    Map<String, List<String>> rows = new LinkedHashMap<>();
    sql.list(
            row -> {
              List<String> values = new ArrayList<>();
              for (int i = 1; i <= columns.size(); i++) {
                Optional<String> value = Optional.ofNullable(row.getString(i));
                boolean digest = !digested && hashed.contains(columns.get(i - 1));
                values.add((digest ? value.map(LogFacts::digest) : value).orElse("-"));
              }
              return values;
            },
            "select "
                + String.join(", ", columns)
                + " from "
                + table
                + " order by "
                + String.join(", ", key))
        .forEach(values ->
            rows.put(
                String.join(" ", values.subList(0, key.size())),
                values.subList(key.size(), values.size())));
    return rows;
  }

  /** What differs, in words. */
  List<String> differences(Map<String, List<String>> live, Map<String, List<String>> rebuilt) {
    List<String> found = new ArrayList<>();
    live.forEach((row, values) -> {
      List<String> expected = rebuilt.get(row);
      if (expected == null) {
        found.add(table + " " + row + ": is in the table, but not in the log");
      } else {
        for (int i = 0; i < values.size(); i++) {
          if (!values.get(i).equals(expected.get(i))) {
            found.add(
                "%s %s: %s is %s (the log says: %s)"
                    .formatted(table, row, others.get(i), values.get(i), expected.get(i)));
          }
        }
      }
    });
    rebuilt.keySet().stream()
        .filter(row -> !live.containsKey(row))
        .forEach(row -> found.add(table + " " + row + ": is in the log, but not in the table"));
    return found;
  }
}
