package io.vagus.bench;

import io.vagus.bench.mqtt.Protocol;
import io.vagus.client.ApiAccess;
import io.vagus.kit.HostPort;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What a server does most, done for some seconds: devices are registered, connect and send, first
 * as fast as they can, then at a moderate rate.
 */
public record Rehearsal(URI http, HostPort mqtt, String token) {
  private static final int CLIENTS = 50;
  private static final int WINDOW = 20;
  private static final long RATE = 2000;
  private static final Duration BOUND = Duration.ofMinutes(1);

  /** Returns when all that was sent is acknowledged and processed. */
  public void run(Duration quick, Duration moderate) {
    Telemetry.Shape shape = new Telemetry.Shape(Protocol.V5, 150, 2, false);
    try (Probe api = new Probe(new ApiAccess(http, Optional.of(token)));
        MqttLoad load =
            new MqttLoad(CLIENTS, WINDOW, Optional.empty(), 1, Fleet.telemetry(shape, false))) {
      Fleet.register(api, CLIENTS, shape.readings(), Optional.of(Fleet.SECRET));
      load.connect(mqtt, CLIENTS, BOUND);
      load.pace(RATE);
      Pause.of(moderate);
      load.allow(i -> Long.MAX_VALUE);
      Pause.of(quick);
      load.stop(BOUND);
      api.drained();
    }
  }
}
