package io.vagus.registry.sql;

import io.vagus.model.DeviceId;
import io.vagus.registry.HashedCredentials;
import io.vagus.registry.SecretInventory;
import java.time.Instant;
import java.util.List;

/** Ages of secrets, from the rows that hold their hashes, and what was seen of them. */
record SqlSecrets(Database database, HashedCredentials credentials) implements SecretInventory {
  @Override
  public List<Held> setBefore(Instant time, int limit) {
    return database.read(sql ->
        sql.list(
            row -> new Held(new DeviceId(row.text(1)), row.optionalTime(2)),
            "select device, set_micros from device_secret"
                + " where set_micros is null or set_micros <= ?"
                + " order by coalesce(set_micros, 0), device limit ?",
            Times.micros(time),
            limit));
  }

  @Override
  public long count(Instant from, Instant to) {
    return database.read(sql ->
        sql.number(
            "select count(*) from device_secret where set_micros >= ? and set_micros < ?",
            Times.micros(from),
            Times.micros(to)));
  }

  @Override
  public long countUnknown() {
    return database.read(
        sql -> sql.number("select count(*) from device_secret where set_micros is null"));
  }

  @Override
  public List<List<DeviceId>> shared() {
    return credentials.shared();
  }

  @Override
  public List<Weak> weak(int limit) {
    return credentials.weak(limit);
  }

  @Override
  public long countNotSeen() {
    long chosen =
        database.read(
            sql -> sql.number("select count(*) from device_secret where hash like '$argon2id$%'"));
    return Math.max(0, chosen - credentials.countSeen());
  }
}
