package io.vagus.registry.sql;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Location;
import io.vagus.registry.DeviceRules;
import io.vagus.registry.Json;
import io.vagus.registry.Registry.Child;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Devices as rows. Each method is one step of the transaction it is given. */
final class DeviceTable {
  private static final String COLUMNS =
      "select id, product, name, status, tags, gateway, latitude, longitude, created_micros,"
          + " updated_micros, version, device_group, details from device";

  /** In a group or below it. */
  private static final String WITHIN =
      "device_group in (with recursive inside(id) as (select id from device_group where id = ?"
          + " union select g.id from device_group g"
          + " join inside on g.parent = inside.id) select id from inside) and ";

  private static final String INSERT =
      "insert into device (id, product, name, status, tags, search_text, gateway, latitude,"
          + " longitude, created_micros, updated_micros, version, device_group, details)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String SAVE_HASH =
      "insert into device_secret values (?, ?)"
          + " on conflict (device) do update set hash = excluded.hash";

  private DeviceTable() {}

  static void insert(SqlConnection sql, Device device, Optional<String> hash) {
    insert(sql, List.of(device), List.of(hash));
  }

  /** Gateways before the devices behind them. */
  static void insert(SqlConnection sql, List<Device> devices, List<Optional<String>> hashes) {
    sql.updateAll(INSERT, devices.stream().map(DeviceTable::row).toList());
    insertTags(sql, devices);
    List<@Nullable Object[]> secrets = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      String id = devices.get(i).id().value();
      hashes.get(i).ifPresent(hash -> secrets.add(new Object[] {id, hash}));
    }
    sql.updateAll(SAVE_HASH, secrets);
  }

  private static @Nullable Object[] row(Device d) {
    return new @Nullable Object[] {
      d.id().value(),
      d.product(),
      d.name(),
      d.status().name(),
      Json.ofTags(d.tags()),
      DeviceRules.searchText(d.id(), d.name()),
      d.gateway().map(DeviceId::value).orElse(null),
      d.location().map(Location::lat).orElse(null),
      d.location().map(Location::lon).orElse(null),
      Times.micros(d.createdAt()),
      Times.micros(d.updatedAt()),
      d.version(),
      d.group().map(GroupId::value).orElse(null),
      Json.ofDetails(d.details())
    };
  }

  static void update(SqlConnection sql, Device d) {
    sql.update(
        "update device set product = ?, name = ?, status = ?, tags = ?, search_text = ?,"
            + " gateway = ?, latitude = ?, longitude = ?, updated_micros = ?, version = ?,"
            + " device_group = ?, details = ? where id = ?",
        d.product(),
        d.name(),
        d.status().name(),
        Json.ofTags(d.tags()),
        DeviceRules.searchText(d.id(), d.name()),
        d.gateway().map(DeviceId::value).orElse(null),
        d.location().map(Location::lat).orElse(null),
        d.location().map(Location::lon).orElse(null),
        Times.micros(d.updatedAt()),
        d.version(),
        d.group().map(GroupId::value).orElse(null),
        Json.ofDetails(d.details()),
        d.id().value());
    sql.update("delete from device_tag where device = ?", d.id().value());
    sql.update("delete from device_detail where device = ?", d.id().value());
    insertTags(sql, List.of(d));
  }

  private static void insertTags(SqlConnection sql, List<Device> devices) {
    List<@Nullable Object[]> tags = new ArrayList<>();
    List<@Nullable Object[]> details = new ArrayList<>();
    for (Device d : devices) {
      String id = d.id().value();
      d.tags().forEach((name, value) -> tags.add(new Object[] {id, name, value}));
      d.details().forEach((detail, value) -> details.add(new Object[] {id, detail.word(), value}));
    }
    sql.updateAll("insert into device_tag values (?, ?, ?)", tags);
    sql.updateAll("insert into device_detail values (?, ?, ?)", details);
  }

  static void saveHash(SqlConnection sql, DeviceId id, String hash) {
    sql.update(SAVE_HASH, id.value(), hash);
  }

  static void deleteHash(SqlConnection sql, DeviceId id) {
    sql.update("delete from device_secret where device = ?", id.value());
  }

  static void delete(SqlConnection sql, DeviceId id) {
    sql.update("delete from device where id = ?", id.value());
    DesiredTable.clear(sql, id);
  }

  static Optional<Device> find(SqlConnection sql, String id) {
    return sql.first(DeviceTable::device, COLUMNS + " where id = ?", id);
  }

  static List<Device> findAll(SqlConnection sql, List<String> ids) {
    String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
    return sql.list(DeviceTable::device, COLUMNS + " where id in (" + marks + ")", ids.toArray());
  }

  static Optional<String> hash(SqlConnection sql, String id) {
    return sql.first(row -> row.text(1), "select hash from device_secret where device = ?", id);
  }

  static Optional<DeviceId> anyOf(SqlConnection sql, String product) {
    return sql.first(
        row -> new DeviceId(row.text(1)),
        "select id from device where product = ? limit 1",
        product);
  }

  static Optional<DeviceId> anyIn(SqlConnection sql, GroupId group) {
    return sql.first(
        row -> new DeviceId(row.text(1)),
        "select id from device where device_group = ? order by id limit 1",
        group.value());
  }

  static Optional<DeviceId> anyBehind(SqlConnection sql, DeviceId gateway) {
    return sql.first(
        row -> new DeviceId(row.text(1)),
        "select id from device where gateway = ? order by id limit 1",
        gateway.value());
  }

  /** All devices in order of id. */
  static List<SearchRow> searchRows(
      SqlConnection sql, BiFunction<Map<String, String>, Map<Detail, String>, int[]> tagNumbers) {
    Map<String, String> products = new HashMap<>();
    Map<String, Optional<GroupId>> groups = new HashMap<>();
    return sql.list(
        row ->
            new SearchRow(
                new DeviceId(row.text(1)),
                products.computeIfAbsent(row.text(2), p -> p),
                Device.Status.valueOf(row.text(3)),
                row.optionalText(4).map(DeviceId::new),
                groups.computeIfAbsent(
                    row.optionalText(7).orElse(""),
                    id -> id.isEmpty() ? Optional.empty() : Optional.of(new GroupId(id))),
                tagNumbers.apply(Json.toTags(row.text(5)), Json.toDetails(row.text(8))),
                row.text(6)),
        "select id, product, status, gateway, tags, search_text, device_group, details"
            + " from device order by id");
  }

  static Map<DeviceId, Child> children(SqlConnection sql) {
    return sql
        .list(
            row ->
                Map.entry(
                    new DeviceId(row.text(1)),
                    new Child(
                        new DeviceId(row.text(2)),
                        row.text(3),
                        Device.Status.valueOf(row.text(4)))),
            "select id, gateway, product, status from device where gateway is not null")
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** By a filter without a text: {@link DeviceSearch} has those with one. */
  static List<Device> list(
      SqlConnection sql, DeviceFilter filter, Optional<DeviceId> after, int limit) {
    List<Object> parameters = new ArrayList<>();
    String condition = condition(filter, parameters);
    parameters.add(after.map(DeviceId::value).orElse(""));
    parameters.add(limit);
    return sql.list(
        DeviceTable::device,
        COLUMNS
            + " where id in (select id from device where "
            + condition
            + "id > ? order by id limit ?) order by id",
        parameters.toArray());
  }

  static long count(SqlConnection sql, DeviceFilter filter) {
    List<Object> parameters = new ArrayList<>();
    String condition = condition(filter, parameters);
    return sql.number(
        "select count(*) from device where " + condition + "1 = 1", parameters.toArray());
  }

  /** Conditions, each with an {@code and} behind it; adds their parameters. */
  private static String condition(DeviceFilter filter, List<Object> parameters) {
    StringBuilder sql = new StringBuilder();
    filter
        .product()
        .ifPresent(product -> {
          sql.append("product = ? and ");
          parameters.add(product);
        });
    filter
        .status()
        .ifPresent(status -> {
          sql.append("status = ? and ");
          parameters.add(status.name());
        });
    filter
        .gateway()
        .ifPresent(gateway -> {
          sql.append("gateway = ? and ");
          parameters.add(gateway.value());
        });
    filter
        .group()
        .ifPresent(group -> {
          sql.append(WITHIN);
          parameters.add(group.value());
        });
    filter
        .details()
        .forEach((detail, value) -> {
          sql.append("id in (select device from device_detail where name = ? and value = ?) and ");
          parameters.add(detail.word());
          parameters.add(value);
        });
    filter
        .tags()
        .forEach((name, value) -> {
          sql.append("id in (select device from device_tag where name = ? and value = ?) and ");
          parameters.add(name);
          parameters.add(value);
        });
    return sql.toString();
  }

  private static Device device(SqlRow row) {
    return new Device(
        new DeviceId(row.text(1)),
        row.text(2),
        row.text(3),
        Device.Status.valueOf(row.text(4)),
        Json.toTags(row.text(5)),
        row.optionalText(6).map(DeviceId::new),
        location(row),
        row.optionalText(12).map(GroupId::new),
        Json.toDetails(row.text(13)),
        row.time(9),
        row.time(10),
        row.number(11));
  }

  private static Optional<Location> location(SqlRow row) {
    return row.optionalReal(7).map(lat -> new Location(lat, row.optionalReal(8).orElseThrow()));
  }
}
