package io.vagus.ingest;

import io.vagus.kit.HostPort;
import io.vagus.kit.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where devices and people connect: section {@code listen}. */
public record ListenConfig(
    @Setting("where MQTT listens, or off") HostPort mqtt,
    @Setting("where MQTT over TLS listens, or off") HostPort mqtts,
    @Setting("where MQTT over WebSocket listens, or off") HostPort ws,
    @Setting("where MQTT over WebSocket over TLS listens, or off") HostPort wss,
    @Setting("where HTTP listens (devices, API, console), or off") HostPort http,
    @Setting("where HTTP over TLS listens, or off") HostPort https,
    @Setting("whether anyone may send as any device without a password; loopback addresses only")
        boolean open,
    @Setting("threads for connections; 0: one for each processor, 0 to 256") int eventLoops) {

  public ListenConfig {
    if (eventLoops < 0 || eventLoops > 256) {
      throw new IllegalArgumentException("event-loops: " + eventLoops + " (expected: 0 to 256)");
    }
    if (open) {
      for (HostPort listener : List.of(mqtt, mqtts, ws, wss, http, https)) {
        requireLoopback(listener);
      }
    }
  }

  public static ListenConfig defaults() {
    return new ListenConfig(
        HostPort.parse("127.0.0.1:1883"),
        HostPort.OFF,
        HostPort.OFF,
        HostPort.OFF,
        HostPort.parse("127.0.0.1:8080"),
        HostPort.OFF,
        false,
        0);
  }

  /** The listeners that other machines reach without TLS. */
  public List<String> plaintext() {
    return Stream.of(Map.entry("mqtt", mqtt), Map.entry("ws", ws), Map.entry("http", http))
        .filter(e -> !e.getValue().isOff() && !e.getValue().isLoopback())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void requireLoopback(HostPort listener) {
    if (!listener.isOff() && !listener.isLoopback()) {
      throw new IllegalArgumentException(
          "open: true with a listener at "
              + listener
              + " (expected: loopback addresses only, such as 127.0.0.1, since everyone who reaches"
              + " it may do everything)");
    }
  }
}
