package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.IssuedCertificate.Revocation;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Batches without a disk. Owns its lock. */
final class InMemoryEnrolmentBatches implements EnrolmentBatches {
  private final Map<String, EnrolmentBatch> batches = new TreeMap<>();
  private final Map<DeviceId, String> batchOf = new TreeMap<>();
  private final Map<DeviceId, BatchMember> members = new TreeMap<>();
  private final Map<String, ClaimCertificate> claims = new LinkedHashMap<>();
  private final EventLog events;
  private final Listeners listeners;
  private final WallClock wall;

  InMemoryEnrolmentBatches(EventLog events, Listeners listeners, WallClock wall) {
    this.events = events;
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public void create(EnrolmentBatch batch) {
    EnrolmentRules.requireBatch(batch);
    synchronized (this) {
      if (batches.putIfAbsent(batch.id(), batch) != null) {
        throw EnrolmentRules.batchExists(batch.id());
      }
      events.append(EnrolmentFacts.batchCreated(batch));
    }
    listeners.batchSaved(batch.id());
  }

  @Override
  public synchronized Optional<EnrolmentBatch> find(String id) {
    return Optional.ofNullable(batches.get(id));
  }

  @Override
  public synchronized List<EnrolmentBatch> all() {
    return List.copyOf(batches.values());
  }

  @Override
  public EnrolmentBatch close(String id) {
    EnrolmentBatch closed;
    synchronized (this) {
      closed = existing(id).closedAt(wall.now());
      batches.put(id, closed);
      events.append(EnrolmentFacts.batchClosed(closed));
    }
    listeners.batchSaved(id);
    return closed;
  }

  @Override
  public synchronized int addMembers(String batch, List<BatchMember> added) {
    EnrolmentRules.requireMembers(added);
    existing(batch);
    Map<String, DeviceId> serialNumbers = new HashMap<>();
    for (BatchMember member : added) {
      requireNotElsewhere(batch, member.device());
      member
          .serialNumber()
          .ifPresent(serialNumber -> {
            DeviceId owner =
                bySerialNumber(batch, serialNumber)
                    .map(BatchMember::device)
                    .orElse(serialNumbers.getOrDefault(serialNumber, member.device()));
            if (!owner.equals(member.device())) {
              throw EnrolmentRules.serialNumberTaken(serialNumber, owner);
            }
            serialNumbers.put(serialNumber, member.device());
          });
    }
    List<BatchMember> fresh =
        added.stream()
            .map(m -> m.listedAt(wall.now()))
            .filter(m -> members.putIfAbsent(m.device(), m) == null)
            .toList();
    fresh.forEach(member -> batchOf.put(member.device(), batch));
    events.append(EnrolmentFacts.membersAdded(batch, fresh));
    return fresh.size();
  }

  @Override
  public synchronized Optional<BatchMember> member(String batch, DeviceId device) {
    return batch.equals(batchOf.get(device))
        ? Optional.ofNullable(members.get(device))
        : Optional.empty();
  }

  @Override
  public synchronized Optional<BatchMember> bySerialNumber(String batch, String serialNumber) {
    return of(batch).stream()
        .filter(m -> m.serialNumber().equals(Optional.of(serialNumber)))
        .findAny();
  }

  private List<BatchMember> of(String batch) {
    return members.values().stream().filter(m -> batch.equals(batchOf.get(m.device()))).toList();
  }

  @Override
  public synchronized Page<BatchMember> members(String batch, Optional<String> cursor, int limit) {
    Optional<DeviceId> after = cursor.map(Paging::cursorDevice);
    List<BatchMember> found =
        of(batch).stream()
            .filter(m -> after.isEmpty() || m.device().compareTo(after.get()) > 0)
            .limit(limit + 1L)
            .toList();
    return Paging.pageOf(found, limit, BatchMember::device);
  }

  @Override
  public synchronized Counts counts(String batch) {
    List<BatchMember> all = of(batch);
    return new Counts(all.size(), all.stream().filter(m -> m.enrolled().isPresent()).count());
  }

  @Override
  public synchronized void enrolled(String batch, DeviceId device, BatchMember.Enrolled how) {
    existing(batch);
    requireNotElsewhere(batch, device);
    BatchMember known =
        member(batch, device)
            .orElseGet(() -> BatchMember.listed(device, Optional.empty()).listedAt(how.at()));
    batchOf.put(device, batch);
    BatchMember enrolled = known.enrolledBy(how);
    members.put(device, enrolled);
    events.append(EnrolmentFacts.memberEnrolled(batch, enrolled));
  }

  @Override
  public synchronized void heard(Map<DeviceId, BatchMember.Heard> first) {
    first.forEach((device, heard) -> {
      BatchMember known = members.get(device);
      if (known != null && known.waitsToBeHeard()) {
        BatchMember after = known.heardBy(heard);
        members.put(device, after);
        events.append(EnrolmentFacts.memberHeard(batchOf.getOrDefault(device, ""), after));
      }
    });
  }

  @Override
  public synchronized BatchMember mayEnrolAgain(String batch, DeviceId device) {
    BatchMember known =
        member(batch, device).orElseThrow(() -> EnrolmentRules.noMember(batch, device));
    BatchMember fresh = known.fresh();
    members.put(device, fresh);
    events.append(EnrolmentFacts.memberMayEnrolAgain(batch, fresh));
    return fresh;
  }

  @Override
  public synchronized void addClaim(ClaimCertificate claim) {
    existing(claim.batch());
    claims.put(claim.serial(), claim);
    events.append(EnrolmentFacts.claimIssued(claim));
  }

  @Override
  public synchronized Optional<ClaimCertificate> claim(String serial) {
    return Optional.ofNullable(claims.get(serial));
  }

  @Override
  public synchronized List<ClaimCertificate> claims(String batch) {
    return claims.values().stream()
        .filter(c -> c.batch().equals(batch))
        .sorted(
            Comparator.comparing(ClaimCertificate::notBefore)
                .reversed()
                .thenComparing(ClaimCertificate::serial))
        .toList();
  }

  @Override
  public synchronized List<ClaimCertificate> revokedClaims(Instant now) {
    return claims.values().stream()
        .filter(c -> c.revocation().isPresent() && !c.notAfter().isBefore(now))
        .toList();
  }

  @Override
  public synchronized ClaimCertificate revokeClaim(
      String batch, String serial, RevocationReason reason) {
    ClaimCertificate known =
        claim(serial)
            .filter(c -> c.batch().equals(batch))
            .orElseThrow(() -> EnrolmentRules.noClaim(batch, serial));
    if (known.revocation().isPresent()) {
      return known;
    }
    ClaimCertificate revoked = known.revoked(new Revocation(wall.now(), reason));
    claims.put(serial, revoked);
    events.append(EnrolmentFacts.claimRevoked(revoked));
    return revoked;
  }

  private void requireNotElsewhere(String batch, DeviceId device) {
    String other = batchOf.getOrDefault(device, batch);
    if (!other.equals(batch)) {
      throw EnrolmentRules.listedElsewhere(device, other);
    }
  }

  private EnrolmentBatch existing(String id) {
    return find(id).orElseThrow(() -> EnrolmentRules.noBatch(id));
  }
}
