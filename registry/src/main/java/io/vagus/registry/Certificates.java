package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The inventory of the certificates that were issued to devices: one that is not in it does not
 * count. They stay when their device is deleted, revoked. Calls may block on disk. Thread-safe.
 */
public interface Certificates {

  /** Refused with CONFLICT when another device has, or had, its key or its serial number. */
  void add(IssuedCertificate certificate);

  Optional<IssuedCertificate> find(String serial);

  /** The newest first: in the order in which they were added, whatever the clock said. */
  List<IssuedCertificate> of(DeviceId device);

  /** Those that are not revoked and end between both moments, the soonest first. */
  List<IssuedCertificate> ending(Instant from, Instant to, int limit);

  /**
   * The newest of each device, the last one added that is not revoked, of those the ones that end
   * between both moments, the soonest first.
   */
  List<IssuedCertificate> newestEnding(Instant from, Instant to, int limit);

  /** Of how many devices the newest that is not revoked ends on which day, UTC. */
  Map<LocalDate, Long> devicesByEnd();

  /** The same of those devices; reads all. */
  Map<LocalDate, Long> devicesByEnd(Predicate<DeviceId> which);

  /** Digests of keys that more than one device has: none, unless somebody changed the tables. */
  List<String> sharedKeys(int limit);

  /** Those revoked that would still be valid, by serial number. */
  List<IssuedCertificate> revoked(Instant now);

  /**
   * How many devices have their newest certificate from which issuer; of those only that are not
   * revoked and end after that.
   */
  Map<String, Long> devicesByIssuer(Instant endsAfter);

  /**
   * How many devices' newest certificate that is not revoked and ends after that was begun between
   * both, the first included.
   */
  long countNewest(Instant endsAfter, Instant from, Instant to);

  /** How many are valid. */
  long countValid(Instant now);

  /** Ends it for good and tells the listeners; one that is revoked stays as it is. */
  IssuedCertificate revoke(DeviceId device, String serial, RevocationReason reason);
}
