package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.Device.Status;
import io.vagus.model.DeviceId;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a device may go in its life, and who may connect, on every engine. */
public abstract class LifecycleContract {
  private static final String SECRET = "correct horse";

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;
  private final List<String> barred = new ArrayList<>();

  protected abstract Registry open();

  @BeforeEach
  void openWithOneProduct() {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
    registry.addListener(
        new RegistryListener() {
          @Override
          public void deviceBarred(DeviceId device) {
            barred.add(device.value());
          }

          @Override
          public void applicationChanged(String name) {}
        });
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Device create(String id, Optional<String> secret) {
    return registry.createDevice(new NewDevice(new DeviceId(id), "meter", "", Map.of(), secret));
  }

  private Device to(Device device, Status status) {
    return registry.updateDevice(
        device.id(), DevicePatch.NOTHING.withStatus(status), OptionalLong.empty());
  }

  /** A device in that state, by an allowed way. */
  private Device in(Status status) {
    Device device = create("d-" + status.name().toLowerCase(Locale.ROOT), Optional.empty());
    return switch (status) {
      case REGISTERED -> device;
      case PROVISIONED, ACTIVE, SUSPENDED, QUARANTINED, IN_TRANSFER, RETIRED -> to(device, status);
      case RETURNED -> to(to(device, Status.ACTIVE), status);
    };
  }

  @Test
  void onlyTheStepsOfTheTableAreAllowed() {
    for (Status from : Status.values()) {
      for (Status to : Status.values()) {
        Device device = in(from);
        if (from == to) {
          assertThat(to(device, to)).as("no change").isEqualTo(device);
        } else if (from.next().contains(to)) {
          assertThat(to(device, to).status()).isEqualTo(to);
        } else {
          assertThatThrownBy(() -> to(device, to))
              .as("%s to %s", from, to)
              .isInstanceOf(VagusException.class)
              .hasMessageContaining("status: " + to);
        }
        registry.deleteDevice(device.id());
      }
    }
  }

  @Test
  void aSecretProvisionsAndTheFirstMessageActivates() {
    assertThat(create("d1", Optional.of(SECRET)).status()).isEqualTo(Status.PROVISIONED);
    assertThat(create("d2", Optional.empty()).status()).isEqualTo(Status.REGISTERED);
    registry.rotateSecret(new DeviceId("d2"), Secret.Generated.make());
    assertThat(status("d2")).isEqualTo(Status.PROVISIONED);
    create("d3", Optional.empty());
    to(create("d4", Optional.empty()), Status.SUSPENDED);

    List<DeviceId> heard = List.of("d1", "d3", "d4", "d9").stream().map(DeviceId::new).toList();
    registry.activate(heard);
    EventHead head = registry.events().head();
    registry.activate(heard);

    assertThat(List.of(status("d1"), status("d2"), status("d3"), status("d4")))
        .containsExactly(Status.ACTIVE, Status.PROVISIONED, Status.ACTIVE, Status.SUSPENDED);
    assertThat(registry.events().head()).as("nothing the second time").isEqualTo(head);
    assertThat(registry.devices(filter(Status.ACTIVE), Optional.empty(), 10).items()).hasSize(2);
  }

  @Test
  void whoBecomesActiveIsKnownFromMemoryAsBeforeUntilTheNextChange() {
    Device device = create("known", Optional.of(SECRET));
    String id = device.id().value();
    byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
    check(id);

    registry.activate(List.of(device.id()));

    assertThat(registry.credentials().recognise(id, secret))
        .contains(new DeviceVerdict(registry.device(device.id()).orElseThrow()));
    byte[] another = (SECRET + "x").getBytes(StandardCharsets.UTF_8);
    assertThat(registry.credentials().recognise(id, another)).isEmpty();
    to(registry.device(device.id()).orElseThrow(), Status.SUSPENDED);
    assertThat(registry.credentials().recognise(id, secret)).isEmpty();
  }

  private static Registry.DeviceFilter filter(Status status) {
    return Registry.DeviceFilter.ALL.withStatus(status).withText("d");
  }

  private Status status(String id) {
    return registry.device(new DeviceId(id)).orElseThrow().status();
  }

  @Test
  void whoIsShutOutIsDisconnectedAndRefused() {
    for (Status status : List.of(Status.SUSPENDED, Status.QUARANTINED)) {
      Device device = create("s-" + status, Optional.of(SECRET));
      String id = device.id().value();
      assertThat(check(id)).isInstanceOf(DeviceVerdict.class);
      to(device, status);
      assertThat(barred).contains(id);
      assertThat(check(id).toString()).contains("is " + status.name().toLowerCase(Locale.ROOT));
      to(device, Status.ACTIVE);
      assertThat(check(id)).isInstanceOf(DeviceVerdict.class);
    }
  }

  private Credentials.Verdict check(String id) {
    return registry.credentials().check(id, SECRET.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whoLeavesLosesItsCredentials() {
    for (Status status : List.of(Status.IN_TRANSFER, Status.RETURNED, Status.RETIRED)) {
      Device device = create("l-" + status, Optional.of(SECRET));
      Instant now = clock.now();
      registry
          .certificates()
          .add(
              new IssuedCertificate(
                  "c" + status.ordinal(),
                  device.id(),
                  "k" + status,
                  "P-256",
                  "f",
                  "1a",
                  now,
                  now.plus(Duration.ofDays(30)),
                  Optional.empty()));
      to(device, status);
      assertThat(barred).contains(device.id().value());
      assertThat(check(device.id().value()))
          .isEqualTo(
              new Credentials.Refused(ErrorCode.BAD_CREDENTIALS, "unknown name or wrong secret"));
      assertThat(registry.certificates().of(device.id()).getFirst().revocation()).isPresent();
      assertThatThrownBy(() -> registry.rotateSecret(device.id(), Secret.Generated.make()))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("secret: the device is " + status);
    }
  }
}
