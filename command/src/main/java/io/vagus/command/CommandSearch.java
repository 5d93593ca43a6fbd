package io.vagus.command;

import io.vagus.command.CommandRecords.Filter;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.registry.sql.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The newest commands of a filter, of all devices or of some.
 *
 * <p>Those of some are merged from the newest of each, as sorted runs are (Knuth, TAOCP 5.4.1): one
 * look into the index for each device says when its newest is, then only what is shown is read. So
 * a page costs as many looks as there are devices and as many rows as it has, however many commands
 * others have.
 */
final class CommandSearch {
  /** Devices in one statement. */
  private static final int TOGETHER = 400;

  private static final Comparator<Command> NEWEST =
      Comparator.comparing(Command::createdMicros).reversed().thenComparing(Command::id);

  /** A device, and when the newest of its commands is that was not taken yet. */
  private record Run(DeviceId device, long newestMicros) {}

  private final StringBuilder where = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  CommandSearch(Filter filter, Optional<String> cursor) {
    where.append("created_micros >= ? and created_micros < ?");
    parameters.add(filter.fromMicros());
    parameters.add(filter.toMicros());
    filter.device().ifPresent(d -> add("device", d.value()));
    filter.state().ifPresent(s -> add("state", s.ordinal()));
    filter.bulk().ifPresent(b -> add("bulk", b));
    cursor.ifPresent(this::after);
  }

  private void add(String column, Object value) {
    where.append(" and ").append(column).append(" = ?");
    parameters.add(value);
  }

  private void after(String cursor) {
    String[] parts = cursor.split(":", 2);
    if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "cursor: expected one that a page gave");
    }
    long micros = Long.parseLong(parts[0]);
    // The first condition alone says where the index is to be entered.
    where.append(" and created_micros <= ? and (created_micros < ? or id > ?)");
    parameters.addAll(List.of(micros, micros, parts[1]));
  }

  /** At most so many. */
  List<Command> ofAll(SqlConnection sql, int limit) {
    return list(sql, "", List.of(), limit);
  }

  private List<Command> list(SqlConnection sql, String more, List<Object> values, int limit) {
    List<Object> all = new ArrayList<>(parameters);
    all.addAll(values);
    all.add(limit);
    return sql.list(
        CommandTable::command,
        CommandTable.COLUMNS
            + "where "
            + where
            + more
            + " order by created_micros desc, id limit ?",
        all.toArray());
  }

  /** At most so many, of these devices. */
  List<Command> of(SqlConnection sql, Collection<DeviceId> devices, int limit) {
    PriorityQueue<Run> runs =
        new PriorityQueue<>(Comparator.comparing(Run::newestMicros).reversed());
    List<DeviceId> all = List.copyOf(devices);
    for (int from = 0; from < all.size(); from += TOGETHER) {
      runs.addAll(newest(sql, all.subList(from, Math.min(all.size(), from + TOGETHER))));
    }
    List<Command> found = new ArrayList<>();
    while (!runs.isEmpty() && (found.size() < limit || isBefore(found, limit, runs.element()))) {
      Run run = runs.remove();
      long until = runs.isEmpty() ? Long.MIN_VALUE : runs.element().newestMicros();
      String more = " and device = ? and created_micros <= ? and created_micros >= ?";
      List<Object> values = List.of(run.device.value(), run.newestMicros, until);
      found.addAll(list(sql, more, values, limit));
      if (until > Long.MIN_VALUE) {
        runs.addAll(newest(sql, List.of(run.device), until));
      }
    }
    found.sort(NEWEST);
    return found.subList(0, Math.min(limit, found.size()));
  }

  /** Whether something of the run may be before the last of those that are shown. */
  private static boolean isBefore(List<Command> found, int limit, Run run) {
    found.sort(NEWEST);
    return run.newestMicros >= found.get(limit - 1).createdMicros();
  }

  private List<Run> newest(SqlConnection sql, List<DeviceId> devices) {
    return newest(sql, devices, Long.MAX_VALUE);
  }

  /** When each one's newest is, before that; of those that have one. */
  private List<Run> newest(SqlConnection sql, List<DeviceId> devices, long before) {
    List<Object> values = new ArrayList<>();
    devices.forEach(device -> values.add(device.value()));
    values.addAll(parameters);
    values.add(before);
    return sql
        .list(
            row ->
                new Run(
                    new DeviceId(row.text(1)),
                    row.value(2).map(value -> ((Number) value).longValue()).orElse(-1L)),
            "with wanted(device) as (values "
                + String.join(", ", Collections.nCopies(devices.size(), "(cast(? as text))"))
                + ") select w.device, (select max(c.created_micros) from command c"
                + " where c.device = w.device and "
                + where
                + " and created_micros < ?) from wanted w",
            values.toArray())
        .stream()
        .filter(run -> run.newestMicros >= 0)
        .toList();
  }

  /** Of all of the filter. */
  CommandOutcomes outcomes(SqlConnection sql) {
    return outcomes(sql, "", List.of());
  }

  CommandOutcomes outcomes(SqlConnection sql, Collection<DeviceId> devices) {
    CommandOutcomes sum = CommandOutcomes.NONE;
    List<Object> all = new ArrayList<>();
    devices.forEach(device -> all.add(device.value()));
    for (int from = 0; from < all.size(); from += TOGETHER) {
      List<Object> some = all.subList(from, Math.min(all.size(), from + TOGETHER));
      String marks = String.join(", ", Collections.nCopies(some.size(), "?"));
      sum = sum.plus(outcomes(sql, " and device in (" + marks + ")", some));
    }
    return sum;
  }

  private CommandOutcomes outcomes(SqlConnection sql, String more, List<Object> values) {
    List<Object> all = new ArrayList<>(parameters);
    all.addAll(values);
    return sql
        .list(
            row -> {
              CommandState state = CommandState.values()[(int) row.number(1)];
              boolean counts = CommandOutcomes.counts(state);
              Map<CommandState, Long> count = new EnumMap<>(CommandState.class);
              count.put(state, row.number(2));
              return new CommandOutcomes(
                  count,
                  counts ? row.number(3) : 0,
                  counts ? row.number(4) : 0,
                  counts ? row.number(5) : 0,
                  counts ? row.number(6) : 0);
            },
            "select state, count(*), sum(case when delivered_micros > 0 then 1 else 0 end),"
                + " sum(case when executed_micros > 0 then 1 else 0 end),"
                + " sum(case when effect_pointer is null then 0 else 1 end),"
                + " sum(case when effect_pointer is not null and verified_micros > 0"
                + " then 1 else 0 end) from command where is_open = 0 and "
                + where
                + more
                + " group by state",
            all.toArray())
        .stream()
        .reduce(CommandOutcomes.NONE, CommandOutcomes::plus);
  }
}
