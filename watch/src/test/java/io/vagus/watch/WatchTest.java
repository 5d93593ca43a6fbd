package io.vagus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import io.vagus.model.Location;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final DeviceId PUMP = new DeviceId("pump-1");
  private static final DeviceMap.Box EARTH = new DeviceMap.Box(-180, -90, 180, 90);

  private final ManualClock clock = new ManualClock(1_800_000_000_000_000L);
  private final InMemoryRegistry registry = new InMemoryRegistry(clock);
  private final Watch watch = new Watch(registry, clock, clock);

  WatchTest() {
    product("pump", Optional.of(Duration.ofSeconds(10)));
    product("slow", Optional.empty());
  }

  @AfterEach
  void close() {
    watch.close();
  }

  private void product(String id, Optional<Duration> cadence) {
    registry.saveProduct(new ProductModel(id, 1, id, Map.of(), Optional.empty(), cadence, 0));
  }

  private void register(String id, String product, Optional<Location> location) {
    registry.createDevice(
        new NewDevice(
            new DeviceId(id), product, id, Map.of(), Optional.empty(), location, Optional.empty()));
  }

  private List<String> list(Contact.Filter filter) {
    return list(new WatchFilter(Optional.of(filter), Optional.empty(), Within.EVERYWHERE));
  }

  private List<String> list(WatchFilter filter) {
    return watch.devices(filter, Optional.empty(), Optional.empty(), Optional.empty(), 10).stream()
        .map(DeviceId::value)
        .toList();
  }

  @Test
  void isSilentAfterThreeTimesItsProductsCadence() {
    register("pump-1", "pump", Optional.empty());
    register("slow-1", "slow", Optional.empty());
    assertThat(watch.contact(PUMP).state()).isEqualTo(Contact.State.NEVER);
    watch.activity(PUMP, "pump").message(clock.micros(), 10);
    watch.activity(new DeviceId("slow-1"), "slow").message(clock.micros(), 10);
    clock.advance(Duration.ofSeconds(30));
    assertThat(watch.contact(PUMP).state()).isEqualTo(Contact.State.HEARD);
    clock.advance(Duration.ofSeconds(1));
    assertThat(watch.contact(PUMP).state()).isEqualTo(Contact.State.SILENT);
    assertThat(list(Contact.Filter.SILENT)).containsExactly("pump-1");
    clock.advance(Duration.ofMinutes(15));
    assertThat(list(Contact.Filter.SILENT)).containsExactly("pump-1", "slow-1");
  }

  @Test
  void aDeviceThatSendsRequestsIsConnectedUntilItIsQuiet() {
    register("pump-1", "pump", Optional.empty());
    watch.heard(PUMP, Transport.HTTP, "10.0.0.7", clock.micros());
    long since = clock.micros();
    clock.advance(Duration.ofSeconds(20));
    watch.heard(PUMP, Transport.HTTP, "10.0.0.7", clock.micros());
    clock.advance(Duration.ofSeconds(30));
    Contact.Connection connection = watch.contact(PUMP).connection().orElseThrow();
    assertThat(connection.connected()).isTrue();
    assertThat(connection.sinceMicros()).isEqualTo(since);
    clock.advance(Duration.ofSeconds(1));
    connection = watch.contact(PUMP).connection().orElseThrow();
    assertThat(connection.connected()).isFalse();
    assertThat(connection.sinceMicros()).isEqualTo(since + 20_000_000);
  }

  @Test
  void aDeviceWithTwoConnectionsStaysWhenOneOfThemEnds() {
    ListenerWatch.Open first = watch.opened(PUMP, Transport.MQTT, "10.0.0.1", 60, clock.micros());
    ListenerWatch.Open second = watch.opened(PUMP, Transport.MQTTS, "10.0.0.2", 0, clock.micros());
    second.closed(clock.micros());
    Contact.Connection left = watch.contact(PUMP).connection().orElseThrow();
    assertThat(left.connected()).isTrue();
    assertThat(left.address()).isEqualTo("10.0.0.1");
    first.closed(clock.micros());
    second.closed(clock.micros());
    assertThat(watch.contact(PUMP).connected()).isFalse();
    assertThat(watch.contact(PUMP).lastSeenMicros()).hasValue(clock.micros());
  }

  @Test
  void knowsADeletedDeviceNoMore() {
    register("pump-1", "pump", Optional.empty());
    register("pump-2", "pump", Optional.empty());
    watch.activity(PUMP, "pump");
    registry.deleteDevice(PUMP);
    registry.deleteDevice(new DeviceId("pump-2"));
    assertThat(list(Contact.Filter.NEVER)).isEmpty();
    register("pump-2", "pump", Optional.empty());
    assertThat(list(Contact.Filter.NEVER)).containsExactly("pump-2");
  }

  @Test
  void countsTheLastMinutesExactlyAndForgetsOlderOnes() {
    DeviceActivity pump = watch.activity(PUMP, "pump");
    DeviceActivity other = watch.activity(new DeviceId("pump-2"), "pump");
    for (int minute = 0; minute < 20; minute++) {
      clock.advance(Duration.ofMinutes(1));
      pump.message(clock.micros(), 100);
      other.message(clock.micros(), 1);
      other.message(clock.micros(), 1);
      other.duplicate(clock.micros());
    }
    Top messages = watch.top(Within.EVERYWHERE, Top.By.MESSAGES, 5, 1);
    assertThat(messages.items()).extracting(i -> i.device().value()).containsExactly("pump-2");
    assertThat(messages.items().getFirst().count()).isEqualTo(12);
    assertThat(messages.total()).isEqualTo(18);
    assertThat(messages.windowSeconds()).isBetween(300L, 359L);
    assertThat(watch.top(Within.EVERYWHERE, Top.By.BYTES, 15, 9).items().getFirst().count())
        .isEqualTo(1600);
    assertThat(watch.top(Within.EVERYWHERE, Top.By.DUPLICATES, 5, 9).items()).hasSize(1);
    assertThat(watch.top(Within.EVERYWHERE, Top.By.ERRORS, 5, 9).items()).isEmpty();
  }

  @Test
  void beginsAnewWhenTheClockIsSetBack() {
    MinuteCounts counts = new MinuteCounts(1);
    counts.add(1000, 0, 7);
    counts.add(900, 0, 2);
    assertThat(counts.sum(0, 0, 2000)).isEqualTo(2);
    counts.add(899, 0, 1);
    assertThat(counts.sum(0, 899, 900)).isEqualTo(3);
    counts.add(900, 0, -1);
    counts.add(900, 0, 5);
    assertThat(counts.sum(0, 900, 900)).isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void findsTheTalkersAmongAHundredThousandWithinASecond() {
    List<DeviceActivity> fleet = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      DeviceActivity device = watch.activity(new DeviceId("pump-" + i), "pump");
      fleet.add(device);
      for (int n = 0; n <= i % 7; n++) {
        device.message(clock.micros() - n * 60_000_000L, 10);
      }
    }
    fleet.get(4711).message(clock.micros(), 1 << 20);
    long before = System.nanoTime();
    Top top = watch.top(Within.EVERYWHERE, Top.By.BYTES, 5, 10);
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    assertThat(top.items().getFirst().device().value()).isEqualTo("pump-4711");
    assertThat(took).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void findsWhoseMessagesWereLongUnderWay() {
    DeviceActivity slow = watch.activity(new DeviceId("slow-1"), "slow");
    slow.message(clock.micros(), 10);
    slow.delivered(clock.micros(), 900_000);
    slow.message(clock.micros(), 10);
    slow.delivered(clock.micros(), 3_600_000_000L);
    DeviceActivity pump = watch.activity(PUMP, "pump");
    pump.message(clock.micros(), 10);
    pump.delivered(clock.micros(), 100_400);
    assertThat(watch.top(Within.EVERYWHERE, Top.By.DELAY, 5, 10).items())
        .containsExactly(
            new Top.Item(new DeviceId("slow-1"), "slow", 60_900, 2),
            new Top.Item(PUMP, "pump", 100, 1));
  }

  @Test
  void keepsRefusalsOfAMinuteTogetherNewestFirst() {
    for (int i = 0; i < 3; i++) {
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.7", "pump-1", "wrong " + i);
    }
    watch.refused(Transport.HTTP, "payload-too-large", "10.0.0.7", PUMP, "payloadBytes");
    clock.advance(Duration.ofMinutes(1));
    watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.7", "pump-1", "again");
    List<Refusal> all = refusals(Optional.empty(), 10);
    assertThat(all).extracting(Refusal::count).containsExactly(1L, 1L, 3L);
    assertThat(all.getLast().detail()).isEqualTo("wrong 2");
    assertThat(watch.refusals().recent())
        .isEqualTo(Map.of("bad-credentials", 4L, "payload-too-large", 1L));
    var first = watch.refusals().newest(RefusalLog.Filter.ALL, Long.MAX_VALUE, 1);
    long below = Long.parseLong(first.next().orElseThrow());
    assertThat(watch.refusals().newest(RefusalLog.Filter.ALL, below, 9).items())
        .isEqualTo(all.subList(1, 3));
    assertThat(refusals(Optional.of("payload-too-large"), 9)).hasSize(1);
    var lately =
        new RefusalLog.Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            clock.micros() - 1,
            Long.MAX_VALUE);
    assertThat(watch.refusals().newest(lately, Long.MAX_VALUE, 9).items())
        .isEqualTo(all.subList(0, 1));
    clock.advance(Duration.ofMinutes(6));
    assertThat(watch.refusals().recent()).isEmpty();
  }

  private List<Refusal> refusals(Optional<String> reason, int limit) {
    var filter =
        new RefusalLog.Filter(
            Optional.empty(), reason, Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);
    return watch.refusals().newest(filter, Long.MAX_VALUE, limit).items();
  }

  @Test
  void refusalsTakeBoundedMemoryWhoeverTries() {
    for (int i = 0; i < RefusalLog.MAX_ENTRIES + 500; i++) {
      watch.refused(Transport.MQTT, "bad-credentials", "10.0.0.7", "name-" + i, "x".repeat(999));
    }
    List<Refusal> kept = refusals(Optional.empty(), 20_000);
    assertThat(kept).hasSize(RefusalLog.MAX_ENTRIES);
    assertThat(kept.getFirst().name()).isEqualTo("name-" + (RefusalLog.MAX_ENTRIES + 499));
    assertThat(kept.getFirst().detail()).hasSizeLessThan(300);
  }

  @Test
  void gathersDevicesNearEachOther() {
    register("berlin-1", "pump", Optional.of(new Location(52.52, 13.40)));
    register("berlin-2", "pump", Optional.of(new Location(52.50, 13.42)));
    register("lima-1", "slow", Optional.of(new Location(-12.05, -77.04)));
    register("nowhere", "pump", Optional.empty());
    watch.opened(new DeviceId("berlin-1"), Transport.MQTT, "10.0.0.1", 0, clock.micros());
    assertThat(watch.map(Within.EVERYWHERE, EARTH, 2, Optional.empty()).cells())
        .extracting(DeviceMap.Cell::devices)
        .containsExactlyInAnyOrder(2, 1);
    DeviceMap berlin =
        watch.map(Within.EVERYWHERE, new DeviceMap.Box(13, 52, 14, 53), 2, Optional.of("pump"));
    assertThat(berlin.cells()).hasSize(1);
    assertThat(berlin.cells().getFirst().connected()).isEqualTo(1);
    assertThat(berlin.cells().getFirst().center().lat()).isCloseTo(52.51, Offset.offset(0.001));
    assertThat(watch.map(Within.EVERYWHERE, EARTH, 12, Optional.of("pump")).cells()).hasSize(2);
    DeviceMap.Box germany = new DeviceMap.Box(6, 47, 15, 55);
    assertThat(list(new WatchFilter(Optional.empty(), Optional.of(germany), Within.EVERYWHERE)))
        .containsExactly("berlin-1", "berlin-2");
    assertThat(
            list(
                new WatchFilter(
                    Optional.of(Contact.Filter.CONNECTED),
                    Optional.of(germany),
                    Within.EVERYWHERE)))
        .containsExactly("berlin-1");
    DeviceMap pacific =
        watch.map(Within.EVERYWHERE, new DeviceMap.Box(170, -90, -70, 90), 0, Optional.empty());
    assertThat(pacific.cells().getFirst().device()).contains(new DeviceId("lima-1"));
  }

  @Test
  void gathersMoreWhereThereAreTooManyCells() {
    for (int i = 0; i < 3000; i++) {
      register("d-" + i, "pump", Optional.of(new Location(i % 60, i / 60)));
    }
    DeviceMap many = watch.map(Within.EVERYWHERE, EARTH, 12, Optional.empty());
    assertThat(many.zoom()).isLessThan(12);
    assertThat(many.cells()).hasSizeLessThanOrEqualTo(DeviceMap.MAX_CELLS);
    assertThat(many.cells().stream().mapToInt(DeviceMap.Cell::devices).sum()).isEqualTo(3000);
  }
}
