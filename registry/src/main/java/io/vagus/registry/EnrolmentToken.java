package io.vagus.registry;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.time.Instant;
import java.util.Optional;

/**
 * A provisioning token as stored: with it one device enrols, once. At least one of batch and device
 * says for whom it is.
 *
 * @param id the token's public part
 * @param digest SHA-256 of its secret part, hexadecimal
 * @param batch whose members may use it
 * @param device that alone may use it
 * @param product of the device if it must be made; empty: the batch's, or the device exists
 * @param key SHA-256 of the SubjectPublicKeyInfo that a request must have, hexadecimal; empty: any
 * @param group of the device if it must be made; empty: the batch's, or none
 */
public record EnrolmentToken(
    String id,
    String digest,
    Optional<String> batch,
    Optional<DeviceId> device,
    Optional<String> product,
    Optional<String> key,
    Instant created,
    Instant expires,
    Optional<Use> use,
    Optional<Instant> revoked,
    Optional<GroupId> group) {

  /** Says no group. */
  public EnrolmentToken(
      String id,
      String digest,
      Optional<String> batch,
      Optional<DeviceId> device,
      Optional<String> product,
      Optional<String> key,
      Instant created,
      Instant expires,
      Optional<Use> use,
      Optional<Instant> revoked) {
    this(id, digest, batch, device, product, key, created, expires, use, revoked, Optional.empty());
  }

  public EnrolmentToken inGroup(Optional<GroupId> to) {
    return new EnrolmentToken(
        id, digest, batch, device, product, key, created, expires, use, revoked, to);
  }

  /** Who used it up, and when. */
  public record Use(DeviceId device, Instant at) {}

  /** How it stands. */
  public enum Status {
    OPEN,
    USED,
    EXPIRED,
    REVOKED
  }

  public Status status(Instant now) {
    if (use.isPresent()) {
      return Status.USED;
    } else if (revoked.isPresent()) {
      return Status.REVOKED;
    }
    return now.isBefore(expires) ? Status.OPEN : Status.EXPIRED;
  }

  public EnrolmentToken used(DeviceId by, Instant at) {
    return new EnrolmentToken(
        id,
        digest,
        batch,
        device,
        product,
        key,
        created,
        expires,
        Optional.of(new Use(by, at)),
        revoked,
        group);
  }

  public EnrolmentToken revoked(Instant at) {
    return new EnrolmentToken(
        id, digest, batch, device, product, key, created, expires, use, Optional.of(at), group);
  }
}
