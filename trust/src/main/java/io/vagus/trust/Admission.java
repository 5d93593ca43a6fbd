package io.vagus.trust;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.BatchMember;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether somebody may enrol as a certain device, before anything is made for it:
 *
 * <pre>
 * shows        may be                                  how often
 * token        the device or a member it is bound to   once
 * claim        a member of its batch                   once, unless told otherwise
 * hardware     the member with its serial number       whenever it likes: no other has its key
 * </pre>
 *
 * Once is once for a key: a device that did not hear the answer asks again with the key for which
 * it has a certificate that counts, and gets another of the same.
 *
 * <p>A batch takes members, and names with its prefix, until it is closed or full. Whoever comes by
 * a claim or a batch's token is not given a device that has a valid certificate.
 */
final class Admission {
  private final Registry registry;
  private final VendorRoots vendors;

  Admission(Registry registry, VendorRoots vendors) {
    this.registry = registry;
    this.vendors = vendors;
  }

  /**
   * A device to be enrolled.
   *
   * @param product to make it of; empty: it must exist
   * @param group to make it in
   * @param batch that it comes with
   * @param by what the batch's list says of how
   */
  record Granted(
      DeviceId device,
      Optional<String> product,
      Optional<GroupId> group,
      Optional<String> batch,
      String by) {
    Granted inGroup(Optional<GroupId> to) {
      return new Granted(device, product, to, batch, by);
    }
  }

  /** Of who shows hardware, the device that has its serial number. */
  DeviceId device(Enrollee.ByHardware hardware) {
    return vendors.batches(hardware.root()).stream()
        .flatMap(
            batch -> registry.batches().bySerialNumber(batch, hardware.serialNumber()).stream())
        .map(BatchMember::device)
        .findFirst()
        .or(() -> Optional.of(hardware.serialNumber()).filter(DeviceId::isValid).map(DeviceId::new))
        .orElseThrow(() ->
            Refusal.NOT_LISTED.because(
                "serialNumber \"" + hardware.serialNumber() + "\" is in no batch's list"));
  }

  /**
   * Judges; what it throws says why not.
   *
   * @param key digest of the key that asks for a certificate; empty: a secret is asked for
   */
  Granted judge(Enrollee who, DeviceId device, Optional<String> key, Instant now) {
    return switch (who) {
      case Enrollee.ByToken(String id) -> byToken(id, device, key, now);
      case Enrollee.ByClaim(String batch, String serial) ->
          once(batch, device, key, "claim " + serial, now);
      case Enrollee.ByHardware hardware -> byHardware(hardware, device, now);
      case Enrollee.Known known ->
          throw new IllegalArgumentException("has a credential: " + known.device());
    };
  }

  private Granted byToken(String id, DeviceId device, Optional<String> key, Instant now) {
    EnrolmentToken token = registry.enrolmentTokens().find(id).orElseThrow();
    token
        .device()
        .filter(bound -> !bound.equals(device))
        .ifPresent(bound -> {
          throw Refusal.OTHER_DEVICE.because("token " + id + " is another device's, not " + device);
        });
    if (token.key().isPresent() && !token.key().equals(key)) {
      throw Refusal.OTHER_KEY.because("token " + id + " is bound to another key");
    }
    String by = "token " + id;
    Granted granted =
        token.batch().isPresent() && token.device().isEmpty()
            ? once(token.batch().get(), device, key, by, now).inGroup(group(token))
            : new Granted(device, product(token), group(token), token.batch(), by);
    boolean again =
        token.use().filter(use -> use.device().equals(device)).isPresent()
            && hasCertificate(device, key, now);
    if (!again && !registry.enrolmentTokens().use(id, device)) {
      String when = token.use().map(use -> " was used at " + use.at()).orElse(" was just used");
      throw Refusal.TOKEN_USED.because("token " + id + when);
    }
    return granted;
  }

  private Optional<String> product(EnrolmentToken token) {
    return token
        .product()
        .or(() -> token.batch().flatMap(registry.batches()::find).map(EnrolmentBatch::product));
  }

  private Optional<GroupId> group(EnrolmentToken token) {
    return token
        .group()
        .or(() -> token.batch().flatMap(registry.batches()::find).flatMap(EnrolmentBatch::group));
  }

  private Granted byHardware(Enrollee.ByHardware hardware, DeviceId device, Instant now) {
    for (String batch : vendors.batches(hardware.root())) {
      Optional<BatchMember> member =
          registry.batches().bySerialNumber(batch, hardware.serialNumber());
      boolean itself =
          member
              .map(m -> m.device().equals(device))
              .orElse(device.value().equals(hardware.serialNumber()));
      if (itself) {
        return taken(batch, device, "hardware " + hardware.fingerprint(), now);
      }
    }
    throw Refusal.OTHER_DEVICE.because(
        "serialNumber \"" + hardware.serialNumber() + "\" is not device " + device + "'s");
  }

  /** Whether it has one that counts, for that key. */
  private boolean hasCertificate(DeviceId device, Optional<String> key, Instant now) {
    return registry.certificates().of(device).stream()
        .anyMatch(c ->
            c.status(now) == IssuedCertificate.Status.VALID
                && key.filter(c.key()::equals).isPresent());
  }

  private Granted once(
      String batch, DeviceId device, Optional<String> key, String by, Instant now) {
    if (hasCertificate(device, key, now)) {
      return taken(batch, device, by, now);
    }
    registry
        .batches()
        .member(batch, device)
        .flatMap(BatchMember::enrolled)
        .ifPresent(e -> {
          throw Refusal.ENROLLED_ALREADY.because(
              "device " + device + " enrolled at " + e.at() + " by " + e.by());
        });
    boolean hasOne =
        registry.certificates().of(device).stream()
            .anyMatch(c -> c.status(now) == IssuedCertificate.Status.VALID);
    if (hasOne) {
      throw Refusal.ENROLLED_ALREADY.because("device " + device + " has a valid certificate");
    }
    return taken(batch, device, by, now);
  }

  /** As far as the batch is concerned. */
  private Granted taken(String id, DeviceId device, String by, Instant now) {
    EnrolmentBatch batch = registry.batches().find(id).orElseThrow();
    if (!batch.isOpen(now)) {
      throw Refusal.BATCH_CLOSED.because(
          "batch " + id + " closed at " + batch.closes().orElseThrow());
    }
    Optional<BatchMember> member = registry.batches().member(id, device);
    if (member.isEmpty() && batch.prefix().filter(device.value()::startsWith).isEmpty()) {
      throw Refusal.NOT_LISTED.because("device " + device + " is not in batch " + id);
    }
    boolean counted = member.flatMap(BatchMember::enrolled).isPresent();
    if (!counted && registry.batches().counts(id).enrolled() >= batch.maxDevices()) {
      throw Refusal.BATCH_FULL.because(
          "batch " + id + " has " + batch.maxDevices() + " devices (expected: no more)");
    }
    return new Granted(device, Optional.of(batch.product()), batch.group(), Optional.of(id), by);
  }
}
