package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.registry.DesiredFacts;
import io.vagus.registry.DesiredRules;
import io.vagus.registry.DesiredStates;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Listeners;
import io.vagus.registry.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** Desired states in the registry's database; what they were, from its event log. */
final class SqlDesired implements DesiredStates {
  private record Step(Desired before, Desired after) {
    boolean isChange() {
      return before.version() != after.version();
    }
  }

  private final Database database;
  private final SqlEvents events;
  private final Listeners listeners;
  private final WallClock wall;
  private final BiConsumer<SqlConnection, DeviceId> requireDevice;

  /**
   * @param requireDevice refuses a device that is not there
   */
  SqlDesired(
      Database database,
      SqlEvents events,
      Listeners listeners,
      WallClock wall,
      BiConsumer<SqlConnection, DeviceId> requireDevice) {
    this.database = database;
    this.events = events;
    this.listeners = listeners;
    this.wall = wall;
    this.requireDevice = requireDevice;
  }

  @Override
  public Desired of(DeviceId device) {
    return database.read(sql -> of(sql, device));
  }

  private static Desired of(SqlConnection sql, DeviceId device) {
    return DesiredTable.find(sql, device).orElse(Desired.none(device));
  }

  @Override
  public List<Desired> change(List<Change> changes, OptionalLong ifVersion) {
    List<Step> steps = database.write(sql -> write(sql, changes, ifVersion));
    database.afterCommit(() ->
        steps.stream()
            .filter(Step::isChange)
            .forEach(step -> listeners.desiredChanged(step.before(), step.after())));
    return steps.stream().map(Step::after).toList();
  }

  private List<Step> write(SqlConnection sql, List<Change> changes, OptionalLong ifVersion) {
    List<Step> steps = new ArrayList<>(changes.size());
    for (Change change : changes) {
      requireDevice.accept(sql, change.device());
      Desired before = of(sql, change.device());
      Optional<Desired> next =
          DesiredRules.changed(before, change.patch(), ifVersion, wall.micros());
      next.ifPresent(desired -> DesiredTable.save(sql, desired));
      steps.add(new Step(before, next.orElse(before)));
    }
    List<Fact> facts =
        steps.stream().filter(Step::isChange).map(s -> DesiredFacts.changed(s.after())).toList();
    events.append(sql, facts);
    return steps;
  }

  @Override
  public Desired asOf(DeviceId device, Instant time) {
    EventLog.Filter changes =
        EventLog.Filter.ALL
            .withSubject(Subject.device(device))
            .withType(DesiredFacts.CHANGED)
            .within(Instant.EPOCH, time.plus(Duration.ofNanos(1000)));
    List<Event> last = events.events(changes, Optional.empty(), 1).items();
    return last.isEmpty()
        ? Desired.none(device)
        : DesiredFacts.desired(device, last.getFirst().body());
  }

  @Override
  public List<Desired> page(Optional<DeviceId> after, int limit) {
    return database.read(
        sql -> DesiredTable.page(sql, after.map(DeviceId::value).orElse(""), limit));
  }
}
