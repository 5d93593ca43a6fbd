package io.vagus.sink;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Actor;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.rule.Action;
import io.vagus.twin.DesiredChanges;
import io.vagus.wire.DocumentCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * Changes desired state for rules, each change once: which was the last is written in the same
 * transaction, so that one that a crash brings again does not undo what a person changed since.
 */
final class DesiredTarget implements Target {
  private static final String CONSUMER = "desired";

  private final DesiredChanges changes;
  private final Database database;

  DesiredTarget(DesiredChanges changes, Database database) {
    this.changes = changes;
    this.database = database;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int batch() {
    return 1;
  }

  @Override
  public List<Outcome> deliver(List<Delivery> batch) {
    return batch.stream().map(this::change).toList();
  }

  private Outcome change(Delivery delivery) {
    try {
      return Actor.rule(delivery.rule())
          .call(() ->
              database.write(
                  sql -> isApplied(sql, delivery) ? Outcome.DELIVERED : apply(sql, delivery)));
    } catch (VagusException e) {
      ErrorCode.Kind kind = e.code().kind();
      String why = String.valueOf(e.getMessage());
      return kind == ErrorCode.Kind.USER || kind == ErrorCode.Kind.DEVICE
          ? new Outcome.Refused(why)
          : new Outcome.Failed(why);
    }
  }

  /** An interlock's refusal is an outcome: it stands in the event log. */
  private Outcome apply(SqlConnection sql, Delivery delivery) {
    Action.ChangeDesired action = (Action.ChangeDesired) delivery.action();
    var unused =
        changes.change(
            action.device(),
            DocumentCodec.readPatch(action.patch().getBytes(StandardCharsets.UTF_8)),
            OptionalLong.empty());
    sql.update(
        "insert into sink_applied (consumer, position, ordinal) values (?, ?, ?)"
            + " on conflict (consumer) do update set position = excluded.position,"
            + " ordinal = excluded.ordinal",
        CONSUMER,
        delivery.offset(),
        delivery.ordinal());
    return Outcome.DELIVERED;
  }

  private static boolean isApplied(SqlConnection sql, Delivery delivery) {
    return sql.number(
            "select count(*) from sink_applied where consumer = ?"
                + " and (position > ? or (position = ? and ordinal >= ?))",
            CONSUMER,
            delivery.offset(),
            delivery.offset(),
            delivery.ordinal())
        > 0;
  }

  @Override
  public void close() {}
}
