package io.vagus.twin;

import io.vagus.expression.Guard.Refusal;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.model.ProductModel;
import io.vagus.registry.Fact;
import io.vagus.registry.Registry;
import io.vagus.registry.Subject;
import io.vagus.wire.DocumentCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Changes of desired state that people and programs ask for: interlocks hold. Thread-safe. */
public final class DesiredChanges {
  private static final int ATTEMPTS = 5;

  private final Registry registry;
  private final Interlocks interlocks;

  public DesiredChanges(Registry registry, Interlocks interlocks) {
    this.registry = registry;
    this.interlocks = interlocks;
  }

  /** What came of it. */
  public sealed interface Outcome {}

  public record Changed(Desired after) implements Outcome {}

  public record Refused(Refusal refusal) implements Outcome {}

  /**
   * Changes what the patch names, unless an interlock refuses it.
   *
   * @param ifVersion refused with PRECONDITION_FAILED when it has another version by now
   */
  public Outcome change(DeviceId device, DocumentPatch patch, OptionalLong ifVersion) {
    Optional<ProductModel> product = guarded(device);
    if (product.isEmpty()) {
      return new Changed(registry.desired().change(device, patch, ifVersion));
    }
    for (int attempt = 1; ; attempt++) {
      Desired before = registry.desired().of(device);
      Optional<Refusal> refusal = refusal(device, product.get(), before, patch);
      if (refusal.isPresent()) {
        note(device, patch, refusal.get());
        return new Refused(refusal.get());
      }
      try {
        // What was judged is what is changed.
        OptionalLong version =
            ifVersion.isPresent() ? ifVersion : OptionalLong.of(before.version());
        return new Changed(registry.desired().change(device, patch, version));
      } catch (VagusException e) {
        boolean again = ifVersion.isEmpty() && attempt < ATTEMPTS;
        if (e.code() != ErrorCode.PRECONDITION_FAILED || !again) {
          throw e;
        }
      }
    }
  }

  /** Whether interlocks have a say in a device's desired state. */
  public boolean isGuarded(DeviceId device) {
    return guarded(device).isPresent();
  }

  private Optional<ProductModel> guarded(DeviceId device) {
    return registry
        .device(device)
        .map(Device::product)
        .flatMap(registry::model)
        .filter(Interlocks::guardTwin);
  }

  private Optional<Refusal> refusal(
      DeviceId device, ProductModel product, Desired before, DocumentPatch patch) {
    return registry
        .device(device)
        .flatMap(
            d -> interlocks.ofChange(d, product, before.document(), before.document().with(patch)));
  }

  private void note(DeviceId device, DocumentPatch patch, Refusal refusal) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("interlock", refusal.interlock());
    body.put("detail", refusal.detail());
    body.put("patch", new String(DocumentCodec.encode(patch), StandardCharsets.UTF_8));
    registry.events().append(Fact.noted(Subject.device(device), "interlock.refused", body));
  }
}
