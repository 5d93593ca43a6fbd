package io.vagus.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a device remembers by its contract, and how often it did what. */
final class ExecutingDevice {
  private final Map<String, Long> marks = new HashMap<>();
  private final Map<String, String> lastIds = new HashMap<>();
  private final Map<String, Integer> executed = new HashMap<>();

  /**
   * Takes a command, up to a point.
   *
   * @param upTo 0: it only arrives; 1: it is executed; 2: it is acknowledged too
   */
  void handle(DownDevice device, JsonNode command, int upTo) {
    String lane = command.path("lane").asText();
    String id = command.path("id").asText();
    long sequence = command.path("seq").asLong();
    boolean again = sequence <= marks.getOrDefault(lane, 0L);
    if (again && !id.equals(lastIds.get(lane))) {
      return;
    }
    if (!again && upTo > 0) {
      marks.put(lane, sequence);
      lastIds.put(lane, id);
      executed.merge(id, 1, Integer::sum);
    }
    if (upTo > 1) {
      device.say("v1/d1/commands/" + id + "/ack", "");
    }
    if (upTo > 2) {
      device.say("v1/d1/commands/" + id + "/result", "{\"status\":\"succeeded\"}");
    }
  }

  /** Takes all that comes, to the end. */
  void handleAll(DownDevice device) {
    try {
      JsonNode next = device.next(500);
      while (next != null) {
        handle(device, next, 3);
        next = device.next(500);
      }
      for (String id : executed.keySet()) {
        device.say("v1/d1/commands/" + id + "/result", "{\"status\":\"succeeded\"}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Collection<Integer> executions() {
    return executed.values();
  }
}
