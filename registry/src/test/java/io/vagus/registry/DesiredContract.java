package io.vagus.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import io.vagus.wire.DocumentCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the platform wants devices to be, on every engine. */
public abstract class DesiredContract {
  private static final DeviceId D1 = new DeviceId("d1");
  private static final DeviceId D2 = new DeviceId("d2");

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;

  protected abstract Registry open();

  @BeforeEach
  void openWithDevices() {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
    add(D1);
    add(D2);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private void add(DeviceId id) {
    registry.createDevice(new NewDevice(id, "meter", "n", Map.of(), Optional.empty()));
  }

  private static DocumentPatch patch(String json) {
    return DocumentCodec.readPatch(json.getBytes(UTF_8));
  }

  private Desired change(String json) {
    clock.advance(Duration.ofSeconds(1));
    return registry.desired().change(D1, patch(json), OptionalLong.empty());
  }

  private static String text(Desired desired) {
    return desired.version() + " " + DocumentCodec.text(desired.document());
  }

  @Test
  void beginsWithVersionZero() {
    assertThat(text(registry.desired().of(D1))).isEqualTo("0 {}");
    assertThat(registry.desired().page(Optional.empty(), 9)).isEmpty();
  }

  @Test
  void eachChangeIsAVersionWithATimeForEachField() {
    change("{\"mode\":\"eco\",\"valve\":{\"position\":40}}");
    Desired after = change("{\"valve\":{\"position\":60.0}}");

    assertThat(text(after)).isEqualTo("2 {\"mode\":\"eco\",\"valve\":{\"position\":60}}");
    assertThat(after.changedMicros())
        .isEqualTo(Map.of("/mode", clock.micros() - 1_000_000, "/valve/position", clock.micros()));
    assertThat(registry.desired().of(D1)).isEqualTo(after);
  }

  @Test
  void whatChangesNothingIsNoVersionAndNoEvent() {
    change("{\"mode\":\"eco\"}");
    long events = registry.events().head().sequence();
    assertThat(change("{\"mode\":\"eco\",\"other\":null}").version()).isEqualTo(1);
    assertThat(registry.events().head().sequence()).isEqualTo(events);
  }

  @Test
  void ofTwoWhoSawTheSameVersionOneWins() {
    change("{\"mode\":\"eco\"}");
    registry.desired().change(D1, patch("{\"mode\":\"off\"}"), OptionalLong.of(1));
    assertThatThrownBy(
            () -> registry.desired().change(D1, patch("{\"mode\":\"on\"}"), OptionalLong.of(1)))
        .isInstanceOfSatisfying(
            VagusException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED))
        .hasMessageContaining("version: 2 (expected: 1");
    assertThat(text(registry.desired().of(D1))).isEqualTo("2 {\"mode\":\"off\"}");
  }

  @Test
  void aDocumentPastItsBoundLeavesEverythingAsItWas() {
    change("{\"mode\":\"eco\"}");
    String large = "x".repeat(9000);
    change("{\"a\":\"" + large + "\"}");
    assertThatThrownBy(() -> change("{\"b\":\"" + large + "\"}"))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
        .hasMessageContaining("(expected: <= 16384)");
    assertThat(registry.desired().of(D1).version()).isEqualTo(2);
  }

  @Test
  void allOfABatchOrNone() {
    List<DesiredStates.Change> changes =
        List.of(
            new DesiredStates.Change(D2, patch("{\"rate\":5}")),
            new DesiredStates.Change(new DeviceId("none"), patch("{\"rate\":5}")));
    assertThatThrownBy(() -> registry.desired().change(changes, OptionalLong.empty()))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    assertThat(registry.desired().of(D2).version()).isZero();
  }

  @Test
  void showsWhatItWasAtATime() {
    change("{\"mode\":\"eco\"}");
    Instant first = clock.now();
    change("{\"mode\":\"off\"}");
    assertThat(text(registry.desired().asOf(D1, first))).isEqualTo("1 {\"mode\":\"eco\"}");
    assertThat(text(registry.desired().asOf(D1, clock.now()))).isEqualTo("2 {\"mode\":\"off\"}");
    assertThat(registry.desired().asOf(D1, first.minusMillis(1)).version()).isZero();
  }

  @Test
  void versionsGoOnWhenADeviceOfTheSameNameComes() {
    change("{\"mode\":\"eco\"}");
    registry.deleteDevice(D1);
    add(D1);
    assertThat(text(registry.desired().of(D1))).isEqualTo("2 {}");
    assertThat(text(change("{\"mode\":\"off\"}"))).isEqualTo("3 {\"mode\":\"off\"}");
  }

  @Test
  void listenersHearOfAChangeThatIsStored() {
    List<String> heard = new ArrayList<>();
    registry.addListener(
        new RegistryListener() {
          @Override
          public void deviceBarred(DeviceId device) {}

          @Override
          public void applicationChanged(String name) {}

          @Override
          public void desiredChanged(Desired before, Desired after) {
            heard.add(text(before) + " -> " + text(after));
          }
        });
    change("{\"mode\":\"eco\"}");
    change("{\"mode\":\"eco\"}");
    assertThat(heard).containsExactly("0 {} -> 1 {\"mode\":\"eco\"}");
  }

  @Test
  void pagesInOrder() {
    change("{\"mode\":\"eco\"}");
    registry.desired().change(D2, patch("{\"rate\":5}"), OptionalLong.empty());
    List<Desired> first = registry.desired().page(Optional.empty(), 1);
    List<Desired> second = registry.desired().page(Optional.of(first.getFirst().device()), 9);
    assertThat(first).extracting(Desired::device).containsExactly(D1);
    assertThat(second).extracting(Desired::device).containsExactly(D2);
  }
}
