package io.vagus.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What devices of one product send: a versioned artefact. A change makes a new version; a message
 * is judged by the version in force when it came.
 *
 * @param version 1 and up
 * @param metrics by name
 * @param unknownMetrics what becomes of a metric that is not listed; empty: stored without a flag
 * @param cadence how often a device reports; a longer silence between readings is a gap
 * @param maxMessagesPerMinute more than this from one device is refused as chatty; 0: no limit
 * @param commands what they can be asked to do, by name
 */
public record ProductModel(
    String id,
    int version,
    String name,
    Map<String, MetricModel> metrics,
    Optional<Violation> unknownMetrics,
    Optional<Duration> cadence,
    int maxMessagesPerMinute,
    Map<String, CommandModel> commands,
    TwinModel twin) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** The product of devices nobody registered, in {@code --open} mode: it takes anything. */
  public static final ProductModel OPEN =
      new ProductModel(
          "open", 1, "Unregistered devices", Map.of(), Optional.empty(), Optional.empty(), 0);

  public ProductModel {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "product: \"" + id + "\" (expected: 1 to 64 of letters, digits and . _ -)");
    }
    if (version < 1) {
      throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
    }
    if (maxMessagesPerMinute < 0) {
      throw new IllegalArgumentException(
          "maxMessagesPerMinute: " + maxMessagesPerMinute + " (expected: >= 0)");
    }
    if (cadence.isPresent() && (cadence.get().isZero() || cadence.get().isNegative())) {
      throw new IllegalArgumentException("cadence: " + cadence.get() + " (expected: > 0)");
    }
    metrics = Map.copyOf(metrics);
    commands = Map.copyOf(commands);
    for (CommandModel command : commands.values()) {
      requireFallback(command, commands);
    }
  }

  private static void requireFallback(CommandModel command, Map<String, CommandModel> all) {
    command
        .safety()
        .deadMan()
        .map(CommandSafety.DeadMan::fallback)
        .ifPresent(fallback -> {
          if (fallback instanceof CommandSafety.Send send && !all.containsKey(send.command())) {
            throw new IllegalArgumentException(
                "commands.%s.deadMan.fallback: \"%s\" (expected: one of %s)"
                    .formatted(
                        command.name(), send.command(), all.keySet().stream().sorted().toList()));
          }
        });
  }

  /** Of devices that only send. */
  public ProductModel(
      String id,
      int version,
      String name,
      Map<String, MetricModel> metrics,
      Optional<Violation> unknownMetrics,
      Optional<Duration> cadence,
      int maxMessagesPerMinute) {
    this(
        id,
        version,
        name,
        metrics,
        unknownMetrics,
        cadence,
        maxMessagesPerMinute,
        Map.of(),
        TwinModel.NONE);
  }

  /** Those of its own, and those of every device, by name. */
  public Map<String, MetricModel> allMetrics() {
    Map<String, MetricModel> all = new HashMap<>(HealthMetrics.all());
    all.putAll(metrics);
    return all;
  }

  /** The metric of that name, of its own or of every device's; null: it knows none. */
  public @Nullable MetricModel metric(String metric) {
    MetricModel own = metrics.get(metric);
    return own == null ? HealthMetrics.named(metric) : own;
  }

  /** The command of that name, of its own or of every device's; null: it knows none. */
  public @Nullable CommandModel command(String name) {
    CommandModel own = commands.get(name);
    return own == null ? StandardCommands.named(name) : own;
  }
}
