package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Effect;
import io.vagus.model.Command.Lane;
import io.vagus.model.Command.Result;
import io.vagus.model.Command.Status;
import io.vagus.model.Command.Step;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.SqlRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Commands as rows. Each method is one step of the transaction it is given. */
final class CommandTable {
  static final String COLUMNS =
      "select id, device, name, arguments, lane, deadline_micros, effect_pointer, effect_json,"
          + " bulk, sequence, steps, delivered_micros, executed_micros, verified_micros,"
          + " result_status, result_code, result_detail, result_output, ordinal from command ";

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private CommandTable() {}

  static void insert(SqlConnection sql, Command c, long ordinal) {
    sql.update(
        "insert into command (id, device, name, arguments, lane, deadline_micros, effect_pointer,"
            + " effect_json, bulk, ordinal, created_micros, sequence, state, is_open, steps,"
            + " delivered_micros, executed_micros, verified_micros)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        c.id(),
        c.device().value(),
        c.name(),
        c.arguments(),
        c.lane().ordinal(),
        c.deadlineMicros(),
        c.effect().map(Effect::pointer).orElse(null),
        c.effect().map(Effect::json).orElse(null),
        c.bulk().orElse(null),
        ordinal,
        c.createdMicros(),
        c.sequence(),
        c.state().ordinal(),
        c.isOver() ? 0 : 1,
        steps(c.steps()),
        c.deliveredMicros(),
        c.executedMicros(),
        c.verifiedMicros());
  }

  static void update(SqlConnection sql, Command c) {
    sql.update(
        "update command set sequence = ?, state = ?, is_open = ?, steps = ?, delivered_micros = ?,"
            + " executed_micros = ?, verified_micros = ?, result_status = ?, result_code = ?,"
            + " result_detail = ?, result_output = ? where id = ?",
        c.sequence(),
        c.state().ordinal(),
        c.isOver() ? 0 : 1,
        steps(c.steps()),
        c.deliveredMicros(),
        c.executedMicros(),
        c.verifiedMicros(),
        c.result().map(r -> r.status().ordinal()).orElse(null),
        c.result().map(Result::code).orElse(null),
        c.result().map(Result::detail).orElse(null),
        c.result().map(Result::output).orElse(null),
        c.id());
  }

  /** Of one that is armed no longer, the row goes. */
  static void save(SqlConnection sql, DeadMen.Armed one) {
    if (one.dueMicros() == 0) {
      sql.update(
          "delete from command_dead_man where device = ? and name = ?",
          one.device().value(),
          one.name());
      return;
    }
    sql.update(
        "insert into command_dead_man (device, name, command, due_micros) values (?, ?, ?, ?)"
            + " on conflict (device, name) do update set command = excluded.command,"
            + " due_micros = excluded.due_micros",
        one.device().value(),
        one.name(),
        one.command(),
        one.dueMicros());
  }

  static List<DeadMen.Armed> deadMen(SqlConnection sql) {
    return sql.list(
        row ->
            new DeadMen.Armed(new DeviceId(row.text(1)), row.text(2), row.text(3), row.number(4)),
        "select device, name, command, due_micros from command_dead_man");
  }

  static Command command(SqlRow row) {
    Optional<Result> result =
        row.value(15)
            .map(status ->
                new Result(
                    Status.values()[((Number) status).intValue()],
                    row.text(16),
                    row.text(17),
                    row.text(18)));
    return new Command(
        row.text(1),
        new DeviceId(row.text(2)),
        row.text(3),
        row.text(4),
        Lane.values()[(int) row.number(5)],
        row.number(6),
        row.optionalText(7).map(pointer -> new Effect(pointer, row.text(8))),
        row.optionalText(9),
        row.number(10),
        toSteps(row.text(11)),
        row.number(12),
        row.number(13),
        row.number(14),
        result);
  }

  static long ordinal(SqlRow row) {
    return row.number(19);
  }

  /** A line for each: state, time, actor, why, between tabs. */
  private static String steps(List<Step> steps) {
    StringBuilder text = new StringBuilder(48 * steps.size());
    for (Step step : steps) {
      text.append(step.state().ordinal()).append('\t').append(step.timeMicros()).append('\t');
      text.append(line(step.actor())).append('\t').append(line(step.why())).append('\n');
    }
    return text.toString();
  }

  private static String line(String text) {
    boolean plain = text.chars().noneMatch(Character::isISOControl);
    return plain ? text : CONTROL.matcher(text).replaceAll(" ");
  }

  private static List<Step> toSteps(String text) {
    List<Step> steps = new ArrayList<>(6);
    for (String line : text.split("\n")) {
      String[] parts = line.split("\t", -1);
      steps.add(
          new Step(
              CommandState.values()[Integer.parseInt(parts[0])],
              Long.parseLong(parts[1]),
              parts[2],
              parts[3]));
    }
    return steps;
  }
}
