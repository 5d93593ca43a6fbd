package io.vagus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final ManualClock clock = new ManualClock(0);
  private final InMemoryRegistry registry = new InMemoryRegistry(clock);
  private final Admission admission =
      new Admission(
          registry,
          LimitsConfig.defaults(),
          AccessConfig.defaults(),
          new ConnectionLimits(LimitsConfig.defaults(), AccessConfig.defaults(), clock),
          clock);
  private Device device;

  @BeforeEach
  void register() {
    registry.saveProduct(product("meter", 6));
    device = add("m-1");
  }

  private static ProductModel product(String id, int perMinute) {
    return new ProductModel(id, 1, id, Map.of(), Optional.empty(), Optional.empty(), perMinute);
  }

  private Device add(String id) {
    return registry.createDevice(
        new Registry.NewDevice(new DeviceId(id), "meter", id, Map.of(), Optional.empty()));
  }

  private Admission.Decision decide() {
    return admission.decide(device, Optional.empty(), device.id(), 10);
  }

  private static ErrorCode code(Admission.Decision decision) {
    return ((Admission.Denied) decision).code();
  }

  @Test
  void admitsADeviceToItsOwnTopicsUnderItsModelInForce() {
    registry.saveProduct(product("meter", 6));

    Admission.Admitted admitted = (Admission.Admitted) decide();
    assertThat(admitted.model().id()).isEqualTo("meter");
    assertThat(admitted.model().version()).isEqualTo(2);
  }

  @Test
  void keepsADeviceFromAnothersTopics() {
    assertThat(code(admission.decide(device, Optional.empty(), new DeviceId("m-2"), 10)))
        .isEqualTo(ErrorCode.NOT_AUTHORIZED);
  }

  private Admission.Decision via(String gateway, String child) {
    return admission.decide(device, Optional.of(new DeviceId(gateway)), new DeviceId(child), 10);
  }

  private void addChild(String id, String product) {
    registry.createDevice(
        new Registry.NewDevice(
            new DeviceId(id),
            product,
            id,
            Map.of(),
            Optional.of(device.id()),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void admitsAGatewayToTheTopicsOfItsChildrenOnly() {
    registry.saveProduct(product("leaf", 0));
    addChild("c-1", "leaf");
    add("m-2");

    assertThat(((Admission.Admitted) via("m-1", "c-1")).model().id()).isEqualTo("leaf");
    assertThat(code(via("m-1", "m-2"))).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(code(via("m-1", "m-1"))).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(code(via("m-1", "c-9"))).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(code(via("m-2", "c-1"))).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(code(admission.decide(device, Optional.empty(), new DeviceId("c-1"), 10)))
        .as("not under the child's own topic")
        .isEqualTo(ErrorCode.NOT_AUTHORIZED);
  }

  @Test
  void countsAChildsMessagesAgainstItsOwnRateWhicheverWayTheyCome() {
    addChild("c-1", "meter");
    Device child = registry.device(new DeviceId("c-1")).orElseThrow();
    for (int i = 0; i < 3; i++) {
      assertThat(via("m-1", "c-1")).isInstanceOf(Admission.Admitted.class);
      assertThat(admission.decide(child, Optional.empty(), child.id(), 10))
          .isInstanceOf(Admission.Admitted.class);
    }
    assertThat(code(via("m-1", "c-1"))).isEqualTo(ErrorCode.RATE_EXCEEDED);
    assertThat(decide()).as("the gateway's own").isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void keepsASuspendedChildOutByItsGatewayToo() {
    addChild("c-1", "meter");
    Device child =
        registry.updateDevice(
            new DeviceId("c-1"),
            Registry.DevicePatch.NOTHING.withStatus(Device.Status.SUSPENDED),
            OptionalLong.empty());
    assertThat(child.status()).isEqualTo(Device.Status.SUSPENDED);
    assertThat(code(via("m-1", "c-1"))).isEqualTo(ErrorCode.DEVICE_SUSPENDED);
  }

  @Test
  void boundsThePayload() {
    int bound = (int) LimitsConfig.defaults().maxPayload().bytes();
    assertThat(admission.decide(device, Optional.empty(), device.id(), bound))
        .isInstanceOf(Admission.Admitted.class);
    assertThat(code(admission.decide(device, Optional.empty(), device.id(), bound + 1)))
        .isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
  }

  @Test
  void limitsTheRateOfEachDeviceAndSaysWhenToComeBack() {
    for (int i = 0; i < 6; i++) {
      assertThat(decide()).isInstanceOf(Admission.Admitted.class);
    }
    Admission.Denied denied = (Admission.Denied) decide();
    assertThat(denied.code()).isEqualTo(ErrorCode.RATE_EXCEEDED);
    assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(10));
    device = add("m-2");
    assertThat(decide()).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void givesTheAllowanceBackEvenly() {
    for (int i = 0; i < 6; i++) {
      assertThat(decide()).isInstanceOf(Admission.Admitted.class);
    }
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofSeconds(10));
      assertThat(decide()).isInstanceOf(Admission.Admitted.class);
      assertThat(decide()).isInstanceOf(Admission.Denied.class);
    }
  }

  @Test
  void forgetsDevicesWhoseAllowanceIsFull() {
    Rates<DeviceId> rates = new Rates<>(clock);
    for (int i = 0; i < 1000; i++) {
      assertThat(rates.waitNanos(new DeviceId("d" + i), 60)).isZero();
    }
    clock.advance(Duration.ofMinutes(2));
    assertThat(rates.waitNanos(new DeviceId("d"), 60)).isZero();
    assertThat(rates.size()).isEqualTo(1);
  }

  @Test
  void takesAnyoneForAnyDeviceWhenOpen() {
    Admission.Admitted unknown =
        (Admission.Admitted) admission.decideOpen(new DeviceId("stranger"), 10);
    assertThat(unknown.model()).isEqualTo(ProductModel.OPEN);
    Admission.Admitted known = (Admission.Admitted) admission.decideOpen(device.id(), 10);
    assertThat(known.model().id()).isEqualTo("meter");
  }

  @Test
  void keepsASuspendedDeviceOutEvenWhenOpen() {
    device =
        registry.updateDevice(
            device.id(),
            Registry.DevicePatch.NOTHING.withStatus(Device.Status.SUSPENDED),
            OptionalLong.empty());
    assertThat(code(admission.decideOpen(device.id(), 10))).isEqualTo(ErrorCode.DEVICE_SUSPENDED);
  }
}
