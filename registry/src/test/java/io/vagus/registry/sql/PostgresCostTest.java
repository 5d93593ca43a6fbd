package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.sql.RegistryConfig.Kind;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a call costs over a connection: wall time, the database on the same machine, no fsync. */
@Timeout(180)
class PostgresCostTest {
  private static final int BATCH = 10_000;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);

  @Test
  void tenThousandDevicesAreSecondsAndOneIsMilliseconds() {
    TestStore store = TestStore.of(Kind.POSTGRESQL, folder);
    try (SqlRegistry registry = store.open(clock, clock)) {
      registry.saveProduct(RegistryFixtures.model("meter"));
      for (int round = 0; round < 2; round++) {
        int from = round * BATCH;
        double bulk =
            millis(
                "create 10 000",
                1,
                () ->
                    registry.createDevices(
                        IntStream.range(from, from + BATCH).mapToObj(this::device).toList()));
        assertThat(bulk).isLessThan(20_000);
      }
      double lookup =
          millis("device by id", 2000, () -> registry.device(new DeviceId("dev-010000")));
      assertThat(lookup).isLessThan(10);
      millis("first page of 50", 100, () -> registry.devices(DeviceFilter.ALL, Optional.empty(), 50));
      millis("one change", 200, () -> registry.together(() -> registry.saveGroup(group())));
    }
    millis("open", 1, () -> store.open(clock, clock).close());
  }

  private static io.vagus.registry.Group group() {
    return new io.vagus.registry.Group(
        new io.vagus.model.GroupId("g"), Optional.empty(), "n", Optional.empty());
  }

  private NewDevice device(int i) {
    return new NewDevice(
        new DeviceId(String.format(Locale.ROOT, "dev-%06d", i)),
        "meter",
        "Sensor " + i,
        Map.of("site", "s" + i % 200, "floor", "f" + i % 7),
        Optional.empty());
  }

  private static double millis(String what, int times, Runnable work) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    double millis = (System.nanoTime() - start) / 1e6 / times;
    System.out.printf(Locale.ROOT, "postgresql: %-24s %9.3f ms%n", what, millis);
    return millis;
  }
}
