package io.vagus.trust;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An authority with a registry of two devices. */
final class CaFixture {
  static final DeviceId PUMP = new DeviceId("pump-1");
  static final DeviceId FAN = new DeviceId("fan-1");

  final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  final InMemoryRegistry registry = new InMemoryRegistry(clock);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Path folder;
  final DeviceCertificates certificates;

  CaFixture(Path data, KeyKind kind) {
    folder = DeviceCertificates.folder(data);
    registry.saveProduct(
        new ProductModel("meter", 1, "", Map.of(), Optional.empty(), Optional.empty(), 0));
    for (DeviceId id : new DeviceId[] {PUMP, FAN}) {
      registry.createDevice(new NewDevice(id, "meter", "", Map.of(), Optional.empty()));
    }
    OfflineRoot.create(
        folder, data.resolve("root.p12"), "a long passphrase".toCharArray(), kind, clock.now());
    certificates = reopen(TrustConfig.defaults());
  }

  DeviceCertificates reopen(TrustConfig config) {
    return DeviceCertificates.open(folder, config, registry, clock, meters).orElseThrow();
  }

  double refused(Refusal reason) {
    return meters
        .get("vagus.trust.certificates.refused")
        .tag("reason", reason.label())
        .counter()
        .count();
  }

  static void assertRefused(ThrowingCallable call, ErrorCode code, String... said) {
    Assertions.assertThatThrownBy(call)
        .isInstanceOf(VagusException.class)
        .hasMessageContainingAll(said)
        .extracting(e -> ((VagusException) e).code())
        .isEqualTo(code);
  }
}
