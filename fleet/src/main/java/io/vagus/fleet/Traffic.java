package io.vagus.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** How devices of one product send, from their recent messages. Not thread-safe. */
final class Traffic {
  /** Later ones were kept in a buffer: that is no latency of the link. */
  private static final long MAX_LATENCY_MILLIS = 10_000;

  private final List<Long> intervalsMillis = new ArrayList<>();
  private final List<Long> latenciesMillis = new ArrayList<>();
  private long messages;
  private long duplicates;
  private long missing;
  private int devices;
  private int httpDevices;

  /** One device's. */
  void add(JsonNode items) {
    TreeSet<Long> times = new TreeSet<>();
    boolean http = false;
    for (JsonNode message : items) {
      http = message.path("listener").asString("").startsWith("http");
      if (message.path("outcome").asString("").equals("duplicate")) {
        duplicates++;
      } else {
        messages++;
        time(message, times);
      }
    }
    if (!items.isEmpty()) {
      devices++;
      httpDevices += http ? 1 : 0;
    }
    Long before = null;
    for (Long time : times) {
      if (before != null) {
        intervalsMillis.add(time - before);
      }
      before = time;
    }
  }

  private void time(JsonNode message, TreeSet<Long> times) {
    if (message.has("generatedTime")) {
      long generated = Instant.parse(message.path("generatedTime").asString()).toEpochMilli();
      long received = Instant.parse(message.path("receivedTime").asString()).toEpochMilli();
      times.add(generated);
      if (received >= generated && received - generated <= MAX_LATENCY_MILLIS) {
        latenciesMillis.add(received - generated);
      }
    }
  }

  /** One device's page of gaps. */
  void addGaps(JsonNode page) {
    for (JsonNode gap : page.path("items")) {
      if (gap.path("kind").asString("").equals("sequence")) {
        missing += gap.path("missing").asLong();
      }
    }
  }

  /** The usual time between messages; of the model when too few were seen, or a minute. */
  String cadence(JsonNode model) {
    return intervalsMillis.size() < 3
        ? model.path("cadence").asString("1m")
        : Math.max(1, median(intervalsMillis)) + "ms";
  }

  double httpShare() {
    return devices == 0 ? 0 : (double) httpDevices / devices;
  }

  double duplicateShare() {
    return messages == 0 ? 0 : Math.min(1, (double) duplicates / messages);
  }

  /** By the numbers that are missing from the devices' sequences. */
  double lossShare() {
    return messages + missing == 0 ? 0 : (double) missing / (messages + missing);
  }

  /** The mean that the median of an exponential spread tells. */
  long latencyMillis() {
    return latenciesMillis.isEmpty()
        ? 0
        : Duration.ofNanos((long) (median(latenciesMillis) * 1e6 / Math.log(2))).toMillis();
  }

  private static long median(List<Long> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
