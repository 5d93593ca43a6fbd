package io.vagus.registry.sql;

import java.util.List;
import java.util.Set;

/** The registry's own part of the schema. */
final class RegistryTables {
  private static final List<TableDump> TABLES =
      List.of(
          TableDump.of("product", "id", "version"),
          TableDump.of("product_version", "product,version", "model,created_micros"),
          TableDump.of(
              "device",
              "id",
              "product,name,status,tags,search_text,gateway,latitude,longitude,created_micros,"
                  + "updated_micros,version,device_group,details"),
          TableDump.of("device_detail", "device,name", "value"),
          TableDump.of("device_group", "id", "parent,name,query"),
          TableDump.of("twin_desired", "device", "version,document,changed,updated_micros"),
          TableDump.of("device_tag", "device,name", "value"),
          TableDump.of("tag_vocabulary", "id", "body"),
          new TableDump(
              "device_secret", List.of("device"), List.of("hash", "set_micros"), Set.of("hash")),
          new TableDump("application", List.of("name"), List.of("grants", "hash"), Set.of("hash")),
          TableDump.of(
              "api_token",
              "digest",
              "name,scopes,device_group,owner,created_micros,expires_micros"),
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
          TableDump.of(
              "certificate",
              "serial",
              "device,key_digest,key_kind,fingerprint,issuer,not_before_micros,not_after_micros,"
                  + "revoked_micros,revocation_reason,sequence"),
          TableDump.of(
              "enrolment_batch",
              "id",
              "product,prefix,max_devices,vendor_root,created_micros,closes_micros,device_group"),
          TableDump.of(
              "enrolment_member",
              "device",
              "batch,serial_number,listed_micros,enrolled_micros,enrolled_by,connected_micros,accepted_micros"),
          TableDump.of(
              "enrolment_token",
              "id",
              "digest,batch,device,product,key_digest,created_micros,expires_micros,used_micros,"
                  + "used_by,revoked_micros,device_group"),
          TableDump.of(
              "claim_certificate",
              "serial",
              "batch,fingerprint,issuer,not_before_micros,not_after_micros,revoked_micros,"
                  + "revocation_reason"));

  static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(RegistryTables.class, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13),
          Replay.STEPS,
          TABLES);

  private RegistryTables() {}
}
