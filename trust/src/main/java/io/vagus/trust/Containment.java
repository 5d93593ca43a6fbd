package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Fact;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.RevocationReason;
import io.vagus.registry.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Shuts devices out that may be in wrong hands: quarantined, so that their sessions end, their
 * certificates and provisioning tokens revoked, their secrets taken away and with them the tokens
 * that stood for those. Done again it does what is left to do. Needs no certificate authority.
 * Thread-safe; calls block on disk.
 */
public final class Containment {
  /** Devices of one transaction: one write to disk for all of them, and no other waits long. */
  public static final int AT_ONCE = 100;

  private final Registry registry;

  public Containment(Registry registry) {
    this.registry = registry;
  }

  /** How it went with one device. */
  public enum Result {
    CONTAINED,
    /** There was nothing left to do. */
    ALREADY,
    FAILED
  }

  /**
   * What became of a device.
   *
   * @param before its status
   * @param certificates how many were revoked
   * @param tokens how many that it could have enrolled with were revoked
   * @param secret whether it had one, which was taken away
   * @param why it failed; else empty
   */
  public record Outcome(
      DeviceId device,
      Result result,
      Optional<Device.Status> before,
      int certificates,
      int tokens,
      boolean secret,
      String why) {}

  /**
   * Shuts them out, in one transaction: their sessions end, and none opens any more. What they have
   * is taken by {@link #contain}.
   *
   * @return the status that each had; those that are unknown or cannot be are left out
   */
  public Map<DeviceId, Device.Status> shutOut(List<DeviceId> devices) {
    return registry.together(() -> {
      Map<DeviceId, Device.Status> before = new HashMap<>();
      for (DeviceId id : requireFew(devices)) {
        registry
            .device(id)
            .map(Device::status)
            .ifPresent(status -> {
              quarantine(id, status);
              before.put(id, status);
            });
      }
      return before;
    });
  }

  /**
   * Contains them in one transaction; one that fails keeps none of the others.
   *
   * @param before their status, as {@link #shutOut} found it
   * @param reason for the log
   */
  public List<Outcome> contain(
      List<DeviceId> devices, Map<DeviceId, Device.Status> before, String reason) {
    return registry.together(() -> {
      List<Outcome> outcomes = new ArrayList<>();
      for (DeviceId id : requireFew(devices)) {
        outcomes.add(tried(id, Optional.ofNullable(before.get(id)), reason));
      }
      return outcomes;
    });
  }

  private static List<DeviceId> requireFew(List<DeviceId> devices) {
    if (devices.size() > AT_ONCE) {
      throw new IllegalArgumentException(
          "devices: " + devices.size() + " (expected: <= " + AT_ONCE + ")");
    }
    return devices;
  }

  private Outcome tried(DeviceId id, Optional<Device.Status> before, String reason) {
    try {
      Device.Status was =
          before.orElseThrow(() ->
              new VagusException(ErrorCode.NOT_FOUND, "device: \"" + id + "\" does not exist"));
      return registry.together(() -> contain(id, was, reason));
    } catch (VagusException e) {
      return new Outcome(id, Result.FAILED, before, 0, 0, false, String.valueOf(e.getMessage()));
    }
  }

  private Outcome contain(DeviceId id, Device.Status before, String reason) {
    int revoked = revoke(id);
    int tokens = registry.enrolmentTokens().revokeOf(id);
    boolean secret = registry.takeSecret(id);
    boolean quarantined = mayBeQuarantined(before);
    if (!quarantined && revoked == 0 && tokens == 0 && !secret) {
      return new Outcome(id, Result.ALREADY, Optional.of(before), 0, 0, false, "");
    }
    registry
        .events()
        .append(
            Fact.noted(
                Subject.device(id),
                "breach.contained",
                Map.of(
                    "reason", reason,
                    "before", before.name().toLowerCase(Locale.ROOT),
                    "certificates", Integer.toString(revoked),
                    "tokens", Integer.toString(tokens),
                    "secret", Boolean.toString(secret))));
    return new Outcome(id, Result.CONTAINED, Optional.of(before), revoked, tokens, secret, "");
  }

  /** One on its way to others, or out of use, has no credentials and stays what it is. */
  private static boolean mayBeQuarantined(Device.Status before) {
    return before.hasCredentials() && before.next().contains(Device.Status.QUARANTINED);
  }

  private void quarantine(DeviceId id, Device.Status before) {
    if (mayBeQuarantined(before)) {
      registry.updateDevice(
          id, DevicePatch.NOTHING.withStatus(Device.Status.QUARANTINED), OptionalLong.empty());
    }
  }

  /** Those that have ended too: within the grace time they could renew themselves. */
  private int revoke(DeviceId id) {
    List<IssuedCertificate> open =
        registry.certificates().of(id).stream().filter(c -> c.revocation().isEmpty()).toList();
    open.forEach(
        c -> registry.certificates().revoke(id, c.serial(), RevocationReason.KEY_COMPROMISE));
    return open.size();
  }
}
