package io.vagus.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.rule.Effect.AlertClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine that keeps alerts must do. */
@Timeout(60)
abstract class AlertsContract {
  static final Optional<DeviceId> PUMP = Optional.of(new DeviceId("pump-1"));
  static final String HOT = AlertChange.ofRule("hot");

  private Alerts alerts;

  abstract Alerts open();

  abstract void shut();

  @BeforeEach
  void start() {
    alerts = open();
  }

  @AfterEach
  void stop() {
    shut();
  }

  static AlertChange.Raise raise(String source, Optional<DeviceId> device, long sequence) {
    return new AlertChange.Raise(
        source,
        device,
        sequence,
        1000 * sequence,
        AlertClass.TICKET,
        "it's hot at " + sequence,
        new Alert.Cause(
            Optional.of("hot~1~" + sequence), Optional.of("m" + sequence), List.of("c1", "c2")));
  }

  static AlertChange.Clear clear(String source, Optional<DeviceId> device, long sequence) {
    return new AlertChange.Clear(source, device, sequence, 1000 * sequence);
  }

  private Alert only() {
    return alerts.page(Alerts.Filter.ALL, Optional.empty(), 10).items().getFirst();
  }

  @Test
  void oneIsOpenOfSourceAndDeviceAndCounts() {
    alerts.apply(List.of(raise(HOT, PUMP, 1), raise(HOT, PUMP, 2)));
    assertThat(alerts.count(Alerts.Filter.ALL)).isEqualTo(1);
    Alert alert = only();
    assertThat(alert.count()).isEqualTo(2);
    assertThat(alert.raisedMicros()).isEqualTo(1000);
    assertThat(alert.lastMicros()).isEqualTo(2000);
    assertThat(alert.text()).isEqualTo("it's hot at 2");
    assertThat(alert.cause().message()).contains("m1");
    assertThat(alert.cause().commands()).containsExactly("c1", "c2");
    assertThat(alerts.find(alert.id())).contains(alert);
  }

  @Test
  void whatIsSaidTwiceIsSaidOnce() {
    List<AlertChange> said =
        List.of(raise(HOT, PUMP, 1), raise(HOT, PUMP, 2), clear(HOT, PUMP, 3), raise(HOT, PUMP, 4));
    alerts.apply(said);
    List<Alert> before = alerts.page(Alerts.Filter.ALL, Optional.empty(), 10).items();
    alerts.apply(said);
    alerts.apply(said.subList(0, 2));
    assertThat(alerts.page(Alerts.Filter.ALL, Optional.empty(), 10).items()).isEqualTo(before);
    assertThat(before)
        .extracting(Alert::state)
        .containsExactly(Alert.State.OPEN, Alert.State.CLEARED);
  }

  @Test
  void anotherIsRaisedAfterItWasCleared() {
    alerts.raise(raise(HOT, PUMP, 1));
    String first = only().id();
    alerts.clear(clear(HOT, PUMP, 5));
    assertThat(only().clearedMicros()).hasValue(5000);
    alerts.clear(clear(HOT, PUMP, 6));
    alerts.raise(raise(HOT, PUMP, 7));
    assertThat(only().id()).isNotEqualTo(first);
    assertThat(only().count()).isEqualTo(1);
  }

  @Test
  void endsWithItsSource() {
    alerts.apply(List.of(raise(HOT, PUMP, 1), raise("rule:cold", PUMP, 1)));
    alerts.end(HOT);
    alerts.end("rule:unheard-of");
    assertThat(alerts.page(filter(Alert.State.OPEN), Optional.empty(), 9).items())
        .extracting(Alert::source)
        .containsExactly("rule:cold");
    alerts.raise(raise(HOT, PUMP, 2));
    assertThat(alerts.count(filter(Alert.State.OPEN))).isEqualTo(2);
  }

  @Test
  void isOfOneSourceAndOneDevice() {
    alerts.raise(raise(HOT, PUMP, 1));
    alerts.raise(raise(HOT, Optional.of(new DeviceId("pump-2")), 1));
    alerts.raise(raise("quality:stuck", PUMP, 1));
    alerts.raise(raise("platform", Optional.empty(), 1));
    assertThat(alerts.count(Alerts.Filter.ALL)).isEqualTo(4);
    alerts.clear(clear(HOT, PUMP, 2));
    assertThat(alerts.count(filter(Alert.State.OPEN))).isEqualTo(3);
    assertThat(alerts.count(Alerts.Filter.ALL.ofDevice(PUMP.orElseThrow()))).isEqualTo(2);
  }

  private static Alerts.Filter filter(Alert.State state) {
    return new Alerts.Filter(
        Optional.of(state), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void isAcknowledgedWithANote() {
    alerts.raise(raise(HOT, PUMP, 1));
    String id = only().id();
    Alert after = alerts.acknowledge(id, "user:anna", "I'm on it; \"'--").orElseThrow();
    assertThat(after.state()).isEqualTo(Alert.State.ACKNOWLEDGED);
    assertThat(after.acknowledged().orElseThrow().note()).isEqualTo("I'm on it; \"'--");
    alerts.raise(raise(HOT, PUMP, 2));
    assertThat(only().state()).isEqualTo(Alert.State.ACKNOWLEDGED);
    assertThat(alerts.count(filter(Alert.State.ACKNOWLEDGED))).isEqualTo(1);
    alerts.clear(clear(HOT, PUMP, 3));
    assertThat(only().state()).isEqualTo(Alert.State.CLEARED);
    assertThat(alerts.acknowledge("unheard-of", "user:anna", "x")).isEmpty();
    assertThatThrownBy(() -> alerts.acknowledge(id, "user:anna", " "))
        .hasMessage("note: 1 characters (expected: 1 to 1000, not only blanks)");
  }

  @Test
  void pagesTheNewestFirst() {
    for (int i = 1; i <= 5; i++) {
      alerts.raise(raise(AlertChange.ofRule("r" + i), PUMP, i));
    }
    List<String> sources = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Alert> page = alerts.page(Alerts.Filter.ALL, cursor, 2);
      page.items().forEach(alert -> sources.add(alert.source()));
      cursor = page.next();
    } while (cursor.isPresent());
    assertThat(sources).containsExactly("rule:r5", "rule:r4", "rule:r3", "rule:r2", "rule:r1");
    assertThatThrownBy(() -> alerts.page(Alerts.Filter.ALL, Optional.of("1;drop"), 2))
        .hasMessageStartingWith("cursor: ");
  }

  @Test
  void forgetsThoseThatAreClearedAndOld() {
    alerts.raise(raise(HOT, PUMP, 1));
    alerts.clear(clear(HOT, PUMP, 2));
    alerts.raise(raise(HOT, PUMP, 3));
    long later = Duration.ofDays(2).toNanos() / 1000;
    alerts.forget(new AlertConfig(Duration.ofDays(1), 1000), later);
    assertThat(alerts.page(Alerts.Filter.ALL, Optional.empty(), 10).items())
        .extracting(Alert::state)
        .containsExactly(Alert.State.OPEN);
  }
}
