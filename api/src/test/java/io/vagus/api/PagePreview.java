package io.vagus.api;

import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Serves the pages over made-up devices, to look at them in a browser; not a test. */
final class PagePreview {
  private PagePreview() {}

  /**
   * @param args {@code open} for no token
   */
  public static void main(String[] args) {
    Fixture fixture = args.length > 0 ? Fixture.open() : Fixture.secured();
    for (int i = 2; i <= 120; i++) {
      fixture.registry.createDevice(Fixture.device("pump-" + i));
    }
    fixture.health = new Health(Map.of("journal", Health.Component.UP));
    System.out.println(fixture.server.address().getPort() + " " + fixture.admin);
    for (long n = 0; n < 3000; n++) {
      long now = Fixture.NOW + n * 200_000;
      publish(fixture, "temperature", now, 21 + 3 * Math.sin(n / 40.0) + Math.cos(n * 1.7) / 4);
      publish(fixture, "pressure", now, 3.2 + Math.sin(n / 9.0) / 5);
      publish(fixture, "running", now, 1);
      LockSupport.parkNanos(200_000_000);
    }
    fixture.close();
  }

  private static void publish(Fixture fixture, String metric, long timeMicros, double value) {
    var reading = FakeSeries.reading("pump-1", metric, timeMicros, value);
    fixture.series.append(reading);
    fixture.live.publish(reading);
  }
}
