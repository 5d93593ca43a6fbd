package io.vagus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refusals over a restart. */
class RefusalFileTest {
  private static final DeviceId PUMP = new DeviceId("pump-1");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private final InMemoryRegistry registry = new InMemoryRegistry(clock);

  private Watch watch() {
    Watch watch = new Watch(registry, clock, clock);
    watch.keepRefusals(folder.resolve("refusals"));
    return watch;
  }

  private void register() {
    registry.saveProduct(
        new io.vagus.model.ProductModel(
            "pump", 1, "Pump", Map.of(), Optional.empty(), Optional.empty(), 0));
    registry.createDevice(new NewDevice(PUMP, "pump", "", Map.of(), Optional.empty()));
  }

  @Test
  void countsPerDeviceAndListGoOnAfterARestart() {
    List<Tally> before;
    List<Refusal> listed;
    try (Watch watch = watch()) {
      register();
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.7", "pump-1", "wrong");
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.8", "pump-1", "wrong");
      watch.refused(Transport.MQTTS, "certificate-revoked", "10.0.0.8", PUMP, "revoked");
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.9", "nobody", "wrong");
      before = watch.refusals(PUMP);
      listed = watch.refusals().newest(RefusalLog.Filter.ALL, Long.MAX_VALUE, 10).items();
    }
    assertThat(before)
        .extracting(Tally::reason, Tally::count)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("bad-credentials", 2L),
            org.assertj.core.groups.Tuple.tuple("certificate-revoked", 1L));
    try (Watch watch = watch()) {
      assertThat(watch.refusals(PUMP)).isEqualTo(before);
      assertThat(watch.refusals(new DeviceId("nobody"))).as("not registered").isEmpty();
      assertThat(watch.refusals().newest(RefusalLog.Filter.ALL, Long.MAX_VALUE, 10).items())
          .isEqualTo(listed);
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.7", "pump-1", "again");
      assertThat(
              watch.refusals().newest(RefusalLog.Filter.ALL, Long.MAX_VALUE, 1).items().getFirst())
          .extracting(Refusal::detail, Refusal::count)
          .containsExactly("again", 2L);
    }
  }

  @Test
  void aFileThatIsDamagedIsPutAside() throws IOException {
    Path file = folder.resolve("refusals");
    try (Watch watch = watch()) {
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.7", "x", "wrong");
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] ^= 1;
    Files.write(file, bytes);
    try (Watch watch = watch()) {
      assertThat(watch.refusals().newest(RefusalLog.Filter.ALL, Long.MAX_VALUE, 10).items())
          .isEmpty();
    }
    assertThat(folder.resolve("refusals.unreadable")).exists();
  }

  @Test
  void withoutRefusalsNothingIsWritten() {
    watch().close();
    assertThat(folder.resolve("refusals")).doesNotExist();
  }
}
