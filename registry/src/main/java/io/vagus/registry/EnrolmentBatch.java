package io.vagus.registry;

import io.vagus.model.GroupId;
import java.time.Instant;
import java.util.Optional;

/**
 * Devices that are made together and enrol by themselves: its members, which are listed before, or
 * whatever has a name with its prefix.
 *
 * @param product that its devices are made of
 * @param prefix of the names that enrol without being listed; empty: only members do
 * @param maxDevices how many may enrol
 * @param vendorRoot PEM of the certificate that vouches for its devices' hardware identities
 *     (IDevID, IEEE 802.1AR)
 * @param closes when enrolment ends; empty: when it is closed
 * @param group that its devices are made in
 */
public record EnrolmentBatch(
    String id,
    String product,
    Optional<String> prefix,
    long maxDevices,
    Optional<String> vendorRoot,
    Instant created,
    Optional<Instant> closes,
    Optional<GroupId> group) {

  /** Its devices are made in no group. */
  public EnrolmentBatch(
      String id,
      String product,
      Optional<String> prefix,
      long maxDevices,
      Optional<String> vendorRoot,
      Instant created,
      Optional<Instant> closes) {
    this(id, product, prefix, maxDevices, vendorRoot, created, closes, Optional.empty());
  }

  public EnrolmentBatch inGroup(Optional<GroupId> to) {
    return new EnrolmentBatch(id, product, prefix, maxDevices, vendorRoot, created, closes, to);
  }

  public boolean isOpen(Instant now) {
    return closes.isEmpty() || now.isBefore(closes.get());
  }

  public EnrolmentBatch closedAt(Instant at) {
    return new EnrolmentBatch(
        id, product, prefix, maxDevices, vendorRoot, created, Optional.of(at), group);
  }
}
