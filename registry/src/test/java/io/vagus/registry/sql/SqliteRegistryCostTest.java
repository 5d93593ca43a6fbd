package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.Secret;
import io.vagus.testkit.ManualClock;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calls cost with 100 000 devices: CPU time, printed; bounds are ten times what was seen. */
class SqliteRegistryCostTest {
  private static final int DEVICES = Integer.getInteger("vagus.devices", 100_000);
  private static final int BATCH = 10_000;

  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  @TempDir Path folder;

  @Test
  void callsStayCheapWithAHundredThousandDevices() {
    Path file = folder.resolve("registry.db");
    try (Registry registry = SqlRegistry.open(file, clock, clock)) {
      registry.saveProduct(RegistryFixtures.model("meter"));
      registry.saveProduct(RegistryFixtures.model("valve"));
      for (int from = 0; from < DEVICES; from += BATCH) {
        int start = from;
        double millis =
            cpuMillis(
                "create 10 000",
                1,
                () ->
                    registry.createDevices(
                        IntStream.range(start, start + BATCH).mapToObj(this::device).toList()));
        assertThat(millis).isLessThan(3000);
      }
      measureReads(registry);
    }
    double open = cpuMillis("open", 1, () -> SqlRegistry.open(file, clock, clock).close());
    assertThat(open).isLessThan(2000);
  }

  private NewDevice device(int i) {
    String id = String.format(Locale.ROOT, "dev-%06d", i);
    String name = "Sensor " + Integer.toHexString(i * 0x9E3779B9) + " of building " + i % 500;
    return new NewDevice(
        new DeviceId(id),
        i % 1000 == 0 ? "valve" : "meter",
        name,
        Map.of("site", "s" + i % 200, "floor", "f" + i % 7),
        Optional.empty());
  }

  private void measureReads(Registry registry) {
    double first = page(registry, "first page", DeviceFilter.ALL, Optional.empty());
    Optional<String> late = cursorAt(registry, 95_000);
    double last = page(registry, "page at 95 000", DeviceFilter.ALL, late);
    assertThat(last).as("a late page costs what the first does").isLessThan(5 * first + 5);
    measureSearch(registry);
    page(registry, "product, 100 match", filter("", "valve"), Optional.empty());
    page(registry, "tag, 500 match", tag("site", "s77"), Optional.empty());
    page(registry, "tag, 14 000 match", tag("floor", "f3"), Optional.empty());
    cpuMillis("device by id", 2000, () -> registry.device(new DeviceId("dev-050000")));
    cpuMillis("count all", 20, () -> registry.countDevices(DeviceFilter.ALL));
    cpuMillis("count by tag", 20, () -> registry.countDevices(tag("floor", "f3")));
  }

  /** As the console asks while somebody types: a page and the total. Wall time, 99th percentile. */
  private void measureSearch(Registry registry) {
    List<DeviceFilter> asked =
        List.of(
            filter("b", ""),
            filter("building", ""),
            filter("dev-099999", ""),
            filter("no such thing", ""),
            filter("zz", ""),
            filter("building 77", "meter"),
            filter("sensor", "valve"),
            filter("sensor", "").withTags(Map.of("floor", "f3")));
    List<Long> micros = new ArrayList<>();
    for (int round = 0; round < 150; round++) {
      for (DeviceFilter filter : asked) {
        long start = System.nanoTime();
        Page<Device> page = registry.devices(filter, Optional.empty(), 50);
        long total = registry.countDevices(filter);
        micros.add((System.nanoTime() - start) / 1000);
        assertThat(total).isGreaterThanOrEqualTo(page.items().size());
      }
    }
    List<Long> warm = micros.subList(micros.size() / 3, micros.size()).stream().sorted().toList();
    long p99 = warm.get(warm.size() * 99 / 100);
    System.out.printf(Locale.ROOT, "search p50 %d us, p99 %d us%n", warm.get(warm.size() / 2), p99);
    assertThat(p99).as("p99 of a search in microseconds").isLessThan(50_000);
  }

  private static DeviceFilter filter(String text, String product) {
    DeviceFilter byText = text.isEmpty() ? DeviceFilter.ALL : DeviceFilter.ALL.withText(text);
    return product.isEmpty() ? byText : byText.withProduct(product);
  }

  private static DeviceFilter tag(String name, String value) {
    return DeviceFilter.ALL.withTags(Map.of(name, value));
  }

  private double page(
      Registry registry, String what, DeviceFilter filter, Optional<String> cursor) {
    return cpuMillis(what, 20, () -> registry.devices(filter, cursor, 50));
  }

  private static Optional<String> cursorAt(Registry registry, int position) {
    Optional<String> cursor = Optional.empty();
    for (int seen = 0; seen < position; seen += 1000) {
      Page<Device> page = registry.devices(DeviceFilter.ALL, cursor, 1000);
      cursor = page.next();
    }
    return cursor;
  }

  @Test
  void aCheckCostsMillisecondsAndRecognisingMicroseconds() {
    byte[] secret = "correct horse".getBytes(StandardCharsets.UTF_8);
    try (Registry registry = SqlRegistry.open(folder.resolve("r.db"), clock, clock)) {
      registry.saveProduct(RegistryFixtures.model("meter"));
      registry.createDevice(
          new NewDevice(new DeviceId("d1"), "meter", "", Map.of(), Optional.of("correct horse")));
      var credentials = registry.credentials();
      cpuMillis("warm up", 100, () -> credentials.check("d1", secret));
      double right = cpuMillis("check, right", 100, () -> credentials.check("d1", secret));
      double unknown = cpuMillis("check, unknown name", 100, () -> credentials.check("x", secret));
      cpuMillis("warm up", 20_000, () -> credentials.recognise("d1", secret));
      double known = cpuMillis("recognise", 20_000, () -> credentials.recognise("d1", secret));
      assertThat(unknown / right).as("a wrong name costs what a secret does").isBetween(0.5, 2.0);
      assertThat(known).isLessThan(right / 50);
      Secret generated = Secret.Generated.make();
      registry.rotateSecret(new DeviceId("d1"), generated);
      byte[] shown = generated.text().getBytes(StandardCharsets.UTF_8);
      byte[] wrong = Secret.Generated.make().text().getBytes(StandardCharsets.UTF_8);
      cpuMillis("warm up", 5000, () -> credentials.check("d1", shown));
      double quick = cpuMillis("check, generated", 5000, () -> credentials.check("d1", shown));
      cpuMillis("check, generated, wrong", 5000, () -> credentials.check("d1", wrong));
      cpuMillis("check, generated, unknown", 5000, () -> credentials.check("x", wrong));
      assertThat(quick).isLessThan(right / 10);
    }
  }

  private static double cpuMillis(String what, int times, Runnable work) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    double millis = (threads.getCurrentThreadCpuTime() - start) / 1e6 / times;
    System.out.printf(Locale.ROOT, "%-24s %9.4f ms CPU%n", what, millis);
    return millis;
  }
}
