package io.vagus.device;

import io.vagus.device.mqtt.LinkListener;
import io.vagus.kit.WallClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a program gives its device beside the configuration.
 *
 * @param listener hears what happens to the connection, on its event loop
 * @param clock the device's own, right or wrong
 * @param asksTime whether it measures how far that clock is off, at each connection
 * @param commands carries commands out; empty: none is subscribed
 * @param desired follows desired state; empty: none is subscribed
 * @param reports says how it is; empty: it does not
 * @param rules that it follows by itself
 * @param log how much it notes of itself, when its store is on disk
 */
public record DeviceParts(
    LinkListener listener,
    WallClock clock,
    boolean asksTime,
    Optional<Command.Handler> commands,
    Optional<Desired> desired,
    Optional<Reports> reports,
    List<Rule> rules,
    LogConfig log) {
  public static final DeviceParts DEFAULT =
      new DeviceParts(
          new LinkListener() {},
          WallClock.system(),
          true,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          LogConfig.DEFAULT);

  /** Health, reported at a pace that the keep alive follows. */
  public record Reports(Pace pace, Supplier<Health> health) {}

  /** Follows desired state. Called on a thread of its own, again after a restart. */
  @FunctionalInterface
  public interface Desired {
    /**
     * @param document the whole desired state
     * @return what the device now is: a merge patch of its reported state
     */
    Map<String, ?> follow(Map<String, @Nullable Object> document);
  }

  public DeviceParts with(LinkListener other) {
    return new DeviceParts(other, clock, asksTime, commands, desired, reports, rules, log);
  }

  public DeviceParts with(WallClock other) {
    return new DeviceParts(listener, other, asksTime, commands, desired, reports, rules, log);
  }

  public DeviceParts withCommands(Command.Handler handler) {
    return new DeviceParts(
        listener, clock, asksTime, Optional.of(handler), desired, reports, rules, log);
  }

  public DeviceParts withDesired(Desired handler) {
    return new DeviceParts(
        listener, clock, asksTime, commands, Optional.of(handler), reports, rules, log);
  }

  public DeviceParts withReports(Pace pace, Supplier<Health> health) {
    return new DeviceParts(
        listener,
        clock,
        asksTime,
        commands,
        desired,
        Optional.of(new Reports(pace, health)),
        rules,
        log);
  }

  public DeviceParts withRules(List<Rule> own) {
    return new DeviceParts(
        listener, clock, asksTime, commands, desired, reports, List.copyOf(own), log);
  }

  public DeviceParts with(LogConfig other) {
    return new DeviceParts(listener, clock, asksTime, commands, desired, reports, rules, other);
  }

  /** For a program whose devices have its host's clock. */
  public DeviceParts withoutTime() {
    return new DeviceParts(listener, clock, false, commands, desired, reports, rules, log);
  }
}
