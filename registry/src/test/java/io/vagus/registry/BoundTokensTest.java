package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.Credentials.Refused;
import io.vagus.registry.Credentials.Verdict;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundTokensTest {
  private static final DeviceId PUMP = new DeviceId("pump-7");
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private final InMemoryRegistry registry = new InMemoryRegistry(clock);

  @BeforeEach
  void register() {
    registry.saveProduct(RegistryFixtures.model("pump"));
    for (String id : List.of("pump-7", "pump-8")) {
      registry.createDevice(
          new NewDevice(new DeviceId(id), "pump", "", Map.of(), Optional.of("correct horse")));
    }
  }

  private Verdict shown(String name, String token) {
    byte[] secret = token.getBytes(StandardCharsets.UTF_8);
    Credentials credentials = registry.credentials();
    return credentials.recognise(name, secret).orElseGet(() -> credentials.check(name, secret));
  }

  private String token() {
    return registry.credentials().bind("pump-7").orElseThrow().text();
  }

  private void assertRefused(Verdict verdict, ErrorCode code) {
    assertThat(verdict)
        .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo(code));
  }

  @Test
  void standsForItsDeviceUntilItEnds() {
    String token = token();
    assertThat(Credentials.deviceOf(token)).contains("pump-7");
    assertThat(shown("pump-7", token)).isInstanceOf(DeviceVerdict.class);
    assertRefused(shown("pump-8", token), ErrorCode.BAD_CREDENTIALS);
    clock.advance(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(shown("pump-7", token)).isInstanceOf(DeviceVerdict.class);
    clock.advance(Duration.ofSeconds(1));
    assertRefused(shown("pump-7", token), ErrorCode.BAD_CREDENTIALS);
  }

  @Test
  void aChangedByteIsWorthNothing() {
    String token = token();
    for (int i = 4; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      // The last letter of a Base64 group has bits that say nothing.
      if (i < token.length() - 1) {
        assertRefused(shown("pump-7", changed), ErrorCode.BAD_CREDENTIALS);
      }
    }
    String later = token.replaceFirst("\\.(\\d)", ".9$1");
    assertRefused(shown("pump-7", later), ErrorCode.BAD_CREDENTIALS);
  }

  @Test
  void endsWithTheSecretAndWithTheDevice() {
    String token = token();
    assertThat(shown("pump-7", token)).isInstanceOf(DeviceVerdict.class);
    registry.updateDevice(
        PUMP, DevicePatch.NOTHING.withStatus(Device.Status.SUSPENDED), OptionalLong.empty());
    assertRefused(shown("pump-7", token), ErrorCode.DEVICE_SUSPENDED);
    registry.updateDevice(
        PUMP, DevicePatch.NOTHING.withStatus(Device.Status.ACTIVE), OptionalLong.empty());
    assertThat(shown("pump-7", token)).isInstanceOf(DeviceVerdict.class);
    registry.rotateSecret(PUMP, new Secret.Chosen("another horse"));
    assertRefused(shown("pump-7", token), ErrorCode.BAD_CREDENTIALS);
    String next = token();
    assertThat(shown("pump-7", next)).isInstanceOf(DeviceVerdict.class);
    registry.deleteDevice(PUMP);
    assertRefused(shown("pump-7", next), ErrorCode.BAD_CREDENTIALS);
  }

  @Test
  void noSecretMayLookLikeOne() {
    PeopleContract.assertRefused(
        ErrorCode.INVALID_REQUEST,
        "vbt_",
        () -> registry.rotateSecret(PUMP, new Secret.Chosen("vbt_something")));
  }
}
