package io.vagus.registry;

import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Batches of devices that enrol by themselves. Calls may block on disk. Thread-safe. */
public interface EnrolmentBatches {

  /** How many devices a batch lists, and how many enrolled. */
  record Counts(long members, long enrolled) {}

  /** Refused with CONFLICT when one of that id exists. Listeners hear of it. */
  void create(EnrolmentBatch batch);

  Optional<EnrolmentBatch> find(String id);

  /** Sorted by id. */
  List<EnrolmentBatch> all();

  /** Ends enrolment at once. Listeners hear of it. */
  EnrolmentBatch close(String id);

  /**
   * Lists devices: all or none. One that is listed stays as it is.
   *
   * @return how many are new; CONFLICT when another batch lists one, or another device of the batch
   *     has its serial number
   */
  int addMembers(String batch, List<BatchMember> members);

  Optional<BatchMember> member(String batch, DeviceId device);

  Optional<BatchMember> bySerialNumber(String batch, String serialNumber);

  /** Sorted by device. */
  Page<BatchMember> members(String batch, Optional<String> cursor, int limit);

  Counts counts(String batch);

  /** Notes that the device enrolled; one that was not listed is from now on. */
  void enrolled(String batch, DeviceId device, BatchMember.Enrolled how);

  /** Notes that first messages were accepted, of those who enrolled and were not heard since. */
  void heard(Map<DeviceId, BatchMember.Heard> first);

  /** The member may enrol once more. */
  BatchMember mayEnrolAgain(String batch, DeviceId device);

  /** A claim certificate that was issued. */
  void addClaim(ClaimCertificate claim);

  Optional<ClaimCertificate> claim(String serial);

  /** The newest first. */
  List<ClaimCertificate> claims(String batch);

  /** Those revoked that would still be valid. */
  List<ClaimCertificate> revokedClaims(Instant now);

  /** Ends it for good. */
  ClaimCertificate revokeClaim(String batch, String serial, RevocationReason reason);
}
